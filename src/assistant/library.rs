//! What a store knows, at hand: its FAQ as an index, its products by SKU. Read from the database again whenever the
//! store's version has moved.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use tokio::sync::OnceCell;

use super::screen::Cleared;
use crate::at_hand::AtHand;
use crate::db::faq::Faq;
use crate::db::product::Product;
use crate::db::{self, Db};
use crate::error::{Error, Result};
use crate::experts::claims::Words;
use crate::experts::knowledge::{self, Hit, Index, Script};
use crate::ids::StoreId;
use crate::locale::Locale;

/// How many passages are looked for.
const PASSAGES: usize = 3;
/// How many stores are kept at hand at once.
const STORES: usize = 64;

/// A question of the FAQ with its answer, found for what a buyer asks.
#[derive(Debug, Clone)]
pub struct Passage {
    pub id: String,
    pub question: String,
    pub answer: String,
    /// The answer as evidence.
    pub words: Arc<Words>,
    /// Whether it answers what was asked, and is not only related to it.
    pub answers: bool,
    /// The higher the nearer; comparable within one search.
    pub score: f64,
}

/// The product whose page the buyer is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnPage {
    pub sku: String,
    pub name: String,
    pub price_fen: i64,
    pub stock: Option<i64>,
    /// Its further attributes, one a line.
    pub about: String,
}

/// The shelves of all stores.
pub struct Library(AtHand<StoreId, Arc<Filling>>);

/// A shelf that is filled once, however many turns wait for it.
struct Filling {
    version: i64,
    shelf: OnceCell<Arc<Shelf>>,
}

impl Default for Library {
    fn default() -> Self {
        Self(AtHand::new(STORES))
    }
}

/// One store's knowledge as of one version.
pub struct Shelf {
    index: Index,
    faq: Vec<Faq>,
    /// The answers of `faq` as evidence, each read when it is first needed.
    words: Vec<OnceLock<Arc<Words>>>,
    products: HashMap<String, Product>,
    /// What the assistant may say because of it.
    pub(super) cleared: Cleared,
}

impl Library {
    /// What the store knows as of `version`.
    pub async fn shelf(&self, db: &Db, store: &StoreId, version: i64) -> Result<Arc<Shelf>> {
        let filling = self.0.get_or_put(
            store,
            |filling| filling.version >= version,
            || Arc::new(Filling { version, shelf: OnceCell::new() }),
        );
        filling.shelf.get_or_try_init(|| fill(db, store)).await.cloned()
    }
}

async fn fill(db: &Db, store: &StoreId) -> Result<Arc<Shelf>> {
    let mut conn = db.read().await?;
    let faq = db::faq::of_store(&mut conn, store).await?;
    let products = db::product::of_store(&mut conn, store).await?;
    drop(conn);
    // Cutting thousands of answers into words takes a while; sockets must not wait for it.
    let shelf = tokio::task::spawn_blocking(move || Shelf::new(faq, products))
        .await
        .map_err(|e| Error::Internal(anyhow::Error::new(e)))?;
    Ok(Arc::new(shelf))
}

impl Shelf {
    pub fn new(faq: Vec<Faq>, products: Vec<Product>) -> Self {
        let entries: Vec<_> = faq
            .iter()
            .map(|f| knowledge::Entry {
                id: f.id.clone(),
                question: f.question.clone(),
                answer: f.answer.clone(),
                tags: f.tags.clone(),
                category: f.category.clone(),
            })
            .collect();
        let index = Index::build(&entries);
        let products = products.into_iter().map(|p| (p.sku.clone(), p)).collect();
        let words = faq.iter().map(|_| OnceLock::new()).collect();
        Self { index, faq, words, products, cleared: Cleared::default() }
    }

    /// The passages nearest to what is asked, best first.
    pub fn look_up(&self, question: &str) -> Vec<Passage> {
        self.index.search(question, PASSAGES).iter().filter_map(|hit| self.passage(hit)).collect()
    }

    /// What the store says on a sentence, clause by clause: id and words of each passage that is near.
    pub fn cite(&self, sentence: &str) -> Vec<(String, Arc<Words>)> {
        let clauses = sentence.split(['，', ',', '；', ';']).map(str::trim).filter(|clause| clause.chars().count() > 3);
        let mut found: Vec<usize> = Vec::new();
        for clause in clauses {
            found.extend(
                self.index.search(clause, 1).first().map(|hit| hit.entry).filter(|entry| !found.contains(entry)),
            );
        }
        found.into_iter().filter_map(|entry| Some((evidence(&self.faq.get(entry)?.id), self.words(entry)?))).collect()
    }

    /// The words of a passage, as evidence.
    fn words(&self, entry: usize) -> Option<Arc<Words>> {
        let words = self.words.get(entry)?.get_or_init(|| Arc::new(Words::of_evidence(&self.faq[entry].answer)));
        Some(Arc::clone(words))
    }

    fn passage(&self, hit: &Hit) -> Option<Passage> {
        let faq = self.faq.get(hit.entry)?;
        Some(Passage {
            id: hit.id.clone(),
            question: faq.question.clone(),
            answer: faq.answer.clone(),
            words: self.words(hit.entry)?,
            answers: self.index.answers(hit),
            score: f64::from(hit.score),
        })
    }

    /// A product as it is stored.
    pub fn sold(&self, sku: &str) -> Option<&Product> {
        self.products.get(sku)
    }

    pub fn name(&self, sku: &str) -> Option<&str> {
        self.sold(sku).map(|product| product.name.as_str())
    }

    /// Those of the products that are sold, each once.
    pub fn all_of<'s>(&self, skus: impl Iterator<Item = &'s str>) -> Vec<Product> {
        let skus: std::collections::BTreeSet<&str> = skus.collect();
        skus.into_iter().filter_map(|sku| self.sold(sku).cloned()).collect()
    }

    /// The kind of goods that a product is.
    pub fn category(&self, sku: &str) -> Option<&str> {
        self.products.get(sku).map(|product| product.category.as_str())
    }

    pub fn product(&self, sku: &str) -> Option<OnPage> {
        let product = self.products.get(sku)?;
        let about = product.attributes.iter().take(20).map(|(k, v)| format!("{k}：{v}")).collect::<Vec<_>>().join("\n");
        Some(OnPage {
            sku: product.sku.clone(),
            name: product.name.clone(),
            price_fen: product.price_fen,
            stock: product.stock,
            about,
        })
    }
}

impl Passage {
    /// Names it where an answer rests on it.
    pub fn evidence(&self) -> String {
        evidence(&self.id)
    }

    /// The answer in the buyer's script. It is not translated.
    pub fn answer_in(&self, locale: Locale) -> String {
        knowledge::to_script(&self.answer, script_of(locale)).into_owned()
    }
}

fn evidence(id: &str) -> String {
    format!("faq:{id}")
}

impl OnPage {
    /// Names it where an answer rests on it.
    pub fn evidence(&self) -> String {
        format!("product:{}", self.sku)
    }

    /// A few lines for a prompt.
    pub fn describe(&self) -> String {
        let stock = self.stock.map_or_else(String::new, |n| format!("\n库存：{}", if n > 0 { "有货" } else { "无货" }));
        format!(
            "{}（{}）\n价格：{}.{:02} 元{stock}\n{}",
            self.name,
            self.sku,
            self.price_fen / 100,
            self.price_fen % 100,
            self.about
        )
    }
}

/// The locale that a buyer's words show; `None` where they could be any.
pub fn locale_of(text: &str) -> Option<Locale> {
    Some(match Script::of(text)? {
        Script::Simplified => Locale::Hans,
        Script::Traditional => Locale::Hant,
        Script::English => Locale::En,
    })
}

fn script_of(locale: Locale) -> Script {
    match locale {
        Locale::Hans => Script::Simplified,
        Locale::Hant => Script::Traditional,
        Locale::En => Script::English,
    }
}
