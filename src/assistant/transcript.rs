//! What of a turn people may look at afterwards: what was sent to models and what came, masked.
//!
//! Nothing is done while a buyer waits but to copy the words of a turn that is kept at all. A task masks, packs and
//! stores them, some together, and sweeps what is too old. When more comes than it can store, the newest are dropped:
//! a transcript is no part of the truth.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};
use tokio_util::task::TaskTracker;

use super::asking::Asking;
use super::model::Message;
use super::work::Job;
use crate::clock::{Clock, Millis};
use crate::db::transcript::{Part, Transcript, hash, pack};
use crate::db::turn::Turn;
use crate::db::{self, Db};
use crate::error::Result;
use crate::experts::claims::Backing;
use crate::ids::StoreId;
use crate::masking::{Masks, blank, blank_rest};
use crate::people::stores::Stores;
use crate::policy::Keep;
use crate::protocol::transcript::{PromptCall, PromptEnd, PromptMessage, StoredPrompt};

/// How many may wait to be stored.
const WAITING: usize = 512;
/// How many are stored together.
const TOGETHER: usize = 32;
/// How long the first one waits for others.
const GATHER: Duration = Duration::from_millis(200);
/// How often it is looked for what is too old, and how many of a store go at once.
const SWEEP: Duration = Duration::from_secs(600);
const SWEPT: i64 = 1_000;
/// A part that stands in many transcripts is noted as used so often.
const AGAIN_MS: Millis = 6 * 3_600_000;
const DAY_MS: Millis = 24 * 3_600_000;
/// How many parts are remembered as stored; when there are more, it begins anew.
const PARTS: usize = 4_096;

/// A turn's talk with models: what is asked with, and what is kept of it when it ends, in whatever way.
pub(super) struct Talk<'t> {
    pub messages: Vec<Message<'t>>,
    /// What stands behind sentences so far.
    pub backing: Backing,
    pub masks: Masks,
    /// How it ended; until that is known, it was cut off.
    pub ended: PromptEnd,
    /// The reply, as far as it was not added to the messages.
    pub answer: String,
    /// A sentence was held.
    pub was_held: bool,
    keeping: Keeping<'t>,
}

/// Who keeps it, and whose it is.
#[derive(Clone, Copy)]
pub(super) struct Keeping<'t> {
    pub keeper: &'t Keeper,
    pub job: &'t Job<'t>,
    pub turn: &'t Turn,
    pub asking: &'t Asking<'t>,
    pub clock: &'t Clock,
}

impl<'t> Talk<'t> {
    pub fn new(messages: Vec<Message<'t>>, backing: Backing, masks: Masks, keeping: Keeping<'t>) -> Self {
        Self { messages, backing, masks, ended: PromptEnd::Cut, answer: String::new(), was_held: false, keeping }
    }

    /// Whether people may look at it: it went wrong, or it is one of the share that is kept.
    fn is_kept(&self) -> bool {
        let policy = &self.keeping.job.settings.policy.transcripts;
        match policy.keep {
            Keep::None => false,
            Keep::All => true,
            Keep::Some => {
                let went_wrong = self.was_held
                    || !matches!(self.ended, PromptEnd::Answered | PromptEnd::WroteOn)
                    || self.keeping.job.meter.has_failures();
                went_wrong || is_among(self.keeping.turn.id.as_str(), policy.share)
            }
        }
    }
}

impl Drop for Talk<'_> {
    fn drop(&mut self) {
        if !self.is_kept() {
            return;
        }
        let Keeping { keeper, job, turn, asking, clock } = self.keeping;
        let messages = self.messages.iter().map(said).collect();
        let tools = super::running::tools(asking);
        let record = Record {
            turn: turn.clone(),
            at: clock.now(),
            names: job.conversation.buyer_name.iter().cloned().collect(),
            tools: serde_json::to_string(&tools).unwrap_or_default(),
            prompt: StoredPrompt {
                ended: self.ended,
                system: None,
                tools: None,
                messages,
                answer: std::mem::take(&mut self.answer),
                requests: job.meter.requests(),
            },
        };
        if keeper.records.try_send(record).is_err() {
            metrics::counter!("xiaoer_transcripts_dropped_total").increment(1);
        }
    }
}

/// Whether a turn is one of a share, always the same ones.
fn is_among(turn: &str, share: f64) -> bool {
    let mut hasher = DefaultHasher::new();
    turn.hash(&mut hasher);
    (hasher.finish() >> 11) as f64 / ((1_u64 << 53) as f64) < share
}

fn said(message: &Message<'_>) -> PromptMessage {
    let plain = |role: &str, text: &str| PromptMessage { role: role.into(), text: text.into(), calls: Vec::new() };
    match message {
        Message::System(text) => plain("system", text),
        Message::User(text) => plain("user", text),
        Message::Assistant { text, calls } => {
            let calls =
                calls.iter().map(|call| PromptCall { name: call.name.clone(), arguments: call.arguments.clone() });
            PromptMessage { calls: calls.collect(), ..plain("assistant", text) }
        }
        Message::Tool { result, .. } => plain("tool", result),
    }
}

/// Takes what is kept of turns.
#[derive(Clone)]
pub(super) struct Keeper {
    records: mpsc::Sender<Record>,
}

struct Record {
    turn: Turn,
    at: Millis,
    /// Names that are known.
    names: Vec<String>,
    /// The tools that were offered, as JSON.
    tools: String,
    prompt: StoredPrompt,
}

impl Keeper {
    /// Starts the task that stores and sweeps; it ends when the last keeper is dropped, which turns hold while they run.
    pub fn start(db: Db, stores: Arc<Stores>, clock: Clock, tasks: &TaskTracker) -> Self {
        let (records, waiting) = mpsc::channel(WAITING);
        let storing = Storing { db, stores, clock, noted: Noted::default() };
        tasks.spawn(storing.run(waiting));
        Self { records }
    }
}

struct Storing {
    db: Db,
    stores: Arc<Stores>,
    clock: Clock,
    noted: Noted,
}

/// Parts that are stored, and when that was noted last.
#[derive(Default)]
struct Noted(HashMap<(StoreId, String), Millis>);

impl Noted {
    /// Whether a part is to be stored or noted again; then it counts as noted.
    fn is_due(&mut self, store: &StoreId, hash: &str, now: Millis) -> bool {
        let key = (store.clone(), hash.to_owned());
        if self.0.get(&key).is_some_and(|noted| now - noted <= AGAIN_MS) {
            return false;
        }
        if self.0.len() >= PARTS {
            self.0.clear();
        }
        self.0.insert(key, now);
        true
    }
}

/// What is stored together.
#[derive(Default)]
struct Packed {
    transcripts: Vec<Transcript>,
    parts: Vec<Part>,
}

impl Storing {
    async fn run(mut self, mut waiting: mpsc::Receiver<Record>) {
        let mut next_sweep = Instant::now();
        let mut batch = Vec::with_capacity(TOGETHER);
        loop {
            if Instant::now() >= next_sweep {
                next_sweep = Instant::now() + SWEEP;
                if let Err(error) = sweep(&self.db, &self.stores, self.clock.now()).await {
                    tracing::warn!(error = ?error, "Old transcripts could not be swept");
                }
            }
            let first = tokio::select! {
                first = waiting.recv() => first,
                () = tokio::time::sleep_until(next_sweep) => continue,
            };
            let Some(first) = first else { return };
            batch.push(first);
            let gathered = Instant::now() + GATHER;
            while batch.len() < TOGETHER
                && let Ok(Some(next)) = timeout_at(gathered, waiting.recv()).await
            {
                batch.push(next);
            }
            if let Err(error) = self.store(std::mem::take(&mut batch)).await {
                tracing::warn!(error = ?error, "Transcripts could not be stored");
            }
        }
    }

    async fn store(&mut self, batch: Vec<Record>) -> Result<()> {
        let now = self.clock.now();
        // If anything fails, what was noted is gone with it, and stored once more than needed.
        let mut noted = std::mem::take(&mut self.noted);
        // Masking and packing are work for the processor.
        let packed = tokio::task::spawn_blocking(move || {
            let mut packed = Packed::default();
            for record in batch {
                add(&mut packed, &mut noted, record, now);
            }
            (packed, noted)
        });
        let (Packed { transcripts, parts }, noted) = packed.await.map_err(anyhow::Error::new)?;
        let stored = self.db.write_here(move |conn| {
            Box::pin(async move {
                for part in &parts {
                    db::transcript::put_part(conn, part, now).await?;
                }
                db::transcript::put(conn, &transcripts).await
            })
        });
        stored.await?;
        self.noted = noted;
        Ok(())
    }
}

/// Takes away what is older than each store's policy says, by `now`.
pub async fn sweep(db: &Db, stores: &Stores, now: Millis) -> Result<()> {
    let with_some = db::transcript::stores(&mut db.read().await?).await?;
    for store in with_some {
        let Some(settings) = stores.find(&store).await? else { continue };
        let before = now - settings.policy.transcripts.days * DAY_MS;
        loop {
            let store = store.clone();
            let change =
                db.write(move |conn| Box::pin(async move { db::transcript::sweep(conn, &store, before, SWEPT).await }));
            if change.await? < SWEPT.unsigned_abs() {
                break;
            }
        }
    }
    Ok(())
}

/// Masks and packs a record; its instructions and tools become parts, which are packed only where they are due. Nothing
/// is added where packing fails, which nothing known makes it do.
fn add(packed: &mut Packed, noted: &mut Noted, record: Record, now: Millis) -> Option<()> {
    let Record { turn, at, names, tools, mut prompt } = record;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut part = |text: &str| {
        let hash = hash(text);
        if noted.is_due(&turn.store, &hash, now) {
            packed.parts.push(Part { store: turn.store.clone(), hash: hash.clone(), packed: pack(text)? });
        }
        Some(hash)
    };
    prompt.tools = Some(part(&tools)?);
    if prompt.messages.first().is_some_and(|message| message.role == "system") {
        prompt.system = Some(part(&prompt.messages.remove(0).text)?);
    }
    for message in &mut prompt.messages {
        // A model was shown marks in place of numbers.
        message.text = blank_rest(&message.text, &names).into_owned();
        for call in &mut message.calls {
            call.arguments = blank(&call.arguments, &names).into_owned();
        }
    }
    prompt.answer = blank(&prompt.answer, &names).into_owned();
    let text = pack(&serde_json::to_string(&prompt).ok()?)?;
    let Turn { id, store, conversation, .. } = turn;
    // A turn that was taken up again: PostgreSQL takes a row once in a statement.
    packed.transcripts.retain(|earlier| earlier.turn != id);
    packed.transcripts.push(Transcript { turn: id, store, conversation, at, packed: text });
    Some(())
}
