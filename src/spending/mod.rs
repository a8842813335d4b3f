//! What models cost: prices, the bill of a turn, and whether a store may go on asking.
//!
//! Money is whole millionths of a yuan, here and in the database (a fen is 10,000 of them): a turn costs less than a
//! fen. Days are those of the store's own time zone; a turn belongs to the day on which it was begun. The bill of a turn is
//! stored in the transaction that ends the turn; what a store has spent today is kept at hand, so that a turn asks the
//! database for nothing more.

mod accounts;
mod bill;
mod price;
mod standing;

pub use accounts::Accounts;
pub use bill::{Bill, Tokens};
pub use price::{MICROS_PER_FEN, Price, Prices, micros_of_yuan};
pub use standing::{Level, Limit, Standing};
