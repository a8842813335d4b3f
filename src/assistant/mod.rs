//! The assistant.

pub mod model;
