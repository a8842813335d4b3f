//! `xiaoer token`.

use clap::{Subcommand, ValueEnum};

use super::{Refused, open};
use crate::clock::Clock;
use crate::config::Flags;
use crate::people::tokens;

/// API tokens
#[derive(Subcommand)]
pub(super) enum TokenCommand {
    /// Make an API token; prints it, once
    Create {
        /// The store that it is good for
        #[arg(long, value_name = "ID")]
        store: String,
        /// What it may do
        #[arg(long)]
        scope: Scope,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Scope {
    /// All that an owner may
    Admin,
    /// Work at the desk on behalf of a person, and read
    Desk,
    /// Read
    Read,
}

impl TokenCommand {
    pub(super) async fn run(self, flags: &Flags) -> Result<(), Refused> {
        let Self::Create { store, scope } = self;
        let scope = match scope {
            Scope::Admin => tokens::Scope::Admin,
            Scope::Desk => tokens::Scope::Desk,
            Scope::Read => tokens::Scope::Read,
        };
        let db = open(flags).await?;
        let token = tokens::create(&db, Clock::system().now(), &store.into(), scope).await?;
        db.close().await;
        println!("{token}");
        Ok(())
    }
}
