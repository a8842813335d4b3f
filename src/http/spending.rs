//! `GET /v1/stores/{store}/spending?from=&to=`: what models cost the store, and how far its budget has come.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Deserialize;

use super::who::Reader;
use crate::app::App;
use crate::db::spending::{Spent, between};
use crate::error::Error;
use crate::policy::Day;
use crate::protocol::rest::{Spending, SpentOn, SpentToday};
use crate::spending::Standing;

/// Without a beginning, so many days until the end.
const DAYS: i64 = 30;
/// The longest time that is asked for at once.
const MOST_DAYS: i32 = 400;

#[derive(Deserialize)]
pub(super) struct Period {
    /// Days of the store's calendar, both included.
    from: Option<String>,
    to: Option<String>,
}

fn day(field: &'static str, text: Option<String>) -> Result<Option<Day>, Error> {
    let day = text.map(|text| text.parse().map_err(|_| Error::invalid(field, "a day is needed, as 2026-11-23")));
    day.transpose()
}

pub(super) async fn report(
    State(app): State<Arc<App>>,
    reader: Reader,
    period: Result<Query<Period>, QueryRejection>,
) -> Result<Json<Spending>, Error> {
    let Query(Period { from, to }) = period?;
    let (from, to) = (day("from", from)?, day("to", to)?);
    let settings = app.stores.get(&reader.store).await?;
    let zone = &settings.policy.service.timezone;
    let today = zone.day(app.clock.now()).ok_or_else(|| Error::invalid("to", "it is no day of the calendar"))?;
    let to = to.unwrap_or(today);
    let from = from.unwrap_or_else(|| to.saturating_sub(jiff::Span::new().days(DAYS - 1)));
    if from > to || (to - from).get_days() >= MOST_DAYS {
        return Err(Error::invalid("from", "at most 400 days, the first one first"));
    }
    let day = today.to_string();
    let spent = app.accounts.of_day(&app.db, &reader.store, &day).await?;
    let standing = Standing::of(&settings.policy.budget, spent, Spent::default());
    let rows = between(&mut app.db.read().await?, &reader.store, &from.to_string(), &to.to_string()).await?;
    let items = rows.into_iter().map(|(day, charge)| SpentOn {
        day,
        model: charge.model,
        turns: charge.turns,
        requests: charge.requests,
        estimated: charge.estimated,
        prompt_tokens: charge.prompt_tokens,
        cached_tokens: charge.cached_tokens,
        completion_tokens: charge.completion_tokens,
        cost_micros: charge.cost_micros,
    });
    let nearest = standing.nearest.filter(|(limit, _)| limit.is_of_day());
    let today = SpentToday {
        day,
        tokens: spent.tokens,
        cost_micros: spent.micros,
        level: standing.level.word().to_owned(),
        limit: nearest.map(|(limit, _)| limit.word().to_owned()),
        percent: nearest.map(|(_, percent)| percent),
    };
    Ok(Json(Spending { today, items: items.collect() }))
}
