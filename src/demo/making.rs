//! Makes the store `demo`.

use super::{FAQ, NAME, OWNER, PRODUCTS, STORE};
use crate::catalog::storing::{self, File, Kind, Mode};
use crate::clock::Millis;
use crate::db::{self, Db};
use crate::error::{Error, Result};
use crate::people::agents::{self, NewAgent};
use crate::people::password::Passwords;
use crate::people::{random, stores};
use crate::protocol::desk::Role;

/// The owner of a store that was made a moment ago. The password is nowhere else.
pub struct NewOwner {
    pub email: &'static str,
    pub password: String,
}

/// Makes the store with its sample data and an owner, on a database without any store.
pub async fn make(db: &Db, passwords: &Passwords, now: Millis) -> Result<Option<NewOwner>> {
    if !db::store::is_empty(&mut db.read().await?).await? {
        return Ok(None);
    }
    let store = match stores::create(db, now, STORE, "general", NAME).await {
        Ok(store) => store.id,
        // Another node was first.
        Err(Error::Conflict { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    for (kind, (name, text)) in [(Kind::Products, PRODUCTS), (Kind::Faq, FAQ)] {
        let file = File { name: name.into(), bytes: text.into() };
        storing::import(db, &store, kind, file, Mode::Whole, |_, _| {}).await?;
    }
    let password = random::password()?;
    let owner =
        NewAgent { store, email: OWNER.into(), role: Role::Owner, skills: Vec::new(), password: password.clone() };
    agents::add(db, passwords, now, owner).await?;
    Ok(Some(NewOwner { email: OWNER, password }))
}
