//! Profiles: what buyers say of themselves and their people, for one conversation and, with consent, beyond it.
//!
//! [`reading`] makes facts of words and [`ledger`] holds them, both pure; [`keeping`] keeps slots with consent,
//! [`record`] is a buyer's profile as merchants' files and REST write it, [`erasing`] takes everything away again.

pub mod asking;
pub mod erasing;
pub mod importing;
pub mod keeping;
pub mod ledger;
pub mod reading;
pub mod record;
pub mod slot;
pub mod whom;

pub use keeping::{Remembered, recall, remember};
pub use ledger::Ledger;
pub use slot::{Purpose, Slot};
pub use whom::Whom;
