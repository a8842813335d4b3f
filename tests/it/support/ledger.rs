//! What one reader of one conversation was told. It fails the test as soon as something does not fit.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

#[derive(Default)]
pub struct Ledger {
    /// Every entry that was told, in order.
    pub events: Vec<Value>,
    /// Of each reply that streams: how many pieces came on this connection, and their text together.
    streaming: HashMap<String, (u64, String)>,
    answered: HashSet<String>,
    /// Whether people have the conversation: then the assistant is silent.
    with_people: bool,
    /// Whether the model fails in the middle of replies; what is stored then is not what streamed.
    pub may_change_its_words: bool,
    /// Words that this reader must never be told.
    secrets: Vec<String>,
}

impl Ledger {
    /// The number of the newest entry.
    pub fn last(&self) -> i64 {
        self.events.last().map_or(0, seq)
    }

    /// A new connection counts the pieces anew.
    pub fn reconnected(&mut self) {
        self.streaming.clear();
    }

    /// Everything is told from the beginning again.
    pub fn start_over(&mut self) {
        let may_change_its_words = self.may_change_its_words;
        *self = Self { secrets: std::mem::take(&mut self.secrets), may_change_its_words, ..Self::default() };
    }

    /// As if only the first `count` entries had come.
    pub fn lose_all_but(&mut self, count: usize) {
        self.events.truncate(count);
        self.answered = self.events.iter().filter_map(answered_turn).collect();
        self.with_people = self.events.iter().filter_map(hands_to_people).next_back().unwrap_or_default();
    }

    /// Fails the test when a frame holds these words anywhere.
    pub fn must_not_hear(&mut self, words: &str) {
        self.secrets.push(words.to_owned());
    }

    /// What has come of a reply that is being written.
    pub fn so_far(&self, turn: &str) -> &str {
        self.streaming.get(turn).map_or("", |(_, text)| text)
    }

    #[track_caller]
    pub fn note(&mut self, frame: &Value) {
        if !self.secrets.is_empty() {
            let bytes = frame.to_string();
            assert!(!self.secrets.iter().any(|words| bytes.contains(words)), "not for this reader: {frame}");
        }
        match frame["type"].as_str().expect("each frame has a type") {
            "event" => self.event(frame),
            "delta" => self.delta(frame),
            _ => {}
        }
    }

    #[track_caller]
    fn event(&mut self, frame: &Value) {
        let last = self.last();
        assert_eq!(frame["prev"], last, "a hole or a repeat: this reader holds {last} and is told {frame}");
        assert!(seq(frame) > last, "{frame} comes after {last}");
        let earlier = self.events.last().map_or(0, at);
        assert!(at(frame) >= earlier, "time runs backwards at {frame}");
        if let Some(turn) = answered_turn(frame) {
            let streamed = self.streaming.remove(&turn);
            assert!(self.answered.insert(turn), "a second answer to one turn: {frame}");
            assert!(!self.with_people, "the assistant speaks while people have the conversation: {frame}");
            if let Some((_, text)) = streamed.filter(|_| !self.may_change_its_words) {
                let whole = frame["body"]["text"].as_str().expect("a message has a text");
                assert!(whole.starts_with(&text), "the pieces {text:?} do not begin the answer {whole:?}");
            }
        }
        self.with_people = hands_to_people(frame).unwrap_or(self.with_people);
        self.events.push(frame.clone());
    }

    #[track_caller]
    fn delta(&mut self, frame: &Value) {
        let turn = frame["turn"].as_str().expect("a piece names its turn");
        assert!(!self.answered.contains(turn), "a piece of a reply that is stored already: {frame}");
        assert!(!self.with_people, "the assistant writes while people have the conversation: {frame}");
        let (index, piece) = (frame["index"].as_u64().expect("an index"), frame["text"].as_str().expect("a text"));
        let so_far = self.streaming.entry(turn.to_owned()).or_default();
        if index == 0 {
            // A turn that was taken up again begins its text anew.
            *so_far = (0, String::new());
        }
        assert_eq!(index, so_far.0, "a piece is missing before {frame}");
        so_far.0 += 1;
        so_far.1.push_str(piece);
    }
}

/// The turn that an answer of the assistant ends; an agent's message may name the turn whose draft it is.
fn answered_turn(event: &Value) -> Option<String> {
    let turn = event["body"]["turn"].as_str()?;
    (author(event) == "assistant").then(|| turn.to_owned())
}

/// Whether an event gives the conversation to people or takes it from them; `None` where it does neither.
fn hands_to_people(event: &Value) -> Option<bool> {
    match event["kind"].as_str()? {
        "handoff" | "joined" => Some(true),
        "returned" => Some(false),
        _ => None,
    }
}

pub fn seq(event: &Value) -> i64 {
    event["seq"].as_i64().expect("an event has a number")
}

fn at(event: &Value) -> i64 {
    event["at"].as_i64().expect("an event has a time")
}

/// What kind of author an event has.
pub fn author(event: &Value) -> &str {
    event["author"]["kind"].as_str().expect("an event has an author")
}

/// The words of a message; empty for other events.
pub fn words(event: &Value) -> &str {
    event["body"]["text"].as_str().unwrap_or_default()
}

pub fn is_event(frame: &Value, kind: &str) -> bool {
    frame["type"] == "event" && frame["kind"] == kind
}

pub fn is_message_of(frame: &Value, who: &str) -> bool {
    is_event(frame, "message") && frame["author"]["kind"] == who
}
