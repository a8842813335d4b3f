//! `xiaoer import`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Refused, open};
use crate::catalog::storing::{File, Kind, Mode};
use crate::clock::Clock;
use crate::config::Flags;
use crate::connections;
use crate::db::{self, Db};
use crate::error::Error;
use crate::ids::StoreId;
use crate::policy::Policy;
use crate::profiles::importing;
use crate::protocol::rest::Imported;

/// Read a merchant's file into a store
///
/// Prints how many rows were accepted and rejected, and why each was. Nothing is written if one is rejected, unless
/// --keep-good is given. The same file again changes nothing.
#[derive(Args)]
#[command(after_long_help = format!("Keys of the kind policy, with their defaults:\n\n{}", Policy::describe()))]
pub(super) struct Import {
    /// The store that it is about
    #[arg(long, value_name = "ID")]
    store: String,
    /// What the file holds
    #[arg(value_parser = PossibleValuesParser::new(Kind::ALL.map(Kind::word).into_iter().chain([connections::IMPORT])))]
    kind: String,
    /// .csv, .xlsx, .jsonl, .json or .toml
    file: PathBuf,
    /// Only say what would be rejected
    #[arg(long)]
    dry_run: bool,
    /// Write the good rows even if others are rejected
    #[arg(long, conflicts_with = "dry_run")]
    keep_good: bool,
}

impl Import {
    pub(super) async fn run(self, flags: &Flags) -> Result<(), Refused> {
        let name = self.file.display().to_string();
        let bytes = std::fs::read(&self.file).map_err(|error| format!("{name}: {error}"))?;
        let kind = if self.kind == connections::IMPORT { None } else { Some(Kind::of(&self.kind)?) };
        let mode = match (self.dry_run, self.keep_good) {
            (true, _) => Mode::DryRun,
            (_, true) => Mode::KeepGood,
            _ => Mode::Whole,
        };
        let db = open(flags).await?;
        let store = self.store.into();
        db::store::find(&mut db.read().await?, &store).await?.ok_or(Error::NotFound("store"))?;
        let file = File { name: name.clone(), bytes };
        let imported = match kind {
            Some(kind) => rows(&db, &store, kind, file, mode).await,
            None => own_tools(&db, flags, &store, file, mode).await,
        };
        db.close().await;
        let imported = imported?;
        println!("accepted {}, rejected {}", imported.accepted, imported.rejected);
        let lines = imported.errors.iter().map(|e| match e.field.as_str() {
            "" => format!("{name}:{} {}", e.line, e.why),
            field => format!("{name}:{} {field}: {}", e.line, e.why),
        });
        let mut lines: Vec<String> = lines.collect();
        let kept = imported.rejected.saturating_sub(lines.len() as u64);
        if kept > 0 {
            lines.push(format!("… and {kept} more"));
        }
        match mode {
            _ if imported.rejected == 0 => Ok(()),
            Mode::KeepGood => {
                for line in lines {
                    eprintln!("{line}");
                }
                Ok(())
            }
            Mode::DryRun => Err(Refused(lines)),
            Mode::Whole => {
                lines.push("nothing was written; --keep-good writes the good rows".into());
                Err(Refused(lines))
            }
        }
    }
}

/// What goes into tables.
async fn rows(db: &Db, store: &StoreId, kind: Kind, file: File, mode: Mode) -> Result<Imported, Refused> {
    let bar = progress();
    let shown = bar.clone();
    let now = Clock::system().now();
    let imported = importing::import(db, store, kind, file, mode, now, move |done, all| {
        shown.set_length(all as u64);
        shown.set_position(done as u64);
    })
    .await;
    bar.finish_and_clear();
    Ok(imported?)
}

/// Connections, whose servers are asked for their tools; says what each of them is now.
async fn own_tools(db: &Db, flags: &Flags, store: &StoreId, file: File, mode: Mode) -> Result<Imported, Refused> {
    let connections = super::connections::connections(db, flags)?;
    let imported = connections.import(store, file, mode).await?;
    if mode != Mode::DryRun && (imported.rejected == 0 || mode == Mode::KeepGood) {
        super::connections::print(&connections.report(store, false).await?);
    }
    Ok(imported)
}

/// On a terminal only: elsewhere it draws nothing.
fn progress() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} rows {eta}");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
