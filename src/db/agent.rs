//! Agents: the people who work for a store.

use super::event::json;
use super::{Conn, on};
use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::ids::{AgentId, StoreId};
use crate::protocol::desk::{Role, Skill};

/// A person who works for a store.
#[derive(Clone, PartialEq)]
pub struct Agent {
    pub id: AgentId,
    pub store: StoreId,
    /// In lower case; unique in its store.
    pub email: String,
    pub name: String,
    pub role: Role,
    pub password_hash: String,
    pub skills: Vec<Skill>,
    pub created_at: Millis,
    /// Set when the person may no longer sign in.
    pub disabled_at: Option<Millis>,
}

pub async fn insert(conn: &mut Conn, agent: &Agent) -> Result<()> {
    let sql = "insert into agent (id, store, email, name, role, password_hash, skills, created_at, disabled_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let skills = json(&agent.skills)?;
    let done = on!(conn, c => sqlx::query(sql)
        .bind(agent.id.as_str()).bind(agent.store.as_str()).bind(&agent.email).bind(&agent.name)
        .bind(role_word(agent.role)).bind(&agent.password_hash).bind(skills)
        .bind(agent.created_at).bind(agent.disabled_at)
        .execute(c).await.map(|_| ()));
    match done {
        Err(sqlx::Error::Database(e)) if e.is_unique_violation() => {
            Err(Error::conflict("exists", format!("{} is a person of this store already", agent.email)))
        }
        Err(sqlx::Error::Database(e)) if e.is_foreign_key_violation() => Err(Error::NotFound("store")),
        other => Ok(other?),
    }
}

pub async fn find(conn: &mut Conn, store: &StoreId, id: &AgentId) -> Result<Option<Agent>> {
    let sql = "select id, store, email, name, role, password_hash, skills, created_at, disabled_at from agent \
               where store = $1 and id = $2";
    let row: Option<Row> =
        on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(id.as_str()).fetch_optional(c).await)?;
    row.map(Row::agent).transpose()
}

/// The person of a store with this email (in lower case).
pub async fn find_by_email(conn: &mut Conn, store: &StoreId, email: &str) -> Result<Option<Agent>> {
    let sql = "select id, store, email, name, role, password_hash, skills, created_at, disabled_at from agent \
               where store = $1 and email = $2";
    let row: Option<Row> =
        on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(email).fetch_optional(c).await)?;
    row.map(Row::agent).transpose()
}

/// Everybody who works for a store and may sign in, by name.
pub async fn of_store(conn: &mut Conn, store: &StoreId) -> Result<Vec<Agent>> {
    let sql = "select id, store, email, name, role, password_hash, skills, created_at, disabled_at from agent \
               where store = $1 and disabled_at is null order by name, id";
    let rows: Vec<Row> = on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).fetch_all(c).await)?;
    rows.into_iter().map(Row::agent).collect()
}

fn role_word(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Supervisor => "supervisor",
        Role::Agent => "agent",
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    store: String,
    email: String,
    name: String,
    role: String,
    password_hash: String,
    skills: String,
    created_at: i64,
    disabled_at: Option<i64>,
}

impl Row {
    fn agent(self) -> Result<Agent> {
        Ok(Agent {
            id: self.id.into(),
            store: self.store.into(),
            email: self.email,
            name: self.name,
            // The schema allows these three words only.
            role: match self.role.as_str() {
                "owner" => Role::Owner,
                "supervisor" => Role::Supervisor,
                _ => Role::Agent,
            },
            password_hash: self.password_hash,
            skills: serde_json::from_str(&self.skills).map_err(|e| Error::Internal(e.into()))?,
            created_at: self.created_at,
            disabled_at: self.disabled_at,
        })
    }
}
