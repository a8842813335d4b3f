//! How a buyer feels: a small model of discontent, and words for anger at the shop.
//!
//! The model (`weights.bin.gz`, made by `examples/train_mood.rs`) learned from public reviews of goods whether a text is
//! content or not. Anger that needs a person is judged by words (`anger.toml`), because a reviewer speaks of goods and
//! an angry buyer speaks to the shop.

mod anger;
pub mod grams;
mod model;

#[cfg(test)]
mod tests;

use serde::Serialize;

pub use model::Model;

/// What a message tells of its writer's mood.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Mood {
    /// How probable it is that the writer is discontent, 0 to 1.
    pub negative: f32,
    /// The writer is angry at the shop: a reason for a handoff.
    pub angry: bool,
}

/// The mood of one message. Takes some microseconds; a long text is judged by its beginning.
pub fn of(text: &str) -> Mood {
    let head: String = text.chars().take(READ).collect();
    let negative = 1.0 - Model::shipped().positive(&head);
    Mood { negative, angry: anger::is_angry(&head, negative) }
}

/// The version of the words, for the record of a turn.
pub fn version() -> &'static str {
    anger::version()
}

/// Characters of a message that are looked at.
const READ: usize = 600;
