//! What an agent says.

use super::super::bounds;
use super::super::peer::{Over, Peer, parse};
use super::{Answered, Line};
use crate::conversation::{AgentCommand, Command, TurnRules};
use crate::db;
use crate::error::{Error, Result};
use crate::ids::{ConversationId, TurnId};
use crate::people::agents::{self, Agent};
use crate::protocol::desk::{Ack, DeskSays, Presence, Role, Send, TellDesk, TransferTo};
use crate::protocol::{Author, AuthorKind, Origin};

impl Line {
    /// Takes in one frame; false when far too much was sent.
    pub(super) async fn hear(&mut self, peer: &mut Peer, text: &str) -> Result<bool, Over> {
        if self.rate.check().is_err() {
            bounds::count_refused();
            self.complain(peer, None, &Error::TooMany { retry_after_ms: 1_000 }).await?;
            peer.flush().await?;
            return Ok(false);
        }
        match parse::<DeskSays>(text) {
            Err(problem) => peer.tell(&TellDesk::Error(*problem)).await?,
            Ok(says) => {
                let id = id_of(&says);
                if let Err(error) = self.take(peer, says).await? {
                    self.complain(peer, id, &error).await?;
                }
            }
        }
        Ok(true)
    }

    async fn take(&mut self, peer: &mut Peer, says: DeskSays) -> Result<Result<()>, Over> {
        match says {
            // A page says hello as every client does; its cookie has said the rest.
            DeskSays::Hello(hello) if hello.token.is_none() && self.session.is_some() => {}
            DeskSays::Hello(_) => return Ok(Err(Error::conflict("hello_again", "it is known who you are"))),
            DeskSays::Status(status) => {
                self.status = status.status;
                self.note_presence(true).await;
                self.done(peer, status.id).await?;
            }
            DeskSays::Watch(watch) => {
                let id = watch.id.clone();
                match self.watch(peer, watch).await? {
                    Ok(()) => self.done(peer, id).await?,
                    refused => return Ok(refused),
                }
            }
            DeskSays::Unwatch(about) => {
                self.unwatch(&about.conversation);
                self.done(peer, about.id).await?;
            }
            DeskSays::Claim(about) => {
                if self.status == Presence::Offline {
                    return Ok(Err(Error::conflict("offline", "you are offline: change your status first")));
                }
                self.change(about.id, about.conversation, AgentCommand::Claim);
            }
            DeskSays::Send(send) => return Ok(self.send(send).await),
            DeskSays::Note(note) => {
                let text = match bounds::message_text(note.text) {
                    Ok(text) => text,
                    Err(error) => return Ok(Err(error)),
                };
                if let Err(error) = note.id.clone().map(bounds::client_id).transpose() {
                    return Ok(Err(error));
                }
                let command = AgentCommand::Note { client_id: note.id.clone(), text };
                self.change(note.id, note.conversation, command);
            }
            DeskSays::Typing(about) => {
                let Some(reader) = self.watched.get(&about.conversation) else {
                    return Ok(Err(Error::conflict("not_watched", "watch this conversation first")));
                };
                let mine = reader.seat.conversation().is_some_and(|c| c.agent.as_ref() == Some(&self.agent.id));
                if mine {
                    reader.seat.topic().desk_typed(self.author());
                }
            }
            DeskSays::Read(read) => self.change(None, read.conversation, AgentCommand::Read { seq: read.seq }),
            DeskSays::Return(about) => {
                if let Err(error) = about.id.clone().map(bounds::client_id).transpose() {
                    return Ok(Err(error));
                }
                let rules = TurnRules::of(&self.settings.policy);
                self.change(about.id.clone(), about.conversation, AgentCommand::Return { client_id: about.id, rules });
            }
            DeskSays::Transfer(transfer) => return Ok(self.transfer(transfer).await),
            DeskSays::Close(about) => {
                let of_others = matches!(self.agent.role, Role::Owner | Role::Supervisor);
                self.change(about.id, about.conversation, AgentCommand::Close { of_others });
            }
            DeskSays::Ping {} => peer.tell(&TellDesk::Pong {}).await?,
        }
        Ok(Ok(()))
    }

    async fn send(&mut self, send: Send) -> Result<()> {
        let client_id = bounds::client_id(send.id)?;
        let text = bounds::message_text(send.text)?;
        // Scores tell the assistant's words from a person's, so a draft that was never made is none.
        let draft = match send.draft {
            Some(turn) => self.is_drafted(&send.conversation, &turn).await?.then_some(turn),
            None => None,
        };
        let origin = if draft.is_some() { Origin::HumanSentAiDraft } else { Origin::Human };
        let command = AgentCommand::Send { client_id: client_id.clone(), text, origin, draft };
        self.change(Some(client_id), send.conversation, command);
        Ok(())
    }

    async fn is_drafted(&mut self, conversation: &ConversationId, turn: &TurnId) -> Result<bool> {
        let mut conn = self.app.db.read().await?;
        db::event::has_draft(&mut conn, &self.agent.store, conversation, turn).await
    }

    async fn transfer(&mut self, transfer: TransferTo) -> Result<()> {
        let client_id = transfer.id.map(bounds::client_id).transpose()?;
        let (id, reason) = (client_id.clone(), transfer.reason);
        let command = match (transfer.to_agent, transfer.to_skill) {
            (Some(to), None) => {
                let to = self.person(&to).await?;
                let reason = why(reason)?;
                AgentCommand::TransferToAgent { client_id, to: to.id, name: to.name, reason }
            }
            (None, Some(skill)) => {
                self.refuse_unless_somebody_has(&skill).await?;
                AgentCommand::TransferToSkill { client_id, skill, reason: why(reason)? }
            }
            _ => return Err(Error::invalid("to_agent", "exactly one of to_agent and to_skill is needed")),
        };
        self.change(id, transfer.conversation, command);
        Ok(())
    }

    /// A conversation that waits for a skill which nobody has would wait for ever.
    async fn refuse_unless_somebody_has(&mut self, skill: &str) -> Result<()> {
        let mut conn = self.app.db.read().await?;
        let people = db::agent::of_store(&mut conn, &self.agent.store).await?;
        if people.iter().flat_map(|person| &person.skills).any(|has| has.name == skill) {
            return Ok(());
        }
        Err(Error::invalid("to_skill", "nobody of the store has this skill"))
    }

    /// The person whom an email or id names.
    async fn person(&mut self, to: &str) -> Result<Agent> {
        let mut conn = self.app.db.read().await?;
        let found = match agents::normal_email(to) {
            Some(email) => db::agent::find_by_email(&mut conn, &self.agent.store, &email).await?,
            None => db::agent::find(&mut conn, &self.agent.store, &to.into()).await?,
        };
        found.filter(|a| a.disabled_at.is_none()).ok_or(Error::NotFound("person"))
    }

    /// Hands a command in; its acknowledgement follows when it is stored.
    fn change(&mut self, id: Option<String>, conversation: ConversationId, does: AgentCommand) {
        let app = self.app.clone();
        let store = self.agent.store.clone();
        let command = Command::Agent { agent: self.agent.id.clone(), name: self.agent.name.clone(), does };
        self.acks.push_back(Box::pin(async move {
            let result = app.log.apply(&store, &conversation, command).await;
            Answered { id, conversation, result }
        }));
    }

    /// Acknowledges something that is not stored in a log.
    async fn done(&mut self, peer: &mut Peer, id: Option<String>) -> Result<(), Over> {
        let Some(id) = id else { return Ok(()) };
        let ack = Ack { id, seq: None, at: self.app.clock.now(), duplicate: false, conversation: None };
        peer.tell(&TellDesk::Ack(ack)).await
    }

    fn author(&self) -> Author {
        Author {
            kind: AuthorKind::Agent,
            id: Some(self.agent.id.as_str().to_owned()),
            name: Some(self.agent.name.clone()),
        }
    }
}

/// Why a conversation is passed on: whoever gets it reads it first.
fn why(reason: String) -> Result<String> {
    let reason = bounds::comment(reason).ok().filter(|reason| !reason.trim().is_empty());
    reason.ok_or_else(|| Error::invalid("reason", "1 to 1,000 characters"))
}

fn id_of(says: &DeskSays) -> Option<String> {
    let id = match says {
        DeskSays::Status(s) => s.id.as_ref(),
        DeskSays::Watch(w) => w.id.as_ref(),
        DeskSays::Unwatch(a) | DeskSays::Claim(a) | DeskSays::Return(a) | DeskSays::Close(a) | DeskSays::Typing(a) => {
            a.id.as_ref()
        }
        DeskSays::Send(s) => Some(&s.id),
        DeskSays::Note(n) => n.id.as_ref(),
        DeskSays::Transfer(t) => t.id.as_ref(),
        DeskSays::Hello(_) | DeskSays::Read(_) | DeskSays::Ping {} => None,
    };
    id.filter(|id| id.chars().count() <= bounds::MAX_CLIENT_ID).cloned()
}
