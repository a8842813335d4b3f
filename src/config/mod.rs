//! Settings, in one struct that is complete and checked before anything starts.
//!
//! The only place that reads the environment. Rooms never see a [`Config`]; they get values.

mod models;
mod settings;
mod sources;

pub use settings::{Kind, SETTINGS, Setting};
pub use sources::{Flags, PlaceFlags, ServerFlags};

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use sources::{FILE, Given, Sources, Whence};

use crate::spending::Prices;

/// A key or password: it never prints.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

/// Every setting, checked.
#[derive(Debug, Clone)]
pub struct Config {
    pub data_dir: PathBuf,
    /// `postgres://…`, or the path of a SQLite file. It may hold a password.
    pub database_url: Secret,
    pub listen: SocketAddr,
    /// Scheme, host and port under which browsers reach the server, without a slash at the end.
    pub public_url: Option<String>,
    pub trusted_proxies: Vec<IpNet>,
    pub max_connections: usize,
    pub sockets_per_ip: usize,
    pub frames_per_second: u32,
    pub visitors_per_minute: u32,
    pub header_timeout: Duration,
    pub drain: Duration,
    pub log_format: LogFormat,
    pub log: String,
    /// Whether an empty database gets the store `demo`.
    pub demo: bool,
    pub prompts_dir: Option<PathBuf>,
    /// In the order in which they are asked. Empty: the built-in assistant answers alone.
    pub llms: Vec<Llm>,
    pub llm_prices: Prices,
    /// Answers that models may write at once,
    pub llm_at_once: usize,
    /// of these, for one store,
    pub llm_at_once_per_store: usize,
    /// and requests of one store that may wait.
    pub llm_waiting_per_store: usize,
    pub tool_networks: Vec<IpNet>,
    /// Absent: the one in the data folder.
    pub secret: Option<Secret>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// An OpenAI-compatible endpoint.
#[derive(Debug, Clone)]
pub struct Llm {
    pub api_key: Option<Secret>,
    /// Up to and with `/v1`, without a slash at the end.
    pub base_url: String,
    pub model: String,
    /// What we call it; the same, but for further models that are given another name.
    pub name: String,
    pub connect_timeout: Duration,
    /// From sending a request to the first byte of its answer.
    pub first_byte_timeout: Duration,
    /// Between two packets of an answer.
    pub idle_timeout: Duration,
}

/// What is wrong with the settings, one line a problem. No line holds a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<String>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for Problems {}

/// Where the data are: all that most commands need to know.
#[derive(Debug, Clone)]
pub struct Place {
    pub data_dir: PathBuf,
    pub database_url: Secret,
}

/// What is needed to talk to merchants' own servers, besides the [`Place`].
#[derive(Debug, Clone)]
pub struct Tools {
    /// Private networks that may be reached.
    pub networks: Vec<IpNet>,
    /// Absent: the one in the data folder.
    pub secret: Option<Secret>,
}

impl Tools {
    /// Like [`Place::read`].
    pub fn read(flags: &Flags) -> Result<Self, Problems> {
        let file = file()?;
        let mut problems = Vec::new();
        let sources = Sources::read(flags, &variable, &file, &mut problems);
        let mut check = Check { sources, problems };
        let tools = Self { networks: check.networks("tool_networks"), secret: check.secret() };
        if check.problems.is_empty() { Ok(tools) } else { Err(Problems(check.problems)) }
    }
}

impl Place {
    /// Like [`Config::read`], but what only the server needs is not checked.
    pub fn read(flags: &Flags) -> Result<Self, Problems> {
        let file = file()?;
        let mut problems = Vec::new();
        let sources = Sources::read(flags, &variable, &file, &mut problems);
        let mut check = Check { sources, problems };
        let place = check.place();
        if check.problems.is_empty() { Ok(place) } else { Err(Problems(check.problems)) }
    }
}

impl Config {
    /// Reads and checks all settings: these flags, the process's environment, the working folder's `xiaoer.toml`.
    pub fn read(flags: &Flags) -> Result<Self, Problems> {
        Self::from(flags, &variable, &file()?)
    }

    /// The same from given sources.
    pub fn from(flags: &Flags, env: &dyn Fn(&str) -> Option<String>, file: &str) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let sources = Sources::read(flags, env, file, &mut problems);
        let mut check = Check { sources, problems };

        let Place { data_dir, database_url } = check.place();
        let listen = check.listen();
        let public_url = check.text("public_url").and_then(|url| {
            let origin = origin_of(&url);
            if origin.is_none() {
                check.problem("public_url", "https://HOST or http://HOST:PORT is needed, without a path");
            }
            origin
        });
        let behind_proxy = check.parse("behind_proxy", "true or false").unwrap_or(false);
        if !listen.ip().is_loopback() && public_url.is_none() && !behind_proxy {
            check.problem(
                "listen",
                "the world can reach this address, and passwords would cross it in the clear. Put a proxy with TLS in \
                 front and set XIAOER_PUBLIC_URL to its address (or --behind-proxy), or listen on 127.0.0.1",
            );
        }
        let (llms, llm_prices) = check.llms(&data_dir);
        let secret = check.secret();
        let prompts_dir = check.text("prompts_dir").map(PathBuf::from);
        if prompts_dir.as_ref().is_some_and(|dir| !dir.is_dir()) {
            check.problem("prompts_dir", "there is no such folder");
        }
        if check.text("nats_url").is_some() {
            check.problem("nats_url", "this version runs as one node; leave it out");
        }
        let log_format = match check.given("log_format").text.as_str() {
            "json" => LogFormat::Json,
            "text" => LogFormat::Text,
            _ => {
                check.problem("log_format", "text or json is needed");
                LogFormat::Text
            }
        };
        let config = Self {
            data_dir,
            database_url,
            listen,
            public_url,
            trusted_proxies: check.networks("trusted_proxies"),
            max_connections: check.number("max_connections", 1, 1_000_000) as usize,
            sockets_per_ip: check.number("sockets_per_ip", 1, 1_000_000) as usize,
            frames_per_second: check.number("frames_per_second", 1, 1_000_000) as u32,
            visitors_per_minute: check.number("visitors_per_minute", 1, 1_000_000) as u32,
            header_timeout: Duration::from_millis(check.number("header_timeout_ms", 100, 60_000)),
            drain: Duration::from_secs(check.number("drain_s", 0, 12)),
            log_format,
            log: check.given("log").text,
            demo: !check.parse("no_demo", "true or false").unwrap_or(false),
            prompts_dir,
            llms,
            llm_prices,
            llm_at_once: check.number("llm_at_once", 1, 10_000) as usize,
            llm_at_once_per_store: check.number("llm_at_once_per_store", 1, 10_000) as usize,
            llm_waiting_per_store: check.number("llm_waiting_per_store", 0, 100_000) as usize,
            tool_networks: check.networks("tool_networks"),
            secret,
        };
        if check.problems.is_empty() { Ok(config) } else { Err(Problems(check.problems)) }
    }

    /// Whether browsers reach this server by TLS.
    pub fn is_secure(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.starts_with("https://"))
    }
}

fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
    std::env::var(name).ok()
}

fn file() -> Result<String, Problems> {
    match std::fs::read_to_string(FILE) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(Problems(vec![format!("{FILE}: {error}")])),
    }
}

struct Check<'a> {
    sources: Sources<'a>,
    problems: Vec<String>,
}

impl Check<'_> {
    fn given(&self, key: &'static str) -> Given {
        match SETTINGS.iter().find(|s| s.key == key) {
            Some(setting) => self.sources.find(setting),
            None => Given { text: String::new(), from: Whence::Default(key) },
        }
    }

    fn text(&self, key: &'static str) -> Option<String> {
        Some(self.given(key).text).filter(|text| !text.is_empty())
    }

    /// Names where a setting came from, never what it is.
    fn problem(&mut self, key: &'static str, what: &str) {
        let from = self.given(key).from;
        self.problems.push(format!("{from}: {what}"));
    }

    fn parse<T: FromStr>(&mut self, key: &'static str, needed: &str) -> Option<T> {
        let parsed = self.given(key).text.parse().ok();
        if parsed.is_none() {
            self.problem(key, &format!("{needed} is needed"));
        }
        parsed
    }

    fn number(&mut self, key: &'static str, least: u64, most: u64) -> u64 {
        match self.given(key).text.parse() {
            Ok(number) if (least..=most).contains(&number) => number,
            _ => {
                self.problem(key, &format!("a number from {least} to {most} is needed"));
                least
            }
        }
    }

    fn place(&mut self) -> Place {
        let data_dir = PathBuf::from(self.given("data_dir").text);
        let url =
            self.text("database_url").unwrap_or_else(|| data_dir.join("xiaoer.db").to_string_lossy().into_owned());
        let known = ["postgres://", "postgresql://", "sqlite://"].iter().any(|scheme| url.starts_with(scheme));
        if url.contains("://") && !known {
            self.problem("database_url", "postgres://…, or the path of a SQLite file, is needed");
        }
        Place { data_dir, database_url: Secret::new(&url) }
    }

    fn secret(&mut self) -> Option<Secret> {
        let secret = self.text("secret").map(|text| Secret::new(&text))?;
        if secret.expose().chars().count() < 32 {
            self.problem("secret", "at least 32 characters are needed");
        } else if is_example(secret.expose()) {
            self.problem("secret", "this is an example's value; make one of your own");
        }
        Some(secret)
    }

    fn listen(&mut self) -> SocketAddr {
        // A name could stand for several addresses; this one is known.
        let text = self.given("listen").text.replacen("localhost:", "127.0.0.1:", 1);
        text.parse().unwrap_or_else(|_| {
            self.problem("listen", "an address with a port, such as 127.0.0.1:8080, is needed");
            ([127, 0, 0, 1], 0).into()
        })
    }

    fn networks(&mut self, key: &'static str) -> Vec<IpNet> {
        let text = self.given(key).text;
        let mut networks = Vec::new();
        for part in text.split([',', ' ', ';']).filter(|part| !part.is_empty()) {
            // A single address is the network of that one address.
            match part.parse().or_else(|_| part.parse::<std::net::IpAddr>().map(IpNet::from)) {
                Ok(network) => networks.push(network),
                Err(_) => self.problem(key, &format!("{part} is not a network such as 10.0.0.0/8")),
            }
        }
        networks
    }

    /// The model that the settings name, then those of the data folder's `models.toml`, if there is one.
    fn llms(&mut self, data_dir: &Path) -> (Vec<Llm>, Prices) {
        let api_key = self.text("openai_api_key").map(|key| Secret::new(key.trim()));
        let base_url = self.text("openai_base_url");
        if base_url.as_ref().is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
            self.problem("openai_base_url", "https://… or http://… is needed");
        }
        let is_set = api_key.is_some() || base_url.is_some();
        let model = self.text("llm_model").unwrap_or_else(|| "gpt-4.1-mini".into());
        let usual = Llm {
            api_key,
            base_url: base_url.unwrap_or_else(|| "https://api.openai.com/v1".into()).trim_end_matches('/').into(),
            name: model.clone(),
            model,
            connect_timeout: Duration::from_millis(self.number("llm_connect_timeout_ms", 100, 60_000)),
            first_byte_timeout: Duration::from_millis(self.number("llm_first_byte_timeout_ms", 100, 120_000)),
            idle_timeout: Duration::from_millis(self.number("llm_idle_timeout_ms", 100, 120_000)),
        };
        let first = is_set.then(|| usual.clone());
        match std::fs::read_to_string(data_dir.join(models::FILE)) {
            Ok(text) => models::read(&text, first, &usual, self.sources.env(), &mut self.problems),
            Err(error) => {
                if error.kind() != std::io::ErrorKind::NotFound {
                    self.problems.push(format!("{}: {error}", models::FILE));
                }
                (first.into_iter().collect(), Prices::default())
            }
        }
    }
}

/// Scheme, host and port of an address that has nothing more.
fn origin_of(url: &str) -> Option<String> {
    let url = url.trim_end_matches('/').to_ascii_lowercase();
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let plain = !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ', ',']);
    plain.then_some(url)
}

/// Values that stand in the examples of guides: everybody knows them.
fn is_example(secret: &str) -> bool {
    let secret = secret.to_ascii_lowercase();
    let few = secret.chars().collect::<std::collections::BTreeSet<_>>().len() < 6;
    few || ["change-me", "changeme", "change_me", "example", "your-secret", "your_secret", "secretsecret"]
        .iter()
        .any(|word| secret.contains(word))
}

#[cfg(test)]
mod tests;
