//! What the tests stand on.

pub mod log;
pub mod database;
pub mod house;
pub mod model;
pub mod program;
