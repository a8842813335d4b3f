//! Products and FAQ.
