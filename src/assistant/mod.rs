//! The assistant: takes up the turns that are owed, and answers with a model or on its own.

mod acting;
mod asking;
mod builtin;
mod compose;
mod confirming;
mod endings;
mod guards;
mod heed;
mod intent;
mod instructions;
mod library;
mod memory;
mod meter;
pub mod model;
mod naming;
mod prompt;
mod rehearsal;
mod running;
mod screen;
mod subject;
mod toolbox;
mod transcript;
mod turn;
mod verdicts;
pub mod wardrobe;
mod work;

pub use intent::names_no_matter;
pub use library::locale_of;
pub use rehearsal::Rehearsing;
pub use transcript::sweep as sweep_transcripts;
pub use turn::{Assistant, Tools};
