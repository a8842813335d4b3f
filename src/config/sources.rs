//! Where settings come from: flags, then the environment, then `xiaoer.toml`.

use std::collections::BTreeMap;
use std::fmt;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use toml::Spanned;

use super::settings::{Kind, SETTINGS, Setting};

/// The file that is read in the working folder.
pub const FILE: &str = "xiaoer.toml";

/// What the command line says, by key.
#[derive(Debug, Clone, Default)]
pub struct Flags(BTreeMap<&'static str, String>);

impl Flags {
    /// Sets one, as the command line would.
    pub fn set(&mut self, key: &'static str, value: impl Into<String>) {
        self.0.insert(key, value.into());
    }

    /// Both together; `other` wins.
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}

/// Flags that every command takes.
#[derive(Debug, Clone, Default)]
pub struct PlaceFlags(pub Flags);

/// Flags that only the server takes.
#[derive(Debug, Clone, Default)]
pub struct ServerFlags(pub Flags);

fn augment(command: Command, belongs: fn(Kind) -> bool, global: bool) -> Command {
    SETTINGS.iter().filter(|s| belongs(s.kind)).fold(command, |command, setting| {
        let from = format!("{} [variable: {}]", setting.help, setting.env);
        let help = if setting.default.is_empty() { from } else { format!("{from} [default: {}]", setting.default) };
        let arg = Arg::new(setting.key)
            .long(setting.key.replace('_', "-"))
            .value_name(setting.key.to_uppercase())
            .help(help)
            .help_heading("Settings")
            .action(ArgAction::Set)
            .global(global);
        command.arg(match setting.kind {
            Kind::Switch => arg.num_args(0..=1).require_equals(true).default_missing_value("true"),
            _ => arg,
        })
    })
}

fn collect(matches: &ArgMatches, belongs: fn(Kind) -> bool) -> Flags {
    let given = SETTINGS.iter().filter(|s| belongs(s.kind));
    Flags(given.filter_map(|s| Some((s.key, matches.get_one::<String>(s.key)?.clone()))).collect())
}

macro_rules! flags {
    ($name:ident, $belongs:expr, $global:expr) => {
        impl Args for $name {
            fn augment_args(command: Command) -> Command {
                augment(command, $belongs, $global)
            }
            fn augment_args_for_update(command: Command) -> Command {
                augment(command, $belongs, $global)
            }
        }
        impl FromArgMatches for $name {
            fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
                Ok(Self(collect(matches, $belongs)))
            }
            fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
                self.0 = collect(matches, $belongs);
                Ok(())
            }
        }
    };
}
flags!(PlaceFlags, |kind| kind == Kind::Place, true);
flags!(ServerFlags, |kind| matches!(kind, Kind::Server | Kind::Switch), false);

/// A value as it was written, and where.
#[derive(Debug, Clone)]
pub struct Given {
    pub text: String,
    pub from: Whence,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whence {
    Flag(&'static str),
    Variable(&'static str),
    /// The line counts from 1.
    File(usize, &'static str),
    Default(&'static str),
}

impl fmt::Display for Whence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(key) => write!(f, "--{}", key.replace('_', "-")),
            Self::Variable(name) => f.write_str(name),
            Self::File(line, key) => write!(f, "{FILE}:{line} {key}"),
            Self::Default(key) => write!(f, "{key}"),
        }
    }
}

/// All sources, read.
pub struct Sources<'a> {
    flags: &'a Flags,
    env: &'a dyn Fn(&str) -> Option<String>,
    file: BTreeMap<String, (usize, String)>,
}

impl<'a> Sources<'a> {
    /// Reads the file's text. Problems with the file as a whole go to `problems`.
    pub fn read(
        flags: &'a Flags,
        env: &'a dyn Fn(&str) -> Option<String>,
        file: &str,
        problems: &mut Vec<String>,
    ) -> Self {
        let mut read = BTreeMap::new();
        match toml::from_str::<BTreeMap<Spanned<String>, Spanned<toml::Value>>>(file) {
            Ok(table) => {
                for (key, value) in table {
                    let line = line_of(file, key.span().start);
                    if !SETTINGS.iter().any(|s| s.key == key.get_ref()) {
                        problems.push(format!("{FILE}:{line} {}: there is no such setting", key.get_ref()));
                        continue;
                    }
                    match as_text(value.get_ref()) {
                        Some(text) => drop(read.insert(key.into_inner(), (line, text))),
                        None => problems.push(format!(
                            "{FILE}:{line} {}: a text, a number, true, false or a list of texts is needed",
                            key.get_ref()
                        )),
                    }
                }
            }
            Err(error) => {
                let line = error.span().map_or(1, |span| line_of(file, span.start));
                problems.push(format!("{FILE}:{line} {}", error.message()));
            }
        }
        Self { flags, env, file: read }
    }

    /// The environment, for what a file says stands in a variable.
    pub fn env(&self) -> &'a dyn Fn(&str) -> Option<String> {
        self.env
    }

    /// What a setting is; its default where nobody said anything. An empty variable says nothing.
    pub fn find(&self, setting: &'static Setting) -> Given {
        let Setting { key, env, default, .. } = setting;
        if let Some(text) = self.flags.0.get(key) {
            return Given { text: text.clone(), from: Whence::Flag(key) };
        }
        if let Some(text) = (self.env)(env).filter(|text| !text.is_empty()) {
            return Given { text, from: Whence::Variable(env) };
        }
        if let Some((line, text)) = self.file.get(*key) {
            return Given { text: text.clone(), from: Whence::File(*line, key) };
        }
        Given { text: (*default).into(), from: Whence::Default(key) }
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes().iter().take(offset).filter(|b| **b == b'\n').count() + 1
}

fn as_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(flag) => Some(flag.to_string()),
        toml::Value::Array(items) => Some(items.iter().map(as_text).collect::<Option<Vec<_>>>()?.join(",")),
        _ => None,
    }
}
