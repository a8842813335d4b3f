//! What an agent is told of the conversations that the agent watches.

use tokio_stream::wrappers::WatchStream;

use super::super::peer::{Over, Peer};
use super::{Line, Reader};
use crate::db;
use crate::error::{Error, Result};
use crate::ids::ConversationId;
use crate::live::{Logged, Tail};
use crate::protocol::desk::{Delta, TellDesk, Watch, Watched};
use crate::protocol::{Author, AuthorKind};

const PAGE: i64 = 50;
/// How many conversations one agent can watch at once.
const WATCHED: usize = 50;

impl Line {
    /// Begins to read a conversation: what it is, what was stored after `after`, and then what happens.
    pub(super) async fn watch(&mut self, peer: &mut Peer, watch: Watch) -> Result<Result<()>, Over> {
        if self.watched.len() >= WATCHED && !self.watched.contains_key(&watch.conversation) {
            return Ok(Err(Error::conflict("too_many_watched", "unwatch another conversation first")));
        }
        let id = watch.conversation;
        // First the seat, then the log.
        let seat = self.app.live.sit(&id);
        let conversation = match self.find(&id).await {
            Ok(conversation) => conversation,
            Err(error) => return Ok(Err(error)),
        };
        let told = watch.after.unwrap_or(0).clamp(0, conversation.last_seq);
        let watched = Watched {
            conversation: id.clone(),
            buyer: conversation.buyer,
            buyer_name: conversation.buyer_name,
            vip_level: conversation.vip_level,
            state: conversation.state,
            agent: conversation.agent,
            seq: conversation.last_seq,
            buyer_read: conversation.buyer_read,
            context: conversation.context,
        };
        peer.tell(&TellDesk::Watched(watched)).await?;
        self.wakes.insert(id.clone(), WatchStream::from_changes(seat.wakes()));
        self.watched.insert(id.clone(), Reader { seat, told, behind: true, buyer_read: conversation.buyer_read });
        self.tell_news(peer, &id).await?;
        Ok(Ok(()))
    }

    pub(super) fn unwatch(&mut self, id: &ConversationId) {
        self.wakes.remove(id);
        self.watched.remove(id);
    }

    /// Everything that has happened in one watched conversation since the last time.
    pub(super) async fn tell_news(&mut self, peer: &mut Peer, id: &ConversationId) -> Result<(), Over> {
        let Some(reader) = self.watched.get_mut(id) else { return Ok(()) };
        if let Some(piece) = reader.seat.piece() {
            let delta = Delta { conversation: id.clone(), turn: piece.turn, index: piece.index, text: piece.text };
            peer.tell(&TellDesk::Delta(delta)).await?;
        }
        loop {
            let entries = match reader.seat.after(reader.told) {
                Tail::UpToDate if !reader.behind => break,
                Tail::Here(entries) if !reader.behind => entries,
                _ => {
                    let read = async {
                        let mut conn = self.app.db.read().await?;
                        db::event::after(&mut conn, &self.agent.store, id, reader.told, PAGE).await
                    };
                    let entries = read.await.map_err(|error: Error| {
                        tracing::warn!(error = ?error, "A conversation could not be read");
                        Over::Gone
                    })?;
                    reader.behind = entries.len() as i64 == PAGE;
                    entries.into_iter().map(Logged::new).collect()
                }
            };
            for entry in entries {
                reader.told = entry.seq();
                reader.seat.given(&entry);
                peer.tell_written(entry.for_desk()).await?;
            }
        }
        if reader.seat.buyer_typed() {
            let author = Author { kind: AuthorKind::Buyer, id: None, name: None };
            peer.tell(&TellDesk::Typing { conversation: id.clone(), author }).await?;
        }
        if let Some(now) = reader.seat.conversation()
            && now.buyer_read > reader.buyer_read
        {
            reader.buyer_read = now.buyer_read;
            let read = TellDesk::Read { conversation: id.clone(), by: AuthorKind::Buyer, seq: now.buyer_read };
            peer.tell(&read).await?;
        }
        Ok(())
    }

    /// A conversation of this agent's store; any other does not exist.
    pub(super) async fn find(&mut self, id: &ConversationId) -> Result<db::conversation::Conversation> {
        let mut conn = self.app.db.read().await?;
        let found = db::conversation::find(&mut conn, &self.agent.store, id).await?;
        found.ok_or(Error::NotFound("conversation"))
    }
}
