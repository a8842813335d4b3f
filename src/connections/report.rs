//! What a merchant sees of the connections, and approves.

use serde::Serialize;
use serde_json::{Map, Value};

use super::arguments::Shape;
use super::pinning::{self, Standing};
use super::tool::{Effects, Tool};
use super::{Connections, full_name};
use crate::clock::Millis;
use crate::db;
use crate::db::connection::{Connection, Tool as Row};
use crate::error::{Error, Result};
use crate::ids::StoreId;

/// So many calls of unknown outcome are shown.
const MAX_LOST: i64 = 50;

/// A store's connections.
#[derive(Debug, Serialize)]
pub struct Report {
    pub items: Vec<ConnectionReport>,
    /// Calls that may have had an effect, and nobody knows: somebody should look.
    pub unknown_outcomes: Vec<LostCall>,
}

#[derive(Debug, Serialize)]
pub struct ConnectionReport {
    pub name: String,
    /// `mcp` or `http`.
    pub kind: String,
    /// Without what stands after `?`.
    pub url: String,
    /// Names alone.
    pub headers: Vec<String>,
    /// Why its tools are left out, if all of them are.
    pub problem: Option<String>,
    pub tools: Vec<ToolReport>,
}

#[derive(Debug, Serialize)]
pub struct ToolReport {
    pub name: String,
    /// As a model is offered it.
    pub full_name: String,
    /// `on`, `changed` (off until approved), `absent`, `unseen` (its server was not reached yet), `unusable`.
    pub state: &'static str,
    pub needs_confirmation: bool,
    /// What is different from what was approved: `description`, `schema`, `effects`, `added`, `removed`.
    pub changed: Vec<&'static str>,
    /// Why it is `unusable`.
    pub problem: Option<String>,
    /// As it was approved, and where it has changed, as it is.
    pub approved: Option<Description>,
    pub now: Option<Description>,
    pub approved_at: Option<Millis>,
}

/// A tool's description, as its server gives it.
#[derive(Debug, Serialize)]
pub struct Description {
    pub description: String,
    pub schema: Map<String, Value>,
    /// `none`, `idempotent`, `once`.
    pub effects: &'static str,
}

#[derive(Debug, Serialize)]
pub struct LostCall {
    pub conversation: String,
    pub tool: String,
    pub at: Millis,
}

/// What an approval changed.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Approved {
    /// The tools that are now as they were last seen.
    pub approved: Vec<String>,
}

impl Connections {
    /// All of a store's connections; with `look` their servers are asked first.
    pub async fn report(&self, store: &StoreId, look: bool) -> Result<Report> {
        let shelf = if look { self.look_at_all(store).await? } else { self.shelf(store).await? };
        let mut conn = self.db.read().await?;
        let tools = db::connection::tools_of_store(&mut conn, store).await?;
        let items = shelf.connections.iter().map(|known| {
            let problem = known.remote.as_ref().err().cloned();
            let row = &known.row;
            let own = tools.iter().filter(|tool| tool.connection == row.name);
            ConnectionReport {
                name: row.name.clone(),
                kind: row.kind.clone(),
                url: row.url.split('?').next().unwrap_or_default().to_owned(),
                headers: super::shelf::headers(store, row, &self.vault).unwrap_or_default().into_keys().collect(),
                problem: problem.or_else(|| self.healths.problem(store, &row.name)),
                tools: own.map(|tool| reported(row, tool)).collect(),
            }
        });
        let items = items.collect();
        let lost = db::tool_call::lost(&mut conn, store, self.given_up(), MAX_LOST).await?;
        let unknown_outcomes = lost
            .into_iter()
            .map(|call| LostCall { conversation: call.conversation, tool: call.tool, at: call.started_at })
            .collect();
        Ok(Report { items, unknown_outcomes })
    }

    /// Approves the tools of a connection as they were last seen: all of them, or one.
    ///
    /// Errors: `not_found` (connection, tool).
    pub async fn approve(&self, store: &StoreId, connection: &str, tool: Option<&str>) -> Result<Approved> {
        let (store, connection, tool) = (store.clone(), connection.to_owned(), tool.map(str::to_owned));
        let now = self.clock.now();
        let approving = self.db.write(move |conn| {
            Box::pin(async move {
                let known = db::connection::of_store(conn, &store).await?;
                if !known.iter().any(|known| known.name == connection) {
                    return Err(Error::NotFound("connection"));
                }
                let mut tools = db::connection::tools_of_store(conn, &store).await?;
                tools.retain(|row| row.connection == connection && tool.as_ref().is_none_or(|name| *name == row.name));
                if tools.is_empty() && tool.is_some() {
                    return Err(Error::NotFound("tool"));
                }
                let mut approved = Vec::new();
                for row in tools.iter().filter(|row| row.seen_hash.is_some() && row.seen_hash != row.pinned_hash) {
                    db::connection::put_tool(conn, &store, &pinning::approved(row, now)).await?;
                    approved.push(row.name.clone());
                }
                if !approved.is_empty() {
                    db::store::touch(conn, &store).await?;
                }
                Ok(Approved { approved })
            })
        });
        approving.await
    }

    /// Forgets a connection.
    ///
    /// Errors: `not_found` (connection).
    pub async fn remove(&self, store: &StoreId, connection: &str) -> Result<()> {
        let (owned, name) = (store.clone(), connection.to_owned());
        let removing = self.db.write(move |conn| {
            Box::pin(async move {
                if !db::connection::delete(conn, &owned, &name).await? {
                    return Err(Error::NotFound("connection"));
                }
                db::store::touch(conn, &owned).await
            })
        });
        removing.await
    }
}

fn reported(row: &Connection, tool: &Row) -> ToolReport {
    let standing = Standing::of(tool);
    let (mut state, mut problem) = (standing.word(), None);
    let (approved, now, changed) = match standing {
        Standing::On(tool) => {
            if let Err(why) = Shape::of(&tool) {
                (state, problem) = ("unusable", Some(why));
            }
            (Some(tool), None, Vec::new())
        }
        Standing::Unseen | Standing::Absent => (None, None, Vec::new()),
        Standing::Changed { before, after } => {
            let changed = match (&before, &after) {
                (Some(before), Some(after)) => before.changes(after),
                (None, _) => vec!["added"],
                (_, None) => vec!["removed"],
            };
            (before, after, changed)
        }
    };
    ToolReport {
        name: tool.name.clone(),
        full_name: full_name(&row.name, &tool.name),
        state,
        needs_confirmation: row.confirm.contains(&tool.name),
        changed,
        problem,
        approved: approved.map(Description::from),
        now: now.map(Description::from),
        approved_at: tool.pinned_at,
    }
}

impl From<Tool> for Description {
    fn from(tool: Tool) -> Self {
        let effects = match tool.effects {
            Effects::None => "none",
            Effects::Idempotent => "idempotent",
            Effects::Once => "once",
        };
        Self { description: super::reply::visible(&tool.description), schema: tool.schema, effects }
    }
}
