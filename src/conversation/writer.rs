//! Stores what commands do to conversations. Commands that wait are stored together in one transaction, because a
//! durable commit costs the same for one message and for a hundred.
//!
//! The order is always: decide, store, commit, wake readers, answer the sender. A command that fails, or that makes
//! the decision panic, fails alone.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::{mpsc, oneshot};

use super::decide::{Change, Facts, Outcome, decide};
use super::{AgentCommand, BuyerCommand, Command};
use crate::clock::{Clock, Millis};
use crate::db::conversation::{self, Conversation, Key, Opening};
use crate::db::event::{self, Entry, Sent, SentKey};
use crate::db::turn::{self, Turn};
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::ids::{BuyerId, ConversationId, NodeId, StoreId};
use crate::live::{Live, Logged};
use crate::protocol::State;

/// How many commands may wait for the database before new ones are refused with `retry_later`.
const MAILBOX: usize = 4_096;
/// How many commands one transaction stores at most.
const BATCH: usize = 256;

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

#[derive(Clone)]
enum Job {
    Open(Opening),
    Change { key: Key, buyer: Option<BuyerId>, command: Command },
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
            .map(|_| {
                let (tx, rx) = mpsc::channel(MAILBOX);
                let writer = Writer { db: db.clone(), live: live.clone(), clock: clock.clone(), node: node.clone() };
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

struct Writer {
    db: Db,
    live: Live,
    clock: Clock,
    node: NodeId,
}

/// What a committed batch did: an answer for each job, and the news for readers.
struct Committed {
    answers: Vec<Result<Stored>>,
    news: Vec<News>,
}

struct News {
    conversation: Arc<Conversation>,
    entries: Vec<Entry>,
    owes_new_turn: bool,
    desk: bool,
}

impl Writer {
    async fn run(self, mut mailbox: mpsc::Receiver<Waiting>) {
        let mut batch = Vec::with_capacity(BATCH);
        while mailbox.recv_many(&mut batch, BATCH).await > 0 {
            let (jobs, replies): (Vec<_>, Vec<_>) = batch.drain(..).map(|w| (w.job, w.reply)).unzip();
            let answers = self.store(jobs).await;
            for (reply, answer) in replies.into_iter().zip(answers) {
                // The sender may have hung up meanwhile; what was stored stays stored.
                let _ = reply.send(answer);
            }
        }
    }

    /// Stores jobs together; if the database refuses, each alone, so that one that cannot be stored harms no other.
    async fn store(&self, jobs: Vec<Job>) -> Vec<Result<Stored>> {
        match self.transact(jobs.clone()).await {
            Ok(answers) => answers,
            // The database is away: asking once for each would keep everybody waiting.
            Err(Error::RetryLater) => jobs.iter().map(|_| Err(Error::RetryLater)).collect(),
            Err(_) if jobs.len() > 1 => {
                let mut answers = Vec::with_capacity(jobs.len());
                for job in jobs {
                    answers.push(
                        self.transact(vec![job]).await.and_then(|mut a| a.pop().unwrap_or(Err(Error::RetryLater))),
                    );
                }
                answers
            }
            Err(error) => vec![Err(error)],
        }
    }

    async fn transact(&self, jobs: Vec<Job>) -> Result<Vec<Result<Stored>>> {
        let begun = Instant::now();
        let size = jobs.len();
        let now = self.clock.now();
        let node = self.node.clone();
        let done = self.db.write_here(move |conn| Box::pin(async move { batch(conn, &jobs, now, &node).await })).await;
        metrics::histogram!("xiaoer_commit_seconds").record(begun.elapsed().as_secs_f64());
        metrics::histogram!("xiaoer_commit_batch").record(size as f64);
        let done =
            done.inspect_err(|error| tracing::warn!(error = ?error, size, "A batch of {size} could not be stored"))?;
        for news in done.news {
            self.tell(news);
        }
        Ok(done.answers)
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

/// One transaction's work.
async fn batch(conn: &mut Conn, jobs: &[Job], now: Millis, node: &NodeId) -> Result<Committed> {
    let opened = open(conn, jobs).await?;
    let before = hold(conn, jobs).await?;
    let mut sent = find_sent(conn, jobs).await?;
    let mut changes: HashMap<ConversationId, Change> = HashMap::with_capacity(before.len());
    let mut ahead: HashMap<StoreId, i64> = HashMap::new();
    let mut answers = Vec::with_capacity(jobs.len());
    for job in jobs {
        let (key, buyer, command) = match job {
            Job::Open(opening) => {
                answers.push(
                    opened
                        .get(&(opening.store.clone(), opening.buyer.clone()))
                        .map(stored_open)
                        .ok_or(Error::RetryLater),
                );
                continue;
            }
            Job::Change { key, buyer, command } => (key, buyer, command),
        };
        let Some(was) = before.get(&key.id).filter(|c| buyer.as_ref().is_none_or(|b| c.buyer == *b)) else {
            answers.push(Err(Error::NotFound("conversation")));
            continue;
        };
        if may_queue(command) && !ahead.contains_key(&key.store) {
            ahead.insert(key.store.clone(), conversation::queued(conn, &key.store).await?);
        }
        let sent_key = sent_key(job, &was.buyer);
        let facts = Facts {
            now,
            node,
            ahead: ahead.get(&key.store).copied().unwrap_or(0),
            sent: sent_key.as_ref().and_then(|k| sent.get(k)),
        };
        let so_far = changes.get(&key.id).map_or(was, |c| &c.conversation);
        let mut change = Change::new(so_far.clone());
        let outcome = match catch_unwind(AssertUnwindSafe(|| decide(&mut change, command, &facts))) {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(refused)) => {
                answers.push(Err(refused));
                continue;
            }
            Err(_) => {
                answers.push(Err(Error::Internal(anyhow::anyhow!("a decision panicked"))));
                continue;
            }
        };
        if let (Some(k), Some(entry)) = (sent_key, change.entries.iter().find(|e| e.client_id.is_some())) {
            sent.insert(k, as_sent(entry));
        }
        if change.conversation.state == State::Queued
            && so_far.state != State::Queued
            && let Some(n) = ahead.get_mut(&key.store)
        {
            *n += 1;
        }
        answers.push(Ok(stored(outcome, &change.conversation)));
        merge(&mut changes, &key.id, change);
    }
    let news = save(conn, &before, changes).await?;
    Ok(Committed { answers, news })
}

async fn open(conn: &mut Conn, jobs: &[Job]) -> Result<HashMap<(StoreId, BuyerId), Arc<Conversation>>> {
    let openings: Vec<Opening> =
        jobs.iter().filter_map(|j| if let Job::Open(o) = j { Some(o.clone()) } else { None }).collect();
    let mut opened = HashMap::with_capacity(openings.len());
    if openings.is_empty() {
        return Ok(opened);
    }
    conversation::open(conn, &openings).await?;
    for opening in openings {
        if let Some(c) = conversation::open_of(conn, &opening.store, &opening.buyer).await? {
            opened.insert((opening.store, opening.buyer), Arc::new(c));
        }
    }
    Ok(opened)
}

async fn hold(conn: &mut Conn, jobs: &[Job]) -> Result<HashMap<ConversationId, Conversation>> {
    let mut keys: Vec<Key> =
        jobs.iter().filter_map(|j| if let Job::Change { key, .. } = j { Some(key.clone()) } else { None }).collect();
    keys.sort_by(|a, b| (&a.id, &a.store).cmp(&(&b.id, &b.store)));
    keys.dedup();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(conversation::hold(conn, &keys).await?.into_iter().map(|c| (c.id.clone(), c)).collect())
}

async fn find_sent(conn: &mut Conn, jobs: &[Job]) -> Result<HashMap<SentKey, Sent>> {
    let keys: Vec<SentKey> = jobs
        .iter()
        .filter_map(|job| match job {
            Job::Change { buyer: Some(buyer), .. } => sent_key(job, buyer),
            Job::Change { .. } => sent_key(job, &BuyerId::from("")),
            Job::Open(_) => None,
        })
        .collect();
    let found = event::find_sent(conn, &keys).await?;
    Ok(found
        .into_iter()
        .map(|s| {
            let key = SentKey {
                conversation: s.conversation.clone(),
                author: s.author.clone(),
                client_id: s.client_id.clone(),
            };
            (key, s)
        })
        .collect())
}

/// Stores the changes and says what readers should hear of them.
async fn save(
    conn: &mut Conn,
    before: &HashMap<ConversationId, Conversation>,
    changes: HashMap<ConversationId, Change>,
) -> Result<Vec<News>> {
    let mut conversations = Vec::with_capacity(changes.len());
    let mut entries: Vec<Entry> = Vec::new();
    let mut turns: Vec<Turn> = Vec::new();
    let mut news = Vec::with_capacity(changes.len());
    for (id, change) in changes {
        let Some(was) = before.get(&id).filter(|was| **was != change.conversation) else { continue };
        let turn_before = was.turn.as_ref();
        // Ended turns go first: one open turn a conversation is what the index allows.
        turns.extend(change.ended);
        if change.conversation.turn.as_ref() != turn_before {
            turns.extend(change.conversation.turn.clone());
        }
        let now = &change.conversation;
        news.push(News {
            owes_new_turn: now.turn.as_ref().map(|t| &t.id).is_some_and(|id| turn_before.map(|t| &t.id) != Some(id)),
            desk: with_people(was) || with_people(now),
            conversation: Arc::new(change.conversation.clone()),
            entries: change.entries.clone(),
        });
        entries.extend(change.entries);
        conversations.push(change.conversation);
    }
    event::insert(conn, &entries).await?;
    conversation::save(conn, &conversations).await?;
    turn::save(conn, &turns).await?;
    Ok(news)
}

fn merge(changes: &mut HashMap<ConversationId, Change>, id: &ConversationId, change: Change) {
    match changes.get_mut(id) {
        None => {
            changes.insert(id.clone(), change);
        }
        Some(so_far) => {
            so_far.conversation = change.conversation;
            so_far.entries.extend(change.entries);
            so_far.ended.extend(change.ended);
        }
    }
}

/// The client's own id of a command, with its scope: one conversation, one sender.
fn sent_key(job: &Job, buyer: &BuyerId) -> Option<SentKey> {
    let Job::Change { key, command, .. } = job else { return None };
    let (author, client_id) = match command {
        Command::Buyer(
            BuyerCommand::Send { client_id, .. }
            | BuyerCommand::Human { client_id, .. }
            | BuyerCommand::Rate { client_id, .. },
        ) => (buyer.as_str(), client_id),
        Command::Agent { agent, does: AgentCommand::Send { client_id, .. }, .. }
        | Command::Agent { agent, does: AgentCommand::Note { client_id: Some(client_id), .. }, .. } => {
            (agent.as_str(), client_id)
        }
        _ => return None,
    };
    Some(SentKey { conversation: key.id.clone(), author: author.to_owned(), client_id: client_id.clone() })
}

fn as_sent(entry: &Entry) -> Sent {
    Sent {
        conversation: entry.conversation.clone(),
        author: entry.author.id.clone().unwrap_or_default(),
        client_id: entry.client_id.clone().unwrap_or_default(),
        seq: entry.seq,
        at: entry.at,
        body: entry.body.clone(),
    }
}

fn may_queue(command: &Command) -> bool {
    use super::AssistantCommand;
    matches!(command, Command::Buyer(BuyerCommand::Human { .. }) | Command::Assistant(AssistantCommand::HandOff { .. }))
}

fn with_people(c: &Conversation) -> bool {
    matches!(c.state, State::Queued | State::Human)
}

fn stored(outcome: Outcome, conversation: &Conversation) -> Stored {
    Stored {
        seq: outcome.seq,
        at: outcome.at,
        duplicate: outcome.duplicate,
        conversation: Arc::new(conversation.clone()),
    }
}

fn stored_open(c: &Arc<Conversation>) -> Stored {
    Stored { seq: c.last_public, at: c.last_at, duplicate: false, conversation: c.clone() }
}
