//! What buyers do.

use super::{Change, Facts, Outcome, again, cards, cut, message};
use crate::conversation::{BuyerCommand, TurnRules};
use crate::error::{Error, Result};
use crate::locale::Locale;
use crate::poison;
use crate::protocol::desk::AnyBody;
use crate::protocol::event::{Message, Rated};
use crate::protocol::{Author, AuthorKind, Origin, PublicBody, State};

pub(super) fn decide(change: &mut Change, command: &BuyerCommand, facts: &Facts<'_>) -> Result<Outcome> {
    match command {
        BuyerCommand::Send { client_id, text, attachments, chose, locale, rules } => {
            poison::taste("decide", text);
            let sent = Message {
                attachments: attachments.clone(),
                chose: chose.clone(),
                ..message(text.clone(), Origin::Human)
            };
            send(change, client_id, sent, *locale, *rules, facts)
        }
        BuyerCommand::Choose { client_id, label, chose, terms, rules } => {
            let answer = cards::Answer { client_id, label, chose, terms, rules: *rules };
            cards::choose(change, &answer, facts)
        }
        BuyerCommand::Human { client_id, handover } => {
            if let Some(sent) = facts.sent {
                return again(sent, matches!(sent.body, AnyBody::Public(PublicBody::Handoff(_))));
            }
            change.refuse_if_closed()?;
            if change.conversation.state != State::Assistant {
                // With people already: pressing again must not lose the place in the queue.
                return Ok(change.nothing(true));
            }
            let by = buyer(change);
            Ok(change.hand_off(by, Some(client_id), handover, facts))
        }
        BuyerCommand::Rate { client_id, stars, comment } => {
            let rated = Rated { stars: *stars, comment: comment.clone() };
            if let Some(sent) = facts.sent {
                return again(sent, sent.body == AnyBody::Public(PublicBody::Rated(rated)));
            }
            if change.conversation.rated_at.is_some() {
                return Err(Error::conflict("already_rated", "this conversation was rated before"));
            }
            change.conversation.rated_at = Some(facts.now);
            let by = buyer(change);
            Ok(change.append(by, AnyBody::Public(PublicBody::Rated(rated)), Some(client_id), facts.now))
        }
        BuyerCommand::Read { seq } => {
            let c = &mut change.conversation;
            c.buyer_read = c.buyer_read.max(*seq).min(c.last_public);
            Ok(change.nothing(false))
        }
        BuyerCommand::Moved { context } => {
            change.conversation.context = context.clone();
            Ok(change.nothing(false))
        }
    }
}

fn send(
    change: &mut Change,
    client_id: &str,
    sent_now: Message,
    locale: Option<Locale>,
    rules: TurnRules,
    facts: &Facts<'_>,
) -> Result<Outcome> {
    if let Some(sent) = facts.sent {
        return again(sent, sent.body == AnyBody::Public(PublicBody::Message(sent_now)));
    }
    change.refuse_if_closed()?;
    change.conversation.last_text = cut(&sent_now.text);
    if let Some(locale) = locale {
        change.conversation.locale = locale;
    }
    let by = buyer(change);
    let outcome = change.append(by, AnyBody::Public(PublicBody::Message(sent_now)), Some(client_id), facts.now);
    match change.conversation.state {
        State::Assistant => change.ask_assistant((outcome.seq, outcome.at), rules, facts),
        State::Queued | State::Human => change.wait_for_person(outcome),
        State::Closed => {}
    }
    Ok(outcome)
}

pub(super) fn buyer(change: &Change) -> Author {
    let c = &change.conversation;
    Author { kind: AuthorKind::Buyer, id: Some(c.buyer.as_str().to_owned()), name: c.buyer_name.clone() }
}
