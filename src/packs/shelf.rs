//! Which pack is in force.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::built_in::{GENERAL, built_in};
use super::folder::Folder;
use super::{Files, Flaws, Pack, Source};
use crate::at_hand::AtHand;
use crate::db::store::Store;
use crate::db::{self, Db};
use crate::error::{Error, Result};
use crate::ids::StoreId;

/// How many stores' packs are kept at hand.
const STORES: usize = 256;

/// The packs of all stores: what a store published, else what the folder has, else the program's own.
pub struct Shelf {
    db: Db,
    folder: Option<Arc<Folder>>,
    stores: AtHand<StoreId, (i64, Published)>,
}

/// A store's own packs in force, by their ids.
type Published = Arc<BTreeMap<String, Arc<Pack>>>;

impl Shelf {
    /// With a folder of packs, or without. See [`Shelf::watch`].
    pub fn new(db: Db, folder: Option<&Path>) -> Self {
        Self { db, folder: folder.map(Folder::open).map(Arc::new), stores: AtHand::new(STORES) }
    }

    /// Keeps an eye on the folder until `stop`.
    pub async fn watch(self: Arc<Self>, stop: CancellationToken) {
        if let Some(folder) = self.folder.clone() {
            folder.watch(stop).await;
        }
    }

    /// The pack that answers for a category in a store: for `category` (of the product that is spoken of, or
    /// `aftersale`), else for the store's industry, else for everything; and the general pack, whose lines stand behind
    /// it. A turn takes both once and keeps them to its end. What was published after `store` was read is not seen.
    pub async fn in_force(&self, store: &Store, category: Option<&str>) -> Result<(Arc<Pack>, Arc<Pack>)> {
        let published = self.published(&store.id, store.version).await?;
        let folder = self.folder.as_ref().map(|folder| folder.packs()).unwrap_or_default();
        // The nearer to the store hide the others of the same name.
        let hides = |pack: &&Arc<Pack>| !published.contains_key(pack.id());
        let built_in = built_in().values().filter(|pack| !folder.contains_key(pack.id()));
        let packs: Vec<&Arc<Pack>> = published.values().chain(folder.values().chain(built_in).filter(hides)).collect();
        let wanted = category.into_iter().chain([store.industry.as_str(), GENERAL]);
        let found = wanted.filter_map(|category| serving(&packs, category)).next();
        let none = || Error::Internal(anyhow::anyhow!("no pack serves {}", store.industry));
        Ok((found.ok_or_else(none)?, serving(&packs, GENERAL).ok_or_else(none)?))
    }

    /// The pack that serves everything in a store.
    pub async fn general(&self, store: &StoreId) -> Result<Arc<Pack>> {
        let packs = self.all(store).await?;
        let found = serving(&packs.values().collect::<Vec<_>>(), GENERAL);
        found.ok_or_else(|| Error::Internal(anyhow::anyhow!("no pack serves {GENERAL}")))
    }

    /// Every pack of a store as it is in force, by its id.
    pub async fn all(&self, store: &StoreId) -> Result<BTreeMap<String, Arc<Pack>>> {
        let mut packs = built_in().clone();
        packs.extend(self.folder.iter().flat_map(|folder| folder.packs()));
        let version = db::store::version(&mut self.db.read().await?, store).await?.ok_or(Error::NotFound("store"))?;
        packs.extend(self.published(store, version).await?.iter().map(|(id, pack)| (id.clone(), Arc::clone(pack))));
        Ok(packs)
    }

    /// What is wrong with a pack's files in the folder as they are.
    pub fn flaws(&self, pack: &str) -> Flaws {
        self.folder.as_ref().map(|folder| folder.flaws(pack)).unwrap_or_default()
    }

    /// The store's own packs as of a version of the store.
    async fn published(&self, store: &StoreId, version: i64) -> Result<Published> {
        if let Some((_, packs)) = self.stores.get(store).filter(|(of, _)| *of >= version) {
            return Ok(packs);
        }
        let mut conn = self.db.read().await?;
        let rows = db::pack::in_force(&mut conn, store).await?;
        drop(conn);
        let packs = rows.into_iter().filter_map(|(id, number, files)| {
            let pack = Files::new(files).and_then(|files| Pack::parse(files, Source::Published(number)));
            match pack {
                Ok(pack) => Some((id, Arc::new(pack))),
                // It was good for the program that published it. The next one below holds the fort.
                Err(flaws) => {
                    tracing::error!(%store, pack = id, number, "A published pack does not fit this program: {flaws}");
                    None
                }
            }
        });
        let packs: Published = Arc::new(packs.collect());
        self.stores.put(store.clone(), (version, Arc::clone(&packs)));
        Ok(packs)
    }
}

/// Of several packs that serve a category, the store's own come first, then the one that is named like it.
fn serving(packs: &[&Arc<Pack>], category: &str) -> Option<Arc<Pack>> {
    let rank = |pack: &&Arc<Pack>| (matches!(pack.version.source, Source::Published(_)), pack.id() == category);
    packs.iter().copied().filter(|pack| pack.serves(category)).max_by_key(rank).cloned()
}
