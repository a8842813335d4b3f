//! Connections: a merchant's own tools, over MCP or plain HTTP.
//!
//! A merchant imports where a server is and which of its tools may be called ([`Connections::import`]); what each tool was
//! then is pinned, and one that changes is off until it is approved. [`Connections::tools`] is what a model is offered,
//! [`Connections::call`] calls one. Nothing that comes back is trusted.
//!
//! # What is said to a server of kind `mcp`
//!
//! MCP over streamable HTTP at the connection's URL, a session for each errand: `tools/list` (at most 20 pages, 1,000
//! tools), `tools/call` with the arguments and in `_meta`: `xiaoer/subject` (the buyer's id as this server knows it),
//! `xiaoer/store`, `xiaoer/idempotency-key`. `readOnlyHint` and `idempotentHint` are believed, because the merchant
//! approved them with the tool.
//!
//! # What is said to a server of kind `http`
//!
//! - `GET {url}/tools` gives `[{"name","description","input_schema","read_only"?,"idempotent"?}]`, alone or as `tools` in an
//!   object. `input_schema` is a JSON Schema of an object.
//! - `POST {url}/tools/{name}` with the arguments as a JSON object calls it, with `Idempotency-Key` (the same key is the same
//!   call), `X-Xiaoer-Subject` (the buyer's id; what is not printable ASCII, and `%`, as `%XX`) and `X-Xiaoer-Store`. 2xx
//!   with JSON (or `text/plain`) is the result; 4xx is a refusal, nothing was done; anything else leaves open what was done.
//!
//! Both get the connection's `headers`, which is how a server knows that it is us.
//!
//! # Limits
//!
//! See [`Limits`]. Redirects are not followed, proxies not used, packed answers not unpacked; private addresses are closed
//! but for the networks that the settings name, metadata addresses always.

mod address;
mod arguments;
mod breaker;
mod calls;
mod client;
mod declared;
mod failure;
mod health;
mod importing;
mod looking;
mod mcp;
mod pinning;
mod plain;
mod remote;
mod reply;
mod report;
mod shelf;
mod tool;
mod vault;
mod wire;

pub use calls::{Call, Caller, ToolError};
pub use report::{Approved, ConnectionReport, LostCall, Report, ToolReport};

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ipnet::IpNet;
use serde_json::value::RawValue;
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::db::{self, Db};
use crate::error::{Error, Result};
use crate::ids::StoreId;
use crate::people::secret::ServerSecret;
use client::Client;
use health::Healths;
use shelf::{Shelf, Shelves};
use vault::Vault;

/// The kind of import that [`Connections::import`] takes.
pub const IMPORT: &str = "connections";

/// What a server may cost us.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For one errand, from the first step to the last byte.
    pub total: Duration,
    /// Bytes of one answer.
    pub answer_bytes: usize,
    /// Calls of one store at a time; more wait for their turn, within `total`.
    pub at_once: usize,
    /// How long a server's list of tools is taken as it was.
    pub fresh: Duration,
    /// How long a buyer waits for servers that were never asked for their list.
    pub first_look: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            total: Duration::from_secs(5),
            answer_bytes: 256 * 1024,
            at_once: 8,
            fresh: Duration::from_secs(60),
            first_look: Duration::from_millis(1_500),
        }
    }
}

/// A tool as a model is offered it.
#[derive(Clone)]
pub struct ToolSpec {
    /// `{connection}__{tool}`, at most 64 of `[a-zA-Z0-9_-]`.
    pub full_name: String,
    pub description: String,
    /// JSON Schema of the arguments that the model gives; who the buyer is, is none of them.
    pub schema: Box<RawValue>,
    /// Only after the buyer's explicit yes.
    pub needs_confirmation: bool,
    /// It changes nothing, as its server says.
    pub read_only: bool,
    pub connection: String,
}

/// All stores' connections. Cheap to clone.
#[derive(Clone)]
pub struct Connections {
    db: Db,
    clock: Clock,
    client: Client,
    vault: Arc<Vault>,
    limits: Limits,
    healths: Arc<Healths>,
    shelves: Arc<Mutex<Shelves>>,
    /// Looks and calls run here, to their end.
    tasks: TaskTracker,
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Connections {
    /// `networks`: private networks that may be reached; `tasks` is waited for when the program stops.
    pub fn new(
        db: Db,
        clock: Clock,
        secret: &ServerSecret,
        networks: &[IpNet],
        limits: Limits,
        tasks: TaskTracker,
    ) -> Result<Self> {
        let client = Client::new(networks, client::system_names(), limits.total, limits.answer_bytes)?;
        Ok(Self {
            db,
            clock,
            client,
            vault: Arc::new(Vault::new(secret)?),
            limits,
            healths: Arc::default(),
            shelves: Arc::default(),
            tasks,
        })
    }

    /// What a model may be offered: allowed, as approved, and there. What cannot be found out is left out, so this has no
    /// errors; lists that have become old are read again in the background.
    pub async fn tools(&self, store: &StoreId) -> Vec<ToolSpec> {
        let shelf = match self.look_where_due(store).await {
            Ok(shelf) => shelf,
            Err(error) => {
                tracing::warn!(%store, %error, "The store's connections are left out");
                return Vec::new();
            }
        };
        let well = shelf.offers.values().filter(|offer| self.healths.is_well(store, &offer.connection));
        well.map(|offer| ToolSpec {
            full_name: offer.full_name.clone(),
            description: reply::visible(&offer.tool.description),
            schema: offer.shape.asked.clone(),
            needs_confirmation: offer.needs_confirmation,
            read_only: offer.tool.effects == tool::Effects::None,
            connection: offer.connection.clone(),
        })
        .collect()
    }

    /// The store's connections as they are in the database, from memory while its version is the same.
    async fn shelf(&self, store: &StoreId) -> Result<Arc<Shelf>> {
        let mut conn = self.db.read().await?;
        let version = db::store::version(&mut conn, store).await?.ok_or(Error::NotFound("store"))?;
        let held = self.shelves().get(store).cloned();
        if let Some(held) = &held
            && held.version == version
        {
            return Ok(Arc::clone(held));
        }
        let rows = db::connection::of_store(&mut conn, store).await?;
        let tools = db::connection::tools_of_store(&mut conn, store).await?;
        let shelf = Arc::new(Shelf::new(store, version, rows, &tools, &self.vault));
        for old in held.iter().flat_map(|held| &held.connections) {
            // What was imported anew is another server, perhaps.
            if !shelf.connections.iter().any(|new| new.row == old.row) {
                self.healths.forget(store, &old.row.name);
            }
        }
        self.shelves().insert(store.clone(), Arc::clone(&shelf));
        Ok(shelf)
    }

    fn shelves(&self) -> std::sync::MutexGuard<'_, Shelves> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a tool is called here.
fn full_name(connection: &str, tool: &str) -> String {
    format!("{connection}__{tool}")
}
