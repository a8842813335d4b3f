//! What a store sells and says about itself: products, their sizes and FAQ, and the files they come from.
//!
//! [`imports`] reads files into [`Product`], [`SizeChart`], [`FitModel`] and [`Faq`] and keeps nothing; [`storing`] keeps them.

pub mod imports;

mod faq;
mod fit_model;
pub mod outcomes;
mod product;
mod size_chart;
pub mod storing;

pub use faq::Faq;
pub use fit_model::FitModel;
pub use product::Product;
pub use size_chart::SizeChart;
