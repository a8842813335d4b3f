//! The assistant: takes up the turns that are owed, and answers with a model or on its own.

mod acting;
mod asking;
mod builtin;
mod compose;
mod confirming;
mod heed;
mod intent;
mod library;
mod memory;
pub mod model;
mod prompt;
mod running;
mod screen;
mod subject;
mod toolbox;
mod turn;
mod verdicts;
pub mod wardrobe;
mod work;

pub use library::locale_of;
pub use turn::{Assistant, Tools};
