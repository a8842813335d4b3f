//! Experts: each answers one subject from data it is given, and is usable without a model.

mod answer;
pub mod patterns;
pub mod plain;
pub mod baby;
pub mod claims;
pub mod delivery;
pub mod fit;
pub mod ingredients;
pub mod knowledge;
pub mod mood;
pub mod orders;
pub mod remedy;
pub mod safety;
pub mod skin;

#[cfg(test)]
pub(crate) mod schema_check;

pub use answer::{Answer, Status};
