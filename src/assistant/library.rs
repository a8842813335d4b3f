//! What a store knows, at hand: its FAQ and its packs' knowledge as indexes, its products by SKU. The store's own is read
//! from the database again whenever the store's version has moved.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use tokio::sync::OnceCell;

use super::naming::Names;
use super::screen::Cleared;
use crate::at_hand::AtHand;
use crate::db::faq::Faq;
use crate::db::product::Product;
use crate::db::{self, Db};
use crate::error::{Error, Result};
use crate::experts::claims::Words;
use crate::experts::knowledge::{self, Hit, Index, Query, Script};
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
#[derive(Debug, Clone)]
pub struct Passage {
    /// The FAQ's own, or `pack:<pack>/<slug>`.
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
pub struct Library {
    shelves: AtHand<StoreId, Arc<Filling>>,
    /// By the hash of the pack's files, and the language.
    packs: AtHand<(String, Locale), Edition>,
}

/// A shelf that is filled once, however many turns wait for it.
struct Filling {
    version: i64,
    shelf: OnceCell<Arc<Shelf>>,
}

impl Default for Library {
    fn default() -> Self {
        Self { shelves: AtHand::new(STORES), packs: AtHand::new(PACKS) }
    }
}

/// A pack's knowledge in one language, once it is made.
type Edition = Arc<OnceCell<Arc<Knowledge>>>;

/// One store's knowledge as of one version. Cheap to clone.
#[derive(Clone)]
pub struct Shelf {
    faq: Arc<Knowledge>,
    /// The knowledge of packs that stands behind the FAQ, in their order.
    packs: Vec<Arc<Knowledge>>,
    products: Arc<HashMap<String, Product>>,
    names: Arc<Names>,
    /// What the assistant may say because of it.
    pub(super) cleared: Arc<Cleared>,
    /// Which packs stand behind it, in which language.
    pub(super) behind: String,
}

/// Questions with answers, and their index.
struct Knowledge {
    index: Index,
    entries: Vec<knowledge::Entry>,
    /// The answers as evidence, each read when it is first needed.
    words: Vec<OnceLock<Arc<Words>>>,
}

impl Library {
    /// What the store knows as of `version`.
    pub async fn shelf(&self, db: &Db, store: &StoreId, version: i64) -> Result<Arc<Shelf>> {
        let filling = self.shelves.get_or_put(
            store,
            |filling| filling.version >= version,
            || Arc::new(Filling { version, shelf: OnceCell::new() }),
        );
        filling.shelf.get_or_try_init(|| fill(db, store)).await.cloned()
    }

    /// A store's shelf with packs' knowledge in the buyer's language behind its FAQ, the first pack before the next.
    pub async fn with_packs(&self, shelf: &Shelf, packs: &[&Pack], locale: Locale) -> Result<Shelf> {
        let mut behind: Vec<Arc<Knowledge>> = Vec::new();
        for pack in packs {
            let known = self.edition(pack, locale).await?;
            if !behind.iter().any(|other| Arc::ptr_eq(other, &known)) {
                behind.push(known);
            }
        }
        let names = packs.iter().map(|pack| pack.version.hash.as_str()).chain([locale.tag()]);
        Ok(Shelf { packs: behind, behind: names.collect::<Vec<_>>().join(" "), ..shelf.clone() })
    }

    /// A pack's knowledge in one language. Its index is built once, however many turns ask for it at the same time.
    async fn edition(&self, pack: &Pack, locale: Locale) -> Result<Arc<Knowledge>> {
        let name = (pack.version.hash.clone(), locale);
        let cell = self.packs.get_or_put(&name, |_| true, Edition::default);
        let build = || async {
            let entries = entries_of(pack, locale);
            let build = tokio::task::spawn_blocking(move || Arc::new(Knowledge::new(entries)));
            build.await.map_err(|e| Error::Internal(anyhow::Error::new(e)))
        };
        cell.get_or_try_init(build).await.cloned()
    }
}

fn entries_of(pack: &Pack, locale: Locale) -> Vec<knowledge::Entry> {
    let entries = pack.knowledge_in(locale).map(|known| knowledge::Entry {
        id: known.id.clone(),
        question: known.question.clone(),
        answer: known.answer.clone(),
        ..knowledge::Entry::default()
    });
    entries.collect()
}

impl Knowledge {
    fn new(entries: Vec<knowledge::Entry>) -> Self {
        let words = entries.iter().map(|_| OnceLock::new()).collect();
        Self { index: Index::build(&entries), entries, words }
    }

    /// The passages nearest to a question, and what of it none here answers.
    fn look_up(&self, question: &Query) -> (Vec<Passage>, Query) {
        let (hits, rest) = self.index.find(question, PASSAGES);
        (hits.iter().filter_map(|hit| self.passage(hit)).collect(), rest)
    }

    /// The nearest, if it `answers`; else `None`.
    fn nearest(&self, clause: &Query, answers: bool) -> Option<Hit> {
        self.index.find(clause, 1).0.into_iter().next().filter(|hit| !answers || self.index.answers(hit))
    }

    /// The words of an answer, as evidence.
    fn words(&self, entry: usize) -> Option<Arc<Words>> {
        let words = self.words.get(entry)?.get_or_init(|| Arc::new(Words::of_passage(&self.entries[entry].answer)));
        Some(Arc::clone(words))
    }

    fn passage(&self, hit: &Hit) -> Option<Passage> {
        let entry = self.entries.get(hit.entry)?;
        Some(Passage {
            id: hit.id.clone(),
            question: entry.question.clone(),
            answer: entry.answer.clone(),
            words: self.words(hit.entry)?,
            answers: self.index.answers(hit),
            score: f64::from(hit.score),
        })
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
    /// A shelf of rows as they are stored, without packs.
    pub fn new(faq: Vec<Faq>, products: Vec<Product>) -> Self {
        let entries = faq.into_iter().map(|f| knowledge::Entry {
            id: f.id,
            question: f.question,
            answer: f.answer,
            tags: f.tags,
            category: f.category,
        });
        let names = Arc::new(Names::of(products.iter()));
        let products = Arc::new(products.into_iter().map(|p| (p.sku.clone(), p)).collect());
        let faq = Arc::new(Knowledge::new(entries.collect()));
        let cleared = Arc::new(Cleared::default());
        Self { faq, packs: Vec::new(), products, names, cleared, behind: String::new() }
    }

    /// The passages nearest to what is asked, best first: those that answer before those that are only related, and
    /// among them the store's own FAQ before packs. A pack is asked for what nothing before it answers.
    pub fn look_up(&self, question: &str) -> Vec<Passage> {
        let (mut found, mut rest) = self.faq.look_up(&Query::of(question));
        for pack in &self.packs {
            let (more, open) = pack.look_up(&rest);
            found.extend(more);
            rest = open;
        }
        found.sort_by_key(|passage| (!passage.answers, passage.is_of_pack()));
        found.truncate(PASSAGES);
        found
    }

    /// What the store says on a sentence, clause by clause: id and words of each passage that is near. What a pack knows
    /// is looked at where the FAQ has no answer.
    pub fn cite(&self, sentence: &str) -> Vec<(String, Arc<Words>)> {
        let clauses = sentence.split(['，', ',', '；', ';']).map(str::trim).filter(|clause| clause.chars().count() > 3);
        let mut found: Vec<(String, Arc<Words>)> = Vec::new();
        for clause in clauses.map(Query::of) {
            let own = self.faq.nearest(&clause, false).map(|hit| (&self.faq, hit));
            let is_answered = own.as_ref().is_some_and(|(faq, hit)| faq.index.answers(hit));
            let packs = self.packs.iter().filter(|_| !is_answered);
            let of_packs = packs.filter_map(|pack| Some((pack, pack.nearest(&clause, true)?))).next();
            let Some((knowledge, hit)) = of_packs.or(own) else { continue };
            let id = evidence(&hit.id);
            if let Some(words) = knowledge.words(hit.entry).filter(|_| !found.iter().any(|(known, _)| *known == id)) {
                found.push((id, words));
            }
        }
        found
    }

    /// The SKU of the product that a text names.
    pub fn named_in(&self, text: &str) -> Option<&str> {
        self.names.named_in(text)
    }

    /// The SKU of the only product of the kind that a text names by the last two characters of its name: 猫砂.
    pub fn of_kind(&self, text: &str) -> Option<&str> {
        let text = knowledge::normalise(text);
        let is_named = |product: &&Product| {
            let name = knowledge::normalise(&product.name);
            let mut words = name.split_whitespace().filter(|word| word.chars().count() > 2);
            words.any(|word| {
                let kind = word.char_indices().nth_back(1).map_or("", |(at, _)| &word[at..]);
                kind.chars().all(knowledge::is_han) && text.contains(kind)
            })
        };
        let mut found = self.products.values().filter(is_named);
        let only = found.next()?;
        found.next().is_none().then_some(only.sku.as_str())
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

    /// It is not the store's own.
    pub fn is_of_pack(&self) -> bool {
        self.id.starts_with(OF_PACK)
    }

    /// The answer in the buyer's script. It is not translated.
    pub fn answer_in(&self, locale: Locale) -> String {
        in_script(&self.answer, locale)
    }
}

/// What a merchant wrote, in a buyer's script. It is not translated.
pub fn in_script(text: &str, locale: Locale) -> String {
    knowledge::to_script(text, script_of(locale)).into_owned()
}

fn evidence(id: &str) -> String {
    if id.starts_with(OF_PACK) { id.to_owned() } else { format!("faq:{id}") }
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
