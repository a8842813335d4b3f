//! Xiaoer: an open, self-hosted chat backend for shops.
//!
//! The modules stand in reading order, and each imports only from those above it (`tests/it/house_rules.rs`).

// Words.
pub mod ids;
pub mod locale;
mod said;
pub mod protocol;
pub mod clock;
pub mod error;
pub mod at_hand;
pub mod poison;
pub mod masking;

// Truth.
pub mod db;
pub mod live;

// Subjects.
pub mod policy;
pub mod spending;
pub mod people;
pub mod catalog;
pub mod demo;
pub mod profiles;
pub mod packs;
pub mod conversation;

// Experts: pure, each usable without a model.
pub mod experts;

// Merchants' own tools.
pub mod connections;

// The assistant.
pub mod assistant;

// The agents' side.
pub mod desk;

// The front door.
pub mod config;
pub mod app;
pub mod http;
pub mod cli;
