//! Stores: making one, and what everybody asks of one all the time.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::random;
use crate::clock::Millis;
use crate::db::{self, Db};
use crate::error::{Error, Result};
use crate::ids::StoreId;
use crate::policy::Policy;

pub use crate::db::store::Store;

/// What a store can sell.
pub const INDUSTRIES: [&str; 6] = ["apparel", "beauty", "mother_baby", "pet", "fresh", "general"];

/// How long a copy in memory is used before its version is compared.
const FRESH: Duration = Duration::from_secs(1);

/// Makes a store; its `identity_secret` is shown to whoever made it and to nobody afterwards.
///
/// Errors: `invalid` (id, industry, name), `exists`.
pub async fn create(db: &Db, now: Millis, id: &str, industry: &str, name: &str) -> Result<Store> {
    if !is_id(id) {
        return Err(Error::invalid("id", "a store's id has 1 to 40 of a-z, 0-9 and -"));
    }
    if !INDUSTRIES.contains(&industry) {
        return Err(Error::invalid("industry", format!("one of {} is needed", INDUSTRIES.join(", "))));
    }
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 80 || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", "a store's name has 1 to 80 characters"));
    }
    let store = Store {
        id: id.into(),
        name: name.into(),
        industry: industry.into(),
        identity_secret: random::secret()?,
        origins: Vec::new(),
        policy: "{}".into(),
        version: 1,
        created_at: now,
    };
    let row = store.clone();
    db.write(move |conn| Box::pin(async move { db::store::insert(conn, &row).await })).await?;
    Ok(store)
}

/// Sets whose pages may frame the store's chat and talk to its buyers' socket; none: only pages of this server talk to
/// it, and everybody may frame them.
///
/// Errors: `invalid` (origins), `not_found` (store).
pub async fn set_origins(db: &Db, id: &StoreId, origins: Vec<String>) -> Result<()> {
    if let Some(wrong) = origins.iter().find(|origin| !is_origin(origin)) {
        return Err(Error::invalid(
            "origin",
            format!("{wrong} is not like https://shop.example or http://localhost:3000"),
        ));
    }
    let id = id.clone();
    db.write(move |conn| {
        Box::pin(async move {
            db::store::find(conn, &id).await?.ok_or(Error::NotFound("store"))?;
            db::store::set_origins(conn, &id, &origins).await
        })
    })
    .await
}

/// Scheme, host and perhaps a port, nothing more: it ends up in a header.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or("");
    (1..=253).contains(&host.len())
        && host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-:[]".contains(&b))
}

/// Whether a text can be a store's id.
pub fn is_id(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Copies of stores in memory. A change made elsewhere, also by another process, is seen within a second.
pub struct Stores {
    db: Db,
    held: RwLock<HashMap<StoreId, Held>>,
}

/// A store with its policy read.
#[derive(Debug)]
pub struct Settings {
    pub store: Store,
    pub policy: Policy,
}

impl Deref for Settings {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl Settings {
    fn of(store: Store) -> Result<Self> {
        let policy = serde_json::from_str(&store.policy)
            .map_err(|e| anyhow::Error::new(e).context(format!("the policy of {} does not parse", store.id)))?;
        Ok(Self { store, policy })
    }
}

#[cfg(test)]
impl Settings {
    /// A store of this id with the default policy, in UTC.
    pub fn for_tests(id: &str) -> Self {
        let store = Store {
            id: id.into(),
            name: id.into(),
            industry: "general".into(),
            identity_secret: String::new(),
            origins: Vec::new(),
            policy: r#"{"service":{"timezone":"UTC"}}"#.into(),
            version: 1,
            created_at: 0,
        };
        Self::of(store).expect("this policy is good")
    }
}

struct Held {
    store: Arc<Settings>,
    checked: Instant,
}

impl Stores {
    pub fn new(db: Db) -> Self {
        Self { db, held: RwLock::default() }
    }

    /// The store as it is, or was at most a second ago.
    pub async fn find(&self, id: &StoreId) -> Result<Option<Arc<Settings>>> {
        let held = {
            let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
            held.get(id).map(|h| (Arc::clone(&h.store), h.checked))
        };
        if let Some((store, checked)) = &held
            && checked.elapsed() < FRESH
        {
            return Ok(Some(Arc::clone(store)));
        }
        if !is_id(id.as_str()) {
            return Ok(None);
        }
        let mut conn = self.db.read().await?;
        let known = held.map(|(store, _)| store);
        if let Some(store) = known
            && db::store::version(&mut conn, id).await? == Some(store.version)
        {
            self.hold(&store);
            return Ok(Some(store));
        }
        let Some(store) = db::store::find(&mut conn, id).await?.map(Settings::of).transpose()?.map(Arc::new) else {
            self.held.write().unwrap_or_else(PoisonError::into_inner).remove(id);
            return Ok(None);
        };
        self.hold(&store);
        Ok(Some(store))
    }

    /// Like [`Stores::find`], for those who cannot go on without.
    pub async fn get(&self, id: &StoreId) -> Result<Arc<Settings>> {
        self.find(id).await?.ok_or(Error::NotFound("store"))
    }

    /// Reads the store anew the next time, for whoever has changed it and wants that seen at once.
    pub fn forget(&self, id: &StoreId) {
        self.held.write().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    fn hold(&self, store: &Arc<Settings>) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.insert(store.id.clone(), Held { store: Arc::clone(store), checked: Instant::now() });
    }
}
