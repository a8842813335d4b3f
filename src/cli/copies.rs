//! `xiaoer backup` and `xiaoer restore`.

use std::path::PathBuf;

use clap::Args;

use super::Refused;
use crate::config::{Flags, Place};
use crate::db::{copies, sqlite_path};

/// Write a consistent copy of the SQLite database, also while a server runs on it
#[derive(Args)]
pub(super) struct Backup {
    /// Where to; the file must not exist
    file: PathBuf,
}

/// Put a copy in the database's place; no server may run on it
#[derive(Args)]
pub(super) struct Restore {
    /// What `xiaoer backup` wrote
    file: PathBuf,
}

impl Backup {
    pub(super) async fn run(self, flags: &Flags) -> Result<(), Refused> {
        copies::backup(&database(flags, "pg_dump")?, &self.file).await?;
        println!("written to {}", self.file.display());
        Ok(())
    }
}

impl Restore {
    pub(super) async fn run(self, flags: &Flags) -> Result<(), Refused> {
        copies::restore(&self.file, &database(flags, "pg_restore")?).await?;
        println!("restored from {}; everybody must sign in again", self.file.display());
        Ok(())
    }
}

fn database(flags: &Flags, tool: &str) -> Result<PathBuf, Refused> {
    let place = Place::read(flags)?;
    match sqlite_path(place.database_url.expose()) {
        Some(path) => Ok(path.to_owned()),
        None => Err(format!("the database is a PostgreSQL: use its own {tool}").into()),
    }
}
