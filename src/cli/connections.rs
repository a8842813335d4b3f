//! `xiaoer connections`.

use clap::Subcommand;

use super::{Refused, open};
use crate::clock::Clock;
use crate::config::{self, Flags, Place};
use crate::connections::{Connections, Limits, Report, ToolReport};
use crate::db::{self, Db};
use crate::error::Error;
use crate::ids::StoreId;
use crate::people::secret::ServerSecret;

/// A store's own tools; `xiaoer import connections` adds them
#[derive(Subcommand)]
pub(super) enum ConnectionsCommand {
    /// Ask the servers for their tools, and say which are in use and what has changed
    List {
        /// The store that they belong to
        #[arg(long, value_name = "ID")]
        store: String,
        /// As JSON, with descriptions and schemas before and after
        #[arg(long)]
        json: bool,
    },
    /// Take the tools of a connection into use as they were last seen
    Approve {
        /// The store that it belongs to
        #[arg(long, value_name = "ID")]
        store: String,
        /// The connection
        #[arg(long)]
        name: String,
        /// Only this tool of it
        #[arg(long)]
        tool: Option<String>,
    },
    /// Forget a connection
    Remove {
        /// The store that it belongs to
        #[arg(long, value_name = "ID")]
        store: String,
        /// The connection
        #[arg(long)]
        name: String,
    },
}

impl ConnectionsCommand {
    pub(super) async fn run(self, flags: &Flags) -> Result<(), Refused> {
        let db = open(flags).await?;
        let connections = connections(&db, flags)?;
        match self {
            Self::List { store, json } => {
                let store = known(&db, &store).await?;
                let report = connections.report(&store, true).await?;
                if json {
                    println!("{}", serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?);
                } else {
                    print(&report);
                }
            }
            Self::Approve { store, name, tool } => {
                let store = known(&db, &store).await?;
                let done = connections.approve(&store, &name, tool.as_deref()).await?;
                match done.approved.is_empty() {
                    true => println!("nothing has changed since it was approved"),
                    false => println!("approved {}", done.approved.join(", ")),
                }
            }
            Self::Remove { store, name } => {
                connections.remove(&known(&db, &store).await?, &name).await?;
                println!("done");
            }
        }
        db.close().await;
        Ok(())
    }
}

/// The store's connections as the server would have them.
pub(super) fn connections(db: &Db, flags: &Flags) -> Result<Connections, Refused> {
    let (place, tools) = (Place::read(flags)?, config::Tools::read(flags)?);
    let secret = ServerSecret::read(tools.secret.as_ref().map(config::Secret::expose), &place.data_dir)?;
    let tasks = tokio_util::task::TaskTracker::new();
    Ok(Connections::new(db.clone(), Clock::system(), &secret, &tools.networks, Limits::default(), tasks)?)
}

/// One line a connection and one a tool, and one for each call that somebody should look at.
pub(super) fn print(report: &Report) {
    for connection in &report.items {
        let problem = connection.problem.as_ref().map_or_else(String::new, |problem| format!(": {problem}"));
        println!("{} ({}) {}{problem}", connection.name, connection.kind, connection.url);
        for tool in &connection.tools {
            println!("  {} {}", tool.full_name, state(tool));
        }
    }
    for call in &report.unknown_outcomes {
        println!("unknown outcome: {} in conversation {}, at {}", call.tool, call.conversation, call.at);
    }
}

fn state(tool: &ToolReport) -> String {
    let why = match (&tool.problem, tool.changed.is_empty()) {
        (Some(problem), _) => format!(" ({problem})"),
        (None, false) => format!(" ({}; off until approved)", tool.changed.join(", ")),
        (None, true) => String::new(),
    };
    let asks = if tool.needs_confirmation { ", asks the buyer first" } else { "" };
    format!("{}{why}{asks}", tool.state)
}

async fn known(db: &Db, store: &str) -> Result<StoreId, Refused> {
    let store = StoreId::from(store);
    db::store::find(&mut db.read().await?, &store).await?.ok_or(Error::NotFound("store"))?;
    Ok(store)
}
