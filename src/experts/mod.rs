//! Experts: each answers one subject from data it is given, and is usable without a model.

mod answer;
pub mod delivery;
pub mod knowledge;
pub mod remedy;
pub(crate) mod said;

#[cfg(test)]
pub(crate) mod schema_check;

pub use answer::{Answer, Status};
