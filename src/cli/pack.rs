//! `xiaoer pack`.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::{Refused, open};
use crate::assistant::Rehearsing;
use crate::clock::Clock;
use crate::config::Flags;
use crate::packs::publishing::{self, Refusal};
use crate::packs::{Files, Flaws, Pack, Report, Shelf, Source, rehearse};

/// Who publishes, where no person signed in.
const BY: &str = "command line";

/// Prompt packs
#[derive(Subcommand)]
pub(super) enum PackCommand {
    /// Check a pack's folder, or each pack in a folder of them
    ///
    /// Every mistake is named with file, line and column.
    Check { dir: PathBuf },
    /// Play a pack's own sample conversations, on the data of their files alone
    ///
    /// Every expectation that does not hold is named with its case and turn.
    Test { dir: PathBuf },
    /// Check a pack, play its conversations and put it in force as a new version
    ///
    /// The same files again change nothing. A running server uses it from the next answer on.
    Publish {
        dir: PathBuf,
        /// The store that uses it
        #[arg(long, value_name = "ID")]
        store: String,
    },
    /// Put in force what was before: one version back
    Rollback {
        /// The store that uses it
        #[arg(long, value_name = "ID")]
        store: String,
        /// The pack; without it, the one that was put in force last
        #[arg(long, value_name = "ID")]
        pack: Option<String>,
    },
}

impl PackCommand {
    pub(super) async fn run(self, flags: &Flags) -> Result<(), Refused> {
        match self {
            Self::Check { dir } => check(&dir),
            Self::Test { dir } => test(&dir).await,
            Self::Publish { dir, store } => publish(flags, &dir, store).await,
            Self::Rollback { store, pack } => roll_back(flags, store, pack.as_deref()).await,
        }
    }
}

fn check(dir: &Path) -> Result<(), Refused> {
    let mut refused = Vec::new();
    for folder in pack_folders(dir)? {
        let pack = Files::read(&folder).and_then(|files| Pack::parse(files, Source::Folder));
        match pack {
            Ok(pack) => {
                let (id, hash) = (pack.id(), pack.version.hash.get(..12).unwrap_or_default());
                let (knows, cases) = (pack.knowledge.len(), pack.cases.len());
                println!("{}: {id} is good ({hash}, {knows} answers, {cases} cases)", folder.display());
            }
            Err(flaws) => refused.extend(lines(&folder, &flaws)),
        }
    }
    if refused.is_empty() { Ok(()) } else { Err(Refused(refused)) }
}

async fn test(dir: &Path) -> Result<(), Refused> {
    let (rehearsing, mut passed, mut refused) = (Rehearsing::default(), 0, Vec::new());
    for folder in pack_folders(dir)? {
        let pack = match Files::read(&folder).and_then(|files| Pack::parse(files, Source::Folder)) {
            Ok(pack) => pack,
            Err(flaws) => {
                refused.extend(lines(&folder, &flaws));
                continue;
            }
        };
        let report = rehearse(&pack, &rehearsing).await?;
        passed += report.cases;
        refused.extend(failures(&report));
    }
    if !refused.is_empty() {
        return Err(Refused(refused));
    }
    println!("{passed} cases passed");
    Ok(())
}

fn failures(report: &Report) -> Vec<String> {
    report.failures.iter().map(|f| format!("{}, {}: {}", f.case, f.turn, f.why)).collect()
}

/// The folder itself, or where it is no pack, those in it that are.
fn pack_folders(dir: &Path) -> Result<Vec<PathBuf>, Refused> {
    let entries = dir.read_dir().map_err(|error| format!("{}: {error}", dir.display()))?;
    let is_pack = |path: &Path| path.join("pack.toml").is_file();
    if is_pack(dir) {
        return Ok(vec![dir.into()]);
    }
    let mut inside: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).filter(|p| is_pack(p)).collect();
    inside.sort();
    if inside.is_empty() {
        inside.push(dir.into()); // To be told what is missing.
    }
    Ok(inside)
}

fn lines(folder: &Path, flaws: &Flaws) -> Vec<String> {
    flaws.0.iter().map(|flaw| folder.join(flaw.to_string()).display().to_string()).collect()
}

async fn publish(flags: &Flags, dir: &Path, store: String) -> Result<(), Refused> {
    let files = Files::read(dir).map_err(|flaws| Refused(lines(dir, &flaws)))?;
    let db = open(flags).await?;
    let store = store.into();
    let general = Shelf::new(db.clone(), None).general(&store).await?;
    let rehearsing = Rehearsing::new(general);
    let done = publishing::publish(&db, Clock::system().now(), (&store, None), BY, files, Some(&rehearsing)).await;
    db.close().await;
    let published = done.map_err(|refusal| match refusal {
        Refusal::Broken(flaws) => Refused(lines(dir, &flaws)),
        Refusal::Failed(report) => Refused(failures(&report)),
        Refusal::Other(error) => error.into(),
    })?;
    let hash = published.hash.get(..12).unwrap_or_default();
    let what = if published.changed { "is in force now" } else { "was in force already" };
    println!("{} version {} ({hash}) {what}", published.pack, published.number);
    Ok(())
}

async fn roll_back(flags: &Flags, store: String, pack: Option<&str>) -> Result<(), Refused> {
    let db = open(flags).await?;
    let done = publishing::roll_back(&db, Clock::system().now(), &store.into(), pack, BY).await;
    db.close().await;
    let back = done?;
    match back.number {
        0 => println!("{}: none of the store's own versions is in force now, but the built-in one", back.pack),
        number => println!("{} version {number} is in force again", back.pack),
    }
    Ok(())
}
