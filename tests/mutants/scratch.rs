//! A copy of the project that may be spoiled, under `target/mutants`. It has a target folder of its own, so that a
//! program with a mistake in it never lies where the right one is looked for.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output};

use super::list::{Engine, top};

pub struct Scratch {
    tree: PathBuf,
    target: PathBuf,
}

impl Scratch {
    /// Brings the copy up to date.
    pub fn renewed() -> Self {
        let ours = top().join("target");
        let scratch = Self { tree: ours.join("mutants/tree"), target: ours.join("mutants/target") };
        for file in ["Cargo.toml", "Cargo.lock", "build.rs"] {
            write_if_changed(&scratch.tree.join(file), &fs::read(top().join(file)).expect("it can be read"));
        }
        for folder in ["src", "tests", "migrations", "prompts", "benches"] {
            copy(&top().join(folder), &scratch.tree.join(folder));
        }
        let pages = scratch.tree.join("web");
        if top().join("web").exists() && !pages.exists() {
            std::os::unix::fs::symlink(top().join("web"), &pages).expect("the pages can be linked");
        }
        scratch.take_over_built_dependencies(&ours);
        scratch
    }

    pub fn read(&self, file: &Path) -> String {
        fs::read_to_string(self.tree.join(file)).expect("a mutant's file can be read")
    }

    pub fn write(&self, file: &Path, text: &str) {
        write_if_changed(&self.tree.join(file), text.as_bytes());
    }

    /// Whether the tests compile.
    pub fn build(&self) -> ExitStatus {
        let mut command = self.in_tree(env!("CARGO"));
        command.args(["test", "--locked", "--quiet", "--lib", "--test", "it", "--no-run"]).status().expect("cargo runs")
    }

    /// Runs the tests whose name contains `filter`, of the library and through the front door. Nothing of them is left after `seconds`.
    pub fn test(&self, filter: &str, engine: Engine, seconds: u32) -> Output {
        let mut command = self.in_tree("timeout");
        command.args(["--kill-after=5", &seconds.to_string(), env!("CARGO")]);
        command.args(["test", "--locked", "--lib", "--test", "it", filter]);
        command.env("XIAOER_TEST_ENGINE", engine.name()).env("RUST_BACKTRACE", "0");
        command.output().expect("the tests can be started (coreutils' timeout)")
    }

    fn in_tree(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.tree);
        // What cargo told us about ourselves would make it build dependencies anew that look at such variables.
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name == "OUT_DIR" || (name.starts_with("CARGO_") && name != "CARGO_HOME") {
                command.env_remove(name);
            }
        }
        command.env("CARGO_TARGET_DIR", &self.target);
        command
    }

    /// The dependencies have been built once; that takes minutes.
    fn take_over_built_dependencies(&self, ours: &Path) {
        if self.target.exists() {
            return;
        }
        fs::create_dir_all(self.target.join("debug")).expect("a folder can be made");
        for part in ["deps", "build", ".fingerprint"] {
            // With times and modes: cargo goes by them.
            let mut copy = Command::new("cp");
            copy.arg("-a").arg(ours.join("debug").join(part)).arg(self.target.join("debug"));
            assert!(copy.status().expect("cp runs").success(), "the dependencies could not be copied");
        }
    }
}

/// Copies what differs, so that cargo sees an old time on what does not, and removes what is gone.
fn copy(from: &Path, to: &Path) {
    let Ok(entries) = fs::read_dir(from) else { return };
    fs::create_dir_all(to).expect("a folder can be made");
    let mut names: HashSet<OsString> = HashSet::new();
    for entry in entries {
        let entry = entry.expect("the folder can be listed");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            write_if_changed(&target, &fs::read(entry.path()).expect("it can be read"));
        }
        names.insert(entry.file_name());
    }
    for old in fs::read_dir(to).expect("it was made").flatten().filter(|old| !names.contains(&old.file_name())) {
        let removed = if old.path().is_dir() { fs::remove_dir_all(old.path()) } else { fs::remove_file(old.path()) };
        removed.expect("an old copy can go");
    }
}

fn write_if_changed(file: &Path, bytes: &[u8]) {
    if fs::read(file).is_ok_and(|old| old == bytes) {
        return;
    }
    fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("a folder can be made");
    fs::write(file, bytes).expect("the copy can be written");
}
