//! The packs that are part of the program: `prompts/`, the base of everything.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use rust_embed::RustEmbed;

use super::files::Files;
use super::{Flaws, Pack, Source};

/// A debug build reads the folder itself.
#[derive(RustEmbed)]
#[folder = "prompts/"]
struct Prompts;

/// The pack that answers for everything that no other does.
pub(super) const GENERAL: &str = "general";

/// The program's own packs by their ids.
pub fn built_in() -> &'static BTreeMap<String, Arc<Pack>> {
    static PACKS: LazyLock<BTreeMap<String, Arc<Pack>>> = LazyLock::new(|| {
        #[expect(clippy::expect_used, reason = "the files are part of the program, and a test reads all of them")]
        let packs = read().expect("prompts/");
        packs
    });
    &PACKS
}

fn read() -> Result<BTreeMap<String, Arc<Pack>>, Flaws> {
    let mut folders: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for path in Prompts::iter() {
        let Some((folder, name)) = path.split_once('/') else { continue };
        let Some(file) = Prompts::get(&path).filter(|_| !Files::lies_beside(name)) else { continue };
        let text = String::from_utf8_lossy(&file.data).into_owned();
        folders.entry(folder.to_owned()).or_default().insert(name.to_owned(), text);
    }
    let packs = folders.into_iter().filter(|(_, files)| files.contains_key(super::manifest::FILE));
    packs
        .map(|(folder, files)| {
            let pack = Files::new(files).and_then(|files| Pack::parse(files, Source::BuiltIn));
            let pack = pack.map_err(|flaws| in_folder(&folder, flaws))?;
            Ok((pack.id().to_owned(), Arc::new(pack)))
        })
        .collect()
}

/// Mistakes with the folder before the file's name.
pub(super) fn in_folder(folder: &str, mut flaws: Flaws) -> Flaws {
    for flaw in &mut flaws.0 {
        flaw.file = format!("{folder}/{}", flaw.file);
    }
    flaws
}
