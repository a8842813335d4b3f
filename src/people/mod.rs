//! Stores, the people who work for them, and buyers: who somebody is, and how that is proved.

pub mod agents;
pub mod attempts;
pub mod identity;
pub mod password;
pub mod random;
pub mod secret;
pub mod sessions;
pub mod stores;
pub mod tokens;
pub mod visitors;
