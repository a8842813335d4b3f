//! A pack's files: names and texts, bounded, in one order.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::flaw::{Flaw, Flaws};
use crate::locale::Locale;

/// Bytes of one file.
pub const MAX_FILE: usize = 256 * 1024;
/// Bytes of all files together.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;
/// Files of one pack.
pub const MAX_FILES: usize = 200;

/// Names and texts, each within its bounds and each with a name that a pack may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, String>", into = "BTreeMap<String, String>")]
pub struct Files(BTreeMap<String, String>);

/// What a file is for, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// `pack.toml`
    Manifest,
    /// `system.md`
    System,
    /// `replies.<locale>.toml`
    Replies(Locale),
    /// `knowledge/<topic>.md`, or `knowledge/<topic>.<locale>.md`
    Knowledge { topic: String, locale: Option<Locale> },
    /// `cases/<topic>.toml`
    Cases,
}

impl Files {
    /// Takes names with texts. Line ends become `\n`, so that the same words are the same version on every system.
    pub fn new(files: BTreeMap<String, String>) -> Result<Self, Flaws> {
        let mut flaws = Flaws::default();
        if files.len() > MAX_FILES {
            flaws.0.push(Flaw::of_file("pack.toml", format!("a pack has at most {MAX_FILES} files")));
        }
        if files.values().map(String::len).sum::<usize>() > MAX_BYTES {
            flaws.0.push(Flaw::of_file("pack.toml", format!("a pack has at most {MAX_BYTES} bytes")));
        }
        let mut kept = BTreeMap::new();
        for (name, text) in files {
            flaws.take(Role::of(&name).map_err(|why| Flaw::of_file(&shown(&name), why)));
            if text.len() > MAX_FILE {
                flaws.0.push(Flaw::of_file(&shown(&name), format!("a file has at most {MAX_FILE} bytes")));
                continue;
            }
            if let Some(at) = text.find('\0') {
                flaws.0.push(Flaw::at(&shown(&name), &text, at, "this is no text"));
            }
            kept.insert(name, text.trim_start_matches('\u{feff}').replace("\r\n", "\n"));
        }
        flaws.or(Self(kept))
    }

    /// Reads a folder. Follows no symbolic link, and reads no more of a file than it may have.
    pub fn read(folder: &Path) -> Result<Self, Flaws> {
        let mut files = BTreeMap::new();
        let mut flaws = Flaws::default();
        let mut left = MAX_BYTES;
        for (inside, prefix) in [("", ""), ("knowledge", "knowledge/"), ("cases", "cases/")] {
            let path = folder.join(inside);
            let Ok(kind) = path.symlink_metadata() else { continue };
            if !inside.is_empty() && !kind.is_dir() {
                continue; // Named by the list above it.
            }
            let Some(names) = flaws.take(names_in(&path).map_err(|e| Flaw::of_file(prefix, e.to_string()))) else {
                continue;
            };
            for name in names {
                let (path, name) = (path.join(&name), format!("{prefix}{name}"));
                match read_one(&path, &name, left) {
                    Ok(Some(text)) => {
                        left = left.saturating_sub(text.len());
                        files.insert(name, text);
                    }
                    Ok(None) => {}
                    Err(flaw) => flaws.0.push(flaw),
                }
                if files.len() > MAX_FILES {
                    break;
                }
            }
        }
        if files.is_empty() && flaws.0.is_empty() {
            flaws.0.push(Flaw::of_file("pack.toml", "there is no pack in this folder"));
        }
        flaws.or(files).and_then(Self::new)
    }

    /// SHA-256 over names and texts, hex: the same files have the same hash wherever they are.
    pub fn hash(&self) -> String {
        let mut sha = Sha256::new();
        for (name, text) in &self.0 {
            for part in [name, text] {
                sha.update((part.len() as u64).to_be_bytes());
                sha.update(part.as_bytes());
            }
        }
        sha.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether a file may stand beside a pack and is no part of it: hidden files, notes, the program's own lines.
    pub(super) fn lies_beside(name: &str) -> bool {
        let base = name.rsplit('/').next().unwrap_or(name);
        base.starts_with('.') || base == "README.md" || is_programs_own(name)
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Every file with what it is for, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Role, &str)> {
        self.0.iter().filter_map(|(name, text)| Some((name.as_str(), Role::of(name).ok()?, text.as_str())))
    }
}

impl TryFrom<BTreeMap<String, String>> for Files {
    type Error = Flaws;

    fn try_from(files: BTreeMap<String, String>) -> Result<Self, Flaws> {
        Self::new(files)
    }
}

impl From<Files> for BTreeMap<String, String> {
    fn from(files: Files) -> Self {
        files.0
    }
}

impl Role {
    /// A closed list: no path can lead out of the pack, because no such name is on it.
    pub fn of(name: &str) -> Result<Self, String> {
        match name {
            "pack.toml" => return Ok(Self::Manifest),
            "system.md" => return Ok(Self::System),
            _ => {}
        }
        if let Some(tag) = name.strip_prefix("replies.").and_then(|rest| rest.strip_suffix(".toml")) {
            return locale(tag).map(Self::Replies);
        }
        if let Some(stem) = name.strip_prefix("knowledge/").and_then(|rest| rest.strip_suffix(".md")) {
            let (topic, tag) = stem.split_once('.').map_or((stem, None), |(topic, tag)| (topic, Some(tag)));
            if is_word(topic) {
                return Ok(Self::Knowledge { topic: topic.into(), locale: tag.map(locale).transpose()? });
            }
        }
        if let Some(topic) = name.strip_prefix("cases/").and_then(|rest| rest.strip_suffix(".toml"))
            && is_word(topic)
        {
            return Ok(Self::Cases);
        }
        Err("a pack has no such file; it has pack.toml, system.md, replies.LOCALE.toml, knowledge/NAME.md, \
             knowledge/NAME.LOCALE.md and cases/NAME.toml, where NAME has a-z, 0-9, - and _"
            .into())
    }
}

fn locale(tag: &str) -> Result<Locale, String> {
    let found = Locale::ALL.into_iter().find(|locale| locale.tag() == tag);
    found.ok_or_else(|| format!("{} is no locale here; zh-Hans, zh-Hant and en are", shown(tag)))
}

/// 1 to 60 of a-z, 0-9, - and _, the first one no sign.
pub(super) fn is_word(text: &str) -> bool {
    (1..=60).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
        && text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric())
}

/// A name as it may be shown: it came from outside.
fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(100).collect()
}

fn names_in(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in folder.read_dir()?.take(10 * MAX_FILES) {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// One file's text; nothing for what only lies beside a pack.
fn read_one(path: &Path, name: &str, left: usize) -> Result<Option<String>, Flaw> {
    if Files::lies_beside(name) {
        return Ok(None);
    }
    let refuse = |why: String| Flaw::of_file(&shown(name), why);
    let kind = path.symlink_metadata().map_err(|e| refuse(e.to_string()))?;
    if kind.is_symlink() {
        return Err(refuse("a symbolic link; a pack holds its files itself".into()));
    }
    if kind.is_dir() && matches!(name, "knowledge" | "cases") {
        return Ok(None);
    }
    Role::of(name).map_err(refuse)?;
    if !kind.is_file() {
        return Err(refuse("this is no file".into()));
    }
    if kind.len() > MAX_FILE as u64 {
        return Err(refuse(format!("a file has at most {MAX_FILE} bytes")));
    }
    if kind.len() > left as u64 {
        return Err(refuse(format!("a pack has at most {MAX_BYTES} bytes")));
    }
    let bytes = std::fs::read(path).map_err(|e| refuse(e.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|e| {
        let good = e.utf8_error().valid_up_to();
        Flaw::at(&shown(name), &String::from_utf8_lossy(e.as_bytes()), good, "this is not UTF-8")
    })?;
    Ok(Some(text))
}

/// `lines.en.toml` and its like, which belong to the program's rooms and stand beside the general pack.
fn is_programs_own(name: &str) -> bool {
    let Some((room, tag)) = name.strip_suffix(".toml").and_then(|stem| stem.split_once('.')) else { return false };
    is_word(room) && room != "replies" && room != "pack" && locale(tag).is_ok()
}

#[cfg(test)]
#[path = "files_tests.rs"]
mod tests;
