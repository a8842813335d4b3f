//! What the assistant does. It may speak only while the conversation is its own and its turn is still the one that it
//! took up: that is checked here, in the transaction that stores the answer.

use super::{Change, Facts, Outcome, cards, message};
use crate::conversation::cards::CardChange;
use crate::conversation::{AssistantCommand, Hold, LEASE_MS};
use crate::db::spending::Charged;
use crate::db::turn::{Turn, TurnState};
use crate::error::{Error, Result};
use crate::protocol::card::{Card, OfferMade};
use crate::protocol::desk::AnyBody;
use crate::protocol::event::Message;
use crate::protocol::{Author, AuthorKind, DeskBody, Origin, PublicBody, State};
use crate::spending::Bill;

pub(super) fn decide(change: &mut Change, command: &AssistantCommand, facts: &Facts<'_>) -> Result<Outcome> {
    match command {
        AssistantCommand::Answer { hold, covers, reply, notes, bill, rules } => {
            let turn = held(change, hold)?;
            let left: Vec<_> = turn.asked.iter().copied().filter(|(seq, _)| seq > covers).collect();
            let body = Message {
                turn: Some(turn.id.clone()),
                cards: reply.cards.clone(),
                evidence: reply.evidence.clone(),
                settles: reply.settles.clone(),
                ..message(reply.text.clone(), Origin::AiAuto)
            };
            note(change, notes, facts);
            spend(change, bill);
            let outcome = change.append(assistant(), AnyBody::Public(PublicBody::Message(body)), None, facts.now);
            change.conversation.introduced = true;
            change.cards.extend(reply.asks.iter().cloned().map(CardChange::Ask));
            for offer in reply.cards.iter().filter_map(offered) {
                change.append(assistant(), AnyBody::Public(PublicBody::Offer(offer)), None, facts.now);
            }
            if let Some(turn) = &mut change.conversation.turn {
                turn.stamp.clone_from(&reply.stamp);
            }
            change.end_turn(TurnState::Answered, Some(outcome.seq), facts.now);
            if !left.is_empty() {
                // What the buyer wrote while this answer was being written is owed the next one, and is as late.
                change.owe(left, *rules, facts);
                if let Some(turn) = &mut change.conversation.turn {
                    turn.deadline_at = turn.asked_at + rules.deadline_ms;
                }
            }
            Ok(outcome)
        }
        AssistantCommand::HandOff { hold, handover, bill } => {
            held(change, hold)?;
            spend(change, bill);
            if let Some(turn) = &mut change.conversation.turn {
                turn.stamp.clone_from(&handover.stamp);
            }
            note(change, &handover.notes, facts);
            Ok(change.hand_off(assistant(), None, handover, facts))
        }
        AssistantCommand::Record { card: _, state, result, ms, is_late } => {
            Ok(cards::came_of(change, (*state, result, *ms), *is_late, facts))
        }
        AssistantCommand::Lapse { card: _ } => Ok(cards::lapse(change, facts)),
        AssistantCommand::Spend { bill } => {
            spend(change, bill);
            Ok(change.nothing(false))
        }
        AssistantCommand::Learn { learned } => {
            change.learned.extend(learned.iter().cloned());
            Ok(change.nothing(false))
        }
        AssistantCommand::Take { turn, node } => {
            match &mut change.conversation.turn {
                Some(open) if open.id == *turn && open.lease_until <= facts.now => {
                    open.node = node.clone();
                    open.attempt += 1;
                    open.lease_until = facts.now + LEASE_MS;
                }
                _ => return Err(stale()),
            }
            Ok(change.nothing(false))
        }
        AssistantCommand::Renew { hold } => {
            held(change, hold)?;
            if let Some(open) = &mut change.conversation.turn {
                open.lease_until = facts.now + LEASE_MS;
            }
            Ok(change.nothing(false))
        }
    }
}

/// Puts what was asked of models on the conversation's account and the store's.
fn spend(change: &mut Change, bill: &Bill) {
    change.conversation.spent = change.conversation.spent.and(bill.spent());
    change.charges.extend(bill.charges.iter().map(|charge| Charged {
        store: change.conversation.store.clone(),
        day: bill.day.clone(),
        charge: charge.clone(),
    }));
}

/// Tells the desk of the assistant's work, before its outcome.
fn note(change: &mut Change, notes: &[DeskBody], facts: &Facts<'_>) {
    for body in notes {
        change.append(assistant(), AnyBody::Desk(body.clone()), None, facts.now);
    }
}

/// The offer that a card makes.
fn offered(card: &Card) -> Option<OfferMade> {
    let about = card.offer.clone()?;
    let (choices, expires_at) = (card.choices.clone(), card.expires_at);
    Some(OfferMade { offer: card.id.clone(), about, choices, expires_at })
}

/// The open turn, if it is still the one that the assistant took up and the conversation is still its own.
fn held<'c>(change: &'c Change, hold: &Hold) -> Result<&'c Turn> {
    match &change.conversation.turn {
        Some(turn)
            if turn.id == hold.turn
                && turn.attempt == hold.attempt
                && change.conversation.state == State::Assistant =>
        {
            Ok(turn)
        }
        _ => Err(stale()),
    }
}

fn stale() -> Error {
    Error::conflict("stale_turn", "this turn has ended or was taken up by somebody else")
}

fn assistant() -> Author {
    Author { kind: AuthorKind::Assistant, id: None, name: None }
}
