//! `GET /v1/stores/{store}/people`: who works for a store.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::who::Reader;
use crate::app::App;
use crate::db::{agent, conversation};
use crate::error::Error;
use crate::ids::AgentId;
use crate::protocol::desk::{Person, Presence};
use crate::protocol::rest::Page;

/// More than one store's people have at once.
const CONVERSATIONS: i64 = 10_000;

pub(super) async fn list(State(app): State<Arc<App>>, reader: Reader) -> Result<Json<Page<Person>>, Error> {
    let mut conn = app.db.read().await?;
    let people = agent::of_store(&mut conn, &reader.store).await?;
    let mut load: HashMap<AgentId, i64> = HashMap::new();
    for taken in conversation::with_people(&mut conn, &reader.store, CONVERSATIONS).await? {
        if let Some(agent) = taken.agent {
            *load.entry(agent).or_default() += 1;
        }
    }
    let items = people.into_iter().map(|person| Person {
        load: load.get(&person.id).copied().unwrap_or_default(),
        agent: person.id,
        name: person.name,
        email: person.email,
        role: person.role,
        status: Presence::Offline,
        skills: person.skills,
    });
    Ok(Json(Page { items: items.collect(), next: None }))
}
