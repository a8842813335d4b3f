//! Xiaoer: an open, self-hosted chat backend for shops.
//!
//! The modules stand in reading order, and each imports only from those above it (`tests/it/house_rules.rs`).

// Words.
pub mod ids;
pub mod locale;
pub mod protocol;
pub mod clock;
pub mod error;

// Truth.
pub mod db;

// Subjects.
pub mod catalog;

// Experts: pure, each usable without a model.
pub mod experts;

// The assistant.
pub mod assistant;
