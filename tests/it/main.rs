//! The one integration binary: a module for each feature that a user would name.

mod house_rules;
mod licences;
mod mutants;
mod power_cut;
