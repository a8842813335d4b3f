//! What a store sells, says about itself and has sold: products, FAQ, orders, lanes, and the files they come from.
//!
//! [`imports`] reads files into [`Product`] and [`Faq`] and keeps nothing; [`storing`] keeps them.

pub mod imports;

mod faq;
mod lane;
mod order;
mod product;
pub mod storing;

pub use faq::Faq;
pub use lane::Lane;
pub use order::{Address, Line, Order, Refund};
pub use product::Product;
