//! What was stored once can be read for ever: `tests/fixtures/events.jsonl` has an event of each kind as it stood in a
//! database, with the frames that buyers and the desk were told. Lines are added to it and never changed.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;
use xiaoer::db::event::{Entry, kind_of, parse_body};
use xiaoer::live::Logged;
use xiaoer::protocol::desk::AnyBody;
use xiaoer::protocol::{Author, DeskBody, PublicBody};

const EVENTS: &str = include_str!("../fixtures/events.jsonl");

#[derive(Deserialize)]
struct Line {
    seq: i64,
    prev_public: i64,
    at: i64,
    author: Author,
    kind: String,
    body: Value,
    /// `null` where the buyer is told nothing.
    for_buyer: Value,
    for_desk: Value,
}

impl Line {
    fn entry(&self) -> Entry {
        Entry {
            store: "demo".into(),
            conversation: "c_1".into(),
            seq: self.seq,
            prev_public: self.prev_public,
            at: self.at,
            author: self.author.clone(),
            body: parse_body(&self.kind, &self.body.to_string()).expect("a stored event parses"),
            client_id: None,
        }
    }
}

fn lines() -> impl Iterator<Item = Line> {
    EVENTS.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}")))
}

#[test]
fn each_stored_event_is_told_as_it_was() {
    for line in lines() {
        let logged = Logged::new(line.entry());
        assert_eq!(kind_of(&logged.entry().body), line.kind);
        let frame = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).expect("a frame is JSON");
        assert_eq!(logged.for_buyer().map_or(Value::Null, |bytes| frame(bytes)), line.for_buyer, "{}", line.kind);
        assert_eq!(frame(logged.for_desk()), line.for_desk, "{}", line.kind);
    }
}

#[test]
fn the_buyer_is_told_what_is_public_and_nothing_else() {
    for line in lines() {
        let public = matches!(line.entry().body, AnyBody::Public(_));
        assert_eq!(Logged::new(line.entry()).for_buyer().is_some(), public, "{}", line.kind);
    }
}

#[test]
fn there_is_one_of_each_kind() {
    let kinds: BTreeSet<&str> = lines().map(|line| every_kind(&line.entry().body)).collect();
    assert_eq!(kinds.len(), 14, "add an event of the new kind to the file: {kinds:?}");
}

/// A kind that is added does not compile here: count it above and add an event of it to the file.
fn every_kind(body: &AnyBody) -> &'static str {
    match body {
        AnyBody::Public(public) => match public {
            PublicBody::Message(_) => "message",
            PublicBody::Handoff(_) => "handoff",
            PublicBody::Joined {} => "joined",
            PublicBody::Returned {} => "returned",
            PublicBody::Closed {} => "closed",
            PublicBody::Rated(_) => "rated",
            PublicBody::Offer(_) => "offer",
            PublicBody::OfferAnswered(_) => "offer_answered",
        },
        AnyBody::Desk(desk) => match desk {
            DeskBody::Note(_) => "note",
            DeskBody::Tool(_) => "tool",
            DeskBody::Brief(_) => "brief",
            DeskBody::Transfer(_) => "transfer",
            DeskBody::Flag(_) => "flag",
            DeskBody::Draft(_) => "draft",
        },
    }
}
