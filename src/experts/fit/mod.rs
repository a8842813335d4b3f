//! Size, and how it will look.
//!
//! Two heads, because sizes that people choose themselves point the wrong way. The [verdict] head foretells what will
//! be said of a size that was chosen; the [advice] head says how each size would sit, and is monotone by construction.
//! [`recommend_size`] is what buyers hear; [`overview`] is what the merchant sees of the same library.

pub mod advice;
mod body;
mod ease;
mod fitted;
mod garment;
pub mod heard;
mod lines;
mod neighbours;
pub mod overview;
mod recommend;
mod shape;
mod side_by_side;
mod speech;
mod standard;
pub mod verdict;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use advice::Constants;
pub use body::{Estimate, Measures, Sex, Zone};
pub use ease::Look;
pub use fitted::Fitted;
pub use garment::{ChartSize, Garment, Record, Source};
pub use neighbours::Neighbours;
pub use recommend::{Recommendation, Request, SizeLook, recommend_size};
pub use shape::Shape;
pub use standard::Standard;
