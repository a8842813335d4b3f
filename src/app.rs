//! The only file that knows every room: it builds them in order and stops them in order.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::config::{Config, Secret};
use crate::db::Db;
use crate::db::lock::Lock;
use crate::error::Result;
use crate::people::agents::SignIn;
use crate::people::password::Passwords;
use crate::people::secret::ServerSecret;
use crate::people::sessions::Sessions;
use crate::people::stores::Stores;
use crate::people::visitors::Visitors;

/// How long closing the database may take.
const CLOSE: Duration = Duration::from_secs(3);

/// The whole program, running.
pub struct App {
    pub config: Config,
    pub clock: Clock,
    pub db: Db,
    pub stores: Stores,
    pub passwords: Arc<Passwords>,
    pub sign_in: SignIn,
    pub sessions: Sessions,
    pub visitors: Visitors,
    /// Everything that must not be cut off when the program stops: connections, sockets, turns.
    pub tasks: TaskTracker,
    /// Says that the program stops.
    pub stop: CancellationToken,
    new_owner: Mutex<Option<NewOwner>>,
    /// On PostgreSQL several nodes may serve; on SQLite one.
    _alone: Option<Lock>,
}

/// The owner of a store that was made a moment ago.
#[derive(Debug, Clone)]
pub struct NewOwner {
    pub email: String,
    pub password: Secret,
}

impl App {
    /// Opens the database, makes what is missing, and starts every room. Nothing listens yet: see `http::serve`.
    pub async fn start(config: Config, clock: Clock) -> Result<Arc<Self>> {
        let url = config.database_url.expose();
        let alone = crate::db::sqlite_path(url).map(Lock::take).transpose()?;
        let secret = match &config.secret {
            Some(secret) => ServerSecret::new(secret.expose()),
            None => ServerSecret::of_folder(&config.data_dir)?,
        };
        let db = Db::open(url).await?;
        // Hashing is slow on purpose; nothing else should wait for it here.
        let passwords = tokio::task::spawn_blocking(Passwords::new).await.map_err(anyhow::Error::new)??;
        let passwords = Arc::new(passwords);
        Ok(Arc::new(Self {
            stores: Stores::new(db.clone()),
            sign_in: SignIn::new(db.clone(), clock.clone(), Arc::clone(&passwords)),
            sessions: Sessions::new(db.clone(), clock.clone()),
            visitors: Visitors::new(clock.clone(), &secret),
            passwords,
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            new_owner: Mutex::new(None),
            config,
            clock,
            db,
            _alone: alone,
        }))
    }

    /// The owner whom [`App::start`] made, once.
    pub fn take_new_owner(&self) -> Option<NewOwner> {
        self.new_owner.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Whether it takes work: not while stopping, and not without its database.
    pub async fn is_ready(&self) -> bool {
        if self.stop.is_cancelled() {
            return false;
        }
        matches!(timeout(Duration::from_secs(1), self.db.ready()).await, Ok(Ok(())))
    }

    /// Stops in order: nobody new, sockets told, turns finished or left to the next start, the database closed. Takes
    /// at most the configured time to drain and three seconds.
    pub async fn close(&self) {
        self.stop.cancel();
        self.tasks.close();
        if timeout(self.config.drain, self.tasks.wait()).await.is_err() {
            let left = self.tasks.len();
            tracing::warn!(
                left,
                "{left} tasks still run; what they owe is in the database and is done after the next start"
            );
        }
        if timeout(CLOSE, self.db.close()).await.is_err() {
            tracing::warn!("The database did not close in time; the next start recovers it");
        }
    }
}
