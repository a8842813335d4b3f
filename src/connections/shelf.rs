//! A store's connections at hand: what may be offered, and with what it is called.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::arguments::Shape;
use super::pinning::Standing;
use super::remote::{Kind, Remote};
use super::tool::Tool;
use super::vault::Vault;
use super::{address, full_name};
use crate::db::connection::{Connection, Tool as Row};
use crate::ids::StoreId;

/// What the database held at one version of the store.
pub(super) struct Shelf {
    pub version: i64,
    pub connections: Vec<Arc<Known>>,
    /// By full name.
    pub offers: BTreeMap<String, Arc<Offer>>,
}

/// A connection.
pub(super) struct Known {
    pub row: Connection,
    /// Absent when its headers cannot be opened or its address is none: with the reason.
    pub remote: Result<Remote, String>,
    /// Whether one of its tools has never been seen.
    pub has_unseen: bool,
}

/// A tool that may be called.
pub(super) struct Offer {
    pub full_name: String,
    pub connection: String,
    pub tool: Tool,
    pub shape: Shape,
    pub remote: Remote,
    pub needs_confirmation: bool,
}

impl Shelf {
    pub(super) fn new(store: &StoreId, version: i64, rows: Vec<Connection>, tools: &[Row], vault: &Vault) -> Self {
        let mut offers = BTreeMap::new();
        let mut connections = Vec::new();
        for row in rows {
            let own: Vec<&Row> = tools.iter().filter(|tool| tool.connection == row.name).collect();
            let remote = remote(store, &row, vault);
            if let Ok(remote) = &remote {
                let found = own.iter().filter_map(|tool| offer(&row, tool, remote));
                offers.extend(found.map(|offer| (offer.full_name.clone(), Arc::new(offer))));
            }
            let has_unseen = own.iter().any(|tool| tool.pinned_hash.is_none());
            connections.push(Arc::new(Known { row, remote, has_unseen }));
        }
        Self { version, connections, offers }
    }
}

/// Opens the headers. `None` when that cannot be done with this server's secret.
pub(super) fn headers(store: &StoreId, row: &Connection, vault: &Vault) -> Option<BTreeMap<String, String>> {
    if row.headers.is_empty() {
        return Some(BTreeMap::new());
    }
    serde_json::from_str(&vault.open(store, &row.name, &row.headers)?).ok()
}

fn remote(store: &StoreId, row: &Connection, vault: &Vault) -> Result<Remote, String> {
    let kind = Kind::of(&row.kind).ok_or("its kind is unknown")?;
    let url = address::read(&row.url)?;
    let opened = headers(store, row, vault)
        .ok_or("its headers were sealed with another secret of this server: import it again")?;
    let mut headers = HeaderMap::new();
    for (name, value) in opened {
        let (Ok(name), Ok(mut value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) else {
            return Err("its headers are none".into());
        };
        // The library leaves it out of what it prints.
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(Remote { kind, url, headers })
}

fn offer(row: &Connection, tool: &Row, remote: &Remote) -> Option<Offer> {
    let Standing::On(approved) = Standing::of(tool) else { return None };
    if !row.allow.contains(&tool.name) {
        return None;
    }
    let shape = Shape::of(&approved).ok()?;
    Some(Offer {
        full_name: full_name(&row.name, &tool.name),
        connection: row.name.clone(),
        needs_confirmation: row.confirm.contains(&tool.name),
        remote: remote.clone(),
        tool: approved,
        shape,
    })
}

/// The shelves of all stores that were asked for.
pub(super) type Shelves = HashMap<StoreId, Arc<Shelf>>;
