//! Keeping slots beyond the conversation, with consent, and looking them up.

use serde::Serialize;

use super::ledger::{Entry, Ledger, Source};
use super::reading::{Context, Sureness, Value, read};
use super::slot::{Kind, Purpose, Slot};
use super::whom::Whom;
use crate::catalog::outcomes;
use crate::clock::Millis;
use crate::db::consent::Consent;
use crate::db::{self, Conn, Db};
use crate::error::{Error, Result};
use crate::ids::{BuyerId, ConversationId, StoreId};
use crate::locale::Locale;

pub use crate::db::baby::Baby;
pub use crate::db::slot::Kept;

/// The wording of consents that this version of the program shows. To be reviewed by a lawyer before a shop relies on it.
pub const TEXT_VERSION: &str = "2026-11";

/// The longest word that is kept.
const MAX_CHARS: usize = 64;

/// A slot to be remembered, as the tool `remember` names it.
#[derive(Debug, Clone, PartialEq)]
pub struct Slotted {
    pub whom: Option<String>,
    pub slot: String,
    pub value: serde_json::Value,
    pub unit: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Remembered {
    /// It is in the buyer's profile.
    pub stored: bool,
    /// It is used in this conversation only, because the buyer has not agreed to more.
    pub needs_consent: bool,
    /// What the consent must be for.
    pub purpose: Purpose,
}

/// Keeps a slot in the buyer's profile if a consent covers it. The buyer comes from the token and never from the
/// arguments. What belongs to the conversation alone (orders, places) is not stored.
///
/// Errors: `invalid` (whom, slot, value, unit).
pub async fn remember(
    db: &Db,
    store: &StoreId,
    buyer: &BuyerId,
    source: Option<Source>,
    slotted: &Slotted,
    now: Millis,
) -> Result<Remembered> {
    let (whom, slot, canonical, unit) = checked(slotted)?;
    let purpose = slot.purpose_for(&whom);
    if purpose == Purpose::Conversation {
        return Ok(Remembered { stored: false, needs_consent: false, purpose });
    }
    let mut kept = Kept {
        whom: whom.as_str().into(),
        slot: slot.word().into(),
        item: if slot.is_many() { text_of(&canonical) } else { String::new() },
        value: slotted.value.to_string(),
        unit,
        canonical: json(&canonical)?,
        sureness: "said".into(),
        purpose: purpose.word().into(),
        conversation: source.as_ref().map(|s| s.conversation.to_string()),
        seq: source.map(|s| s.seq),
        at: now,
    };
    let (store, buyer) = (store.clone(), buyer.clone());
    db.write(move |conn| {
        Box::pin(async move {
            let babies = db::baby::of_buyer(conn, &store, &buyer).await?;
            let is_baby = babies.iter().any(|baby| baby.id == kept.whom);
            let purpose = if is_baby { Purpose::Baby } else { purpose };
            kept.purpose = purpose.word().into();
            let stored = db::slot::keep(conn, &store, &buyer, &kept).await?;
            Ok(Remembered { stored, needs_consent: !stored, purpose })
        })
    })
    .await
}

/// The slot's own value; a figure with a unit is read as a buyer would write it.
fn checked(slotted: &Slotted) -> Result<(Whom, Slot, Value, Option<String>)> {
    let whom = slotted.whom.as_deref().map_or(Some(Whom::buyer()), Whom::of);
    let whom = whom.ok_or_else(|| Error::invalid("whom", "whom it is about is a short word, as self or mother"))?;
    let slot =
        Slot::of(&slotted.slot).ok_or_else(|| Error::invalid("slot", format!("there is no slot {}", slotted.slot)))?;
    let text = match &slotted.value {
        serde_json::Value::String(text) => text.trim().to_owned(),
        serde_json::Value::Number(number) => number.to_string(),
        _ => return Err(Error::invalid("value", "a text or a number is needed")),
    };
    if text.is_empty() || text.chars().count() > MAX_CHARS {
        return Err(Error::invalid("value", format!("1 to {MAX_CHARS} characters are needed")));
    }
    let unit = slotted.unit.clone().filter(|unit| !unit.trim().is_empty());
    if !slot.kind().is_number() {
        return Ok((whom, slot, Value::Text(text), None));
    }
    let own = match slot.kind() {
        Kind::Weight => "kg",
        Kind::Length => "cm",
        _ => "",
    };
    if slot.kind() == Kind::Count {
        let count = text.parse::<f64>().ok().filter(|n| n.fract() == 0.0 && (0.0..=5_000.0).contains(n));
        let count = count.ok_or_else(|| Error::invalid("value", format!("{text} is no whole number")))?;
        return Ok((whom, slot, Value::Number(count), None));
    }
    let said = format!("{text}{}", unit.as_deref().unwrap_or(if text.parse::<f64>().is_ok() { own } else { "" }));
    let context =
        Context { locale: Locale::Hans, asked: Some((whom.clone(), slot)), about: whom.clone(), ..Context::default() };
    let fact = read(&said, &context).into_iter().find(|fact| fact.slot == slot && fact.whom == whom);
    match fact {
        Some(fact) if !fact.sureness.asks() => Ok((whom, slot, fact.canonical, unit)),
        Some(fact) if fact.sureness == Sureness::Ambiguous => {
            Err(Error::invalid("unit", format!("{said} may be in several units: say which")))
        }
        _ => Err(Error::invalid("value", format!("{said} is not plausible for {}", slot.word()))),
    }
}

/// All that is kept of a buyer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recalled {
    pub slots: Vec<Kept>,
    pub babies: Vec<Baby>,
    pub consents: Vec<Consent>,
}

impl Recalled {
    /// Something in it is sensitive, so that a look at it must be noted.
    pub fn is_sensitive(&self) -> bool {
        !self.babies.is_empty() || self.slots.iter().any(|s| s.purpose != Purpose::Body.word())
    }
}

/// What a buyer agreed to have kept. Whoever shows it to a person notes the look ([`note_look`]).
pub async fn recall(conn: &mut Conn, store: &StoreId, buyer: &BuyerId) -> Result<Recalled> {
    Ok(Recalled {
        slots: db::slot::of_buyer(conn, store, buyer).await?,
        babies: db::baby::of_buyer(conn, store, buyer).await?,
        consents: db::consent::of_buyer(conn, store, buyer).await?,
    })
}

/// Notes who looked at sensitive data, and for what.
pub async fn note_look(db: &Db, store: &StoreId, buyer: &BuyerId, now: Millis, who: &str, why: &str) -> Result<()> {
    let (store, buyer, who, why) = (store.clone(), buyer.clone(), who.to_owned(), why.to_owned());
    db.write(move |conn| Box::pin(async move { db::buyer::note_look(conn, &store, &buyer, now, &who, &why).await }))
        .await
}

/// A consent for a purpose, given in a conversation or by a file.
pub fn consent(purpose: Purpose, given_at: Millis, source: Option<&Source>) -> Consent {
    let of_child = purpose == Purpose::Baby;
    Consent {
        subject: if of_child { "child" } else { "buyer" }.into(),
        purpose: purpose.word().into(),
        text_version: TEXT_VERSION.into(),
        given_by: if of_child { "guardian" } else { "buyer" }.into(),
        given_at,
        conversation: source.map(|s| s.conversation.to_string()),
        seq: source.map(|s| s.seq),
        withdrawn_at: None,
    }
}

/// Stores that a buyer agrees.
pub async fn give(db: &Db, store: &StoreId, buyer: &BuyerId, consent: Consent) -> Result<()> {
    let (store, buyer) = (store.clone(), buyer.clone());
    db.write(move |conn| {
        Box::pin(async move {
            if !db::buyer::hold(conn, &store, &buyer).await? {
                return Err(Error::NotFound("buyer"));
            }
            db::consent::give(conn, &store, &buyer, &consent).await.map(|_| ())
        })
    })
    .await
}

/// Takes a consent back and erases what was kept under it, in one transaction.
pub async fn withdraw(db: &Db, store: &StoreId, buyer: &BuyerId, purpose: Purpose, now: Millis) -> Result<()> {
    let (store, buyer) = (store.clone(), buyer.clone());
    db.write(move |conn| {
        Box::pin(async move {
            db::buyer::hold(conn, &store, &buyer).await?;
            db::consent::withdraw(conn, &store, &buyer, Some(purpose.word()), now).await?;
            db::slot::forget(conn, &store, &buyer, Some(purpose.word())).await?;
            match purpose {
                Purpose::Baby => db::baby::forget(conn, &store, &buyer).await.map(|_| ()),
                Purpose::Body => outcomes::forget_records(conn, &store, &buyer).await.map(|_| ()),
                Purpose::Skin | Purpose::Conversation => Ok(()),
            }
        })
    })
    .await
}

/// The ledger of a conversation as it was stored.
pub async fn ledger(conn: &mut Conn, store: &StoreId, conversation: &ConversationId) -> Result<Ledger> {
    let entries = db::slot::entries(conn, store, conversation).await?;
    let entries: Result<Vec<Entry>> =
        entries.iter().map(|e| serde_json::from_str(e).map_err(|e| Error::Internal(e.into()))).collect();
    Ok(Ledger::of(entries?))
}

/// An entry of a conversation's ledger as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    /// Its place in the ledger.
    n: i64,
    /// The message that said it.
    seq: i64,
    entry: String,
}

/// The entries of a ledger that [`Ledger::apply`] named.
pub fn learned(ledger: &Ledger, changed: &[usize]) -> Result<Vec<Learned>> {
    let entries = changed.iter().filter_map(|n| Some((*n, ledger.entries().get(*n)?)));
    entries.map(|(n, entry)| Ok(Learned { n: n as i64, seq: entry.source.seq, entry: json(entry)? })).collect()
}

pub async fn store_learned(
    conn: &mut Conn,
    store: &StoreId,
    conversation: &ConversationId,
    learned: &[Learned],
) -> Result<()> {
    for Learned { n, seq, entry } in learned {
        db::slot::put_entry(conn, store, conversation, *n, *seq, entry).await?;
    }
    Ok(())
}

pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::Internal(e.into()))
}

/// A value as a person would write it.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
    }
}
