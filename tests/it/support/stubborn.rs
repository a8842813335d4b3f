//! A buyer whose client never gives up: when the connection is lost it comes back where it was, and sends again what
//! was not acknowledged, as ours does.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::ledger::{Ledger, seq};
use super::wire::{Closed, PATIENCE, Wire};

/// Between two attempts to reach a server that is not there.
const AGAIN: Duration = Duration::from_millis(20);

pub struct Stubborn {
    address: String,
    token: String,
    /// The conversation and the log's epoch, once there was a welcome.
    place: Option<(String, String)>,
    wire: Option<Wire>,
    pub ledger: Ledger,
    /// What was sent and not acknowledged yet: id and text.
    owed: VecDeque<(String, String)>,
    pub acked: Vec<Acked>,
    /// How each lost connection ended.
    pub ends: Vec<Closed>,
    /// How often something was acknowledged that had been stored before its first acknowledgement was lost.
    pub duplicates: usize,
}

/// A promise of the server.
pub struct Acked {
    pub id: String,
    pub seq: i64,
    pub text: String,
}

impl Stubborn {
    /// A new visitor of the store `demo`, in a conversation.
    pub async fn come(address: &str) -> Self {
        let mut buyer = Self::known(address, register(address).await);
        buyer.connect().await;
        buyer
    }

    /// A visitor who has been here before, not connected yet.
    pub fn known(address: &str, token: String) -> Self {
        Self {
            address: address.to_owned(),
            token,
            place: None,
            wire: None,
            ledger: Ledger::default(),
            owed: VecDeque::new(),
            acked: Vec::new(),
            ends: Vec::new(),
            duplicates: 0,
        }
    }

    /// The same visitor on another device, who holds nothing yet.
    pub fn elsewhere(&self) -> Self {
        Self { place: self.place.clone(), ..Self::known(&self.address, self.token.clone()) }
    }

    pub fn conversation(&self) -> &str {
        &self.place.as_ref().expect("there was a welcome").0
    }

    pub fn is_connected(&self) -> bool {
        self.wire.is_some()
    }

    /// How many messages wait for their acknowledgement.
    pub fn owed(&self) -> usize {
        self.owed.len()
    }

    /// Sends a message, now or when there is a connection again.
    pub async fn send(&mut self, id: String, text: String) {
        let frame = send(&id, &text);
        self.owed.push_back((id, text));
        if let Some(wire) = &mut self.wire
            && wire.tell(&frame).await.is_err()
        {
            self.wire = None;
        }
    }

    /// The next frame; `None` when the connection was lost instead. Connects first where it must. Safe to cancel.
    pub async fn hear(&mut self) -> Option<Value> {
        if self.wire.is_none() {
            self.connect().await;
        }
        match self.wire.as_mut().expect("a connection").read().await {
            Ok(frame) => {
                self.take(&frame);
                Some(frame)
            }
            Err(end) => {
                self.ends.push(end);
                self.wire = None;
                None
            }
        }
    }

    /// The first frame that fits, over as many connections as it takes.
    pub async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            if let Some(frame) = self.hear().await.filter(&wanted) {
                return frame;
            }
        }
    }

    /// Reads on until the ledger holds the entry with this number.
    pub async fn read_up_to(&mut self, number: i64) {
        while self.ledger.last() < number {
            self.hear().await;
        }
    }

    fn take(&mut self, frame: &Value) {
        self.ledger.note(frame);
        let id = frame["id"].as_str();
        match frame["type"].as_str() {
            Some("ack") => {
                let at = self.owed.iter().position(|(owed, _)| id == Some(owed)).expect("an ack of what was sent");
                let (id, text) = self.owed.remove(at).expect("it was found there");
                self.duplicates += usize::from(frame["duplicate"] == true);
                self.acked.push(Acked { id, seq: seq(frame), text });
            }
            // On the next connection it is sent again.
            Some("error") if frame["code"] == "retry_later" => self.wire = None,
            Some("error") => panic!("refused: {frame}"),
            _ => {}
        }
    }

    /// Safe to cancel: then there is no connection yet.
    async fn connect(&mut self) {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(wire) = Wire::reach(&self.address, "/v1/chat").await
                && let Some(wire) = self.greet(wire).await
            {
                self.wire = Some(wire);
                return;
            }
            assert!(Instant::now() < end, "the server does not come back");
            sleep(AGAIN).await;
        }
    }

    /// The first frame of the next connection.
    pub fn hello(&self) -> Value {
        let mut hello = json!({"type": "hello", "store": "demo", "token": self.token});
        if let Some((conversation, epoch)) = &self.place {
            hello["conversation"] = conversation.as_str().into();
            hello["epoch"] = epoch.as_str().into();
            hello["after"] = self.ledger.last().into();
        }
        hello
    }

    /// Says hello and sends again what is owed; `None` where the server goes away meanwhile.
    async fn greet(&mut self, mut wire: Wire) -> Option<Wire> {
        wire.tell(&self.hello()).await.ok()?;
        let welcome = wire.read().await.ok()?;
        if welcome["code"] == "retry_later" {
            return None;
        }
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        let field = |name: &str| welcome[name].as_str().expect("a text").to_owned();
        let place = (field("conversation"), field("epoch"));
        if let Some(before) = &self.place {
            // A server that has lost what it told us before cannot carry on from there.
            assert_eq!((before, &welcome["resumed"]), (&place, &Value::Bool(true)), "{welcome}");
        }
        self.place = Some(place);
        self.ledger.reconnected();
        for (id, text) in &self.owed {
            wire.tell(&send(id, text)).await.ok()?;
        }
        Some(wire)
    }
}

fn send(id: &str, text: &str) -> Value {
    json!({"type": "send", "id": id, "text": text})
}

/// A new visitor's token, as soon as the server gives one.
async fn register(address: &str) -> String {
    let end = Instant::now() + PATIENCE;
    let http = reqwest::Client::new();
    loop {
        let answer = http.post(format!("http://{address}/v1/stores/demo/visitors")).body("{}").send().await;
        if let Ok(answer) = answer
            && let Ok(visitor) = answer.json::<Value>().await
            && let Some(token) = visitor["token"].as_str()
        {
            return token.to_owned();
        }
        assert!(Instant::now() < end, "no visitor is let in");
        sleep(AGAIN).await;
    }
}
