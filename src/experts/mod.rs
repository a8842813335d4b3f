//! Experts: each answers one subject from data it is given, and is usable without a model.

pub mod knowledge;
