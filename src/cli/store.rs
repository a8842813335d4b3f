//! `xiaoer store`.

use clap::Subcommand;
use clap::builder::PossibleValuesParser;

use super::{Refused, open};
use crate::clock::Clock;
use crate::config::Flags;
use crate::people::stores::{self, INDUSTRIES};

/// Merchants' shops
#[derive(Subcommand)]
pub(super) enum StoreCommand {
    /// Make a store; prints its identity_secret, once
    ///
    /// The merchant's server signs with it who its buyers are (JWT, HS256, with this very text as the key).
    Create {
        /// 1 to 40 of a-z, 0-9 and -
        id: String,
        #[arg(long, value_parser = PossibleValuesParser::new(INDUSTRIES))]
        industry: String,
        /// What buyers see
        #[arg(long)]
        name: String,
    },
    /// Say whose pages may show the store's chat
    ///
    /// Without any, every page may frame it. Programs and this server's own pages are always let in.
    Origins {
        id: String,
        /// Such as https://shop.example; these replace what was there
        origins: Vec<String>,
    },
}

impl StoreCommand {
    pub(super) async fn run(self, flags: &Flags) -> Result<(), Refused> {
        let db = open(flags).await?;
        match self {
            Self::Create { id, industry, name } => {
                let store = stores::create(&db, Clock::system().now(), &id, &industry, &name).await?;
                println!("store {} made", store.id);
                println!("identity_secret: {}", store.identity_secret);
            }
            Self::Origins { id, origins } => {
                stores::set_origins(&db, &id.into(), origins).await?;
                println!("done");
            }
        }
        db.close().await;
        Ok(())
    }
}
