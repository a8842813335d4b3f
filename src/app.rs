//! The only file that knows every room: it builds them in order and stops them in order.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::assistant::model::{ApiKey, Caps, ModelConfig, Models};
use crate::assistant::wardrobe::Wardrobes;
use crate::assistant::{Assistant, Tools};
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::connections::{self, Connections};
use crate::conversation::Log;
use crate::db::lock::Lock;
use crate::db::{self, Db};
use crate::demo::{self, NewOwner};
use crate::desk::{Boards, Presences};
use crate::error::Result;
use crate::ids::NodeId;
use crate::live::Live;
use crate::packs::Shelf;
use crate::people::agents::SignIn;
use crate::people::password::Passwords;
use crate::people::secret::ServerSecret;
use crate::people::sessions::Sessions;
use crate::people::stores::Stores;
use crate::people::visitors::Visitors;
use crate::spending::Accounts;

/// How long closing the database may take.
const CLOSE: Duration = Duration::from_secs(3);

/// After so long without a change a conversation is no longer kept at hand.
const IDLE: Duration = Duration::from_secs(40);

/// The whole program, running.
pub struct App {
    pub config: Config,
    pub clock: Clock,
    pub db: Db,
    /// This process, as leases name it.
    node: NodeId,
    /// The log's epoch: it changes only when the log is restored from a backup.
    pub epoch: String,
    pub live: Live,
    pub log: Log,
    /// Merchants' own tools.
    pub connections: Connections,
    pub boards: Boards,
    pub presences: Presences,
    pub stores: Arc<Stores>,
    /// What experts know of each store's garments.
    pub wardrobes: Wardrobes,
    pub packs: Arc<Shelf>,
    /// What models cost each store.
    pub accounts: Arc<Accounts>,
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

impl App {
    /// Opens the database, makes what is missing, and starts every room. Nothing listens yet: see `http::serve`.
    pub async fn start(config: Config, clock: Clock) -> Result<Arc<Self>> {
        let url = config.database_url.expose();
        let alone = db::sqlite_path(url).map(Lock::take).transpose()?;
        let secret = ServerSecret::read(config.secret.as_ref().map(config::Secret::expose), &config.data_dir)?;
        let db = Db::open(url).await?;
        // Hashing is slow on purpose; nothing else should wait for it here.
        let passwords = tokio::task::spawn_blocking(Passwords::new).await.map_err(anyhow::Error::new)??;
        let passwords = Arc::new(passwords);
        let new_owner = if config.demo { demo::make(&db, &passwords, clock.now()).await? } else { None };
        let node = NodeId::fresh();
        let epoch = Self::begin(&db, &node).await?;
        let stores = Arc::new(Stores::new(db.clone()));
        let packs = Arc::new(Shelf::new(db.clone(), config.prompts_dir.as_deref()));
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let (live, rings) = Live::new();
        let log = Log::start(&db, &live, &clock, &node);
        let (networks, limits) = (&config.tool_networks, connections::Limits::default());
        let connections = Connections::new(db.clone(), clock.clone(), &secret, networks, limits, tasks.clone())?;
        let wardrobes = Wardrobes::default();
        let accounts = Arc::new(Accounts::default());
        let tools = Tools {
            db: db.clone(),
            log: log.clone(),
            live: live.clone(),
            stores: Arc::clone(&stores),
            packs: Arc::clone(&packs),
            wardrobes: wardrobes.clone(),
            connections: connections.clone(),
            clock: clock.clone(),
            node: node.clone(),
            models: models(&config, &clock)?,
            prices: config.llm_prices.clone(),
            accounts: Arc::clone(&accounts),
            tasks: tasks.clone(),
            stop: stop.clone(),
        };
        Assistant::start(tools, rings);
        let boards = Boards::new(db.clone(), live.clone(), clock.clone(), tasks.clone(), stop.clone());
        let presences = Presences { db: db.clone(), live: live.clone(), log: log.clone(), clock: clock.clone() };
        tasks.spawn(presences.clone().watch(stop.clone()));
        tasks.spawn(Arc::clone(&packs).watch(stop.clone()));
        tasks.spawn(forget_idle(live.clone(), stop.clone()));
        Ok(Arc::new(Self {
            node,
            epoch,
            live,
            log,
            connections,
            boards,
            presences,
            stores,
            wardrobes,
            packs,
            accounts,
            sign_in: SignIn::new(db.clone(), clock.clone(), Arc::clone(&passwords)),
            sessions: Sessions::new(db.clone(), clock.clone()),
            visitors: Visitors::new(clock.clone(), &secret),
            passwords,
            tasks,
            stop,
            new_owner: Mutex::new(new_owner),
            config,
            clock,
            db,
            _alone: alone,
        }))
    }

    /// Reads the epoch, and on SQLite takes over what an earlier process has left undone.
    async fn begin(db: &Db, node: &NodeId) -> Result<String> {
        if db.is_sqlite() {
            let node = node.clone();
            let take_over =
                db.write_here(move |conn| Box::pin(async move { db::turn::end_leases_of_others(conn, &node).await }));
            take_over.await?;
        }
        db::meta::epoch(&mut db.read().await?).await
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
    /// at most the configured time to drain and twice three seconds.
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
        // What is still owed is anybody's now; without this another process would wait for the leases to run out.
        let node = self.node.clone();
        let give_up = self.db.write(move |conn| Box::pin(async move { db::turn::end_leases_of(conn, &node).await }));
        if !matches!(timeout(CLOSE, give_up).await, Ok(Ok(()))) {
            tracing::warn!("Leases could not be given up; they run out in a few seconds");
        }
        if timeout(CLOSE, self.db.close()).await.is_err() {
            tracing::warn!("The database did not close in time; the next start recovers it");
        }
    }
}

/// The models, if any are configured.
fn models(config: &Config, clock: &Clock) -> Result<Option<Models>> {
    let caps = Caps {
        in_all: config.llm_at_once,
        per_store: config.llm_at_once_per_store.min(config.llm_at_once),
        waiting_per_store: config.llm_waiting_per_store,
    };
    let settings = config.llms.iter().map(|llm| ModelConfig {
        name: llm.name.clone(),
        connect: llm.connect_timeout,
        first_byte: llm.first_byte_timeout,
        idle: llm.idle_timeout,
        api_key: llm.api_key.as_ref().map(|key| ApiKey::new(key.expose())),
        caps,
        ..ModelConfig::new(llm.base_url.clone(), llm.model.clone())
    });
    if config.llms.is_empty() { Ok(None) } else { Ok(Some(Models::new(settings.collect(), clock)?)) }
}

/// Every few seconds lets go of what conversations keep at hand after a silence.
async fn forget_idle(live: Live, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(IDLE / 4)).await.is_some() {
        live.forget_idle(IDLE);
    }
}
