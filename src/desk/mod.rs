//! The agents' side: who is there, what waits, and what happens when somebody vanishes.

mod board;
mod presence;

pub use board::{Board, Boards, seconds_left};
pub use presence::{AWAY_AFTER, BEAT, Presences};

/// The mark that a buyer's waiting is measured against, in seconds.
pub const MARK_S: i64 = 180;
/// How many seconds before the mark an agent is warned.
pub const WARN_AT_S: [i64; 3] = [80, 30, 0];
