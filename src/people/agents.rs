//! The people who work for a store: adding one, and signing in.

use std::net::IpAddr;
use std::sync::Arc;

use super::attempts::Attempts;
use super::password::Passwords;
use super::stores::is_id;
use crate::clock::{Clock, Millis};
use crate::db::{self, Db};
use crate::error::{Error, Result};
use crate::ids::{AgentId, StoreId};
use crate::protocol::desk::{Role, Skill};

pub use crate::db::agent::Agent;

/// A person to be added.
pub struct NewAgent {
    pub store: StoreId,
    pub email: String,
    pub role: Role,
    pub skills: Vec<Skill>,
    pub password: String,
}

/// Adds a person. The name is the email's part before the `@` until somebody changes it.
///
/// Errors: `invalid` (email, skill, password), `exists`, `not_found` (store).
pub async fn add(db: &Db, passwords: &Passwords, now: Millis, new: NewAgent) -> Result<Agent> {
    let email = normal_email(&new.email).ok_or_else(|| Error::invalid("email", "NAME@HOST is needed"))?;
    if let Some(skill) = new.skills.iter().find(|s| !(1..=5).contains(&s.level)) {
        return Err(Error::invalid("skill", format!("the level of {} is not 1 to 5", skill.name)));
    }
    let agent = Agent {
        id: AgentId::fresh(),
        store: new.store,
        name: email.split('@').next().unwrap_or(&email).to_owned(),
        email,
        role: new.role,
        password_hash: passwords.hash(&new.password).await?,
        skills: new.skills,
        created_at: now,
        disabled_at: None,
    };
    let row = agent.clone();
    db.write(move |conn| Box::pin(async move { db::agent::insert(conn, &row).await })).await?;
    Ok(agent)
}

/// Reads `NAME:LEVEL`.
pub fn skill(text: &str) -> Result<Skill> {
    let wrong = || Error::invalid("skill", "NAME:LEVEL is needed, with a level from 1 to 5");
    let (name, level) = text.rsplit_once(':').ok_or_else(wrong)?;
    let level = level.parse().ok().filter(|level| (1..=5).contains(level)).ok_or_else(wrong)?;
    let plain =
        (1..=40).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if plain { Ok(Skill { name: name.into(), level }) } else { Err(wrong()) }
}

/// An email as it is stored and compared; `None` if it is none.
pub fn normal_email(text: &str) -> Option<String> {
    let email = text.trim().to_lowercase();
    let (name, host) = email.split_once('@')?;
    let fits = !name.is_empty()
        && !host.is_empty()
        && email.len() <= 254
        && !host.contains('@')
        && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    fits.then_some(email)
}

/// Lets people in.
pub struct SignIn {
    db: Db,
    clock: Clock,
    passwords: Arc<Passwords>,
    attempts: Attempts,
}

impl SignIn {
    pub fn new(db: Db, clock: Clock, passwords: Arc<Passwords>) -> Self {
        Self { db, clock, passwords, attempts: Attempts::default() }
    }

    /// The person whose password this is. `from` is where the attempt comes from; too many that fail from one place
    /// make that place wait, and nobody else.
    ///
    /// Errors: `unauthorized`, the same and as late for an unknown store, an unknown person and a wrong password;
    /// `rate_limited`.
    pub async fn check(&self, store: &StoreId, email: &str, password: &str, from: IpAddr) -> Result<Agent> {
        // Nothing long is remembered of a stranger.
        if !is_id(store.as_str()) {
            return Err(Error::Unauthorized);
        }
        let email = normal_email(email).unwrap_or_default();
        let account = format!("{store}\n{email}");
        self.attempts.may_try(&account, from, self.clock.now())?;
        let mut conn = self.db.read().await?;
        let agent = db::agent::find_by_email(&mut conn, store, &email).await?.filter(|a| a.disabled_at.is_none());
        drop(conn);
        if !self.passwords.fits(password, agent.as_ref().map(|a| a.password_hash.as_str())).await? {
            self.attempts.failed(&account, from, self.clock.now());
            return Err(Error::Unauthorized);
        }
        self.attempts.succeeded(&account, from);
        agent.ok_or(Error::Unauthorized)
    }
}
