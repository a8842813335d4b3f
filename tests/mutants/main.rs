//! Deliberate mistakes, listed in `mutants.toml`: for each, the named tests must fail. A guarantee whose test also
//! passes on the wrong program is no guarantee.
//!
//! A test binary of its own, because it takes minutes: `make mutants` runs it, `cargo test` does not.

mod list;
mod run;
mod scratch;
