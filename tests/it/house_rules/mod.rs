//! The rules of the house that a machine can keep. Each rule reads the files as text and returns its complaints; its
//! own tests feed it a small wrong tree, to prove that it can complain.

mod reading_order;
mod rooms;
mod shape;
mod source;

use std::fs;
use std::path::{Path, PathBuf};

use source::SourceFile;

#[test]
fn modules_import_only_from_those_above_them() {
    keeps(reading_order::complaints);
}

#[test]
fn sql_lives_in_db() {
    keeps(rooms::sql_outside_db);
}

#[test]
fn settings_are_read_in_config() {
    keeps(rooms::environment_outside_config);
}

#[test]
fn http_and_sockets_live_at_the_front_door() {
    keeps(rooms::http_outside_the_front_door);
}

#[test]
fn the_models_api_lives_in_one_room() {
    keeps(rooms::model_api_outside_its_room);
}

#[test]
fn no_file_is_long() {
    keeps(shape::long_files);
}

#[test]
fn every_name_says_something() {
    keeps(shape::empty_names);
}

fn keeps(rule: fn(&[SourceFile]) -> Vec<String>) {
    let files = our_files();
    assert!(files.len() > 10, "the files were not found");
    let complaints = rule(&files);
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// What we wrote: the Rust sources, their tests and the pages.
fn our_files() -> Vec<SourceFile> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "tests", "benches", "web"] {
        collect(top, &top.join(folder), &mut files);
    }
    files
}

fn collect(top: &Path, folder: &Path, files: &mut Vec<SourceFile>) {
    // A folder that is not there holds no files.
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().and_then(|name| name.to_str()).expect("names are UTF-8");
        if path.is_dir() {
            if !matches!(name, "node_modules" | "dist") {
                collect(top, &path, files);
            }
        } else if [".rs", ".ts", ".tsx", ".mjs"].iter().any(|ending| name.ends_with(ending)) {
            let text = fs::read_to_string(&path).expect("sources are UTF-8");
            let path = path.strip_prefix(top).expect("it is below").to_str().expect("paths are UTF-8").to_owned();
            files.push(SourceFile { path, text });
        }
    }
}

/// A made-up tree for the rules' own tests.
fn tree(files: &[(&str, &str)]) -> Vec<SourceFile> {
    files.iter().map(|(path, text)| SourceFile { path: (*path).into(), text: (*text).into() }).collect()
}
