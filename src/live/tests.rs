use super::*;
use crate::db::event::Entry;
use crate::db::turn::{Turn, TurnState};
use crate::ids::TurnId;
use crate::protocol::desk::AnyBody;
use crate::protocol::event::Message;
use crate::protocol::{Author, AuthorKind, Origin, PublicBody, State};

fn conversation(state: State, turn: Option<&TurnId>) -> Arc<Conversation> {
    let turn = turn.map(|id| Turn {
        id: id.clone(),
        conversation: "c".into(),
        store: "demo".into(),
        state: TurnState::Open,
        asked: vec![(1, 0)],
        asked_at: 0,
        due_at: 0,
        deadline_at: 0,
        node: "n".into(),
        lease_until: 0,
        attempt: 1,
        ended_at: None,
        answer_seq: None,
        stamp: None,
    });
    Arc::new(Conversation { state, last_seq: 1, last_public: 1, turn, ..Conversation::blank() })
}

fn answer(turn: &TurnId) -> Logged {
    let message = Message {
        text: "一二".into(),
        origin: Origin::AiAuto,
        turn: Some(turn.clone()),
        cards: vec![],
        attachments: vec![],
        evidence: vec![],
        chose: None,
        settles: None,
    };
    Logged::new(Entry {
        store: "demo".into(),
        conversation: "c".into(),
        seq: 2,
        prev_public: 1,
        at: 0,
        author: Author { kind: AuthorKind::Assistant, id: None, name: None },
        body: AnyBody::Public(PublicBody::Message(message)),
        client_id: None,
    })
}

/// A reader who has heard the first word of a reply, and the second is written.
fn amid_a_reply(turn: &TurnId) -> (Live, Seat) {
    let (live, _) = Live::new();
    let mut seat = live.sit(&"c".into());
    live.grew(conversation(State::Assistant, Some(turn)), vec![]);
    seat.topic().write(turn, 1, "一");
    assert_eq!(seat.piece().map(|piece| piece.text).as_deref(), Some("一"));
    seat.topic().write(turn, 1, "二");
    (live, seat)
}

#[test]
fn a_reply_that_is_stored_is_told_to_its_end_but_not_begun() {
    let turn = TurnId::fresh();
    let (live, mut seat) = amid_a_reply(&turn);
    let mut late = live.sit(&"c".into());
    live.grew(conversation(State::Assistant, None), vec![answer(&turn)]);
    assert_eq!(seat.piece().map(|piece| (piece.index, piece.text)), Some((1, "二".into())));
    assert_eq!(late.piece(), None);
}

#[test]
fn a_reply_that_a_person_ended_is_never_told_on() {
    let turn = TurnId::fresh();
    let (live, mut seat) = amid_a_reply(&turn);
    live.grew(conversation(State::Human, None), vec![]);
    assert_eq!(seat.piece(), None);
    // Handed back before the assistant noticed that its turn had ended.
    live.grew(conversation(State::Assistant, None), vec![]);
    seat.topic().write(&turn, 1, "三");
    assert_eq!(seat.piece(), None);
}

#[test]
fn who_holds_what_is_not_told_here_yet_hears_no_more_of_a_reply() {
    let turn = TurnId::fresh();
    let (_live, mut seat) = amid_a_reply(&turn);
    // Read from the database, between its commit and the waking of readers.
    seat.given(&answer(&TurnId::fresh()));
    assert_eq!(seat.piece(), None);
}

#[test]
fn what_another_process_stored_is_in_the_database() {
    let (live, _) = Live::new();
    let seat = live.sit(&"c".into());
    live.grew(conversation(State::Assistant, None), vec![answer(&TurnId::fresh())]);
    assert!(matches!(seat.after(1), Tail::Here(entries) if entries.len() == 1));
    let ahead = Conversation { last_seq: 5, ..Conversation::clone(&conversation(State::Human, None)) };
    live.grew(Arc::new(ahead), vec![]);
    assert!(matches!(seat.after(2), Tail::InDatabase) && matches!(seat.after(5), Tail::UpToDate));
}

#[test]
fn nobodys_topics_are_let_go_of() {
    let (live, _) = Live::new();
    let seat = live.sit(&"c".into());
    let in_hand = Arc::clone(seat.topic());
    let topics = || live.inner.shards.iter().map(|shard| locked(shard).len()).sum::<usize>();
    live.forget_idle(Duration::ZERO);
    assert_eq!(topics(), 1);
    // Somebody else has it in hand in the moment when the last seat leaves.
    let other = Arc::clone(&in_hand);
    drop((seat, in_hand));
    drop(other);
    live.forget_idle(Duration::ZERO);
    assert_eq!(topics(), 0);
}
