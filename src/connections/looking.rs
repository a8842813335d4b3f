//! Reads the servers' lists of tools, and notices what has changed.

use std::sync::Arc;

use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::Connections;
use super::pinning;
use super::remote::Remote;
use super::shelf::{Known, Shelf};
use super::tool::Tool;
use crate::clock::Millis;
use crate::db::connection::Connection;
use crate::db::{self, Conn};
use crate::error::Result;
use crate::ids::StoreId;

impl Connections {
    /// The store's shelf, after seeing to it that old lists are read again. Only servers that nobody has ever asked are
    /// waited for, and not for long.
    pub(super) async fn look_where_due(&self, store: &StoreId) -> Result<Arc<Shelf>> {
        let shelf = self.shelf(store).await?;
        let mut unseen = Vec::new();
        for known in &shelf.connections {
            let is_first = known.has_unseen && !self.healths.was_looked_at(store, &known.row.name);
            let looking = self.look_if_due(store, known);
            unseen.extend(looking.filter(|_| is_first));
        }
        if unseen.is_empty() {
            return Ok(shelf);
        }
        // Whoever takes longer is there the next time.
        let _ = timeout(self.limits.first_look, futures_util::future::join_all(unseen)).await;
        self.shelf(store).await
    }

    /// Reads all lists of a store now, however fresh they are, and waits for them.
    pub(super) async fn look_at_all(&self, store: &StoreId) -> Result<Arc<Shelf>> {
        let shelf = self.shelf(store).await?;
        let looks = shelf.connections.iter().map(|known| self.look(store.clone(), Arc::clone(known)));
        futures_util::future::join_all(looks).await;
        self.shelf(store).await
    }

    /// Begins to read a connection's list, unless it is fresh or somebody is at it.
    fn look_if_due(&self, store: &StoreId, known: &Arc<Known>) -> Option<JoinHandle<()>> {
        if !self.healths.take_look(store, &known.row.name, self.limits.fresh) {
            return None;
        }
        let (connections, store, known) = (self.clone(), store.clone(), Arc::clone(known));
        Some(self.tasks.spawn(async move { connections.look(store, known).await }))
    }

    /// Reads a connection's list and writes down what has changed.
    pub(super) async fn look(&self, store: StoreId, known: Arc<Known>) {
        let problem = match &known.remote {
            Err(problem) => Some(problem.clone()),
            Ok(remote) => self.look_at(&store, &known.row, remote).await.err(),
        };
        if let Some(problem) = &problem {
            tracing::warn!(%store, connection = known.row.name, problem, "A connection's tools are left out");
        }
        self.healths.looked(&store, &known.row.name, problem);
    }

    /// Gives why the list could not be read.
    async fn look_at(&self, store: &StoreId, row: &Connection, remote: &Remote) -> Result<(), String> {
        let listing = remote.list(&self.client, self.limits.total).await.map_err(|failure| failure.why)?;
        let (store, row, now) = (store.clone(), row.clone(), self.clock.now());
        let noted = self.db.write(move |conn| Box::pin(async move { note(conn, &store, &row, &listing, now).await }));
        noted.await.map_err(|error| error.to_string())
    }
}

/// Writes down what was seen, if the connection is still the one that was looked at.
async fn note(conn: &mut Conn, store: &StoreId, row: &Connection, listing: &[Tool], now: Millis) -> Result<()> {
    if !db::connection::of_store(conn, store).await?.contains(row) {
        return Ok(());
    }
    let mut tools = db::connection::tools_of_store(conn, store).await?;
    tools.retain(|tool| tool.connection == row.name);
    let changed = pinning::look(&tools, listing, now);
    for tool in &changed {
        if tool.pinned_hash != tool.seen_hash {
            tracing::warn!(%store, connection = row.name, tool = tool.name, "A tool is not what was approved");
        }
        db::connection::put_tool(conn, store, tool).await?;
    }
    if changed.is_empty() { Ok(()) } else { db::store::touch(conn, store).await }
}
