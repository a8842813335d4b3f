//! A merchant's server, whichever way it speaks.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderMap;
use serde_json::{Map, Value};
use tokio::time::timeout;

use super::client::Client;
use super::failure::{Failure, FailureKind};
use super::tool::Tool;
use super::{mcp, plain};

/// What is listed of one server, at most.
pub(super) const MAX_TOOLS: usize = 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Mcp,
    Http,
}

/// Where it is, and what it wants to be told with every request.
#[derive(Clone)]
pub(super) struct Remote {
    pub kind: Kind,
    pub url: Url,
    pub headers: HeaderMap,
}

/// A call, as it is sent.
pub(super) struct Errand<'a> {
    pub tool: &'a str,
    pub arguments: &'a Map<String, Value>,
    pub store: &'a str,
    /// The buyer's id, as the socket's token says it.
    pub buyer: &'a str,
    pub key: &'a str,
    /// From here on the tool may have acted.
    pub is_on_its_way: AtomicBool,
}

/// What a tool answered.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reply {
    /// The tool itself says that it did not work.
    pub is_error: bool,
    pub data: Value,
}

impl Kind {
    pub(super) const ALL: [Self; 2] = [Self::Mcp, Self::Http];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Mcp => "mcp",
            Self::Http => "http",
        }
    }

    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl Remote {
    /// All tools of the server, however it lists them. None of them has been judged.
    pub(super) async fn list(&self, client: &Client, within: Duration) -> Result<Vec<Tool>, Failure> {
        client.check(&self.url)?;
        let listing = async {
            match self.kind {
                Kind::Mcp => mcp::list(client, &self.url, &self.headers).await,
                Kind::Http => plain::list(client, &self.url, &self.headers).await,
            }
        };
        let tools = timeout(within, listing).await.unwrap_or_else(|_| Err(too_slow()))?;
        if tools.len() > MAX_TOOLS {
            return Err(Failure::before(FailureKind::TooLarge, format!("it has more than {MAX_TOOLS} tools")));
        }
        Ok(tools)
    }

    pub(super) async fn call(&self, client: &Client, errand: &Errand<'_>, within: Duration) -> Result<Reply, Failure> {
        client.check(&self.url)?;
        let calling = async {
            match self.kind {
                Kind::Mcp => mcp::call(client, &self.url, &self.headers, errand).await,
                Kind::Http => plain::call(client, &self.url, &self.headers, errand).await,
            }
        };
        let answer = timeout(within, calling).await.unwrap_or_else(|_| Err(too_slow()));
        let reached = errand.is_on_its_way.load(Ordering::Acquire);
        answer.map_err(|failure| Failure { reached: failure.reached && reached, ..failure })
    }
}

fn too_slow() -> Failure {
    Failure::after(FailureKind::TimedOut, "it takes too long")
}
