//! A buyer's client: one connection at a time, and a ledger of all that it was told.

use serde_json::{Value, json};

use super::house::{House, Visitor, text};
use super::ledger::{Ledger, is_event, is_message_of, seq};
use super::wire::{Closed, Wire};

pub struct Buyer {
    address: String,
    pub store: String,
    pub visitor: Visitor,
    /// `None` between two connections.
    wire: Option<Wire>,
    /// Of the newest connection.
    pub welcome: Value,
    pub ledger: Ledger,
}

impl House {
    /// A new visitor of the store `demo`, in a conversation.
    pub async fn buyer(&self) -> Buyer {
        Buyer::come(self.address(), "demo", self.visitor().await, json!({})).await
    }
}

impl Buyer {
    /// A new visitor of the store `demo` at any address.
    pub async fn arrive(address: &str) -> Self {
        let request = reqwest::Client::new().post(format!("http://{address}/v1/stores/demo/visitors"));
        let answer = request.json(&json!({})).send().await.expect("the server answers");
        let new: Value = answer.json().await.expect("a visitor is JSON");
        let visitor = Visitor { token: text(&new["token"]), buyer: text(&new["buyer"]) };
        Self::come(address, "demo", visitor, json!({})).await
    }

    /// Says hello with `more` fields than the needed ones.
    pub async fn come(address: &str, store: &str, visitor: Visitor, more: Value) -> Self {
        let mut wire = Wire::open(address, "/v1/chat").await;
        let welcome = greet(&mut wire, store, &visitor, more).await;
        let (address, store) = (address.to_owned(), store.to_owned());
        Self { address, store, visitor, wire: Some(wire), welcome, ledger: Ledger::default() }
    }

    /// The same buyer in another tab.
    pub async fn tab(&self) -> Self {
        Self::come(&self.address, &self.store, self.visitor.clone(), json!({})).await
    }

    pub fn conversation(&self) -> &str {
        self.welcome["conversation"].as_str().expect("a welcome names the conversation")
    }

    /// Sends a message under an id of its own and waits until it is stored; gives its number.
    pub async fn say(&mut self, text: &str) -> i64 {
        let ack = self.command(json!({"type": "send", "text": text})).await.expect("the message is taken");
        seq(&ack)
    }

    /// Sends a command, under an id of its own unless it has one, and waits for its `ack`, or the `error`.
    pub async fn command(&mut self, mut frame: Value) -> Result<Value, Value> {
        if frame["id"].is_null() {
            frame["id"] = uuid::Uuid::new_v4().simple().to_string().into();
        }
        self.tell(&frame).await;
        let answer = self.until(|f| (f["type"] == "ack" || f["type"] == "error") && f["id"] == frame["id"]).await;
        if answer["type"] == "ack" { Ok(answer) } else { Err(answer) }
    }

    /// Sends a frame and waits for nothing.
    pub async fn tell(&mut self, frame: &Value) {
        self.wire().tell(frame).await.expect("the socket is open");
    }

    /// The first frame that fits, of those that have not been asked for yet.
    pub async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        self.try_until(wanted).await.expect("the socket stays open")
    }

    pub async fn try_until(&mut self, wanted: impl Fn(&Value) -> bool) -> Result<Value, Closed> {
        let (wire, ledger) = (self.wire.as_mut().expect("a connection"), &mut self.ledger);
        wire.until(&mut |frame| ledger.note(frame), wanted).await
    }

    /// The next event of a kind.
    pub async fn event(&mut self, kind: &str) -> Value {
        self.until(|frame| is_event(frame, kind)).await
    }

    /// The assistant's next message.
    pub async fn answer(&mut self) -> Value {
        self.until(|frame| is_message_of(frame, "assistant")).await
    }

    /// Reads on, keeping nothing but the ledger, until it holds the entry with this number. Safe to cancel.
    /// The next message that says where a card stands.
    pub async fn settled(&mut self, card: &Value) -> Value {
        self.until(|frame| frame["body"]["settles"]["card"] == card["id"]).await["body"].clone()
    }

    pub async fn read_up_to(&mut self, number: i64) -> Result<(), Closed> {
        self.wire().forget();
        while self.ledger.last() < number {
            let frame = self.wire().read().await?;
            self.ledger.note(&frame);
        }
        Ok(())
    }

    /// Asks for a sign of life and hears all that came before it: what was stored until now has been told then.
    pub async fn catch_up(&mut self) {
        self.tell(&json!({"type": "ping"})).await;
        self.until(|frame| frame["type"] == "pong").await;
    }

    /// Comes back on a new connection and carries on where the ledger ends. The old one must be gone or goes now.
    pub async fn resume(&mut self) {
        let (after, epoch) = (self.ledger.last(), self.welcome["epoch"].clone());
        self.resume_with(json!({"after": after, "epoch": epoch})).await;
        assert_eq!(self.welcome["resumed"], true, "{}", self.welcome);
    }

    /// The same at another server of the same shop.
    pub async fn move_to(&mut self, address: &str) {
        self.address = address.to_owned();
        self.resume().await;
    }

    /// Comes back with a position of the test's choice.
    pub async fn resume_with(&mut self, mut position: Value) {
        position["conversation"] = self.welcome["conversation"].clone();
        let wire = self.wire.insert(Wire::open(&self.address, "/v1/chat").await);
        self.welcome = greet(wire, &self.store, &self.visitor, position).await;
        self.ledger.reconnected();
        if self.welcome["resumed"] == false {
            self.ledger.start_over();
        }
    }

    /// Says goodbye; [`Buyer::resume`] comes back.
    pub async fn leave(&mut self) {
        self.wire.take().expect("a connection").leave().await;
    }

    /// Is cut off; [`Buyer::resume`] comes back.
    pub fn cut(&mut self) {
        self.wire.take().expect("a connection").cut();
    }

    pub fn wire(&mut self) -> &mut Wire {
        self.wire.as_mut().expect("a connection")
    }
}

async fn greet(wire: &mut Wire, store: &str, visitor: &Visitor, more: Value) -> Value {
    let mut hello = json!({"type": "hello", "store": store, "token": visitor.token});
    for (key, value) in more.as_object().expect("an object") {
        hello[key] = value.clone();
    }
    wire.tell(&hello).await.expect("hello is sent");
    let welcome = wire.read().await.expect("an answer to hello");
    assert_eq!(welcome["type"], "welcome", "{welcome}");
    welcome
}

/// The frame that answers a card.
pub fn choose(card: &Value, choice: &str) -> Value {
    json!({"type": "choose", "card": card["id"], "choice": choice})
}
