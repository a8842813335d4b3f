//! Who this is, and whether that still holds.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::stream::FuturesOrdered;
use tokio_stream::StreamMap;

use super::super::bounds;
use super::super::peer::{Peer, Refused};
use super::Line;
use crate::app::App;
use crate::db;
use crate::db::agent::Agent;
use crate::db::token::Scope;
use crate::error::{Error, Result};
use crate::people::sessions::Session;
use crate::people::{agents, tokens};
use crate::protocol::desk::{DeskSays, Hello, Presence, Welcome};

/// The first frame of a program.
pub(super) async fn hello(peer: &mut Peer) -> Result<Hello, Refused> {
    match peer.first().await? {
        DeskSays::Hello(hello) => Ok(hello),
        _ => Err(Refused::Problem(Box::new(Error::Unauthorized.problem()))),
    }
}

/// The person on whose behalf a program acts: its token must be one of scope `desk`, of that person's store.
pub(super) async fn agent_of(app: &App, hello: Hello) -> Result<Agent> {
    let token = hello.token.ok_or(Error::Unauthorized)?;
    let (store, scope) = tokens::find(&app.db, &token).await?.ok_or(Error::Unauthorized)?;
    if !matches!(scope, Scope::Desk) {
        return Err(Error::Unauthorized);
    }
    let email = hello.on_behalf_of.as_deref().and_then(agents::normal_email);
    let email = email.ok_or_else(|| Error::invalid("as", "the email of a person of the store"))?;
    let mut conn = app.db.read().await?;
    let agent = db::agent::find_by_email(&mut conn, &store, &email).await?;
    agent.filter(|a| a.disabled_at.is_none()).ok_or_else(|| Error::invalid("as", "nobody of the store has this email"))
}

impl Line {
    pub(super) async fn new(app: &Arc<App>, agent: Agent, session: Option<Session>) -> Result<Self> {
        let settings = app.stores.find(&agent.store).await?.ok_or(Error::Unauthorized)?;
        let board = app.boards.watch(&agent.store);
        let mut line = Self {
            app: app.clone(),
            agent,
            settings,
            session,
            status: Presence::Available,
            watched: HashMap::new(),
            wakes: StreamMap::new(),
            board,
            told_queue: HashMap::new(),
            told_people: Vec::new(),
            warned: HashMap::new(),
            acks: FuturesOrdered::new(),
            rate: bounds::frames(app.config.frames_per_second),
        };
        line.note_presence(true).await;
        Ok(line)
    }

    pub(super) fn welcome(&self) -> Welcome {
        Welcome {
            agent: self.agent.id.clone(),
            name: self.agent.name.clone(),
            email: self.agent.email.clone(),
            role: self.agent.role,
            store: self.agent.store.clone(),
            store_name: self.settings.store.name.clone(),
            epoch: self.app.epoch.clone(),
            now: self.app.clock.now(),
        }
    }

    pub(super) async fn note_presence(&mut self, news: bool) {
        let noted = self.app.presences.note(&self.agent.store, &self.agent.id, self.status, news).await;
        if let Err(error) = noted {
            tracing::warn!(error = ?error, "Presence could not be noted");
        }
    }

    /// The socket is over; unless the person has another one, the next beat that is missing says so.
    pub(super) async fn leave(&mut self) {
        self.app.live.desk_changed(&self.agent.store);
    }

    /// Whether the person may still be here: not signed out, not disabled.
    pub(super) async fn may_stay(&mut self) -> bool {
        let checked = async {
            if let Some(session) = &self.session
                && !self.app.sessions.is_open(session).await?
            {
                return Ok(false);
            }
            let mut conn = self.app.db.read().await?;
            let agent = db::agent::find(&mut conn, &self.agent.store, &self.agent.id).await?;
            Ok::<_, Error>(agent.is_some_and(|a| a.disabled_at.is_none()))
        };
        // While the database is away nobody is sent away.
        checked.await.unwrap_or(true)
    }
}
