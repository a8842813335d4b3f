//! Deliberate panics, so that tests can see what a panic harms (guarantee G26). A release build has none.

/// Begins an order to panic: a private-use character that no keyboard has.
pub const MARK: char = '\u{F8FF}';

/// Panics in a debug build where the text orders it for this stage: [`MARK`] and the stage's name.
pub fn taste(stage: &str, text: &str) {
    if cfg!(debug_assertions) && text.split(MARK).skip(1).any(|order| order.starts_with(stage)) {
        panic!("poisoned at {stage}");
    }
}
