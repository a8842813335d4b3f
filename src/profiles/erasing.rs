//! All that a store holds of a buyer: shown, and taken away.

use serde_json::{Value, json};

use super::keeping::{Recalled, recall};
use crate::catalog::outcomes;
use crate::clock::Millis;
use crate::db::{self, Conn, Db};
use crate::error::{Error, Result};
use crate::ids::{BuyerId, StoreId};

/// How much was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Erased {
    pub slots: u64,
    pub babies: u64,
    /// Entries of the log whose words are gone.
    pub events: u64,
}

/// Erases a buyer: profile, children, slots of conversations, and the words of all entries. Number, time and kind of
/// the entries, and when consents were given and withdrawn, stay.
///
/// `forget` is called before the change is committed: what this process has at hand is as it was before.
///
/// Errors: `not_found` (buyer).
pub async fn erase(
    db: &Db,
    store: &StoreId,
    buyer: &BuyerId,
    now: Millis,
    forget: impl FnOnce() + Send + 'static,
) -> Result<Erased> {
    let (store, buyer) = (store.clone(), buyer.clone());
    let erase = db.write(move |conn| {
        Box::pin(async move {
            let erased = erase_here(conn, &store, &buyer, now).await?;
            forget();
            Ok(erased)
        })
    });
    erase.await
}

async fn erase_here(conn: &mut Conn, store: &StoreId, buyer: &BuyerId, now: Millis) -> Result<Erased> {
    if !db::buyer::hold(conn, store, buyer).await? {
        return Err(Error::NotFound("buyer"));
    }
    db::consent::withdraw(conn, store, buyer, None, now).await?;
    let slots =
        db::slot::forget(conn, store, buyer, None).await? + db::slot::forget_entries(conn, store, buyer).await?;
    let babies = db::baby::forget(conn, store, buyer).await?;
    outcomes::erase(conn, store, buyer).await?;
    db::confirmation::erase_buyer(conn, store, buyer).await?;
    let events = db::erasing::blank_words(conn, store, buyer).await?;
    for conversation in db::erasing::conversations(conn, store, buyer).await? {
        db::tool_call::erase(conn, store, &conversation).await?;
    }
    db::transcript::forget(conn, store, buyer).await?;
    db::buyer::blank(conn, store, buyer).await?;
    Ok(Erased { slots, babies, events })
}

/// Everything that is stored of a buyer, as one JSON object.
///
/// Errors: `not_found` (buyer).
pub async fn report(conn: &mut Conn, store: &StoreId, buyer: &BuyerId) -> Result<Value> {
    let row = db::buyer::find(conn, store, buyer).await?.ok_or(Error::NotFound("buyer"))?;
    let recalled: Recalled = recall(conn, store, buyer).await?;
    let mut conversations = Vec::new();
    for id in db::erasing::conversations(conn, store, buyer).await? {
        let mut events = Vec::new();
        let mut after = 0;
        loop {
            let page = db::event::after(conn, store, &id, after, 500).await?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            for entry in page {
                let mut event = serde_json::to_value(&entry.body).map_err(|e| Error::Internal(e.into()))?;
                event["seq"] = json!(entry.seq);
                event["at"] = json!(entry.at);
                event["author"] = json!(entry.author);
                events.push(event);
            }
        }
        let slots: Vec<Value> = db::slot::entries(conn, store, &id)
            .await?
            .iter()
            .filter_map(|entry| serde_json::from_str(entry).ok())
            .collect();
        // Masked copies of what models were asked, kept for some days.
        let transcripts = db::transcript::turns(conn, store, &id).await?;
        conversations.push(json!({"id": id, "slots": slots, "events": events, "transcripts": transcripts}));
    }
    let looks: Vec<Value> = db::buyer::looks(conn, store, buyer)
        .await?
        .into_iter()
        .map(|(at, who, why)| json!({"at": at, "who": who, "why": why}))
        .collect();
    Ok(json!({
        "profile": super::record::of(buyer, &row, &recalled, true),
        "slots": recalled.slots.iter().map(shown).collect::<Vec<_>>(),
        "signed": row.signed,
        "created_at": row.created_at,
        "conversations": conversations,
        "looks": looks,
    }))
}

/// A kept slot with its source, for people who ask where it comes from.
pub fn shown(kept: &super::keeping::Kept) -> Value {
    let parsed = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
    json!({
        "whom": kept.whom, "slot": kept.slot, "value": parsed(&kept.value), "unit": kept.unit,
        "canonical": parsed(&kept.canonical), "sureness": kept.sureness, "purpose": kept.purpose,
        "conversation": kept.conversation, "seq": kept.seq, "at": kept.at,
    })
}
