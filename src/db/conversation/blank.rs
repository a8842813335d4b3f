use super::Conversation;
use crate::locale::Locale;
use crate::protocol::State;
use crate::protocol::buyer::Context;

impl Conversation {
    /// One in which nothing was said yet, for tests.
    pub fn blank() -> Self {
        Self {
            id: "c".into(),
            store: "demo".into(),
            buyer: "b".into(),
            buyer_name: None,
            buyer_signed: false,
            vip_level: 0,
            state: State::Assistant,
            agent: None,
            last_seq: 0,
            last_public: 0,
            created_at: 0,
            last_at: 0,
            last_text: String::new(),
            locale: Locale::Hans,
            context: Context::default(),
            introduced: false,
            reason: None,
            skill: None,
            priority: 0,
            queued_at: None,
            waiting_since: None,
            waiting_seq: None,
            buyer_read: 0,
            desk_read: 0,
            rated_at: None,
            closed_at: None,
            spent: Default::default(),
            turn: None,
        }
    }
}
