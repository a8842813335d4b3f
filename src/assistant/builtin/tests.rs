//! Conversations, from the first word to the last.
