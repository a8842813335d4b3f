//! `xiaoer privacy`.

use clap::{Args, Subcommand};

use super::{Refused, open};
use crate::clock::Clock;
use crate::config::Flags;
use crate::db;
use crate::error::Error;
use crate::ids::{BuyerId, StoreId};
use crate::profiles::erasing;

/// What is stored of a buyer
#[derive(Subcommand)]
pub(super) enum PrivacyCommand {
    /// Print all that is stored of a buyer, as JSON
    Report(Whose),
    /// Erase a buyer: the profile, and the words of all conversations
    ///
    /// Number, time and kind of the log's entries stay. A server that runs meanwhile knows nothing of it: erase with its
    /// DELETE /v1/stores/ID/buyers/B instead, or start it anew, so that it forgets what it has at hand.
    Erase(Whose),
}

#[derive(Args)]
pub(super) struct Whose {
    /// The store that it is about
    #[arg(long, value_name = "ID")]
    store: String,
    /// The buyer's id, as the merchant or the server named it
    #[arg(long, value_name = "B")]
    buyer: String,
}

impl PrivacyCommand {
    pub(super) async fn run(self, flags: &Flags) -> Result<(), Refused> {
        let (whose, erases) = match self {
            Self::Report(whose) => (whose, false),
            Self::Erase(whose) => (whose, true),
        };
        let (store, buyer) = (StoreId::from(whose.store), BuyerId::from(whose.buyer));
        let db = open(flags).await?;
        db::store::find(&mut db.read().await?, &store).await?.ok_or(Error::NotFound("store"))?;
        if erases {
            let erased = erasing::erase(&db, &store, &buyer, Clock::system().now(), || ()).await?;
            println!("erased {} slots, {} babies, the words of {} events", erased.slots, erased.babies, erased.events);
        } else {
            let report = erasing::report(&mut db.read().await?, &store, &buyer).await?;
            println!("{report:#}");
        }
        db.close().await;
        Ok(())
    }
}
