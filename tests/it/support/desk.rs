//! An agent's client: a program at the desk on behalf of a person, with a ledger of each conversation that it watches.

use std::collections::HashMap;

use serde_json::{Value, json};
use xiaoer::people::tokens::Scope;
use xiaoer::protocol::desk::Role;

use super::house::House;
use super::ledger::{Ledger, is_event, seq};
use super::wire::Wire;

pub struct Desk {
    wire: Wire,
    pub welcome: Value,
    ledgers: HashMap<String, Ledger>,
}

impl House {
    /// A new person of the store `demo`, at the desk.
    pub async fn desk(&self, name: &str) -> Desk {
        let email = format!("{name}@demo.example");
        self.agent("demo", &email, Role::Agent).await;
        let token = self.token("demo", Scope::Desk).await;
        Desk::come(self.address(), &token, &email).await
    }

    /// The conversation's whole log, as REST gives it to the store.
    pub async fn log(&self, conversation: &str) -> Vec<Value> {
        let token = self.token("demo", Scope::Read).await;
        log(self.address(), &token, conversation).await
    }
}

/// The whole log of a conversation of the store `demo`, page by page.
pub async fn log(address: &str, token: &str, conversation: &str) -> Vec<Value> {
    let http = reqwest::Client::new();
    let mut events = Vec::new();
    loop {
        let after = events.last().map_or(0, seq);
        let url = format!("http://{address}/v1/stores/demo/conversations/{conversation}/events?after={after}");
        let answer = http.get(url).bearer_auth(token).send().await.expect("the server answers");
        let page: Value = answer.json().await.expect("a page is JSON");
        events.extend(page["items"].as_array().expect("a page has items").iter().cloned());
        if page["next"].is_null() {
            return events;
        }
    }
}

impl Desk {
    /// `token` is of scope `desk`.
    pub async fn come(address: &str, token: &str, email: &str) -> Self {
        let mut wire = Wire::open(address, "/v1/desk").await;
        wire.tell(&json!({"type": "hello", "token": token, "as": email})).await.expect("hello is sent");
        let welcome = wire.read().await.expect("an answer to hello");
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        Self { wire, welcome, ledgers: HashMap::new() }
    }

    /// The person's id.
    pub fn id(&self) -> &str {
        self.welcome["agent"].as_str().expect("a person has an id")
    }

    /// What was told of a conversation.
    pub fn ledger(&self, conversation: &str) -> &Ledger {
        &self.ledgers[conversation]
    }

    /// Sends a command about a conversation and waits for its `ack`, or the `error`.
    pub async fn command(&mut self, conversation: &str, mut frame: Value) -> Result<Value, Value> {
        frame["conversation"] = conversation.into();
        self.ask(frame).await
    }

    /// Sends a command, under an id of its own unless it has one, and waits for its `ack`, or the `error`.
    pub async fn ask(&mut self, mut frame: Value) -> Result<Value, Value> {
        if frame["id"].is_null() {
            frame["id"] = uuid::Uuid::new_v4().simple().to_string().into();
        }
        self.tell(&frame).await;
        let answer = self.until(|f| (f["type"] == "ack" || f["type"] == "error") && f["id"] == frame["id"]).await;
        if answer["type"] == "ack" { Ok(answer) } else { Err(answer) }
    }

    /// Sends a frame and waits for nothing.
    pub async fn tell(&mut self, frame: &Value) {
        self.wire.tell(frame).await.expect("the socket is open");
    }

    pub async fn watch(&mut self, conversation: &str) {
        // From the beginning, so that the ledger is whole.
        self.ledgers.insert(conversation.to_owned(), Ledger::default());
        self.command(conversation, json!({"type": "watch"})).await.expect("the conversation is there");
    }

    /// Takes a conversation; gives the number of the entry that says so.
    pub async fn claim(&mut self, conversation: &str) -> i64 {
        seq(&self.command(conversation, json!({"type": "claim"})).await.expect("nobody else has it"))
    }

    pub async fn say(&mut self, conversation: &str, text: &str) -> i64 {
        seq(&self.command(conversation, json!({"type": "send", "text": text})).await.expect("it is this agent's"))
    }

    /// The first frame that fits, of those that have not been asked for yet.
    pub async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let ledgers = &mut self.ledgers;
        let mut note = |frame: &Value| {
            // Frames that are not about a conversation are none of a ledger's business.
            if let Some(ledger) = frame["conversation"].as_str().and_then(|id| ledgers.get_mut(id)) {
                ledger.note(frame);
            }
        };
        self.wire.until(&mut note, wanted).await.expect("the socket stays open")
    }

    /// The next event of a kind in a conversation.
    pub async fn event(&mut self, conversation: &str, kind: &str) -> Value {
        self.until(|frame| frame["conversation"] == conversation && is_event(frame, kind)).await
    }

    /// The next news of the queue that names a conversation in this state.
    pub async fn queue_item(&mut self, conversation: &str, state: &str) -> Value {
        let is_it = |item: &Value| item["conversation"] == conversation && item["state"] == state;
        let queue = self.until(|f| f["type"] == "queue" && items(f).iter().any(is_it)).await;
        items(&queue).iter().find(|item| is_it(item)).expect("it was found there").clone()
    }

    /// Reads on, keeping nothing but the ledgers, until that of a conversation holds the entry with this number.
    pub async fn read_up_to(&mut self, conversation: &str, number: i64) {
        self.wire.forget();
        while self.ledgers[conversation].last() < number {
            self.until(|_| true).await;
        }
    }

    /// The network is cut, without a goodbye.
    pub fn cut(self) {
        self.wire.cut();
    }
}

fn items(queue: &Value) -> &[Value] {
    queue["items"].as_array().map(Vec::as_slice).unwrap_or_default()
}
