//! What a command does to a conversation: pure, so that every case stands in a table of tests.

mod assistant;
mod buyer;
mod cards;
mod desk;
#[cfg(test)]
mod tests;

pub use cards::{DECLINE, YES, label_of};

use super::cards::{CardChange, Held};
use super::{Command, TurnRules};
use crate::clock::Millis;
use crate::db::conversation::Conversation;
use crate::db::event::{Entry, Sent};
use crate::db::spending::Charged;
use crate::db::turn::{Turn, TurnState};
use crate::error::{Error, Result};
use crate::ids::{NodeId, TurnId};
use crate::profiles::keeping::Learned;
use crate::protocol::desk::AnyBody;
use crate::protocol::event::{Handoff, Message};
use crate::protocol::{Author, AuthorKind, DeskBody, Origin, PublicBody, State};

use super::{Handover, Lines, brief, urgency};

/// What a decision may look at besides the conversation.
pub struct Facts<'a> {
    pub now: Millis,
    /// This process, which works on the turns that it writes.
    pub node: &'a NodeId,
    /// How many conversations of the store wait already, by priority.
    pub waiting: &'a [(i64, i64)],
    /// What the same client id stored before.
    pub sent: Option<&'a Sent>,
    /// The card that the command is about, as it stands.
    pub card: Option<&'a Held>,
}

/// A change in the making.
pub struct Change {
    pub conversation: Conversation,
    /// To be added to the log.
    pub entries: Vec<Entry>,
    /// Turns that ended, to be stored beside the one that is open.
    pub ended: Vec<Turn>,
    pub cards: Vec<CardChange>,
    /// What models cost, to be added to the store's accounts.
    pub charges: Vec<Charged>,
    /// What was learned of people.
    pub learned: Vec<Learned>,
}

/// What the sender is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    pub seq: i64,
    pub at: Millis,
    /// The same was stored before; nothing was changed now.
    pub duplicate: bool,
}

/// Decides a command. On an error the change must be thrown away.
pub fn decide(change: &mut Change, command: &Command, facts: &Facts<'_>) -> Result<Outcome> {
    match command {
        Command::Buyer(command) => buyer::decide(change, command, facts),
        Command::Assistant(command) => assistant::decide(change, command, facts),
        Command::Agent { agent, name, does } => desk::decide(change, agent, name, does, facts),
        Command::Requeue { from } => desk::requeue(change, from, facts),
    }
}

impl Change {
    pub fn new(conversation: Conversation) -> Self {
        Self {
            conversation,
            entries: Vec::new(),
            ended: Vec::new(),
            cards: Vec::new(),
            charges: Vec::new(),
            learned: Vec::new(),
        }
    }

    /// Adds an entry under the next number.
    fn append(&mut self, author: Author, body: AnyBody, client_id: Option<&str>, now: Millis) -> Outcome {
        let c = &mut self.conversation;
        // A clock that was set back must not make an answer older than its question.
        let at = now.max(c.last_at);
        c.last_seq += 1;
        c.last_at = at;
        let entry = Entry {
            store: c.store.clone(),
            conversation: c.id.clone(),
            seq: c.last_seq,
            prev_public: c.last_public,
            at,
            author,
            client_id: client_id.map(str::to_owned),
            body,
        };
        if matches!(entry.body, AnyBody::Public(_)) {
            c.last_public = c.last_seq;
        }
        self.entries.push(entry);
        Outcome { seq: c.last_seq, at, duplicate: false }
    }

    /// Nothing needed to change.
    fn nothing(&self, duplicate: bool) -> Outcome {
        Outcome { seq: self.conversation.last_public, at: self.conversation.last_at, duplicate }
    }

    /// Owes an answer of the assistant to the messages `asked` (number and time of each).
    fn owe(&mut self, asked: Vec<(i64, Millis)>, rules: TurnRules, facts: &Facts<'_>) {
        let now = facts.now;
        let asked_at = asked.first().map_or(now, |(_, at)| *at);
        self.conversation.turn = Some(Turn {
            id: TurnId::fresh(),
            conversation: self.conversation.id.clone(),
            store: self.conversation.store.clone(),
            state: TurnState::Open,
            asked,
            asked_at,
            due_at: now + rules.burst_ms,
            deadline_at: now + rules.deadline_ms,
            node: facts.node.clone(),
            lease_until: now + super::LEASE_MS + rules.burst_ms,
            attempt: 1,
            ended_at: None,
            answer_seq: None,
            stamp: None,
        });
    }

    /// Owes an answer to one more message.
    fn ask_assistant(&mut self, asked: (i64, Millis), rules: TurnRules, facts: &Facts<'_>) {
        match &mut self.conversation.turn {
            None => self.owe(vec![asked], rules, facts),
            Some(turn) => {
                turn.asked.push(asked);
                turn.due_at = (facts.now + rules.burst_ms).min(turn.asked_at + rules.burst_max_ms);
            }
        }
    }

    /// A person owes an answer to a message, if none is owed already.
    fn wait_for_person(&mut self, said: Outcome) {
        let c = &mut self.conversation;
        if c.waiting_since.is_none() {
            c.waiting_since = Some(said.at);
            c.waiting_seq = Some(said.seq);
        }
    }

    /// Ends the open turn, if there is one.
    fn end_turn(&mut self, state: TurnState, answer_seq: Option<i64>, now: Millis) {
        if let Some(mut turn) = self.conversation.turn.take() {
            turn.state = state;
            turn.ended_at = Some(now.max(turn.asked_at));
            turn.answer_seq = answer_seq;
            self.ended.push(turn);
        }
    }

    /// The one step of a hand-over: one `handoff` entry, one line that the buyer sees, one place in the queue, one
    /// brief, and from here the assistant is silent. (The handover's notes come before it.)
    fn hand_off(&mut self, by: Author, client_id: Option<&str>, handover: &Handover, facts: &Facts<'_>) -> Outcome {
        let Handover { reason, skill, words, notes: _, stamp: _, brief, duty } = handover;
        let brief = brief::with_reason(brief, handover);
        let reason = *reason;
        let priority = urgency::priority(handover, self.conversation.vip_level);
        // Of those alike, whoever waits already is ahead.
        let ahead = facts.waiting.iter().filter(|(theirs, _)| *theirs >= priority);
        let position = ahead.map(|(_, many)| many).sum::<i64>() + 1;
        let handoff = Handoff { reason, queue_position: Some(position), eta_s: None, opens_at: duty.opens_at };
        let outcome = self.append(by, AnyBody::Public(PublicBody::Handoff(handoff)), client_id, facts.now);
        let line = Lines::of(self.conversation.locale).handoff(reason, position, duty.opens_at, &duty.zone);
        let text = words.as_ref().map_or(line.clone(), |words| format!("{words}\n{line}"));
        self.append(system(), AnyBody::Public(PublicBody::Message(message(text, Origin::System))), None, facts.now);
        self.append(system(), AnyBody::Desk(DeskBody::Brief(brief)), None, facts.now);
        let first_asked = self.conversation.turn.as_ref().and_then(|t| t.asked.first().copied());
        self.end_turn(TurnState::HandedOff, None, facts.now);
        let c = &mut self.conversation;
        c.state = State::Queued;
        c.agent = None;
        c.reason = Some(reason);
        c.skill.clone_from(skill);
        c.priority = priority;
        c.queued_at = Some(facts.now);
        let (waiting_seq, waiting_since) = first_asked.unwrap_or((outcome.seq, outcome.at));
        c.waiting_seq = Some(waiting_seq);
        c.waiting_since = Some(waiting_since);
        outcome
    }

    fn refuse_if_closed(&self) -> Result<()> {
        if self.conversation.state == State::Closed {
            return Err(Error::conflict("conversation_closed", "this conversation is closed; say hello for a new one"));
        }
        Ok(())
    }
}

/// The answer to a client id that was used before: the same again for the same words, an error for others.
fn again(sent: &Sent, same: bool) -> Result<Outcome> {
    if same {
        Ok(Outcome { seq: sent.seq, at: sent.at, duplicate: true })
    } else {
        Err(Error::conflict("idempotency_conflict", "this id was used before with other words; use a new one"))
    }
}

fn message(text: String, origin: Origin) -> Message {
    Message {
        text,
        origin,
        turn: None,
        cards: Vec::new(),
        attachments: Vec::new(),
        evidence: Vec::new(),
        chose: None,
        settles: None,
    }
}

fn system() -> Author {
    Author { kind: AuthorKind::System, id: None, name: None }
}

/// The buyer's last words for lists: one line, at most 80 characters.
fn cut(text: &str) -> String {
    text.chars().take(80).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
