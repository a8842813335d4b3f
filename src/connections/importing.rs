//! Imports connections: importing allows the tools that it names, as they are then.

use std::sync::Arc;

use serde_json::json;

use super::Connections;
use super::declared::Declared;
use super::shelf::headers;
use super::vault::Vault;
use crate::catalog::imports::{self, Reading};
use crate::catalog::storing::{File, Mode};
use crate::clock::Millis;
use crate::db::connection::{Connection, Tool};
use crate::db::{self, Conn};
use crate::error::{Error, Result};
use crate::ids::StoreId;
use crate::protocol::rest::Imported;

/// The most connections of a store.
const MAX_CONNECTIONS: usize = 32;

impl Connections {
    /// Reads a file and stores its connections in one transaction, as `catalog::storing::import` does for other kinds. The
    /// same file again changes nothing; connections that it does not name stay. Then it asks the servers for their tools
    /// and pins those that are allowed; a server that cannot be reached now is asked again when it is needed.
    pub async fn import(&self, store: &StoreId, file: File, mode: Mode) -> Result<Imported> {
        let Reading { rows, errors, rejected } = imports::read::<Declared>(&file.name, &file.bytes);
        let rows: Vec<Declared> = rows.into_iter().map(|(_, row)| row).collect();
        let rejected = rejected.max(u64::from(!errors.is_empty()));
        let report = Imported { accepted: rows.len() as u64, rejected, errors };
        if mode == Mode::DryRun || (mode == Mode::Whole && rejected > 0) || rows.is_empty() {
            return Ok(report);
        }
        let (owned, vault, now) = (store.clone(), self.vault.clone(), self.clock.now());
        let changed = self.db.write(move |conn| {
            Box::pin(async move {
                let mut changed = Vec::new();
                for row in &rows {
                    if keep(conn, &owned, row, &vault, now).await? {
                        changed.push(row.name.clone());
                    }
                }
                if db::connection::of_store(conn, &owned).await?.len() > MAX_CONNECTIONS {
                    return Err(Error::conflict(
                        "too_many",
                        format!("a store has at most {MAX_CONNECTIONS} connections"),
                    ));
                }
                if !changed.is_empty() {
                    db::store::touch(conn, &owned).await?;
                }
                Ok(changed)
            })
        });
        let changed = changed.await?;
        for name in &changed {
            self.healths.forget(store, name);
        }
        let shelf = self.shelf(store).await?;
        let looks = shelf.connections.iter().filter(|known| changed.contains(&known.row.name) || known.has_unseen);
        futures_util::future::join_all(looks.map(|known| self.look(store.clone(), Arc::clone(known)))).await;
        Ok(report)
    }
}

/// Stores one connection; whether anything changed.
async fn keep(conn: &mut Conn, store: &StoreId, new: &Declared, vault: &Vault, now: Millis) -> Result<bool> {
    let known = db::connection::of_store(conn, store).await?.into_iter().find(|known| known.name == new.name);
    let same_headers =
        known.as_ref().filter(|known| headers(store, known, vault).is_some_and(|opened| opened == new.headers));
    let sealed = match same_headers {
        Some(known) => known.headers.clone(),
        None if new.headers.is_empty() => String::new(),
        None => vault.seal(store, &new.name, &json!(new.headers).to_string())?,
    };
    let row = Connection {
        name: new.name.clone(),
        kind: new.kind.word().into(),
        url: new.url.clone(),
        allow: new.allow.clone(),
        confirm: new.confirm.clone(),
        headers: sealed,
    };
    if known.as_ref() == Some(&row) {
        return Ok(false);
    }
    db::connection::put(conn, store, &row, now).await?;
    let is_same_server = known.is_some_and(|known| known.kind == row.kind && known.url == row.url);
    let tools = db::connection::tools_of_store(conn, store).await?;
    let mut kept: Vec<&str> = Vec::new();
    for tool in tools.iter().filter(|tool| tool.connection == row.name) {
        // Another server's tools are others, whatever their names are.
        if is_same_server && row.allow.contains(&tool.name) {
            kept.push(&tool.name);
        } else {
            db::connection::delete_tool(conn, store, &row.name, &tool.name).await?;
        }
    }
    for tool in row.allow.iter().filter(|tool| !kept.contains(&tool.as_str())) {
        db::connection::put_tool(conn, store, &Tool::unseen(&row.name, tool)).await?;
    }
    Ok(true)
}
