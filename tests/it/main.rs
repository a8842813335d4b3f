//! The one integration binary: a module for each feature that a user would name.

mod house_rules;
mod licences;
mod power_cut;
