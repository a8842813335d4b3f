//! A store's garments at hand, with what was learned of them. Read from the database again whenever the store's version
//! has moved, so that a new try-on counts within a second.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::at_hand::AtHand;
use crate::clock::Millis;
use crate::db::fit_constants::FitConstants;
use crate::db::fit_model::FitModel;
use crate::db::product::Product;
use crate::db::size_chart::SizeChart;
use crate::db::{self, Db};
use crate::error::{Error, Result};
use crate::experts::fit::verdict::Verdict;
use crate::experts::fit::{ChartSize, Constants, Fitted, Garment, Measures, Record, Shape, Source};
use crate::ids::StoreId;
use crate::people::stores::Settings;
use crate::policy::Fit;

/// How many stores are kept at hand at once.
const STORES: usize = 64;

/// The wardrobes of all stores. Cheap to clone.
#[derive(Clone)]
pub struct Wardrobes {
    held: Arc<AtHand<StoreId, Arc<Wardrobe>>>,
}

/// One store's garments as of one version.
pub struct Wardrobe {
    version: i64,
    /// By SKU: products with a chart or a record.
    garments: BTreeMap<String, Fitted>,
    /// Which version of the store's learned constants they were made with; `None` while the priors stand.
    pub learned: Option<FitConstants>,
}

impl Default for Wardrobes {
    fn default() -> Self {
        Self { held: Arc::new(AtHand::new(STORES)) }
    }
}

impl Wardrobes {
    /// The store's garments as of the version of its settings. `now` dates constants that are learned anew.
    pub async fn of(&self, db: &Db, store: &Settings, now: Millis) -> Result<Arc<Wardrobe>> {
        let at_hand = self.held.get(&store.id);
        if let Some(wardrobe) = at_hand.filter(|wardrobe| wardrobe.version == store.version) {
            return Ok(wardrobe);
        }
        let mut conn = db.read().await?;
        let products = db::product::of_store(&mut conn, &store.id).await?;
        let charts = db::size_chart::of_store(&mut conn, &store.id).await?;
        let models = db::fit_model::of_store(&mut conn, &store.id).await?;
        let newest = db::fit_constants::newest(&mut conn, &store.id).await?;
        drop(conn);
        let (version, policy) = (store.version, store.policy.fit.clone());
        let known = newest.clone();
        let wardrobe = tokio::task::spawn_blocking(move || {
            let garments = garments(products, charts, models);
            let learned = learned(&garments, known, &policy, now)?;
            Ok::<_, Error>(Wardrobe::new(version, garments, learned, &policy))
        });
        let wardrobe = Arc::new(wardrobe.await.map_err(|e| Error::Internal(anyhow::Error::new(e)))??);
        if let Some(learned) = wardrobe.learned.clone().filter(|learned| newest.as_ref() != Some(learned)) {
            let id = store.id.clone();
            db.write(move |conn| Box::pin(async move { db::fit_constants::insert(conn, &id, &learned).await })).await?;
        }
        self.held.put(store.id.clone(), Arc::clone(&wardrobe));
        Ok(wardrobe)
    }
}

impl Wardrobe {
    /// Makes garments ready to be asked about.
    pub fn new(version: i64, garments: Vec<Garment>, learned: Option<FitConstants>, policy: &Fit) -> Self {
        let constants = learned.as_ref().and_then(|learned| serde_json::from_str(&learned.constants).ok());
        let constants: Constants = constants.unwrap_or_default();
        let ready = garments.into_iter().map(|garment| (garment.sku.clone(), Fitted::new(garment, policy, constants)));
        Self { version, garments: ready.collect(), learned }
    }

    /// `None` for a product of which nothing is known that sizes could be told from.
    pub fn garment(&self, sku: &str) -> Option<&Fitted> {
        self.garments.get(sku)
    }

    /// By SKU.
    pub fn garments(&self) -> impl Iterator<Item = &Fitted> {
        self.garments.values()
    }
}

/// Puts a store's rows together. Products with neither chart nor record are left out, and so are records of products
/// that are no longer sold.
pub fn garments(products: Vec<Product>, charts: Vec<SizeChart>, models: Vec<FitModel>) -> Vec<Garment> {
    let mut sizes: HashMap<String, Vec<ChartSize>> = HashMap::new();
    for chart in charts {
        let size = ChartSize {
            size: chart.size,
            bust_cm: chart.bust_cm,
            waist_cm: chart.waist_cm,
            hip_cm: chart.hip_cm,
            shoulder_cm: chart.shoulder_cm,
            length_cm: chart.length_cm,
            sleeve_cm: chart.sleeve_cm,
            inseam_cm: chart.inseam_cm,
        };
        sizes.entry(chart.sku).or_default().push(size);
    }
    let mut records: HashMap<String, Vec<Record>> = HashMap::new();
    for model in models {
        // The database allows no other words.
        let Some(verdict) = Verdict::of(&model.verdict) else { continue };
        let record = Record {
            model_id: model.model_id,
            size: model.size,
            body: Measures {
                height_cm: Some(model.height_cm),
                weight_kg: Some(model.weight_kg),
                bust_cm: model.bust_cm,
                waist_cm: model.waist_cm,
                hip_cm: model.hip_cm,
                shoulder_cm: model.shoulder_cm,
                leg_cm: model.leg_cm,
            },
            shape: model.shape.as_deref().and_then(Shape::of_word),
            verdict,
            effect: model.effect,
            source: Source::of(&model.source).unwrap_or_default(),
        };
        records.entry(model.sku).or_default().push(record);
    }
    let known = products.into_iter().filter_map(|product| {
        let (chart, records) = (sizes.remove(&product.sku), records.remove(&product.sku));
        let is_known = chart.is_some() || records.is_some();
        is_known.then(|| {
            let (chart, records) = (chart.unwrap_or_default(), records.unwrap_or_default());
            Garment::new(&product.sku, &product.name, &product.attributes, chart, records)
        })
    });
    known.collect()
}

/// The constants that the records teach: those that are known, if the same records taught them.
fn learned(
    garments: &[Garment],
    known: Option<FitConstants>,
    policy: &Fit,
    now: Millis,
) -> Result<Option<FitConstants>> {
    let basis = basis(garments);
    if known.as_ref().is_some_and(|known| known.basis == basis) {
        return Ok(known);
    }
    let constants = Constants::learn(garments, policy);
    if constants == Constants::default() && known.is_none() {
        return Ok(None);
    }
    let constants = serde_json::to_string(&constants).map_err(|e| Error::Internal(e.into()))?;
    let version = known.map_or(1, |known| known.version + 1);
    Ok(Some(FitConstants { version, basis, learned_at: now, constants }))
}

/// A hash of all that [`Constants::learn`] looks at.
fn basis(garments: &[Garment]) -> String {
    let mut hash = Sha256::new();
    for garment in garments {
        hash.update(format!("{:?}{:?}{:?}", garment.sizes, garment.kind, garment.stretch));
        for record in garment.records.iter().filter(|record| record.source == Source::TryOn) {
            hash.update(format!("{record:?}"));
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
