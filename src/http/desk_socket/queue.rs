//! The queue, the people and the 3-minute mark, as one agent sees them.

use std::collections::HashMap;

use super::super::peer::{Over, Peer};
use super::Line;
use crate::desk::{WARN_AT_S, seconds_left};
use crate::ids::ConversationId;
use crate::protocol::State;
use crate::protocol::desk::{Assigned, Queue, QueueItem, TellDesk};

impl Line {
    /// Tells the whole queue (`snapshot`), or what has changed since.
    pub(super) async fn tell_board(&mut self, peer: &mut Peer, snapshot: bool) -> Result<(), Over> {
        let board = self.board.borrow_and_update().clone();
        let now = self.app.clock.now();
        let new: HashMap<ConversationId, QueueItem> =
            board.items.iter().map(|item| (item.conversation.clone(), item.clone())).collect();
        let items: Vec<QueueItem> = board
            .items
            .iter()
            .filter(|item| snapshot || self.told_queue.get(&item.conversation) != Some(item))
            .map(|item| QueueItem { seconds_left: seconds_left(item.waiting_since, now), ..item.clone() })
            .collect();
        let removed: Vec<ConversationId> =
            self.told_queue.keys().filter(|id| !new.contains_key(*id)).cloned().collect();
        let assigned: Vec<ConversationId> = items
            .iter()
            .filter(|item| !snapshot && self.is_mine(item))
            .filter(|item| self.told_queue.get(&item.conversation).is_none_or(|was| !self.is_mine(was)))
            .map(|item| item.conversation.clone())
            .collect();
        for id in &removed {
            self.warned.remove(id);
        }
        self.told_queue = new;
        if snapshot || !items.is_empty() || !removed.is_empty() {
            peer.tell(&TellDesk::Queue(Queue { snapshot, items, removed })).await?;
        }
        if snapshot {
            // What passed its mark before this line was open is no news.
            let past =
                |item: &QueueItem| Some((item.conversation.clone(), mark(seconds_left(item.waiting_since, now)?)?));
            self.warned = board.items.iter().filter_map(past).collect();
        }
        for conversation in assigned {
            let assigned = Assigned { conversation, agent: self.agent.id.clone() };
            peer.tell(&TellDesk::Assigned(assigned)).await?;
        }
        if snapshot || board.people != self.told_people {
            self.told_people.clone_from(&board.people);
            peer.tell(&TellDesk::People { people: board.people.clone() }).await?;
        }
        Ok(())
    }

    /// Warns, once for each mark, of conversations that this agent has or could take.
    pub(super) async fn warn(&mut self, peer: &mut Peer) -> Result<(), Over> {
        let now = self.app.clock.now();
        let mut warnings = Vec::new();
        let concerns_me = |i: &&QueueItem| i.state == State::Queued || i.agent.as_ref() == Some(&self.agent.id);
        for item in self.told_queue.values().filter(concerns_me) {
            let Some(left) = seconds_left(item.waiting_since, now) else {
                self.warned.remove(&item.conversation);
                continue;
            };
            let Some(mark) = mark(left) else {
                // A new question has begun a new three minutes.
                self.warned.remove(&item.conversation);
                continue;
            };
            if self.warned.insert(item.conversation.clone(), mark) != Some(mark) {
                warnings.push((item.conversation.clone(), left));
            }
        }
        for (conversation, seconds_left) in warnings {
            peer.tell(&TellDesk::Warning { conversation, seconds_left }).await?;
        }
        Ok(())
    }

    fn is_mine(&self, item: &QueueItem) -> bool {
        item.state == State::Human && item.agent.as_ref() == Some(&self.agent.id)
    }
}

/// The last mark that was passed with so many seconds left.
fn mark(seconds_left: i64) -> Option<i64> {
    WARN_AT_S.into_iter().filter(|mark| seconds_left <= *mark).min()
}
