//! Experts: each answers one subject from data it is given, and is usable without a model.

mod answer;
pub mod baby;
pub mod delivery;
pub mod ingredients;
pub mod fit;
pub mod knowledge;
pub mod orders;
pub mod remedy;
pub(crate) mod said;
pub mod skin;

#[cfg(test)]
pub(crate) mod schema_check;

pub use answer::{Answer, Status};
