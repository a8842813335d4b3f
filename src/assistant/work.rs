//! One turn, from the end of the burst to a stored answer or a place in a queue.

use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};

use super::Assistant;
use super::builtin::plain::{self, Say};
use super::library::Passage;
use super::model::{ModelError, Request};
use super::{intent, prompt};
use crate::conversation::{AssistantCommand, Command, Duty, Handover, Hold, LEASE_MS, Lines, Reply, TurnRules, brief};
use crate::db::conversation::Conversation;
use crate::db::turn::Turn;
use crate::error::{Error, Result};
use crate::live::{Logged, Seat};
use crate::packs::Facts;
use crate::people::stores::Settings;
use crate::poison;
use crate::protocol::{AuthorKind, HandoffReason, State};

/// Readers are told of a streaming reply at most so often: pieces that come faster are sent as one.
const PACE: Duration = Duration::from_millis(60);
/// Kept of the deadline for handing over in time.
const SPARE: Duration = Duration::from_millis(400);
/// How much of the log is read.
const RECENT: i64 = 60;

/// How working on a turn ended, before it is stored.
enum Ending {
    Answer {
        text: String,
        evidence: Vec<String>,
        covers: i64,
    },
    HandOff(HandoffReason),
    /// The buyer wrote more before anything was shown: begin again with all of it.
    Again,
    /// The turn is no longer this task's.
    Gone,
}

/// What the work on a turn goes by.
struct Job<'a> {
    conversation: &'a Conversation,
    settings: &'a Settings,
    hold: Hold,
    deadline: Instant,
}

impl Assistant {
    /// Ends a turn, one way or another, within its deadline.
    pub(super) async fn work(&self, conversation: &Conversation, turn: &Turn) -> Result<()> {
        let settings = self.settings(conversation).await?;
        let hold = Hold { turn: turn.id.clone(), attempt: turn.attempt };
        let left = (turn.deadline_at - self.shared.clock.now()).max(0);
        let deadline = Instant::now() + Duration::from_millis(left.unsigned_abs()).saturating_sub(SPARE);
        let mut seat = self.shared.live.sit(&conversation.id);
        let job = Job { conversation, settings: &settings, hold: hold.clone(), deadline };
        let ending = tokio::select! {
            ending = timeout_at(deadline, self.write(&mut seat, turn, &job)) => match ending {
                Ok(ending) => ending,
                Err(_) => Ok(Ending::HandOff(HandoffReason::AssistantUnavailable)),
            },
            gone = self.keep(&job) => { gone?; Ok(Ending::Gone) }
        };
        let ending = ending.unwrap_or_else(|error| {
            tracing::warn!(turn.id = %turn.id, error = ?error, "Turn {} could not be answered", turn.id);
            Ending::HandOff(HandoffReason::AssistantUnavailable)
        });
        self.end(&seat, &job, ending).await
    }

    /// Ends a turn with a person.
    pub(super) async fn hand_off(&self, c: &Conversation, hold: Hold, reason: HandoffReason) -> Result<()> {
        let settings = self.settings(c).await?;
        let entries = self.shared.live.sit(&c.id).last(&self.shared.db, &c.store, RECENT).await?;
        let brief = brief::of(c, entries.iter().map(Logged::entry));
        let duty = Duty::of(&settings.policy, self.shared.clock.now());
        let handover = Handover { reason, skill: None, words: None, notes: Vec::new(), brief, duty };
        let command = AssistantCommand::HandOff { hold, handover: Box::new(handover) };
        self.shared.log.apply(&c.store, &c.id, Command::Assistant(command)).await?;
        metrics::counter!("xiaoer_handoffs_total").increment(1);
        Ok(())
    }

    /// Renews the lease for as long as the work takes; returns when the turn is somebody else's.
    async fn keep(&self, job: &Job<'_>) -> Result<()> {
        let c = job.conversation;
        loop {
            tokio::time::sleep(Duration::from_millis(LEASE_MS.unsigned_abs() / 2)).await;
            let renew = AssistantCommand::Renew { hold: job.hold.clone() };
            match self.shared.log.apply(&c.store, &c.id, Command::Assistant(renew)).await {
                Ok(_) | Err(Error::RetryLater) => {}
                Err(Error::Conflict { .. }) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    /// Waits for the burst to end and finds what to say, from the beginning again when the buyer writes on.
    async fn write(&self, seat: &mut Seat, turn: &Turn, job: &Job<'_>) -> Result<Ending> {
        loop {
            let Some(turn) = self.quiet(seat, turn, job).await else { return Ok(Ending::Gone) };
            match self.compose(seat, &turn, job).await? {
                Ending::Again => {}
                ending => return Ok(ending),
            }
        }
    }

    /// Waits until the burst has ended; the turn as it is then, or `None` if it has ended.
    async fn quiet(&self, seat: &mut Seat, turn: &Turn, job: &Job<'_>) -> Option<Turn> {
        let rules = TurnRules::of(&job.settings.policy);
        let mut turn = self.current(seat, turn)?;
        let mut due = turn.due_at;
        seat.buyer_typed();
        loop {
            let now = self.shared.clock.now();
            if due <= now {
                return Some(turn);
            }
            let wait = Instant::now() + Duration::from_millis((due - now).unsigned_abs());
            tokio::select! {
                () = sleep_until(wait) => {}
                () = seat.changed() => {
                    let newer = self.current(seat, &turn)?;
                    if newer.covers() != turn.covers() {
                        due = newer.due_at;
                    }
                    if seat.buyer_typed() {
                        due = (self.shared.clock.now() + rules.burst_ms).min(turn.asked_at + rules.burst_max_ms);
                    }
                    turn = newer;
                }
            }
        }
    }

    /// The turn as it stands now, if it is still this task's.
    fn current(&self, seat: &Seat, turn: &Turn) -> Option<Turn> {
        match seat.conversation() {
            // Nothing has changed since it was written.
            None => Some(turn.clone()),
            Some(c) if c.state != State::Assistant => None,
            Some(c) => match &c.turn {
                Some(now) if now.id == turn.id => (now.attempt == turn.attempt).then(|| now.clone()),
                // What is at hand may be older than the turn itself.
                _ => (c.last_seq < turn.covers()).then(|| turn.clone()),
            },
        }
    }

    async fn compose(&self, seat: &mut Seat, turn: &Turn, job: &Job<'_>) -> Result<Ending> {
        let c = job.conversation;
        let entries = seat.last(&self.shared.db, &c.store, RECENT).await?;
        let asked_from = turn.asked.first().map_or(0, |(seq, _)| *seq);
        let covers = turn.covers();
        let question = question(&entries, asked_from, covers);
        poison::taste("turn", &question);
        if intent::asks_for_person(&question) {
            return Ok(Ending::HandOff(HandoffReason::HumanRequested));
        }
        let shelf = self.shared.library.shelf(&self.shared.db, &c.store, job.settings.store.version).await?;
        let passages = shelf.look_up(&question);
        let on_page = c.context.sku.as_deref().and_then(|sku| shelf.product(sku));
        // The newest state says in which language to speak, and whether the buyer knows that this is an AI.
        let at_hand = seat.conversation();
        let now = at_hand.as_deref().unwrap_or(c);
        let introduction = if now.introduced { "" } else { Lines::of(now.locale).introduction.as_str() };
        if let Some(model) = self.shared.model.as_ref().filter(|m| m.is_available()) {
            let category = c.context.sku.as_deref().and_then(|sku| shelf.category(sku));
            let pack = self.shared.packs.in_force(&job.settings.store, category).await?;
            let facts = Facts { store: &job.settings.store.name, locale: now.locale, policy: &job.settings.policy };
            let system = pack.system(facts)?;
            let spoken = entries.iter().map(Logged::entry).filter(|e| e.seq <= covers);
            let messages = prompt::messages(&system, spoken, asked_from, &passages, on_page.as_ref());
            let request = Request {
                store: &c.store,
                user: c.id.as_str(),
                messages: &messages,
                tools: &[],
                temperature: Some(pack.manifest.model.temperature.0 as f32),
                max_tokens: Some(pack.manifest.model.max_tokens.get() as u32),
                deadline: job.deadline,
            };
            match self.stream(seat, turn, model, request, introduction).await {
                Ok(Streamed::Whole(text)) => {
                    let evidence = passages.iter().map(Passage::evidence).collect();
                    return Ok(Ending::Answer { text, evidence, covers });
                }
                Ok(Streamed::BuyerWroteOn) => return Ok(Ending::Again),
                Ok(Streamed::Gone) => return Ok(Ending::Gone),
                Err(error) => {
                    metrics::counter!("xiaoer_model_failures_total", "kind" => error.kind()).increment(1);
                    tracing::warn!(turn.id = %turn.id, %error, "The model gave no reply for turn {}", turn.id);
                }
            }
        }
        Ok(match plain::answer(&question, now.locale, &passages, on_page.as_ref()) {
            Say::Words { text, evidence } => Ending::Answer { text: format!("{introduction}{text}"), evidence, covers },
            // With a model it is the model that is missing, not the knowledge.
            Say::HandOff(_) if self.shared.model.is_some() => Ending::HandOff(HandoffReason::AssistantUnavailable),
            Say::HandOff(reason) => Ending::HandOff(reason),
        })
    }

    /// Streams a reply to the readers.
    async fn stream(
        &self,
        seat: &mut Seat,
        turn: &Turn,
        model: &super::model::Model,
        request: Request<'_>,
        introduction: &str,
    ) -> Result<Streamed, ModelError> {
        let topic = seat.topic().clone();
        let mut stream = {
            let start = model.start(request);
            tokio::pin!(start);
            loop {
                tokio::select! {
                    biased;
                    stream = &mut start => break stream?,
                    () = seat.changed() => match self.current(seat, turn) {
                        None => return Ok(Streamed::Gone),
                        // Nothing was shown yet, so one answer can still be for all of it.
                        Some(now) if now.covers() > turn.covers() => return Ok(Streamed::BuyerWroteOn),
                        Some(_) => {}
                    },
                }
            }
        };
        topic.write(&turn.id, turn.attempt, introduction);
        loop {
            let piece = tokio::select! {
                biased;
                // A person who takes over must not be talked into.
                () = seat.changed() => match self.current(seat, turn) {
                    Some(_) => continue,
                    None => {
                        topic.unwrite(&turn.id);
                        return Ok(Streamed::Gone);
                    }
                },
                piece = stream.next() => piece,
            };
            match piece {
                Ok(Some(text)) => {
                    topic.write(&turn.id, turn.attempt, text);
                    topic.wake();
                    // This waking is our own; what else has changed is looked at after the rest.
                    seat.see();
                    if !stream.has_ended() {
                        // While readers rest the model's packets gather unread: each one that is read by itself costs
                        // two tasks a waking.
                        self.rest(seat, turn, Instant::now() + PACE).await;
                    }
                    if self.current(seat, turn).is_none() {
                        topic.unwrite(&turn.id);
                        return Ok(Streamed::Gone);
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    topic.unwrite(&turn.id);
                    topic.wake();
                    return Err(error);
                }
            }
        }
        let reply = stream.into_reply();
        if reply.text.trim().is_empty() {
            topic.unwrite(&turn.id);
            return Err(ModelError::Broken { what: "an empty reply", partial: false });
        }
        Ok(Streamed::Whole(format!("{introduction}{}", reply.text)))
    }

    /// Waits, but no longer than the turn is this task's.
    async fn rest(&self, seat: &mut Seat, turn: &Turn, until: Instant) {
        loop {
            tokio::select! {
                () = sleep_until(until) => return,
                () = seat.changed() => if self.current(seat, turn).is_none() { return },
            }
        }
    }

    /// Stores how the turn ends, trying on while the database is away: the sweeper has it if this fails for good.
    async fn end(&self, seat: &Seat, job: &Job<'_>, ending: Ending) -> Result<()> {
        let c = job.conversation;
        let give_up = Instant::now() + Duration::from_secs(5);
        loop {
            let done = match &ending {
                Ending::Gone | Ending::Again => return Ok(()),
                Ending::HandOff(reason) => {
                    seat.topic().unwrite(&job.hold.turn);
                    let now = seat.conversation();
                    self.hand_off(now.as_deref().unwrap_or(c), job.hold.clone(), *reason).await
                }
                Ending::Answer { text, evidence, covers } => {
                    let command = AssistantCommand::Answer {
                        hold: job.hold.clone(),
                        covers: *covers,
                        reply: Reply { text: text.clone(), evidence: evidence.clone(), ..Reply::default() },
                        notes: Vec::new(),
                        rules: TurnRules::of(&job.settings.policy),
                    };
                    self.shared.log.apply(&c.store, &c.id, Command::Assistant(command)).await.map(|_| ())
                }
            };
            match done {
                // Somebody else has it: a person took over, or another node.
                Err(Error::Conflict { .. }) => {
                    seat.topic().unwrite(&job.hold.turn);
                    seat.topic().wake();
                    return Ok(());
                }
                Err(Error::RetryLater) if Instant::now() < give_up => tokio::time::sleep(PACE * 5).await,
                done => return done,
            }
        }
    }

    async fn settings(&self, c: &Conversation) -> Result<std::sync::Arc<Settings>> {
        self.shared.stores.find(&c.store).await?.ok_or(Error::NotFound("store"))
    }
}

enum Streamed {
    Whole(String),
    BuyerWroteOn,
    Gone,
}

/// What the buyer asks: the messages that wait for this answer, as one text.
fn question(entries: &[Logged], from: i64, to: i64) -> String {
    let asked = entries.iter().map(Logged::entry).filter(|e| (from..=to).contains(&e.seq));
    let words = asked.filter(|e| e.author.kind == AuthorKind::Buyer).filter_map(|e| Some(e.message()?.text.as_str()));
    words.collect::<Vec<_>>().join("\n")
}
