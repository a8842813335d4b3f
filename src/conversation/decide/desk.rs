//! What people at the desk do.

use super::{Change, Facts, Outcome, again, message, system};
use crate::conversation::AgentCommand;
use crate::db::conversation::Conversation;
use crate::db::turn::TurnState;
use crate::error::{Error, Result};
use crate::ids::AgentId;
use crate::protocol::desk::AnyBody;
use crate::protocol::event::{Note, Transfer};
use crate::protocol::{Author, AuthorKind, DeskBody, HandoffReason, PublicBody, State};

pub(super) fn decide(
    change: &mut Change,
    agent: &AgentId,
    name: &str,
    command: &AgentCommand,
    facts: &Facts<'_>,
) -> Result<Outcome> {
    let by = person(agent, name);
    match command {
        AgentCommand::Claim => claim(change, agent, by, facts),
        AgentCommand::Send { client_id, text, origin, draft } => {
            let mut body = message(text.clone(), *origin);
            body.turn.clone_from(draft);
            let body = AnyBody::Public(PublicBody::Message(body));
            if let Some(sent) = facts.sent {
                return again(sent, sent.body == body);
            }
            refuse_unless_held_by(change, agent)?;
            change.conversation.waiting_since = None;
            change.conversation.waiting_seq = None;
            Ok(change.append(by, body, Some(client_id), facts.now))
        }
        AgentCommand::Note { client_id, text } => {
            let body = AnyBody::Desk(DeskBody::Note(Note { text: text.clone() }));
            if let Some(sent) = facts.sent {
                return again(sent, sent.body == body);
            }
            Ok(change.append(by, body, client_id.as_deref(), facts.now))
        }
        AgentCommand::Read { seq } => {
            let c = &mut change.conversation;
            c.desk_read = c.desk_read.max(*seq).min(c.last_seq);
            Ok(change.nothing(false))
        }
        AgentCommand::Return { client_id, rules } => {
            let body = AnyBody::Public(PublicBody::Returned {});
            if let Some(sent) = facts.sent {
                return again(sent, sent.body == body);
            }
            refuse_unless_held_by(change, agent)?;
            let outcome = change.append(by, body, client_id.as_deref(), facts.now);
            let c = &mut change.conversation;
            leave_queue(change_state(c, State::Assistant, None));
            // A question that the agent leaves unanswered is the assistant's now.
            if let (Some(seq), Some(at)) = (c.waiting_seq.take(), c.waiting_since.take()) {
                change.owe(vec![(seq, at)], *rules, facts);
            }
            Ok(outcome)
        }
        AgentCommand::TransferToAgent { client_id, to, name, reason } => {
            let body = transfer(Some(to), None, reason);
            if let Some(sent) = facts.sent {
                return again(sent, sent.body == body);
            }
            refuse_unless_held_by(change, agent)?;
            let outcome = change.append(by, body, client_id.as_deref(), facts.now);
            change.conversation.agent = Some(to.clone());
            change.append(person(to, name), AnyBody::Public(PublicBody::Joined {}), None, facts.now);
            Ok(outcome)
        }
        AgentCommand::TransferToSkill { client_id, skill, reason } => {
            let body = transfer(None, Some(skill), reason);
            if let Some(sent) = facts.sent {
                return again(sent, sent.body == body);
            }
            refuse_unless_held_by(change, agent)?;
            let outcome = change.append(by, body, client_id.as_deref(), facts.now);
            let c = change_state(&mut change.conversation, State::Queued, None);
            c.skill = Some(skill.clone());
            c.queued_at = Some(facts.now);
            Ok(outcome)
        }
        AgentCommand::Close { of_others } => {
            if change.conversation.state == State::Closed {
                return Ok(change.nothing(true));
            }
            if change.conversation.state == State::Human && !of_others {
                refuse_unless_held_by(change, agent)?;
            }
            let outcome = change.append(by, AnyBody::Public(PublicBody::Closed {}), None, facts.now);
            change.end_turn(TurnState::Closed, None, facts.now);
            let c = change_state(&mut change.conversation, State::Closed, None);
            c.closed_at = Some(facts.now);
            c.waiting_since = None;
            c.waiting_seq = None;
            leave_queue(c);
            Ok(outcome)
        }
    }
}

/// Puts a conversation back into the queue when the person who has it is no longer there. It keeps its priority and the
/// place that its buyer's waiting earned.
pub(super) fn requeue(change: &mut Change, from: &AgentId, facts: &Facts<'_>) -> Result<Outcome> {
    if change.conversation.state != State::Human || change.conversation.agent.as_ref() != Some(from) {
        return Ok(change.nothing(true));
    }
    let outcome = change.append(system(), transfer(None, None, "agent_gone"), None, facts.now);
    let c = change_state(&mut change.conversation, State::Queued, None);
    c.queued_at = Some(c.waiting_since.unwrap_or(facts.now));
    Ok(outcome)
}

/// Takes the conversation from the queue, or from the assistant in the middle of a sentence.
fn claim(change: &mut Change, agent: &AgentId, by: Author, facts: &Facts<'_>) -> Result<Outcome> {
    change.refuse_if_closed()?;
    if change.conversation.state == State::Human {
        return if change.conversation.agent.as_ref() == Some(agent) {
            Ok(change.nothing(true))
        } else {
            Err(Error::conflict("taken", "somebody else has this conversation"))
        };
    }
    let unanswered = change.conversation.turn.as_ref().and_then(|t| t.asked.first().copied());
    let outcome = change.append(by, AnyBody::Public(PublicBody::Joined {}), None, facts.now);
    change.end_turn(TurnState::Person, None, facts.now);
    let c = change_state(&mut change.conversation, State::Human, Some(agent.clone()));
    if c.reason.is_none() {
        c.reason = Some(HandoffReason::Policy);
        // Taken from the assistant: what it weighs if it is passed on.
        c.priority = c.vip_level;
    }
    if let (None, Some((seq, at))) = (c.waiting_since, unanswered) {
        c.waiting_since = Some(at);
        c.waiting_seq = Some(seq);
    }
    c.queued_at = None;
    Ok(outcome)
}

fn transfer(to_agent: Option<&AgentId>, to_skill: Option<&str>, reason: &str) -> AnyBody {
    AnyBody::Desk(DeskBody::Transfer(Transfer {
        to_agent: to_agent.map(|a| a.as_str().to_owned()),
        to_skill: to_skill.map(str::to_owned),
        reason: reason.to_owned(),
    }))
}

fn refuse_unless_held_by(change: &Change, agent: &AgentId) -> Result<()> {
    change.refuse_if_closed()?;
    let c = &change.conversation;
    if c.state == State::Human && c.agent.as_ref() == Some(agent) {
        return Ok(());
    }
    Err(Error::conflict("not_yours", "claim this conversation first"))
}

fn change_state(c: &mut Conversation, state: State, agent: Option<AgentId>) -> &mut Conversation {
    c.state = state;
    c.agent = agent;
    c
}

fn leave_queue(c: &mut Conversation) {
    c.reason = None;
    c.skill = None;
    c.priority = 0;
    c.queued_at = None;
}

fn person(agent: &AgentId, name: &str) -> Author {
    Author { kind: AuthorKind::Agent, id: Some(agent.as_str().to_owned()), name: Some(name.to_owned()) }
}
