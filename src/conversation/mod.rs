//! What can happen to a conversation, and the one way in which it happens.
//!
//! A [`Command`] is decided by a pure function ([`decide`]) on the conversation as it stands, and stored by the
//! [`Log`] together with its consequence: the buyer's message with the turn it causes, the answer with the turn it
//! closes, a hand-over with its line, its place in the queue and its brief. This module never calls the assistant: it
//! writes the turn and rings a bell.

mod batch;
pub mod brief;
mod card_lines;
pub mod cards;
mod decide;
mod lines;
mod rules;
mod urgency;
mod writer;

pub use card_lines::CardLines;
pub use cards::Terms;
pub use decide::{DECLINE, YES, label_of};
pub use lines::Lines;
pub use writer::{Log, Stored};

use serde_json::Value;

use crate::clock::Millis;
use crate::db::confirmation::Confirmation;
use crate::ids::{AgentId, NodeId, TurnId};
use crate::locale::Locale;
use crate::profiles::keeping::Learned;
use crate::protocol::buyer::Context;
use crate::protocol::card::{Card, CardState, Chose, Settled};
use crate::protocol::event::{Attachment, Brief};
use crate::protocol::{DeskBody, HandoffReason, Origin};
use crate::spending::Bill;

/// How long a turn may be worked on before it counts as forsaken, in milliseconds. Whoever works on it renews it.
pub const LEASE_MS: Millis = 6_000;

/// How often a turn is taken up before it goes to a person: what fails three times fails again.
pub const MAX_ATTEMPTS: i64 = 3;

/// Something that is to happen to a conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Buyer(BuyerCommand),
    Assistant(AssistantCommand),
    Agent {
        agent: AgentId,
        name: String,
        does: AgentCommand,
    },
    /// The person who has the conversation has vanished: others may take it.
    Requeue {
        from: AgentId,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub enum BuyerCommand {
    Send {
        client_id: String,
        text: String,
        attachments: Vec<Attachment>,
        chose: Option<Chose>,
        /// The locale of the words, if they show one.
        locale: Option<Locale>,
        rules: TurnRules,
    },
    /// The buyer answers a card that something depends on: an offer, or an act that was asked about.
    Choose {
        client_id: String,
        /// The words of the choice.
        label: String,
        chose: Chose,
        terms: Terms,
        rules: TurnRules,
    },
    /// The buyer pressed the button for a person.
    Human {
        client_id: String,
        handover: Box<Handover>,
    },
    Rate {
        client_id: String,
        stars: u8,
        comment: Option<String>,
    },
    Read {
        seq: i64,
    },
    /// The buyer is somewhere else in the shop now.
    Moved {
        context: Context,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub enum AssistantCommand {
    /// Stores the answer and closes the turn. `bill`: what it cost.
    Answer { hold: Hold, covers: i64, reply: Reply, notes: Vec<DeskBody>, bill: Bill, rules: TurnRules },
    /// Ends the turn with a person.
    HandOff { hold: Hold, handover: Box<Handover>, bill: Bill },
    /// What came of an act that the buyer agreed to. `is_late`: found by somebody who looked after it, because nobody
    /// works on its turn any more.
    Record { card: String, state: CardState, result: Value, ms: i64, is_late: bool },
    /// The time to answer a card has run out.
    Lapse { card: String },
    /// What was spent on a turn that somebody else has ended.
    Spend { bill: Bill },
    /// Takes up a turn that nobody works on any more.
    Take { turn: TurnId, node: NodeId },
    /// What the buyer's messages say of people.
    Learn { learned: Vec<Learned> },
    /// Goes on working on a turn.
    Renew { hold: Hold },
}

/// What the assistant answers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reply {
    pub text: String,
    pub cards: Vec<Card>,
    /// What the buyer is asked by the cards among them.
    pub asks: Vec<Confirmation>,
    /// The card whose outcome the words tell.
    pub settles: Option<Settled>,
    /// Ids of the records that the words rest on.
    pub evidence: Vec<String>,
    /// How it was made, as JSON; kept with the turn.
    pub stamp: Option<String>,
}

/// How a conversation goes to a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Handover {
    pub reason: HandoffReason,
    /// Who can help: a skill of the desk; anybody without one.
    pub skill: Option<String>,
    /// Said before the line about the queue, for example what to do in an emergency.
    pub words: Option<String>,
    /// What the desk learns of the assistant's work.
    pub notes: Vec<DeskBody>,
    /// How the assistant came to it, as JSON, where it asked a model; kept with the turn.
    pub stamp: Option<String>,
    pub brief: Brief,
    pub duty: Duty,
}

/// The right to write for a turn: void as soon as somebody else has taken it up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub turn: TurnId,
    pub attempt: i64,
}

#[derive(Debug, Clone, PartialEq)]
pub enum AgentCommand {
    Claim,
    Send {
        client_id: String,
        text: String,
        origin: Origin,
        draft: Option<TurnId>,
    },
    Note {
        client_id: Option<String>,
        text: String,
    },
    Read {
        seq: i64,
    },
    /// Back to the assistant.
    Return {
        client_id: Option<String>,
        rules: TurnRules,
    },
    TransferToAgent {
        client_id: Option<String>,
        to: AgentId,
        name: String,
        reason: String,
    },
    TransferToSkill {
        client_id: Option<String>,
        skill: String,
        reason: String,
    },
    /// `of_others`: also while somebody else has it.
    Close {
        of_others: bool,
    },
}

/// The store's numbers for turns, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TurnRules {
    /// A burst counts as finished when the buyer has been silent for so long …
    pub burst_ms: Millis,
    /// … or when it has gone on for so long.
    pub burst_max_ms: Millis,
    /// From the first message to an answer or a place in the queue.
    pub deadline_ms: Millis,
}

/// Whether people are there to take over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// When service opens again; `None` while it is open.
    pub opens_at: Option<Millis>,
    /// The store's time zone, for the time in the line that the buyer sees.
    pub zone: String,
}
