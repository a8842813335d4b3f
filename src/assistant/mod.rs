//! The assistant.
