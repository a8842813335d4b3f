//! One turn, from the end of the burst to a stored answer or a place in a queue. What is said is found in `compose`.

use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};

use super::Assistant;
use super::intent::names_no_matter;
use super::meter::Meter;
use crate::conversation::{AssistantCommand, Command, Duty, Handover, Hold, LEASE_MS, Reply, TurnRules, brief};
use crate::db::conversation::Conversation;
use crate::db::turn::Turn;
use crate::error::{Error, Result};
use crate::live::{Logged, Seat};
use crate::people::stores::Settings;
use crate::profiles::keeping;
use crate::protocol::{DeskBody, HandoffReason, State};
use crate::spending::Bill;

/// How long it waits before it tries to store an ending again.
const AGAIN: Duration = Duration::from_millis(300);
/// Kept of the deadline for handing over in time.
const SPARE: Duration = Duration::from_millis(400);
/// How much of the log is read.
pub(super) const RECENT: i64 = 60;

/// How working on a turn ended, before it is stored.
pub(super) enum Ending {
    Answer {
        reply: Reply,
        notes: Vec<DeskBody>,
        covers: i64,
    },
    HandOff(Box<Handing>),
    /// The buyer wrote more before anything was shown: begin again with all of it.
    Again,
    /// The turn is no longer this task's.
    Gone,
}

/// How a turn goes to a person.
#[derive(Debug, Default)]
pub(super) struct Handing {
    pub reason: Option<HandoffReason>,
    pub skill: Option<String>,
    pub words: Option<String>,
    pub notes: Vec<DeskBody>,
    /// How the assistant came to it, as JSON, where it asked a model.
    pub stamp: Option<String>,
}

impl From<HandoffReason> for Handing {
    fn from(reason: HandoffReason) -> Self {
        Self { reason: Some(reason), ..Self::default() }
    }
}

impl From<HandoffReason> for Ending {
    fn from(reason: HandoffReason) -> Self {
        Self::HandOff(Box::new(reason.into()))
    }
}

/// What the work on a turn goes by.
pub(super) struct Job<'a> {
    pub conversation: &'a Conversation,
    pub settings: &'a Settings,
    pub hold: Hold,
    pub deadline: Instant,
    /// Counts what the turn asks of models.
    pub meter: Meter<'a>,
}

impl Assistant {
    /// Ends a turn, one way or another, within its deadline.
    pub(super) async fn work(&self, conversation: &Conversation, turn: &Turn) -> Result<()> {
        super::heed::ready().await;
        let settings = self.settings(conversation).await?;
        let hold = Hold { turn: turn.id.clone(), attempt: turn.attempt };
        let left = (turn.deadline_at - self.shared.clock.now()).max(0);
        let deadline = Instant::now() + Duration::from_millis(left.unsigned_abs()).saturating_sub(SPARE);
        let mut seat = self.shared.live.sit(&conversation.id);
        let meter = Meter::new(&settings, &self.shared.prices, &self.shared.accounts, self.shared.clock.now());
        let job = Job { conversation, settings: &settings, hold: hold.clone(), deadline, meter };
        let ending = tokio::select! {
            ending = timeout_at(deadline, self.write(&mut seat, turn, &job)) => match ending {
                Ok(ending) => ending,
                Err(_) => Ok(HandoffReason::AssistantUnavailable.into()),
            },
            gone = self.keep(&job) => gone.map(|()| Ending::Gone),
        };
        let ending = ending.unwrap_or_else(|error| {
            tracing::warn!(turn.id = %turn.id, error = ?error, "Turn {} could not be answered", turn.id);
            HandoffReason::AssistantUnavailable.into()
        });
        self.end(&seat, &job, ending).await
    }

    /// Ends a turn with a person.
    pub(super) async fn hand_off(&self, c: &Conversation, hold: Hold, handing: &Handing, bill: Bill) -> Result<()> {
        let settings = self.settings(c).await?;
        let entries = self.shared.live.sit(&c.id).last(&self.shared.db, &c.store, RECENT).await?;
        let mut brief = brief::of(c, entries.iter().map(Logged::entry), names_no_matter);
        // Where it cannot be read the brief goes without: nothing keeps a buyer from a person.
        let known = match self.shared.db.read().await {
            Ok(mut conn) => keeping::ledger(&mut conn, &c.store, &c.id).await,
            Err(error) => Err(error),
        };
        brief.slots = known.as_ref().map(brief::slots).unwrap_or_default();
        let duty = Duty::of(&settings.policy, self.shared.clock.now());
        let handover = Handover {
            reason: handing.reason.unwrap_or(HandoffReason::AssistantUnavailable),
            skill: handing.skill.clone(),
            words: handing.words.clone(),
            notes: handing.notes.clone(),
            stamp: handing.stamp.clone(),
            brief,
            duty,
        };
        let command = AssistantCommand::HandOff { hold, handover: Box::new(handover), bill };
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
            let Some(turn) = self.quiet(seat, turn, job).await? else { return Ok(Ending::Gone) };
            match self.compose(seat, &turn, job).await? {
                Ending::Again => {}
                ending => return Ok(ending),
            }
        }
    }

    /// Waits until the burst has ended; the turn as it is then, or `None` if it has ended.
    /// A red flag is not waited with.
    async fn quiet(&self, seat: &mut Seat, turn: &Turn, job: &Job<'_>) -> Result<Option<Turn>> {
        let rules = TurnRules::of(&job.settings.policy);
        let Some(mut turn) = self.current(seat, turn) else { return Ok(None) };
        let mut due = turn.due_at;
        seat.buyer_typed();
        loop {
            let now = self.shared.clock.now();
            if due <= now || self.is_urgent(seat, &turn, job).await? {
                return Ok(Some(turn));
            }
            let wait = Instant::now() + Duration::from_millis((due - now).unsigned_abs());
            tokio::select! {
                () = sleep_until(wait) => {}
                () = seat.changed() => {
                    let Some(newer) = self.current(seat, &turn) else { return Ok(None) };
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
    pub(super) fn current(&self, seat: &Seat, turn: &Turn) -> Option<Turn> {
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

    /// Stores how the turn ends, trying on while the database is away: the sweeper has it if this fails for good.
    async fn end(&self, seat: &Seat, job: &Job<'_>, ending: Ending) -> Result<()> {
        let c = job.conversation;
        let give_up = Instant::now() + Duration::from_secs(5);
        let bill = job.meter.take();
        let mut is_first = true;
        loop {
            let done = match &ending {
                Ending::Gone | Ending::Again => return self.charge(c, bill).await,
                Ending::HandOff(handing) => {
                    seat.topic().unwrite(&job.hold.turn);
                    let now = seat.conversation();
                    self.hand_off(now.as_deref().unwrap_or(c), job.hold.clone(), handing, bill.clone()).await
                }
                Ending::Answer { reply, notes, covers } => {
                    let command = AssistantCommand::Answer {
                        hold: job.hold.clone(),
                        covers: *covers,
                        reply: reply.clone(),
                        notes: notes.clone(),
                        bill: bill.clone(),
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
                    // A write whose fate was unknown may be the one that ended the turn, with its bill.
                    return if is_first { self.charge(c, bill).await } else { Ok(()) };
                }
                Err(Error::RetryLater) if Instant::now() < give_up => tokio::time::sleep(AGAIN).await,
                done => return done,
            }
            is_first = false;
        }
    }

    /// Stores what was spent on a turn that ended without this task.
    async fn charge(&self, c: &Conversation, bill: Bill) -> Result<()> {
        if bill.is_empty() {
            return Ok(());
        }
        let spend = Command::Assistant(AssistantCommand::Spend { bill });
        self.shared.log.apply(&c.store, &c.id, spend).await.map(|_| ())
    }

    pub(super) async fn settings(&self, c: &Conversation) -> Result<std::sync::Arc<Settings>> {
        self.shared.stores.find(&c.store).await?.ok_or(Error::NotFound("store"))
    }
}
