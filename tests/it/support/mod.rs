//! What tests stand on.

pub mod database;
pub mod house;
pub mod program;
