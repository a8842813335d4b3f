//! Answers to cards that something depends on: an offer is settled here, in the transaction that stores the answer; a yes to
//! an act is handed to the assistant's turn, which does it once.

use serde_json::{Value, json};

use super::{Change, Facts, Outcome, again, cut, message, system};
use crate::conversation::cards::{CardChange, Held, OfferHeld, Terms};
use crate::conversation::{CardLines, TurnRules};
use crate::db::confirmation::Confirmation;
use crate::db::offer::State as Stands;
use crate::error::{Error, Result};
use crate::protocol::card::{CardState, Chose, OfferAnswered, OfferedFor, Settled};
use crate::protocol::desk::AnyBody;
use crate::protocol::event::{Message, Tool};
use crate::protocol::{Author, AuthorKind, DeskBody, Origin, PublicBody, State};

/// The choice that says yes to an act; any other is a no.
pub const YES: &str = "yes";
/// The choice that takes nothing of an offer.
pub const DECLINE: &str = "decline";

/// A buyer's answer.
pub(super) struct Answer<'a> {
    pub client_id: &'a str,
    /// The words of the choice.
    pub label: &'a str,
    pub chose: &'a Chose,
    pub terms: &'a Terms,
    pub rules: TurnRules,
}

pub(super) fn choose(change: &mut Change, answer: &Answer<'_>, facts: &Facts<'_>) -> Result<Outcome> {
    let said = Message { chose: Some(answer.chose.clone()), ..message(answer.label.to_owned(), Origin::Human) };
    let body = AnyBody::Public(PublicBody::Message(said));
    if let Some(sent) = facts.sent {
        return again(sent, sent.body == body);
    }
    change.refuse_if_closed()?;
    let held = facts.card.ok_or(Error::NotFound("card"))?;
    change.conversation.last_text = cut(answer.label);
    let by = super::buyer::buyer(change);
    let outcome = change.append(by, body, Some(answer.client_id), facts.now);
    match held {
        Held::Offer(held) => answer_offer(change, held, answer, facts),
        Held::Confirmation(held) => answer_confirmation(change, held, answer, facts, outcome),
    }
    Ok(outcome)
}

fn answer_confirmation(
    change: &mut Change,
    held: &Confirmation,
    answer: &Answer<'_>,
    facts: &Facts<'_>,
    said: Outcome,
) {
    let lines = &CardLines::of(change.conversation.locale).confirm;
    if held.state != CardState::Open {
        let line = lines.again(held.state, &held.what);
        return tell(change, line, Some((&held.id, held.state)), facts);
    }
    let is_with_people = matches!(change.conversation.state, State::Queued | State::Human);
    let to = match answer.chose.choice.as_str() {
        _ if held.expires_at <= facts.now => CardState::Expired,
        YES if is_with_people => CardState::PassedOn,
        YES => CardState::Agreed,
        _ => CardState::Declined,
    };
    let now = Confirmation {
        state: to,
        answered_at: Some(facts.now),
        answered_seq: Some(said.seq),
        ..Confirmation::clone(held)
    };
    change.cards.push(CardChange::Moved(now, CardState::Open));
    if to == CardState::Agreed {
        return change.ask_assistant((said.seq, said.at), answer.rules, facts);
    }
    record(change, held, to, &Value::Null, 0, facts);
    tell(change, lines.became(to, &held.what), Some((&held.id, to)), facts);
    if to == CardState::PassedOn {
        change.wait_for_person(said);
    }
}

/// Puts on record what became of an act, for the desk.
fn record(change: &mut Change, held: &Confirmation, to: CardState, result: &Value, ms: i64, facts: &Facts<'_>) {
    let arguments = serde_json::from_str(&held.arguments).unwrap_or(Value::Null);
    let result = if result.is_null() { json!({"status": to, "card": held.id}) } else { result.clone() };
    let body = DeskBody::Tool(Tool { name: held.tool.clone(), arguments, result, ms });
    let by = Author { kind: AuthorKind::Assistant, id: None, name: None };
    change.append(by, AnyBody::Desk(body), None, facts.now);
}

/// What came of an act that the buyer had agreed to. Recorded once, whoever comes with it.
pub(super) fn came_of(
    change: &mut Change,
    (to, result, ms): (CardState, &Value, i64),
    is_late: bool,
    facts: &Facts<'_>,
) -> Outcome {
    let Some(Held::Confirmation(held)) = facts.card else { return change.nothing(true) };
    // Somebody may be at it after all.
    let is_owed = change
        .conversation
        .turn
        .as_ref()
        .is_some_and(|turn| turn.asked.iter().any(|(seq, _)| Some(*seq) == held.answered_seq));
    if held.state != CardState::Agreed || (is_late && is_owed) {
        return change.nothing(true);
    }
    let text = (!result.is_null()).then(|| result.to_string());
    let now = Confirmation { state: to, result: text, ..Confirmation::clone(held) };
    change.cards.push(CardChange::Moved(now, CardState::Agreed));
    record(change, held, to, result, ms, facts);
    // The turn tells it, where there still is one.
    if is_late || change.conversation.state != State::Assistant {
        let lines = &CardLines::of(change.conversation.locale).confirm;
        tell(change, lines.became(to, &held.what), Some((&held.id, to)), facts);
    }
    change.nothing(false)
}

/// The time to answer has run out.
pub(super) fn lapse(change: &mut Change, facts: &Facts<'_>) -> Outcome {
    let Some(Held::Confirmation(held)) = facts.card else { return change.nothing(true) };
    if held.state != CardState::Open || held.expires_at > facts.now {
        return change.nothing(true);
    }
    let to = CardState::Expired;
    change.cards.push(CardChange::Moved(Confirmation { state: to, ..Confirmation::clone(held) }, CardState::Open));
    record(change, held, to, &Value::Null, 0, facts);
    let line = CardLines::of(change.conversation.locale).confirm.became(to, &held.what);
    tell(change, line, Some((&held.id, to)), facts);
    change.nothing(false)
}

fn answer_offer(change: &mut Change, held: &OfferHeld, answer: &Answer<'_>, facts: &Facts<'_>) {
    let offer = &held.offer;
    let lines = &CardLines::of(change.conversation.locale).offer;
    let label = |id: &str| label_of(&offer.new.choices, id).unwrap_or_else(|| lines.decline.clone());
    let choice = answer.chose.choice.as_str();
    let late = |line: &str, state| (line.to_owned(), Some((offer.id.as_str(), state)));
    let is_void = held.order.as_ref().is_none_or(crate::db::order::Order::is_void);
    let refusal = match offer.state {
        Stands::Accepted | Stands::Returned | Stands::Refused => {
            let line = lines.again(&label(offer.choice.as_deref().unwrap_or_default()));
            Some((line, Some((offer.id.as_str(), state_of(offer.state)))))
        }
        Stands::NeedsApproval => Some((lines.over_limit.clone(), None)),
        Stands::Proposed if held.is_superseded => Some(late(&lines.superseded, CardState::Superseded)),
        Stands::Proposed if offer.created_at + answer.terms.offer_lasts_ms <= facts.now => {
            Some(late(&lines.expired, CardState::Expired))
        }
        Stands::Proposed if is_void => Some(late(&lines.void, CardState::Superseded)),
        Stands::Proposed if takes_money(choice) && is_over(held, answer.terms) => {
            Some((lines.over_limit.clone(), None))
        }
        Stands::Proposed => None,
    };
    if let Some((line, settled)) = refusal {
        return tell(change, line, settled, facts);
    }
    let to = match choice {
        DECLINE => Stands::Refused,
        "return" => Stands::Returned,
        _ => Stands::Accepted,
    };
    let mut answered = offer.clone();
    (answered.state, answered.choice) = (to, Some(choice.to_owned()));
    change.cards.push(CardChange::Answered(answered));
    let about = OfferedFor {
        order_id: offer.new.order_id.clone(),
        sku: Some(offer.new.sku.clone()).filter(|sku| !sku.is_empty()),
        amount_fen: amount_of(&offer.new.choices, choice),
    };
    let yuan = about.amount_fen.map(yuan).unwrap_or_default();
    let line = if to == Stands::Refused { lines.declined.clone() } else { lines.taken(choice, &yuan) };
    let state = state_of(to);
    let answered = OfferAnswered { offer: offer.id.to_string(), choice: choice.to_owned(), state, about };
    let by = super::buyer::buyer(change);
    change.append(by, AnyBody::Public(PublicBody::OfferAnswered(answered)), None, facts.now);
    tell(change, line, Some((offer.id.as_str(), state)), facts);
}

/// Whether the store's limits, as they are now, no longer bear what nobody approved.
fn is_over(held: &OfferHeld, terms: &Terms) -> bool {
    let (given, limits) = (&held.given, &terms.limits);
    held.offer.approved_by.is_none()
        && held.offer.new.amount_fen > 0
        && (given.line_offers > limits.per_line
            || given.buyer_offers > limits.per_buyer
            || given.buyer_fen > limits.per_buyer_fen)
}

/// Whether a choice gives money while the goods stay.
fn takes_money(choice: &str) -> bool {
    matches!(choice, "keep" | "refund")
}

fn state_of(state: Stands) -> CardState {
    match state {
        Stands::Accepted => CardState::Accepted,
        Stands::Returned => CardState::Returned,
        Stands::Refused => CardState::Declined,
        Stands::Proposed | Stands::NeedsApproval => CardState::Open,
    }
}

/// A line of the program's own, with where the card stands.
fn tell(change: &mut Change, line: String, settled: Option<(&str, CardState)>, facts: &Facts<'_>) {
    let settles = settled.map(|(card, state)| Settled { card: card.to_owned(), state });
    let body = Message { settles, ..message(line, Origin::System) };
    change.append(system(), AnyBody::Public(PublicBody::Message(body)), None, facts.now);
}

fn choice_of<'v>(choices: &'v Value, id: &str) -> Option<&'v Value> {
    choices.as_array()?.iter().find(|choice| choice["id"] == id)
}

/// The words of an offer's choice.
pub fn label_of(choices: &Value, id: &str) -> Option<String> {
    Some(choice_of(choices, id)?["label"].as_str()?.to_owned())
}

fn amount_of(choices: &Value, id: &str) -> Option<i64> {
    choice_of(choices, id)?["amount_fen"].as_i64()
}

fn yuan(fen: i64) -> String {
    match fen % 100 {
        0 => format!("{}", fen / 100),
        rest => format!("{}.{:02}", fen / 100, rest.abs()),
    }
}
