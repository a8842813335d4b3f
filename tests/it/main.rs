//! The one integration binary: a module for each feature that a user would name.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod support;

mod at_the_desk;
mod cli;
mod conversation;
mod drain;
mod front_door;
mod front_door_limits;
mod house_rules;
mod imports;
mod kills;
mod kills_of_turns;
mod licences;
mod model;
mod mutants;
mod people;
mod power_cut;
mod slow_readers;
