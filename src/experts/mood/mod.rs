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
    let head = head(text);
    let negative = negative(&head);
    Mood { negative, angry: anger::is_angry(&head, || negative) }
}

/// Whether the writer is angry at the shop. As [`of`], and faster: most messages hold no word that makes the model matter.
pub fn is_angry(text: &str) -> bool {
    let head = head(text);
    anger::is_angry(&head, || negative(&head))
}

fn head(text: &str) -> String {
    text.chars().take(READ).collect()
}

fn negative(head: &str) -> f32 {
    1.0 - Model::shipped().positive(head)
}

/// The version of the words, for the record of a turn.
pub fn version() -> &'static str {
    anger::version()
}

/// Characters of a message that are looked at.
const READ: usize = 600;
