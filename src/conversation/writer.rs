//! Stores what commands do to conversations. Commands that wait are stored together in one transaction, because a
//! durable commit costs the same for one message and for a hundred.
//!
//! The order is always: decide, store, commit, wake readers, answer the sender. A command that fails, or that makes
//! the decision panic, fails alone.

use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::batch::{self, Job, Known, News, Recent, Writing};
use super::{AssistantCommand, BuyerCommand, Command};
use crate::clock::{Clock, Millis};
use crate::db::Db;
use crate::db::conversation::{Conversation, Key, Opening};
use crate::error::{Error, Result};
use crate::ids::{BuyerId, ConversationId, NodeId, StoreId};
use crate::live::{Live, Logged};

/// How many commands may wait for the database before new ones are refused with `retry_later`.
const MAILBOX: usize = 4_096;
/// How many commands one transaction stores at most.
const BATCH: usize = 256;
/// How long after a commit the next one begins at the earliest: where somebody waits for the answer, where nobody does
/// (the words of a reply were read already while it was written), and where so many wait that sharing is worth more.
const SOON: Duration = Duration::from_millis(1);
const LATER: Duration = Duration::from_millis(8);
const TOGETHER: Duration = Duration::from_millis(4);
/// So many are many.
const MANY: usize = 12;

/// The one way to change a conversation. Cheap to clone.
#[derive(Clone)]
pub struct Log {
    writers: Arc<[mpsc::Sender<Waiting>]>,
    hasher: RandomState,
}

/// What a command did.
#[derive(Debug, Clone)]
pub struct Stored {
    pub seq: i64,
    pub at: Millis,
    /// The same was stored before; nothing was changed now.
    pub duplicate: bool,
    /// As it stands now.
    pub conversation: Arc<Conversation>,
}

struct Waiting {
    job: Job,
    reply: oneshot::Sender<Result<Stored>>,
}

impl Log {
    /// Starts the writers; they end when the last `Log` is dropped. Nobody waits for them: whoever hands a command in
    /// waits for its answer.
    pub fn start(db: &Db, live: &Live, clock: &Clock, node: &NodeId) -> Self {
        let writers = (0..db.writers())
            .map(|number| {
                let (tx, rx) = mpsc::channel(MAILBOX);
                let (db, live, clock, node) = (db.clone(), live.clone(), clock.clone(), node.clone());
                let recent = db.is_sqlite().then(Recent::new);
                let writer = Writer { number: number as i64, db, live, clock, node, recent };
                tokio::spawn(writer.run(rx));
                tx
            })
            .collect();
        Self { writers, hasher: RandomState::new() }
    }

    /// The buyer's open conversation, or a fresh one.
    pub async fn open(&self, opening: Opening) -> Result<Arc<Conversation>> {
        let writer = self.writer(opening.buyer.as_str());
        Ok(self.hand_in(writer, Job::Open(opening)).await?.conversation)
    }

    /// A change by the buyer whose conversation it is; for anybody else it does not exist.
    pub async fn buyer(
        &self,
        store: &StoreId,
        id: &ConversationId,
        buyer: &BuyerId,
        command: BuyerCommand,
    ) -> Result<Stored> {
        self.change(store, id, Some(buyer.clone()), Command::Buyer(command)).await
    }

    /// A change by the assistant or the desk of the store.
    pub async fn apply(&self, store: &StoreId, id: &ConversationId, command: Command) -> Result<Stored> {
        self.change(store, id, None, command).await
    }

    async fn change(
        &self,
        store: &StoreId,
        id: &ConversationId,
        buyer: Option<BuyerId>,
        command: Command,
    ) -> Result<Stored> {
        let key = Key { store: store.clone(), id: id.clone() };
        self.hand_in(self.writer(id.as_str()), Job::Change { key, buyer, command }).await
    }

    async fn hand_in(&self, writer: &mpsc::Sender<Waiting>, job: Job) -> Result<Stored> {
        let (reply, answer) = oneshot::channel();
        writer.try_send(Waiting { job, reply }).map_err(|_| Error::RetryLater)?;
        answer.await.map_err(|_| Error::RetryLater)?
    }

    fn writer(&self, key: &str) -> &mpsc::Sender<Waiting> {
        &self.writers[self.hasher.hash_one(key) as usize % self.writers.len()]
    }
}

/// How long after a commit these may wait to share the next one.
fn apart(batch: &[Waiting]) -> Duration {
    let replies = |waiting: &Waiting| match &waiting.job {
        // A turn goes on when what it learned is stored.
        Job::Change { command: Command::Assistant(command), .. } => !matches!(command, AssistantCommand::Learn { .. }),
        _ => false,
    };
    match batch.len() {
        MANY.. => TOGETHER,
        _ if batch.iter().all(replies) => LATER,
        _ => SOON,
    }
}

/// Who comes alone is stored at once. Where one comes after the other, those of a few milliseconds after the last commit,
/// at `free`, share the next one: nobody notices the wait, and the disk and two threads are asked half as often.
async fn gather(batch: &mut Vec<Waiting>, mailbox: &mut mpsc::Receiver<Waiting>, free: Instant) {
    while batch.len() < MANY {
        let until = free + apart(batch);
        if Instant::now() >= until {
            return;
        }
        let Ok(Some(waiting)) = timeout_at(until, mailbox.recv()).await else { return };
        batch.push(waiting);
    }
    // So many come that each wait for the next one would cost more than it is worth.
    let until = free + apart(batch);
    if Instant::now() >= until {
        return;
    }
    sleep_until(until).await;
    while batch.len() < BATCH
        && let Ok(waiting) = mailbox.try_recv()
    {
        batch.push(waiting);
    }
}

struct Writer {
    /// Which of this process's writers it is.
    number: i64,
    db: Db,
    live: Live,
    clock: Clock,
    node: NodeId,
    /// Only where nobody else writes.
    recent: Option<Recent>,
}

impl Writer {
    async fn run(mut self, mut mailbox: mpsc::Receiver<Waiting>) {
        let mut batch = Vec::with_capacity(BATCH);
        let mut free = Instant::now();
        while mailbox.recv_many(&mut batch, BATCH).await > 0 {
            gather(&mut batch, &mut mailbox, free).await;
            let (jobs, replies): (Vec<_>, Vec<_>) = batch.drain(..).map(|w| (w.job, w.reply)).unzip();
            let answers = self.store(jobs.into()).await;
            for (reply, answer) in replies.into_iter().zip(answers) {
                // The sender may have hung up meanwhile; what was stored stays stored.
                let _ = reply.send(answer);
            }
            free = Instant::now();
        }
    }

    /// Stores jobs together; if the database refuses, each alone, so that one that cannot be stored harms no other.
    async fn store(&mut self, jobs: Arc<[Job]>) -> Vec<Result<Stored>> {
        let size = jobs.len();
        match self.transact(&jobs, 0..size).await {
            Ok(answers) => answers,
            // The database is away: asking once for each would keep everybody waiting.
            Err(Error::RetryLater) => jobs.iter().map(|_| Err(Error::RetryLater)).collect(),
            Err(error) if size == 1 => vec![Err(error)],
            Err(_) => {
                let mut answers = Vec::with_capacity(size);
                for n in 0..size {
                    let alone = self.transact(&jobs, n..n + 1).await;
                    answers.push(alone.and_then(|mut a| a.pop().unwrap_or(Err(Error::RetryLater))));
                }
                answers
            }
        }
    }

    async fn transact(&mut self, jobs: &Arc<[Job]>, range: Range<usize>) -> Result<Vec<Result<Stored>>> {
        let begun = Instant::now();
        let size = range.len();
        let now = self.clock.now();
        let (jobs, node) = (Arc::clone(jobs), self.node.clone());
        let erasings = self.live.erasings();
        if let Some(recent) = &mut self.recent {
            recent.forget_erased(erasings);
        }
        let known = self.recent.as_ref().map_or_else(Known::default, |recent| recent.of(&jobs[range.clone()]));
        let (writer, live) = (self.number, self.live.clone());
        let stored = self.db.write_here(move |conn| {
            Box::pin(async move {
                let by = Writing { node: &node, writer, now };
                // Words were erased between the look at what is at hand and the beginning of this transaction.
                let known = if live.erasings() == erasings { known } else { Known::default() };
                batch::store(conn, &jobs[range], known, by).await
            })
        });
        // Everybody's messages go through here: a panic must end one batch and not this task.
        let stored = AssertUnwindSafe(stored).catch_unwind().await;
        let stored = stored.unwrap_or_else(|_| Err(Error::Internal(anyhow::anyhow!("storing a batch panicked"))));
        if let Some(recent) = &mut self.recent {
            match &stored {
                Ok(stored) => recent.learn(stored),
                Err(_) => recent.forget(),
            }
        }
        metrics::histogram!("xiaoer_commit_seconds").record(begun.elapsed().as_secs_f64());
        metrics::histogram!("xiaoer_commit_batch").record(size as f64);
        let stored = stored
            .inspect_err(|error| tracing::warn!(error = ?error, size, "A batch of {size} could not be stored"))?;
        for news in stored.news {
            self.tell(news);
        }
        Ok(stored.answers)
    }

    /// After the commit: readers look, the assistant hears its bell, the desk looks.
    fn tell(&self, news: News) {
        let entries = news.entries.into_iter().map(Logged::new).collect();
        self.live.grew(news.conversation.clone(), entries);
        if news.desk {
            self.live.desk_changed(&news.conversation.store);
        }
        if news.owes_new_turn {
            self.live.ring(news.conversation);
        }
    }
}
