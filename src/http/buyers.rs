//! `/v1/stores/{store}/buyers/{buyer}`: what a store keeps of a buyer.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::json::Json as Body;
use super::who::{Admin, Staff};
use crate::app::App;
use crate::db::{self, conversation};
use crate::error::Error;
use crate::ids::{BuyerId, StoreId};
use crate::profiles::erasing::{self, Erased, shown};
use crate::profiles::keeping::{note_look, recall};
use crate::profiles::record::{self, Record};
use crate::profiles::slot::Purpose;

/// The profile as an import writes it, and each slot with its source. Skin and children are shown to owners, and to
/// others only while they talk with the buyer; each such look is noted.
pub(super) async fn one(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path((_, buyer)): Path<(StoreId, BuyerId)>,
) -> Result<Json<Value>, Error> {
    let mut conn = app.db.read().await?;
    let row = db::buyer::find(&mut conn, &staff.store, &buyer).await?.ok_or(Error::NotFound("buyer"))?;
    let recalled = recall(&mut conn, &staff.store, &buyer).await?;
    let open = conversation::open_of(&mut conn, &staff.store, &buyer).await?;
    drop(conn);
    let is_own = open.is_some_and(|c| c.agent.is_some_and(|agent| agent.as_str() == staff.who));
    let sensitive = staff.is_admin || is_own;
    if sensitive && recalled.is_sensitive() {
        note_look(&app.db, &staff.store, &buyer, app.clock.now(), &staff.who, "GET buyers").await?;
    }
    let mut answer =
        serde_json::to_value(record::of(&buyer, &row, &recalled, sensitive)).map_err(anyhow::Error::new)?;
    let slots = recalled.slots.iter().filter(|s| sensitive || s.purpose == Purpose::Body.word());
    answer["slots"] = slots.map(shown).collect();
    answer["signed"] = json!(row.signed);
    answer["created_at"] = json!(row.created_at);
    Ok(Json(answer))
}

/// Replaces the profile; the body is as in an import.
pub(super) async fn put(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path((_, buyer)): Path<(StoreId, BuyerId)>,
    Body(mut new): Body<Record>,
) -> Result<Json<Value>, Error> {
    if !(1..=64).contains(&buyer.as_str().chars().count()) || buyer.as_str().chars().any(char::is_control) {
        return Err(Error::invalid("buyer", "a buyer's id has 1 to 64 characters"));
    }
    new.buyer = buyer.to_string();
    let (store, now) = (admin.store.clone(), app.clock.now());
    let change = app.db.write(move |conn| Box::pin(async move { record::put(conn, &store, &new, now).await }));
    change.await?;
    let mut conn = app.db.read().await?;
    let row = db::buyer::find(&mut conn, &admin.store, &buyer).await?.ok_or(Error::NotFound("buyer"))?;
    let recalled = recall(&mut conn, &admin.store, &buyer).await?;
    let answer = serde_json::to_value(record::of(&buyer, &row, &recalled, true)).map_err(anyhow::Error::new)?;
    Ok(Json(answer))
}

/// Erases the profile and the words of the buyer's conversations.
pub(super) async fn erase(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path((_, buyer)): Path<(StoreId, BuyerId)>,
) -> Result<Json<Erased>, Error> {
    let live = app.live.clone();
    let erased = erasing::erase(&app.db, &admin.store, &buyer, app.clock.now(), move || live.erased()).await?;
    // What readers have at hand is as it was before.
    for id in db::erasing::conversations(&mut app.db.read().await?, &admin.store, &buyer).await? {
        app.live.forget(&id);
    }
    Ok(Json(erased))
}
