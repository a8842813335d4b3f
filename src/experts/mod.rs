//! Experts: each answers one subject from data it is given, and is usable without a model.

mod answer;
pub mod fit;
pub mod knowledge;

pub use answer::{Answer, Status};
