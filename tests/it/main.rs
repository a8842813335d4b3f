//! The one integration binary: a module for each feature that a user would name.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod support;

mod cli;
mod front_door;
mod house_rules;
mod imports;
mod licences;
mod model;
mod mutants;
mod people;
mod power_cut;
