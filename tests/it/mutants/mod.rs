//! Deliberate mistakes, listed in `tests/mutants.toml`: for each, the named tests must fail. A guarantee whose test
//! also passes on the wrong program is no guarantee.

mod list;
mod run;
mod scratch;
