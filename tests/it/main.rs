//! The one integration binary: a module for each feature that a user would name.

mod support;

mod cli;
mod front_door;
mod imports;
mod people;
