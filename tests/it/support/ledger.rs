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
        *self = Self { secrets: std::mem::take(&mut self.secrets), ..Self::default() };
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
        let earlier = self.events.last().map_or(0, |event| at(event));
        assert!(at(frame) >= earlier, "time runs backwards at {frame}");
        if let (Some(turn), "assistant") = (frame["body"]["turn"].as_str(), author(frame)) {
            assert!(self.answered.insert(turn.to_owned()), "a second answer to one turn: {frame}");
            if let Some((_, text)) = self.streaming.remove(turn) {
                let whole = frame["body"]["text"].as_str().expect("a message has a text");
                assert!(whole.starts_with(&text), "the pieces {text:?} do not begin the answer {whole:?}");
            }
        }
        self.events.push(frame.clone());
    }

    #[track_caller]
    fn delta(&mut self, frame: &Value) {
        let turn = frame["turn"].as_str().expect("a piece names its turn");
        assert!(!self.answered.contains(turn), "a piece of a reply that is stored already: {frame}");
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
