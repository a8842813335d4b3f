//! `XIAOER_PROMPTS_DIR`: a folder of packs, read again when it changes.
//!
//! It is looked at once a second by names, sizes and times, because that also works on network file systems and in
//! containers, where the system's notices do not arrive.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use tokio_util::sync::CancellationToken;

use super::built_in::in_folder;
use super::files::{Files, MAX_FILES, is_word};
use super::flaw::Flaw;
use super::{Flaws, Pack, Source};

/// How often it is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// Packs in one folder.
const MAX_PACKS: usize = 100;

/// The watched folder. A pack that is broken keeps its last good version; one whose folder is gone is gone.
pub struct Folder {
    path: PathBuf,
    held: RwLock<BTreeMap<String, Held>>,
}

/// One pack's folder.
#[derive(Clone, Default)]
struct Held {
    seen: Seen,
    good: Option<Arc<Pack>>,
    /// What is wrong with the files as they are.
    flaws: Flaws,
}

/// Names, sizes and times of a pack's files.
type Seen = Vec<(String, u64, Option<SystemTime>)>;

impl Folder {
    /// Reads all packs. Broken ones are logged, and stay away until they are mended.
    pub fn open(path: &Path) -> Self {
        let folder = Self { path: path.into(), held: RwLock::default() };
        folder.look();
        folder
    }

    /// Looks once a second until `stop`.
    pub async fn watch(self: Arc<Self>, stop: CancellationToken) {
        while stop.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_some() {
            let folder = Arc::clone(&self);
            // Reading files must not hold up sockets.
            if tokio::task::spawn_blocking(move || folder.look()).await.is_err() {
                tracing::error!("Looking at the folder of packs ended early");
            }
        }
    }

    /// The packs in force.
    pub fn packs(&self) -> BTreeMap<String, Arc<Pack>> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.iter().filter_map(|(id, held)| Some((id.clone(), Arc::clone(held.good.as_ref()?)))).collect()
    }

    /// What is wrong with a pack's files as they are; empty where they are in force.
    pub fn flaws(&self, pack: &str) -> Flaws {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.get(pack).map(|held| held.flaws.clone()).unwrap_or_default()
    }

    /// Reads again what has changed.
    pub(super) fn look(&self) {
        let Ok(entries) = self.path.read_dir() else {
            // A folder that is not there for a moment takes nothing away.
            tracing::warn!(folder = %self.path.display(), "The folder of packs cannot be read; what was read stays");
            return;
        };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let names: Vec<String> = names.filter(|name| is_word(name)).take(MAX_PACKS).collect();
        let before = self.held.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut now = BTreeMap::new();
        for name in names {
            let path = self.path.join(&name);
            if !path.join(super::manifest::FILE).is_file() && !before.contains_key(&name) {
                continue;
            }
            let seen = see(&path);
            let held = before.get(&name).cloned().unwrap_or_default();
            let held = if held.seen == seen { held } else { read(&name, &path, seen, held.good) };
            now.insert(name, held);
        }
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = now;
    }
}

fn see(folder: &Path) -> Seen {
    let mut seen = Seen::new();
    for inside in ["", "knowledge", "cases"] {
        let Ok(entries) = folder.join(inside).read_dir() else { continue };
        for entry in entries.take(10 * MAX_FILES).flatten() {
            let Ok(kind) = entry.path().symlink_metadata() else { continue };
            if !kind.is_dir() {
                let name = format!("{inside}/{}", entry.file_name().to_string_lossy());
                seen.push((name, kind.len(), kind.modified().ok()));
            }
        }
    }
    seen.sort();
    seen
}

fn read(name: &str, path: &Path, seen: Seen, last_good: Option<Arc<Pack>>) -> Held {
    let pack = Files::read(path).and_then(|files| Pack::parse(files, Source::Folder));
    let pack = pack.and_then(|pack| {
        let id = pack.id().to_owned();
        let why = || format!("its id is {id}, and its folder is {name}; they must be the same");
        if id == name { Ok(pack) } else { Err(Flaw::of_file(super::manifest::FILE, why()).into()) }
    });
    match pack {
        Ok(pack) => {
            tracing::info!(version = %pack.version, "A pack was read from its folder");
            Held { seen, good: Some(Arc::new(pack)), flaws: Flaws::default() }
        }
        Err(flaws) => {
            let flaws = in_folder(name, flaws);
            let stays = last_good.as_ref().map_or_else(|| "none".into(), |pack| pack.version.to_string());
            for flaw in &flaws.0 {
                tracing::error!(%stays, "A pack in the folder is broken: {flaw}");
            }
            Held { seen, good: last_good, flaws }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::packs::built_in;

    fn write(folder: &Path, id: &str) {
        for (name, text) in BTreeMap::from(built_in()["general"].files.clone()) {
            let path = folder.join(id).join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text.replace("id = \"general\"", &format!("id = \"{id}\""))).unwrap();
        }
    }

    #[test]
    fn a_broken_pack_never_replaces_a_working_one() {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), "general");
        let folder = Folder::open(root.path());
        let first = folder.packs()["general"].version.clone();
        assert_eq!(first.source, Source::Folder);
        assert_eq!(first.hash, built_in()["general"].version.hash, "the same words have the same hash");

        let system = root.path().join("general/system.md");
        let text = fs::read_to_string(&system).unwrap();
        fs::write(&system, text.replace("{{ store }}", "{{ stroe }}")).unwrap();
        folder.look();
        assert_eq!(folder.packs()["general"].version, first);
        assert!(folder.flaws("general").to_string().starts_with("general/system.md:1:9: there is no stroe"));

        fs::write(&system, format!("{text}\n多说一句。\n")).unwrap();
        folder.look();
        assert_ne!(folder.packs()["general"].version, first);
        assert!(folder.flaws("general").0.is_empty());

        write(root.path(), "second");
        fs::write(root.path().join("second/pack.toml"), "x").unwrap();
        fs::rename(root.path().join("general"), root.path().join("other")).unwrap();
        folder.look();
        assert!(folder.packs().is_empty(), "gone is gone, and broken from the start was never there");
        assert!(folder.flaws("other").to_string().contains("its id is general, and its folder is other"));

        fs::rename(root.path().join("other"), root.path().join("general")).unwrap();
        folder.look();
        let held = folder.packs();
        fs::remove_dir_all(root.path()).unwrap();
        folder.look();
        assert_eq!(folder.packs().len(), held.len(), "a folder that cannot be read takes nothing away");
    }
}
