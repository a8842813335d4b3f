//! The command line: one file a subcommand.
//!
//! Exit 0: done; 1: refused, with a line a problem on stderr; 2: wrong usage.
#![expect(clippy::print_stdout, reason = "this is the part that speaks to the terminal")]

mod connections;
mod copies;
mod fit;
mod import;
mod logging;
mod pack;
mod privacy;
mod serve;
mod store;
mod token;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Flags, Place, PlaceFlags, Problems};
use crate::db::Db;
use crate::error::Error;

/// An open, self-hosted chat backend for shops.
///
/// Settings come from flags, then from the environment, then from xiaoer.toml in the working folder.
#[derive(Parser)]
#[command(name = "xiaoer", version)]
pub struct Cli {
    #[command(flatten)]
    place: PlaceFlags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Serve),
    #[command(subcommand)]
    Store(store::StoreCommand),
    #[command(subcommand)]
    User(user::UserCommand),
    #[command(subcommand)]
    Token(token::TokenCommand),
    Import(import::Import),
    #[command(subcommand)]
    Fit(fit::FitCommand),
    #[command(subcommand)]
    Pack(pack::PackCommand),
    #[command(subcommand)]
    Connections(connections::ConnectionsCommand),
    #[command(subcommand)]
    Privacy(privacy::PrivacyCommand),
    Backup(copies::Backup),
    Restore(copies::Restore),
}

/// Runs one command line to its end.
pub async fn run(cli: Cli) -> ExitCode {
    let Cli { place, command } = cli;
    let done = match command {
        Command::Serve(serve) => serve.run(place.0).await,
        Command::Store(store) => store.run(&place.0).await,
        Command::User(user) => user.run(&place.0).await,
        Command::Token(token) => token.run(&place.0).await,
        Command::Import(import) => import.run(&place.0).await,
        Command::Fit(fit) => fit.run(),
        Command::Pack(pack) => pack.run(&place.0).await,
        Command::Connections(connections) => connections.run(&place.0).await,
        Command::Privacy(privacy) => privacy.run(&place.0).await,
        Command::Backup(backup) => backup.run(&place.0).await,
        Command::Restore(restore) => restore.run(&place.0).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Refused(lines)) => {
            for line in lines {
                eprintln!("{line}");
            }
            ExitCode::FAILURE
        }
    }
}

/// Why a command did not do what it was asked, a line a problem.
struct Refused(Vec<String>);

impl From<Problems> for Refused {
    fn from(Problems(lines): Problems) -> Self {
        Self(lines)
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self(vec![match error {
            // Whoever sits at the machine may know the cause.
            Error::Internal(cause) => format!("{cause:#}"),
            Error::Invalid { field: Some(field), message, .. } => format!("{field}: {message}"),
            Error::RetryLater => "the database cannot be reached".into(),
            error => error.to_string(),
        }])
    }
}

impl From<String> for Refused {
    fn from(line: String) -> Self {
        Self(vec![line])
    }
}

/// The database, for a command that does one thing to it.
async fn open(flags: &Flags) -> Result<Db, Refused> {
    let place = Place::read(flags)?;
    Ok(Db::open(place.database_url.expose()).await?)
}
