//! Makes the store `demo`.

use super::{FAQ, FIT_MODELS, NAME, OWNER, PRODUCTS, SIZE_CHARTS, STORE};
use crate::catalog::storing::{self, File, Kind, Mode};
use crate::clock::Millis;
use crate::db::{self, Db};
use crate::error::{Error, Result};
use crate::ids::StoreId;
use crate::people::agents::{self, NewAgent};
use crate::people::password::Passwords;
use crate::people::{random, stores};
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
    let files =
        [(Kind::Products, PRODUCTS), (Kind::SizeCharts, SIZE_CHARTS), (Kind::FitModels, FIT_MODELS), (Kind::Faq, FAQ)];
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
