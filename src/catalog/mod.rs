//! What a store sells, says about itself and has sold: products, their sizes, FAQ, orders, lanes, and the files they
//! come from.
//!
//! [`imports`] reads files into [`Product`], [`SizeChart`], [`FitModel`] and [`Faq`] and keeps nothing; [`storing`] keeps them.

pub mod imports;

mod faq;
mod lane;
mod order;
mod fit_model;
pub mod outcomes;
mod product;
mod size_chart;
pub mod storing;

pub use faq::Faq;
pub use fit_model::FitModel;
pub use lane::Lane;
pub use order::{Address, Line, Order, Refund};
pub use product::Product;
pub use size_chart::SizeChart;
