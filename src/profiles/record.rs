//! A buyer's profile as merchants' files and REST write it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::keeping::{Baby, Kept, Recalled, TEXT_VERSION, consent, json};
use super::slot::{Kind, Purpose, Slot};
use super::whom::Whom;
use crate::clock::Millis;
use crate::db::consent::Consent;
use crate::db::{self, Conn};
use crate::error::{Error, Result};
use crate::ids::{BuyerId, StoreId};

/// The most people, children or consents of one buyer.
const MOST: usize = 50;
/// The longest word of a record.
const MAX_CHARS: usize = 80;

/// One buyer. Unknown keys are ignored.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    #[serde(default)]
    pub buyer: String,
    #[serde(default)]
    pub name: Option<String>,
    /// 0 to 9.
    #[serde(default)]
    pub vip_level: Option<i64>,
    #[serde(default)]
    pub consents: Vec<GivenConsent>,
    #[serde(default)]
    pub people: Vec<Person>,
    #[serde(default)]
    pub babies: Vec<BabyRecord>,
    #[serde(default)]
    pub skin: Option<Map<String, Value>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GivenConsent {
    pub purpose: String,
    pub given_at: Millis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<Millis>,
}

/// A grown-up or child by measures; `id` is `self` for the buyer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// Measures by the name of their slot; others are ignored.
    #[serde(flatten)]
    pub slots: Map<String, Value>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BabyRecord {
    pub id: String,
    #[serde(default)]
    pub nickname: Option<String>,
    /// `2026-01` or `2026-01-15`.
    #[serde(default)]
    pub born: Option<String>,
    #[serde(default)]
    pub gestational_weeks: Option<i64>,
    #[serde(default)]
    pub gestational_days: Option<i64>,
    #[serde(default)]
    pub feeding: Option<String>,
    #[serde(default)]
    pub allergies: Vec<String>,
    /// {sku, stage, batch, used_at}
    #[serde(default)]
    pub products: Vec<Value>,
}

/// What is wrong with a record: the field and why.
pub type Wrong = (&'static str, String);

impl Record {
    /// Everything that is wrong with it. What no consent covers is refused and not left out in silence.
    pub fn check(&self) -> Vec<Wrong> {
        let mut wrong: Vec<Wrong> = Vec::new();
        let mut refuse = |field: &'static str, why: String| wrong.push((field, why));
        let long = |text: &str| text.chars().count() > MAX_CHARS || text.chars().any(char::is_control);
        if self.name.as_deref().is_some_and(long) {
            refuse("name", format!("has more than {MAX_CHARS} characters, or control characters"));
        }
        if self.vip_level.is_some_and(|level| !(0..=9).contains(&level)) {
            refuse("vip_level", "must be 0 to 9".into());
        }
        for (field, count) in
            [("consents", self.consents.len()), ("people", self.people.len()), ("babies", self.babies.len())]
        {
            if count > MOST {
                refuse(field, format!("has {count} entries, at most {MOST} are allowed"));
            }
        }
        for consent in &self.consents {
            if Purpose::meant(&consent.purpose).is_none() {
                let known = Purpose::ALL.map(Purpose::word).join(", ");
                refuse("consents", format!("purpose {} is none of {known}", consent.purpose));
            }
        }
        let mut needed = Vec::new();
        for person in &self.people {
            match person.kept(0) {
                Ok(kept) => needed.extend(kept.into_iter().map(|k| ("people", k.purpose))),
                Err(why) => refuse("people", format!("{}: {why}", person.id)),
            }
        }
        if !self.babies.is_empty() {
            needed.push(("babies", Purpose::Baby.word().into()));
        }
        for baby in &self.babies {
            if let Err(why) = baby.check() {
                refuse("babies", format!("{}: {why}", baby.id));
            }
        }
        match self.skin_slots(0) {
            Ok(kept) => needed.extend(kept.into_iter().map(|k| ("skin", k.purpose))),
            Err(why) => refuse("skin", why),
        }
        needed.sort_unstable();
        needed.dedup();
        for (field, purpose) in needed {
            if !self.covers(&purpose) {
                refuse(field, format!("there is no consent of purpose {purpose} for it"));
            }
        }
        wrong
    }

    /// Whether a live consent covers a purpose.
    pub fn covers(&self, purpose: &str) -> bool {
        self.consents.iter().any(|c| {
            let meant = Purpose::meant(&c.purpose);
            c.withdrawn_at.is_none()
                && meant.is_some_and(|p| p.word() == purpose)
                && (meant != Some(Purpose::Baby) || c.given_by.as_deref().is_none_or(|by| by == "guardian"))
        })
    }

    fn skin_slots(&self, at: Millis) -> std::result::Result<Vec<Kept>, String> {
        let Some(skin) = &self.skin else { return Ok(Vec::new()) };
        let mut slots = skin.clone();
        if let Some(kind) = slots.remove("type") {
            slots.entry("skin_type").or_insert(kind);
        }
        slots.retain(|key, _| Slot::of(key).is_some_and(|slot| slot.purpose() == Purpose::Skin));
        Person { id: Whom::SELF.into(), relation: None, slots }.kept(at)
    }
}

impl Person {
    /// The measures as rows.
    fn kept(&self, at: Millis) -> std::result::Result<Vec<Kept>, String> {
        let id = if self.relation.as_deref() == Some(Whom::SELF) { Whom::SELF } else { self.id.as_str() };
        let whom = Whom::of(id).ok_or("the id must be a short word without blanks")?;
        // Whoever is called a child is one, whatever the id.
        let is_child = self.relation.as_deref().and_then(Whom::of).is_some_and(|relation| relation.is_child());
        let mut kept = Vec::new();
        for (key, value) in &self.slots {
            let Some(slot) = Slot::of(key) else { continue };
            let purpose = if is_child { Purpose::Baby } else { slot.purpose_for(&whom) };
            if value.is_null() || purpose == Purpose::Conversation {
                continue;
            }
            let values: Vec<Value> = match (slot.kind(), value) {
                (Kind::Words, Value::Array(values)) => values.clone(),
                (_, value) => vec![value.clone()],
            };
            for value in values {
                let good = match slot.kind() {
                    Kind::Length => value.as_f64().is_some_and(|n| (10.0..=250.0).contains(&n)),
                    Kind::Weight => value.as_f64().is_some_and(|n| (0.5..=400.0).contains(&n)),
                    Kind::Count => value.as_f64().is_some_and(|n| n.fract() == 0.0 && (0.0..=5_000.0).contains(&n)),
                    Kind::Word | Kind::Words => value.as_str().is_some_and(|text| {
                        (1..=MAX_CHARS).contains(&text.chars().count()) && !text.chars().any(char::is_control)
                    }),
                };
                if !good {
                    return Err(format!("{key} is not plausible: lengths are cm, weights kg"));
                }
                let item = if slot.is_many() { value.as_str().unwrap_or_default() } else { "" };
                kept.push(Kept {
                    whom: whom.as_str().into(),
                    slot: slot.word().into(),
                    item: item.into(),
                    value: value.to_string(),
                    unit: None,
                    canonical: value.to_string(),
                    sureness: "said".into(),
                    purpose: purpose.word().into(),
                    conversation: None,
                    seq: None,
                    at,
                });
            }
        }
        Ok(kept)
    }
}

impl BabyRecord {
    fn check(&self) -> std::result::Result<(), String> {
        Whom::of(&self.id).ok_or("the id must be a short word without blanks")?;
        let long = |text: &String| text.chars().count() > MAX_CHARS || text.chars().any(char::is_control);
        if self.nickname.iter().chain(&self.feeding).chain(&self.allergies).any(long) {
            return Err(format!("a text has more than {MAX_CHARS} characters, or control characters"));
        }
        if self.born.as_deref().is_some_and(|born| !is_month_or_day(born)) {
            return Err("born must be as 2026-01 or 2026-01-15".into());
        }
        if self.gestational_weeks.is_some_and(|w| !(20..=45).contains(&w)) {
            return Err("gestational_weeks must be 20 to 45".into());
        }
        if self.gestational_days.is_some_and(|d| !(0..=6).contains(&d)) {
            return Err("gestational_days must be 0 to 6".into());
        }
        if self.allergies.len() > MOST || self.products.len() > 500 || !self.products.iter().all(Value::is_object) {
            return Err("allergies and products must be lists, products of objects".into());
        }
        Ok(())
    }

    /// As it is stored.
    pub fn row(&self, at: Millis) -> Result<Baby> {
        Ok(Baby {
            id: self.id.clone(),
            nickname: self.nickname.clone(),
            born: self.born.clone(),
            gestational_weeks: self.gestational_weeks,
            gestational_days: self.gestational_days,
            feeding: self.feeding.clone(),
            allergies: json(&self.allergies)?,
            products: json(&self.products)?,
            at,
        })
    }

    fn of(baby: &Baby) -> Self {
        Self {
            id: baby.id.clone(),
            nickname: baby.nickname.clone(),
            born: baby.born.clone(),
            gestational_weeks: baby.gestational_weeks,
            gestational_days: baby.gestational_days,
            feeding: baby.feeding.clone(),
            allergies: serde_json::from_str(&baby.allergies).unwrap_or_default(),
            products: serde_json::from_str(&baby.products).unwrap_or_default(),
        }
    }
}

fn is_month_or_day(text: &str) -> bool {
    let day = if text.len() == 7 { format!("{text}-01") } else { text.to_owned() };
    day.len() == 10 && day.parse::<jiff::civil::Date>().is_ok()
}

/// Replaces what a store keeps of a buyer by a checked record: consents that it does not name are withdrawn, and what
/// was kept under them is gone.
///
/// Errors: `invalid` (the first thing that is wrong).
pub async fn put(conn: &mut Conn, store: &StoreId, record: &Record, now: Millis) -> Result<()> {
    if let Some((field, why)) = record.check().into_iter().next() {
        return Err(Error::invalid(field, why));
    }
    let buyer = BuyerId::from(record.buyer.as_str());
    db::buyer::upsert(conn, store, &buyer, record.name.as_deref(), record.vip_level, now).await?;
    db::buyer::hold(conn, store, &buyer).await?;
    let before = db::consent::of_buyer(conn, store, &buyer).await?;
    for held in before.iter().filter(|c| c.withdrawn_at.is_none()) {
        if !record.covers(&held.purpose) {
            db::consent::withdraw(conn, store, &buyer, Some(&held.purpose), now).await?;
            if held.purpose == Purpose::Body.word() {
                crate::catalog::outcomes::forget_records(conn, store, &buyer).await?;
            }
        }
    }
    for given in record.consents.iter().filter(|c| c.withdrawn_at.is_none()) {
        let Some(purpose) = Purpose::meant(&given.purpose) else { continue };
        let text_version = given.text_version.clone().unwrap_or_else(|| TEXT_VERSION.into());
        let consent = Consent { text_version, ..consent(purpose, given.given_at, None) };
        db::consent::give(conn, store, &buyer, &consent).await?;
    }
    db::slot::forget(conn, store, &buyer, None).await?;
    db::baby::forget(conn, store, &buyer).await?;
    let skin = record.skin_slots(now).map_err(|why| Error::invalid("skin", why))?;
    for person in &record.people {
        for kept in person.kept(now).map_err(|why| Error::invalid("people", why))? {
            db::slot::keep(conn, store, &buyer, &kept).await?;
        }
    }
    for kept in &skin {
        db::slot::keep(conn, store, &buyer, kept).await?;
    }
    for baby in &record.babies {
        db::baby::keep(conn, store, &buyer, &baby.row(now)?).await?;
    }
    Ok(())
}

/// A buyer's record as it is kept; `sensitive` says whether skin and children are shown.
pub fn of(buyer: &BuyerId, row: &db::buyer::Buyer, recalled: &Recalled, sensitive: bool) -> Record {
    let shown = |slot: &&Kept| sensitive || slot.purpose == Purpose::Body.word();
    let mut people: Vec<Person> = Vec::new();
    let mut skin = Map::new();
    for kept in recalled.slots.iter().filter(shown) {
        let value: Value = serde_json::from_str(&kept.canonical).unwrap_or_default();
        let slots = if kept.purpose == Purpose::Skin.word() && kept.whom == Whom::SELF {
            &mut skin
        } else {
            if people.last().is_none_or(|p| p.id != kept.whom) {
                // A child by relation stays one when the record is put back.
                let is_named_so = Whom::of(&kept.whom).is_some_and(|whom| whom.is_child());
                let is_child = kept.purpose == Purpose::Baby.word() && !is_named_so;
                let relation = is_child.then(|| "child".to_owned());
                people.push(Person { id: kept.whom.clone(), relation, slots: Map::new() });
            }
            let Some(person) = people.last_mut() else { continue };
            &mut person.slots
        };
        if let Some(many) = Slot::of(&kept.slot).filter(|slot| slot.is_many()) {
            let list = slots.entry(many.plural()).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(list) = list {
                list.push(value);
            }
        } else {
            slots.insert(kept.slot.clone(), value);
        }
    }
    Record {
        buyer: buyer.to_string(),
        name: row.name.clone(),
        vip_level: Some(row.vip_level),
        consents: recalled
            .consents
            .iter()
            .map(|c| GivenConsent {
                purpose: c.purpose.clone(),
                given_at: c.given_at,
                given_by: Some(c.given_by.clone()),
                text_version: Some(c.text_version.clone()),
                withdrawn_at: c.withdrawn_at,
            })
            .collect(),
        people,
        babies: if sensitive { recalled.babies.iter().map(BabyRecord::of).collect() } else { Vec::new() },
        skin: Some(skin).filter(|skin| !skin.is_empty()),
    }
}
