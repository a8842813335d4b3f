//! Who owes what: takes up the turns that are owed, each in a task of its own, and sees to it that every one ends.
//!
//! A bell says that a turn was written. A bell that nobody heard, a crash, a lost node: the sweeper finds the turn when
//! its lease has run out. A turn that fails goes to a person; so does one that is late.

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::guards::Guards;
use super::instructions::Instructions;
use super::library::Library;
use super::memory::Memory;
use super::model::Models;
use super::subject::Heard;
use super::transcript::Keeper;
use super::wardrobe::Wardrobes;
use crate::clock::Clock;
use crate::connections::Connections;
use crate::conversation::{AssistantCommand, Command, Hold, Log, MAX_ATTEMPTS};
use crate::db::conversation::Conversation;
use crate::db::turn::Turn;
use crate::db::{self, Db};
use crate::error::Result;
use crate::ids::{ConversationId, NodeId, StoreId, TurnId};
use crate::live::Live;
use crate::packs::Shelf;
use crate::people::stores::Stores;
use crate::protocol::HandoffReason;
use crate::spending::{Accounts, Bill, Prices};

/// How often the sweeper looks.
const SWEEP: Duration = Duration::from_millis(500);
/// How often cards are looked after.
const CARDS: Duration = Duration::from_secs(2);
/// How many forsaken turns it takes up at once.
const SWEEP_LIMIT: i64 = 200;

/// Takes up turns. Shared by its tasks.
#[derive(Clone)]
pub struct Assistant {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub db: Db,
    pub log: Log,
    pub live: Live,
    pub stores: Arc<Stores>,
    pub packs: Arc<Shelf>,
    pub clock: Clock,
    pub node: NodeId,
    pub library: Library,
    pub wardrobes: Wardrobes,
    pub connections: Connections,
    pub memory: Memory,
    pub guards: Guards,
    pub instructions: Instructions,
    pub heard: Heard,
    /// Without any the built-in assistant answers alone.
    pub models: Option<Models>,
    pub prices: Prices,
    pub accounts: Arc<Accounts>,
    /// Keeps what people may look at of a turn.
    pub keeper: Keeper,
    pub tasks: TaskTracker,
    pub stop: CancellationToken,
    /// Conversations that a task of this process works on.
    working: Mutex<HashSet<ConversationId>>,
}

/// What the assistant works with.
pub struct Tools {
    pub db: Db,
    pub log: Log,
    pub live: Live,
    pub stores: Arc<Stores>,
    pub packs: Arc<Shelf>,
    pub wardrobes: Wardrobes,
    pub connections: Connections,
    pub clock: Clock,
    pub node: NodeId,
    pub models: Option<Models>,
    pub prices: Prices,
    pub accounts: Arc<Accounts>,
    pub tasks: TaskTracker,
    /// When this is cancelled no turn is begun any more; what runs may finish.
    pub stop: CancellationToken,
}

impl Assistant {
    /// Begins to listen to the bell.
    pub fn start(tools: Tools, rings: mpsc::Receiver<Arc<Conversation>>) -> Self {
        let (db, stores, clock) = (tools.db.clone(), Arc::clone(&tools.stores), tools.clock.clone());
        let live = tools.live.clone();
        let keeper = Keeper::start(db, stores, clock, &tools.tasks);
        let shared = Shared {
            db: tools.db,
            log: tools.log,
            live: tools.live,
            stores: tools.stores,
            packs: tools.packs,
            clock: tools.clock,
            node: tools.node,
            library: Library::default(),
            wardrobes: tools.wardrobes,
            connections: tools.connections,
            memory: Memory::new(live),
            guards: Guards::default(),
            instructions: Instructions::default(),
            heard: Heard::default(),
            models: tools.models,
            prices: tools.prices,
            accounts: tools.accounts,
            keeper,
            tasks: tools.tasks.clone(),
            stop: tools.stop,
            working: Mutex::default(),
        };
        let assistant = Self { shared: Arc::new(shared) };
        tools.tasks.spawn(assistant.clone().listen(rings));
        tools.tasks.spawn(assistant.clone().look_after());
        assistant
    }

    /// Looks after cards, one round after the other, until told to stop.
    async fn look_after(self) {
        let stop = self.shared.stop.clone();
        while stop.run_until_cancelled(tokio::time::sleep(CARDS)).await.is_some() {
            if let Err(error) = self.look_after_cards().await {
                tracing::warn!(error = ?error, "Cards could not be looked after");
            }
        }
    }

    async fn listen(self, mut rings: mpsc::Receiver<Arc<Conversation>>) {
        let mut sweep = tokio::time::interval(SWEEP);
        sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = self.shared.stop.cancelled() => return,
                ring = rings.recv() => match ring {
                    Some(conversation) => self.take_up(conversation),
                    None => return,
                },
                _ = sweep.tick() => {
                    if let Err(error) = self.sweep().await {
                        tracing::warn!(error = ?error, "Forsaken turns could not be looked for");
                    }
                }
            }
        }
    }

    /// Works on the turn of a conversation in a task of its own, unless one does already.
    fn take_up(&self, conversation: Arc<Conversation>) {
        let id = conversation.id.clone();
        if !self.working().insert(id.clone()) {
            return;
        }
        let assistant = self.clone();
        self.shared.tasks.spawn(async move {
            let mut next = Some(conversation);
            while let Some(conversation) = next {
                assistant.work_safely(conversation.clone()).await;
                assistant.working().remove(&id);
                // A turn that was written meanwhile rang while this task was still at work.
                next = assistant.owed_since(&conversation).filter(|_| assistant.working().insert(id.clone()));
            }
        });
    }

    /// Works on a turn; a panic ends that turn with a person and harms nobody else.
    async fn work_safely(&self, conversation: Arc<Conversation>) {
        let Some(turn) = conversation.turn.clone() else { return };
        let done = AssertUnwindSafe(self.work(&conversation, &turn)).catch_unwind().await;
        match done {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(turn.id = %turn.id, error = ?error, "Turn {} could not be ended; it is taken up again", turn.id);
            }
            Err(_) => {
                metrics::counter!("xiaoer_turns_panicked_total").increment(1);
                tracing::error!(turn.id = %turn.id, "Turn {} panicked and goes to a person", turn.id);
                let hold = Hold { turn: turn.id.clone(), attempt: turn.attempt };
                if let Err(error) = self
                    .hand_off(&conversation, hold, &HandoffReason::AssistantUnavailable.into(), Bill::default())
                    .await
                {
                    tracing::warn!(turn.id = %turn.id, error = ?error, "Turn {} could not be handed over yet", turn.id);
                }
            }
        }
    }

    /// A turn that this process owes and that is not the one just worked on.
    fn owed_since(&self, worked_on: &Conversation) -> Option<Arc<Conversation>> {
        let now = self.shared.live.sit(&worked_on.id).conversation()?;
        let turn = now.turn.as_ref()?;
        let other = worked_on.turn.as_ref().is_none_or(|t| t.id != turn.id);
        (other && turn.node == self.shared.node && !self.shared.stop.is_cancelled()).then_some(now)
    }

    /// Takes up turns that nobody works on any more.
    async fn sweep(&self) -> Result<()> {
        let now = self.shared.clock.now();
        let mut conn = self.shared.db.read().await?;
        let forsaken = db::turn::forsaken(&mut conn, now, SWEEP_LIMIT).await?;
        drop(conn);
        for (store, conversation, turn) in forsaken {
            if !self.working().contains(&conversation) {
                let assistant = self.clone();
                self.shared.tasks.spawn(async move { assistant.rescue(store, conversation, turn).await });
            }
        }
        Ok(())
    }

    async fn rescue(&self, store: StoreId, id: ConversationId, turn: TurnId) {
        let take = AssistantCommand::Take { turn, node: self.shared.node.clone() };
        let Ok(stored) = self.shared.log.apply(&store, &id, Command::Assistant(take)).await else {
            // Somebody else was faster, or the database is away: the next sweep sees.
            return;
        };
        metrics::counter!("xiaoer_turns_taken_up_again_total").increment(1);
        let Some(Turn { id: turn, attempt, deadline_at, .. }) = stored.conversation.turn.clone() else { return };
        if attempt > MAX_ATTEMPTS || deadline_at <= self.shared.clock.now() {
            let hold = Hold { turn, attempt };
            if let Err(error) = self
                .hand_off(&stored.conversation, hold, &HandoffReason::AssistantUnavailable.into(), Bill::default())
                .await
            {
                tracing::warn!(error = ?error, "A late turn could not be handed over yet");
            }
            return;
        }
        self.take_up(stored.conversation);
    }

    fn working(&self) -> std::sync::MutexGuard<'_, HashSet<ConversationId>> {
        self.shared.working.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
