//! The list, and a check that it does not rot.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutant {
    /// What the mistake is, in a few words.
    pub name: String,
    /// The guarantee that it breaks.
    pub guarantee: String,
    /// The file, from the top of the project, and the text in it that `replace` takes the place of.
    pub file: PathBuf,
    pub find: String,
    pub replace: String,
    /// The tests that must fail, by a part of their names: of the library, or through the front door.
    pub test: String,
    #[serde(default)]
    pub engine: Engine,
    /// How long those tests may take; hanging is failing.
    #[serde(default = "two_minutes")]
    pub seconds: u32,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    #[default]
    Sqlite,
    Postgres,
}

impl Engine {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

impl Mutant {
    /// The file's text with the mistake in it.
    pub fn apply(&self, text: &str) -> Result<String, String> {
        match text.matches(&self.find).count() {
            1 => Ok(text.replacen(&self.find, &self.replace, 1)),
            count => Err(format!("{}: its text is {count} times in {}, not once", self.name, self.file.display())),
        }
    }
}

pub fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn mutants() -> Vec<Mutant> {
    #[derive(Deserialize)]
    struct List {
        mutant: Vec<Mutant>,
    }
    let list = std::fs::read_to_string(top().join("tests/mutants/mutants.toml")).expect("the list is there");
    toml::from_str::<List>(&list).expect("the list can be read").mutant
}

fn two_minutes() -> u32 {
    120
}

/// Whoever changes a line that a mutant changes moves the mutant along.
#[test]
fn every_mutant_still_applies() {
    let mutants = mutants();
    let complaints: Vec<String> = mutants
        .iter()
        .filter_map(|mutant| {
            let text = std::fs::read_to_string(top().join(&mutant.file)).unwrap_or_default();
            mutant.apply(&text).err()
        })
        .collect();
    assert!(complaints.is_empty(), "\n{}\nUpdate tests/mutants/mutants.toml.", complaints.join("\n"));
    let names: HashSet<&str> = mutants.iter().map(|mutant| mutant.name.as_str()).collect();
    assert_eq!(names.len(), mutants.len(), "two mutants have one name");
}

#[test]
fn a_mutant_replaces_exactly_one_place() {
    let mutant = Mutant {
        name: "m".into(),
        guarantee: "G1".into(),
        file: "f".into(),
        find: "right".into(),
        replace: "wrong".into(),
        test: "t".into(),
        engine: Engine::Sqlite,
        seconds: 1,
    };
    assert_eq!(mutant.apply("all right then").as_deref(), Ok("all wrong then"));
    assert!(mutant.apply("right, right").is_err());
    assert!(mutant.apply("left").is_err());
}
