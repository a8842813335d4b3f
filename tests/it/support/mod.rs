//! What the tests stand on.

pub mod buyer;
pub mod chance;
pub mod database;
pub mod desk;
pub mod house;
pub mod ledger;
pub mod merchant;
pub mod log;
pub mod model;
pub mod program;
pub mod revived;
pub mod shop;
pub mod stubborn;
pub mod wire;

/// How often something is done: `times`, or so many times more as `XIAOER_TEST_SCALE` says. The figures that the
/// guarantees name are reached with 10.
pub fn scaled(times: usize) -> usize {
    let scale: usize = database::variable("XIAOER_TEST_SCALE").map_or(1, |scale| scale.parse().expect("a number"));
    times * scale
}
