//! The one integration binary: a module for each feature that a user would name.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod support;

mod another_process;
mod assistant;
mod at_the_desk;
mod bad_input;
mod bad_neighbours;
mod cancellation;
mod cli;
mod confirming;
mod connections;
mod conversation;
mod cost;
mod drain;
mod failover;
mod fit;
mod fit_outcomes;
mod front_door;
mod front_door_limits;
mod house_rules;
mod idempotency;
mod imports;
mod injection;
mod inspection;
mod kills;
mod kills_of_turns;
mod licences;
mod model;
#[expect(dead_code, reason = "the mutants' own binary uses the rest of the list")]
#[path = "../mutants/list.rs"]
mod mutants;
mod offers;
mod order;
mod packs;
mod people;
mod poison;
mod power_cut;
mod profiles;
mod resume;
mod slow_readers;
mod stored_events;
mod takeover;
mod talking;
mod trade;
mod turns;
mod verdicts;
