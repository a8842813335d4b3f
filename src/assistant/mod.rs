//! The assistant: takes up the turns that are owed, and answers with a model or on its own.

mod builtin;
mod heed;
mod intent;
mod library;
mod toolbox;
pub mod model;
mod prompt;
mod rehearsal;
mod turn;
pub mod wardrobe;
mod work;

pub use library::locale_of;
pub use rehearsal::Rehearsing;
pub use turn::{Assistant, Tools};
