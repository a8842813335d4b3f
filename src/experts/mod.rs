//! Experts: each answers one subject from data it is given, and is usable without a model.

mod answer;
mod patterns;
mod plain;
pub mod claims;
pub mod knowledge;
pub mod mood;
pub mod safety;

pub use answer::{Answer, Status};
