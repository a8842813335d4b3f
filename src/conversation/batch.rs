//! What one transaction stores: many commands, each decided on the conversation as the ones before it left it.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::cards;
use super::decide::{Change, Facts, Outcome, decide};
use super::writer::Stored;
use super::{AgentCommand, AssistantCommand, BuyerCommand, Command};
use crate::clock::Millis;
use crate::db::Conn;
use crate::db::conversation::{self, Conversation, Key, Opening, Saved};
use crate::db::event::{self, Entry, Sent, SentKey};
use crate::db::spending::{self, Charged};
use crate::db::turn::{self, Turn};
use crate::error::{Error, Result};
use crate::ids::{BuyerId, ConversationId, NodeId, StoreId};
use crate::poison;
use crate::profiles::keeping;
use crate::protocol::State;

/// Something that waits to be stored.
pub(super) enum Job {
    Open(Opening),
    /// Where a buyer is named, the conversation must be that buyer's.
    Change {
        key: Key,
        buyer: Option<BuyerId>,
        command: Command,
    },
}

/// What was stored: an answer for each job, and the news for readers.
pub(super) struct Batch {
    pub answers: Vec<Result<Stored>>,
    pub news: Vec<News>,
    /// Conversations that were opened, as they stood before the news.
    pub opened: Vec<Arc<Conversation>>,
}

/// A conversation that changed.
pub(super) struct News {
    pub conversation: Arc<Conversation>,
    pub entries: Vec<Entry>,
    pub owes_new_turn: bool,
    /// Whether the desk sees it.
    pub desk: bool,
}

type Found = HashMap<ConversationId, Arc<Conversation>>;

/// Conversations as this process last stored them, so that they need not be read again with every message.
///
/// Only for a database that one process alone writes to (SQLite, whose data folder is locked): then what was committed
/// last is what stands. After a failure nothing is known any more.
pub(super) struct Recent {
    at_hand: Found,
    /// How often words had been erased when it began.
    erasings: u64,
}

/// How many conversations are kept at hand; when there are more, it begins anew.
const RECENT: usize = 8_192;

impl Recent {
    pub fn new() -> Self {
        Self { at_hand: Found::new(), erasings: 0 }
    }

    /// Begins anew where words were erased since.
    pub fn forget_erased(&mut self, erasings: u64) {
        if std::mem::replace(&mut self.erasings, erasings) != erasings {
            self.forget();
        }
    }

    pub fn forget(&mut self) {
        self.at_hand.clear();
    }

    /// Takes over what a batch has committed.
    pub fn learn(&mut self, batch: &Batch) {
        if self.at_hand.len() + batch.opened.len() + batch.news.len() > RECENT {
            self.forget();
        }
        // What was opened was read before the changes of the same batch.
        let opened = batch.opened.iter().chain(batch.news.iter().map(|news| &news.conversation));
        self.at_hand.extend(opened.map(|c| (c.id.clone(), Arc::clone(c))));
    }

    fn find(&self, key: &Key) -> Option<Arc<Conversation>> {
        self.at_hand.get(&key.id).filter(|c| c.store == key.store).cloned()
    }

    /// Those of the jobs' conversations that are at hand.
    pub fn of(&self, jobs: &[Job]) -> Known {
        let keys = jobs.iter().filter_map(|j| if let Job::Change { key, .. } = j { Some(key) } else { None });
        Known(keys.filter_map(|key| self.find(key)).map(|c| (c.id.clone(), c)).collect())
    }
}

/// Conversations that need not be read.
#[derive(Default)]
pub(super) struct Known(Found);

/// Who stores.
pub(super) struct Writing<'a> {
    /// This process.
    pub node: &'a NodeId,
    /// Which of its writers.
    pub writer: i64,
    pub now: Millis,
}

/// Decides and stores the jobs, in their order.
pub(super) async fn store(conn: &mut Conn, jobs: &[Job], known: Known, by: Writing<'_>) -> Result<Batch> {
    let Writing { node, writer, now } = by;
    let opened = open(conn, jobs).await?;
    let before = hold(conn, jobs, known).await?;
    let mut sent = find_sent(conn, jobs).await?;
    let mut waiting = queued(conn, jobs).await?;
    let mut held_cards = cards::read(conn, jobs).await?;
    let mut changes: HashMap<&ConversationId, Change> = HashMap::with_capacity(before.len());
    let mut outcomes = Vec::with_capacity(jobs.len());
    for job in jobs {
        let Job::Change { key, buyer, command } = job else {
            outcomes.push(None);
            continue;
        };
        let own = |c: &&Arc<Conversation>| c.store == key.store && buyer.as_ref().is_none_or(|b| c.buyer == *b);
        let Some(was) = before.get(&key.id).filter(own) else {
            outcomes.push(Some(Err(Error::NotFound("conversation"))));
            continue;
        };
        let sent_key = sent_key(job, &was.buyer);
        let facts = Facts {
            now,
            node,
            waiting: waiting.get(&key.store).map_or(&[], Vec::as_slice),
            sent: sent_key.as_ref().and_then(|k| sent.get(k)),
            card: cards::card_of(command).and_then(|card| held_cards.get(&(key.id.clone(), card.to_owned()))),
        };
        let so_far = changes.get(&key.id).map_or(&**was, |c| &c.conversation);
        let was_queued = so_far.state == State::Queued;
        let mut change = Change::new(so_far.clone());
        let outcome = catch_unwind(AssertUnwindSafe(|| decide(&mut change, command, &facts)))
            .unwrap_or_else(|_| Err(Error::Internal(anyhow::anyhow!("a decision panicked"))));
        if outcome.is_ok() {
            cards::learn(&mut held_cards, &key.id, &change.cards);
            if let (Some(k), Some(entry)) = (sent_key, change.entries.iter().find(|e| e.client_id.is_some())) {
                sent.insert(k, as_sent(entry));
            }
            let now_queued = change.conversation.state == State::Queued && !was_queued;
            if let Some(queue) = waiting.get_mut(&key.store).filter(|_| now_queued) {
                queue.push((change.conversation.priority, 1));
            }
            merge(&mut changes, &key.id, change);
        }
        outcomes.push(Some(outcome));
    }
    let news = save(conn, &before, changes, (writer, now)).await?;
    let after: HashMap<_, _> = news.iter().map(|n| (&n.conversation.id, &n.conversation)).collect();
    let answers = jobs.iter().zip(outcomes).map(|(job, outcome)| match (job, outcome) {
        (Job::Change { key, .. }, Some(outcome)) => {
            let outcome = outcome?;
            let now = after.get(&key.id).copied().or_else(|| before.get(&key.id));
            now.map(|c| stored(outcome, c)).ok_or(Error::NotFound("conversation"))
        }
        (Job::Open(opening), _) => {
            let key = (opening.store.clone(), opening.buyer.clone());
            opened.get(&key).map(stored_open).ok_or(Error::RetryLater)
        }
        (Job::Change { .. }, None) => Err(Error::RetryLater),
    });
    let answers = answers.collect();
    Ok(Batch { answers, news, opened: opened.into_values().collect() })
}

async fn open(conn: &mut Conn, jobs: &[Job]) -> Result<HashMap<(StoreId, BuyerId), Arc<Conversation>>> {
    let mut openings: Vec<Opening> =
        jobs.iter().filter_map(|j| if let Job::Open(o) = j { Some(o.clone()) } else { None }).collect();
    // In one order, so that two writers never wait for each other's rows.
    openings.sort_by(|a, b| (&a.store, &a.buyer).cmp(&(&b.store, &b.buyer)));
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

async fn hold(conn: &mut Conn, jobs: &[Job], Known(mut found): Known) -> Result<Found> {
    let mut keys: Vec<&Key> =
        jobs.iter().filter_map(|j| if let Job::Change { key, .. } = j { Some(key) } else { None }).collect();
    keys.sort_by(|a, b| (&a.id, &a.store).cmp(&(&b.id, &b.store)));
    keys.dedup();
    keys.retain(|key| !found.contains_key(&key.id));
    if !keys.is_empty() {
        let read = conversation::hold(conn, &keys).await?;
        found.extend(read.into_iter().map(|c| (c.id.clone(), Arc::new(c))));
    }
    Ok(found)
}

async fn find_sent(conn: &mut Conn, jobs: &[Job]) -> Result<HashMap<SentKey, Sent>> {
    let nobody = BuyerId::from("");
    let keys: Vec<SentKey> = jobs
        .iter()
        .filter_map(|job| match job {
            Job::Change { buyer, .. } => sent_key(job, buyer.as_ref().unwrap_or(&nobody)),
            Job::Open(_) => None,
        })
        .collect();
    Ok(event::find_sent(conn, &keys).await?.into_iter().map(|s| (s.key.clone(), s)).collect())
}

/// How many wait already, by priority, in each store where somebody may join the queue.
async fn queued(conn: &mut Conn, jobs: &[Job]) -> Result<HashMap<StoreId, Vec<(i64, i64)>>> {
    let mut waiting = HashMap::new();
    for job in jobs {
        if let Job::Change { key, command, .. } = job
            && may_queue(command)
            && !waiting.contains_key(&key.store)
        {
            waiting.insert(key.store.clone(), conversation::queued(conn, &key.store).await?);
        }
    }
    Ok(waiting)
}

/// Stores the changes and says what readers should hear of them.
async fn save(
    conn: &mut Conn,
    before: &Found,
    changes: HashMap<&ConversationId, Change>,
    (writer, now): (i64, Millis),
) -> Result<Vec<News>> {
    let mut conversations = Vec::with_capacity(changes.len());
    let mut entries: Vec<Entry> = Vec::with_capacity(changes.len() * 2);
    let mut turns: Vec<Turn> = Vec::with_capacity(changes.len());
    let mut charges: Vec<Charged> = Vec::new();
    let mut news = Vec::with_capacity(changes.len());
    for (id, change) in changes {
        let Some(was) = before.get(id) else { continue };
        keeping::store_learned(conn, &was.store, id, &change.learned).await?;
        if **was == change.conversation {
            continue;
        }
        cards::save(conn, &Key { store: was.store.clone(), id: id.clone() }, &change.cards, now).await?;
        let turn_before = was.turn.as_ref();
        // Ended turns go first: one open turn a conversation is what the index allows.
        turns.extend(change.ended);
        charges.extend(change.charges);
        if change.conversation.turn.as_ref() != turn_before {
            turns.extend(change.conversation.turn.clone());
        }
        let conversation = Arc::new(change.conversation);
        let turn_now = conversation.turn.as_ref();
        news.push((
            change.entries.len(),
            News {
                owes_new_turn: turn_now.is_some_and(|t| turn_before.is_none_or(|before| before.id != t.id)),
                desk: with_people(was) || with_people(&conversation),
                conversation: Arc::clone(&conversation),
                entries: Vec::new(),
            },
        ));
        entries.extend(change.entries);
        conversations.push(Saved::new(was, conversation));
    }
    entries.iter().filter_map(Entry::message).for_each(|message| poison::taste("store", &message.text));
    event::insert(conn, &entries).await?;
    conversation::save(conn, &conversations).await?;
    turn::save(conn, &turns).await?;
    // Last, because other writers of the store's day wait for it the shortest then.
    if !charges.is_empty() {
        spending::add(conn, charges, writer).await?;
    }
    let mut entries = entries.into_iter();
    Ok(news.into_iter().map(|(many, news)| News { entries: entries.by_ref().take(many).collect(), ..news }).collect())
}

fn merge<'j>(changes: &mut HashMap<&'j ConversationId, Change>, id: &'j ConversationId, change: Change) {
    match changes.get_mut(id) {
        None => {
            changes.insert(id, change);
        }
        Some(so_far) => {
            so_far.conversation = change.conversation;
            so_far.entries.extend(change.entries);
            so_far.ended.extend(change.ended);
            so_far.cards.extend(change.cards);
            so_far.charges.extend(change.charges);
            so_far.learned.extend(change.learned);
        }
    }
}

/// The client's own id of a command, with its scope: one conversation, one sender.
fn sent_key(job: &Job, buyer: &BuyerId) -> Option<SentKey> {
    let Job::Change { key, command, .. } = job else { return None };
    let (author, client_id) = match command {
        Command::Buyer(
            BuyerCommand::Send { client_id, .. }
            | BuyerCommand::Choose { client_id, .. }
            | BuyerCommand::Human { client_id, .. }
            | BuyerCommand::Rate { client_id, .. },
        ) => (buyer.as_str(), client_id),
        Command::Agent { agent, does, .. } => (agent.as_str(), agents_id(does)?),
        _ => return None,
    };
    Some(SentKey { conversation: key.id.clone(), author: author.to_owned(), client_id: client_id.clone() })
}

/// The id that an agent's client gave a command that is stored under it. (Claiming and closing twice is the same anyway.)
fn agents_id(does: &AgentCommand) -> Option<&String> {
    match does {
        AgentCommand::Send { client_id, .. } => Some(client_id),
        AgentCommand::Note { client_id, .. }
        | AgentCommand::Return { client_id, .. }
        | AgentCommand::TransferToAgent { client_id, .. }
        | AgentCommand::TransferToSkill { client_id, .. } => client_id.as_ref(),
        AgentCommand::Claim | AgentCommand::Read { .. } | AgentCommand::Close { .. } => None,
    }
}

fn as_sent(entry: &Entry) -> Sent {
    let key = SentKey {
        conversation: entry.conversation.clone(),
        author: entry.author.id.clone().unwrap_or_default(),
        client_id: entry.client_id.clone().unwrap_or_default(),
    };
    Sent { key, seq: entry.seq, at: entry.at, body: entry.body.clone() }
}

fn may_queue(command: &Command) -> bool {
    matches!(command, Command::Buyer(BuyerCommand::Human { .. }) | Command::Assistant(AssistantCommand::HandOff { .. }))
}

fn with_people(c: &Conversation) -> bool {
    matches!(c.state, State::Queued | State::Human)
}

fn stored(outcome: Outcome, conversation: &Arc<Conversation>) -> Stored {
    let Outcome { seq, at, duplicate } = outcome;
    Stored { seq, at, duplicate, conversation: Arc::clone(conversation) }
}

fn stored_open(c: &Arc<Conversation>) -> Stored {
    Stored { seq: c.last_public, at: c.last_at, duplicate: false, conversation: Arc::clone(c) }
}
