//! What a buyer is told.

use super::{Answered, Line};
use crate::db;
use crate::error::Error;
use crate::http::peer::{Over, Peer};
use crate::live::{Logged, Tail};
use crate::protocol::buyer::{Ack, Delta, QueuePlace, TellBuyer};
use crate::protocol::{AuthorKind, State};

/// How many entries are read from the database at once. A reader that takes none of them holds them until it is cut off.
const PAGE: i64 = 50;

impl Line {
    /// Everything that has happened since the last time: pieces first, then what was stored.
    pub(super) async fn tell_news(&mut self, peer: &mut Peer) -> Result<(), Over> {
        if let Some(piece) = self.seat.piece() {
            let delta = Delta { turn: piece.turn, index: piece.index, text: piece.text };
            peer.tell(&TellBuyer::Delta(delta)).await?;
        }
        self.tell_stored(peer).await?;
        if let Some(author) = self.seat.desk_typed() {
            peer.tell(&TellBuyer::Typing { author }).await?;
        }
        if let Some(now) = self.seat.conversation() {
            self.state = now.state;
            let read = now.desk_read.min(now.last_public);
            if read > self.desk_read {
                self.desk_read = read;
                peer.tell(&TellBuyer::Read { by: AuthorKind::Agent, seq: read }).await?;
            }
        }
        self.tell_place(peer).await
    }

    async fn tell_stored(&mut self, peer: &mut Peer) -> Result<(), Over> {
        loop {
            let entries = match self.seat.after(self.told) {
                _ if self.behind => Box::pin(self.page()).await?,
                Tail::UpToDate => return Ok(()),
                Tail::Here(entries) => entries,
                Tail::InDatabase => Box::pin(self.page()).await?,
            };
            for entry in entries {
                self.told = entry.seq();
                self.seat.given(&entry);
                if let Some(frame) = entry.for_buyer() {
                    peer.tell_written(frame).await?;
                }
            }
        }
    }

    /// The next entries from the database. While it is away the connection ends, and the buyer comes back.
    async fn page(&mut self) -> Result<Vec<Logged>, Over> {
        let read = async {
            let mut conn = self.app.db.read().await?;
            db::event::after(&mut conn, &self.visitor.store, &self.conversation, self.told, PAGE).await
        };
        let entries = read.await.map_err(|error| {
            tracing::warn!(error = ?error, "A conversation could not be read");
            Over::Gone
        })?;
        self.behind = entries.len() as i64 == PAGE;
        Ok(entries.into_iter().map(Logged::new).collect())
    }

    /// The place in the queue, while there is one.
    async fn tell_place(&mut self, peer: &mut Peer) -> Result<(), Over> {
        if self.state != State::Queued {
            self.board = None;
            self.place = None;
            return Ok(());
        }
        let board = self.board.get_or_insert_with(|| self.app.boards.watch(&self.visitor.store));
        let place = board.borrow_and_update().places.get(&self.conversation).copied();
        if place != self.place
            && let Some(position) = place
        {
            self.place = place;
            peer.tell(&TellBuyer::Queue(QueuePlace { position, eta_s: None })).await?;
        }
        Ok(())
    }

    pub(super) async fn acknowledge(&mut self, peer: &mut Peer, answered: Answered) -> Result<(), Over> {
        match answered.result {
            Ok(stored) => {
                let ack = Ack { id: answered.id, seq: stored.seq, at: stored.at, duplicate: stored.duplicate };
                peer.tell(&TellBuyer::Ack(ack)).await
            }
            Err(error) => self.complain(peer, Some(answered.id), &error).await,
        }
    }

    pub(super) async fn complain(&mut self, peer: &mut Peer, id: Option<String>, error: &Error) -> Result<(), Over> {
        if let Error::Internal(cause) = error {
            tracing::error!(error = ?cause, "A buyer's frame could not be served");
        }
        let mut problem = error.problem();
        problem.id = id;
        peer.tell(&TellBuyer::Error(problem)).await
    }
}
