//! What the tests stand on.

pub mod log;
pub mod model;
