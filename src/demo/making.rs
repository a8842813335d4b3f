//! Makes the store `demo`.

use serde_json::Value;

use super::{FAQ, FIT_MODELS, LANES, NAME, ORDERS, OWNER, PRODUCTS, SIZE_CHARTS, STORE, TOLD_ON};
use crate::catalog::storing::{self, File, Kind, Mode};
use crate::clock::Millis;
use crate::db::{self, Db};
use crate::error::{Error, Result};
use crate::ids::StoreId;
use crate::people::agents::{self, NewAgent};
use crate::people::password::Passwords;
use crate::people::{random, stores};
use crate::policy::Zone;
use crate::protocol::desk::Role;

/// The owner of a store that was made a moment ago. The password is nowhere else.
pub struct NewOwner {
    pub email: &'static str,
    pub password: String,
}

/// Makes the store with its sample data and an owner, on a database without any store; or finishes what an earlier
/// start began and could not end.
pub async fn make(db: &Db, passwords: &Passwords, now: Millis) -> Result<Option<NewOwner>> {
    let store = StoreId::from(STORE);
    let mut conn = db.read().await?;
    if db::store::is_empty(&mut conn).await? {
        drop(conn);
        match stores::create(db, now, STORE, "general", NAME).await {
            // Another node may be first.
            Ok(_) | Err(Error::Conflict { .. }) => {}
            Err(error) => return Err(error),
        }
    } else {
        let ours = db::store::find(&mut conn, &store).await?.is_some_and(|store| store.name == NAME);
        if !ours || !db::agent::of_store(&mut conn, &store).await?.is_empty() {
            return Ok(None);
        }
        drop(conn);
    }
    let orders = as_of(ORDERS.1, now)?;
    let files = [
        (Kind::Products, PRODUCTS),
        (Kind::SizeCharts, SIZE_CHARTS),
        (Kind::FitModels, FIT_MODELS),
        (Kind::Faq, FAQ),
        (Kind::Lanes, LANES),
        (Kind::Orders, (ORDERS.0, &*orders)),
    ];
    for (kind, (name, text)) in files {
        let file = File { name: name.into(), bytes: text.into() };
        storing::import(db, &store, kind, file, Mode::Whole, |_, _| {}).await?;
    }
    let password = random::password()?;
    let owner =
        NewAgent { store, email: OWNER.into(), role: Role::Owner, skills: Vec::new(), password: password.clone() };
    match agents::add(db, passwords, now, owner).await {
        Ok(_) => Ok(Some(NewOwner { email: OWNER, password })),
        Err(Error::Conflict { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

const DAY_MS: Millis = 24 * 60 * 60_000;

/// The orders with all their times moved on by whole days, as if they were told today: what was delivered two days ago
/// is so in every new store.
fn as_of(orders: &str, now: Millis) -> Result<String> {
    let told = Zone::default().instant(TOLD_ON, 0).unwrap_or(now);
    let days = (now - told).div_euclid(DAY_MS);
    let moved = orders.lines().map(|line| {
        let mut order: Value = serde_json::from_str(line).map_err(|e| Error::Internal(e.into()))?;
        move_on(&mut order, days * DAY_MS);
        Ok(order.to_string())
    });
    Ok(moved.collect::<Result<Vec<_>>>()?.join("\n"))
}

/// Times are the numbers under names that end in `_at`.
fn move_on(value: &mut Value, by: Millis) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field.as_i64() {
                    Some(at) if name.ends_with("_at") => *field = (at + by).into(),
                    _ => move_on(field, by),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| move_on(value, by)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Order, imports};

    #[test]
    fn orders_are_as_old_in_every_new_store() {
        let now = Zone::default().instant(jiff::civil::date(2031, 3, 5), 15 * 60).unwrap();
        let text = as_of(ORDERS.1, now).unwrap();
        let (then, moved) = (
            imports::read::<Order>("o.jsonl", ORDERS.1.as_bytes()),
            imports::read::<Order>("o.jsonl", text.as_bytes()),
        );
        assert_eq!(moved.errors, []);
        let newest = moved.rows.iter().filter_map(|(_, order)| order.delivered_at).max().unwrap();
        assert!((now - DAY_MS..now + DAY_MS).contains(&newest));
        for ((_, then), (_, moved)) in then.rows.iter().zip(&moved.rows) {
            assert_eq!((moved.paid_at - then.paid_at) % DAY_MS, 0);
            assert_eq!(moved.delivered_at.map(|at| at - moved.paid_at), then.delivered_at.map(|at| at - then.paid_at));
            let applied = |order: &Order| order.refunds.first().map(|refund| refund.applied_at - order.paid_at);
            assert_eq!(applied(moved), applied(then));
        }
    }
}
