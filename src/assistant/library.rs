//! What a store knows, at hand: its FAQ and its packs' knowledge as indexes, its products by SKU. The store's own is read
//! from the database again whenever the store's version has moved.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::db::faq::Faq;
use crate::db::product::Product;
use crate::db::{self, Db};
use crate::error::{Error, Result};
use crate::experts::knowledge::{self, Index, Script};
use crate::ids::StoreId;
use crate::locale::Locale;
use crate::packs::Pack;

/// How many passages are looked for.
const PASSAGES: usize = 3;
/// How many stores are kept at hand at once.
const STORES: usize = 64;
/// How many packs' knowledge is kept at hand at once, each locale by itself.
const PACKS: usize = 256;
/// How the ids of a pack's knowledge begin.
const OF_PACK: &str = "pack:";

/// A question with its answer, of the FAQ or of a pack's knowledge, found for what a buyer asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// The FAQ's own, or `pack:<pack>/<slug>`.
    pub id: String,
    pub question: String,
    pub answer: String,
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

/// The shelves of all stores. Cheap to clone.
#[derive(Clone, Default)]
pub struct Library {
    shelves: Arc<Mutex<HashMap<StoreId, Arc<Shelf>>>>,
    /// By the hash of the pack's files.
    packs: Arc<Mutex<HashMap<(String, Locale), Arc<Knowledge>>>>,
}

/// One store's knowledge as of one version. Cheap to clone.
#[derive(Clone)]
pub struct Shelf {
    version: i64,
    faq: Arc<Knowledge>,
    /// The knowledge of packs that stands behind the FAQ, in their order.
    packs: Vec<Arc<Knowledge>>,
    products: Arc<HashMap<String, Product>>,
}

/// Questions with answers, and their index.
struct Knowledge {
    index: Index,
    entries: Vec<knowledge::Entry>,
}

impl Library {
    /// What the store knows as of `version`.
    pub async fn shelf(&self, db: &Db, store: &StoreId, version: i64) -> Result<Arc<Shelf>> {
        let at_hand = self.shelves.lock().unwrap_or_else(PoisonError::into_inner).get(store).cloned();
        if let Some(shelf) = at_hand.filter(|s| s.version == version) {
            return Ok(shelf);
        }
        let mut conn = db.read().await?;
        let faq = db::faq::of_store(&mut conn, store).await?;
        let products = db::product::of_store(&mut conn, store).await?;
        drop(conn);
        // Cutting thousands of answers into words takes a while; sockets must not wait for it.
        let shelf = tokio::task::spawn_blocking(move || Shelf::new(version, faq, products))
            .await
            .map_err(|e| Error::Internal(anyhow::Error::new(e)))?;
        let shelf = Arc::new(shelf);
        let mut shelves = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
        if shelves.len() >= STORES && !shelves.contains_key(store) {
            shelves.clear();
        }
        shelves.insert(store.clone(), shelf.clone());
        Ok(shelf)
    }

    /// A store's shelf with packs' knowledge in the buyer's language behind its FAQ, the first pack before the next.
    pub fn with_packs(&self, shelf: &Shelf, packs: &[&Pack], locale: Locale) -> Shelf {
        let mut behind: Vec<Arc<Knowledge>> = Vec::new();
        for pack in packs {
            let key = (pack.version.hash.clone(), locale);
            let at_hand = self.packs.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
            let known = at_hand.unwrap_or_else(|| Arc::new(Knowledge::of_pack(pack, locale)));
            let mut held = self.packs.lock().unwrap_or_else(PoisonError::into_inner);
            if held.len() >= PACKS && !held.contains_key(&key) {
                held.clear();
            }
            held.insert(key, Arc::clone(&known));
            drop(held);
            if !behind.iter().any(|other| Arc::ptr_eq(other, &known)) {
                behind.push(known);
            }
        }
        Shelf { packs: behind, ..shelf.clone() }
    }
}

impl Knowledge {
    fn new(entries: Vec<knowledge::Entry>) -> Self {
        Self { index: Index::build(&entries), entries }
    }

    fn of_pack(pack: &Pack, locale: Locale) -> Self {
        let entries = pack.knowledge_in(locale).map(|known| knowledge::Entry {
            id: known.id.clone(),
            question: known.question.clone(),
            answer: known.answer.clone(),
            ..knowledge::Entry::default()
        });
        Self::new(entries.collect())
    }

    fn look_up(&self, question: &str) -> impl Iterator<Item = Passage> {
        self.index.search(question, PASSAGES).into_iter().filter_map(|hit| {
            let entry = self.entries.get(hit.entry)?;
            Some(Passage {
                id: hit.id.clone(),
                question: entry.question.clone(),
                answer: entry.answer.clone(),
                answers: self.index.answers(&hit),
                score: f64::from(hit.score),
            })
        })
    }
}

impl Shelf {
    /// A shelf of rows as they are stored, without packs.
    pub fn new(version: i64, faq: Vec<Faq>, products: Vec<Product>) -> Self {
        let entries = faq.into_iter().map(|f| knowledge::Entry {
            id: f.id,
            question: f.question,
            answer: f.answer,
            tags: f.tags,
            category: f.category,
        });
        let products = products.into_iter().map(|p| (p.sku.clone(), p)).collect();
        let faq = Arc::new(Knowledge::new(entries.collect()));
        Self { version, faq, packs: Vec::new(), products: Arc::new(products) }
    }

    /// The passages nearest to what is asked, best first: those that answer before those that are only related, and
    /// among them the store's own FAQ before packs.
    pub fn look_up(&self, question: &str) -> Vec<Passage> {
        let all = [&self.faq].into_iter().chain(&self.packs);
        let mut found: Vec<Passage> = all.flat_map(|knowledge| knowledge.look_up(question)).collect();
        found.sort_by_key(|passage| (!passage.answers, passage.is_of_pack()));
        found.truncate(PASSAGES);
        found
    }

    /// What the store says on a sentence, clause by clause: id and text of each passage that is near.
    pub fn cite(&self, sentence: &str) -> Vec<(String, String)> {
        let clauses = sentence.split(['，', ',', '；', ';']).map(str::trim).filter(|clause| clause.chars().count() > 3);
        let mut found: Vec<(String, String)> = Vec::new();
        for passage in clauses.flat_map(|clause| self.look_up(clause).into_iter().take(1)) {
            let id = passage.evidence();
            if !found.iter().any(|(known, _)| *known == id) {
                found.push((id, passage.answer));
            }
        }
        found
    }

    /// The product that a text names, by its SKU or by its name; the longest name counts.
    pub fn named_in(&self, text: &str) -> Option<&Product> {
        let text = knowledge::normalise(text);
        let squeezed = squeezed(&text);
        let is_named = |product: &&Product| {
            let (sku, name) = (knowledge::normalise(&product.sku), knowledge::normalise(&product.name));
            stands_apart(&text, &sku) || name.chars().count() > 1 && squeezed.contains(&self::squeezed(&name))
        };
        let named = self.products.values().filter(is_named);
        named.max_by(|a, b| a.name.len().cmp(&b.name.len()).then_with(|| b.sku.cmp(&a.sku)))
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
        if self.is_of_pack() { self.id.clone() } else { format!("faq:{}", self.id) }
    }

    /// It is not the store's own.
    pub fn is_of_pack(&self) -> bool {
        self.id.starts_with(OF_PACK)
    }

    /// The answer in the buyer's script. It is not translated.
    pub fn answer_in(&self, locale: Locale) -> String {
        knowledge::to_script(&self.answer, script_of(locale)).into_owned()
    }
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

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Whether a word stands in a text, with no letter or figure on either side.
fn stands_apart(text: &str, word: &str) -> bool {
    let is_of_word = |c: char| c.is_ascii_alphanumeric();
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        word.len() > 1 && !before.ends_with(is_of_word) && !after.starts_with(is_of_word)
    })
}
