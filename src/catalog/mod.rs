//! What a store sells and says about itself: products and FAQ, and the files they come from.
//!
//! [`imports`] reads files into [`Product`] and [`Faq`] and keeps nothing: storing them is the caller's work.

pub mod imports;

mod faq;
mod product;

pub use faq::Faq;
pub use product::Product;
