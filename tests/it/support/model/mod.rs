//! The scripted model: a real server on a free port that answers as a test tells it to.
//!
//! It says what [`ScriptedModel::says`] or [`ScriptedModel::by`] set, unless [`ScriptedModel::then`] has queued
//! something for the next request. A [`Gate`] holds a reply where the test wants it, so that no test has to sleep.

mod answer;
mod server;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::timeout;

pub use answer::{Answer, Fault};

/// How long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(10);

type By = Box<dyn Fn(&RequestBody) -> Answer + Send + Sync>;

pub struct ScriptedModel {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: AbortHandle,
}

struct Shared {
    queue: Mutex<VecDeque<Answer>>,
    otherwise: Mutex<By>,
    requests: Mutex<Vec<RequestBody>>,
    /// Counts what happened, so that a test can wait for more of it.
    seen: watch::Sender<Seen>,
    /// Bytes of floods that the other side took.
    flooded: AtomicUsize,
}

#[derive(Clone, Copy, Default)]
struct Seen {
    connections: usize,
    requests: usize,
    aborted: usize,
}

impl ScriptedModel {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            otherwise: Mutex::new(Box::new(|_| Answer::says("您好，请问有什么可以帮您？"))),
            requests: Mutex::default(),
            seen: watch::Sender::default(),
            flooded: AtomicUsize::default(),
        });
        let accepting = tokio::spawn(server::accept(listener, Arc::clone(&shared))).abort_handle();
        Self { address, shared, accepting }
    }

    /// For a model's settings; ends in `/v1`.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// What it says from now on when nothing is queued.
    pub fn says(&self, answer: impl Into<Answer>) -> &Self {
        let answer = answer.into();
        self.by(move |_| answer.clone())
    }

    /// Replies from now on that are computed from the request, when nothing is queued.
    pub fn by(&self, answer: impl Fn(&RequestBody) -> Answer + Send + Sync + 'static) -> &Self {
        *self.shared.otherwise.lock().unwrap() = Box::new(answer);
        self
    }

    /// Queues an answer for one request.
    pub fn then(&self, answer: impl Into<Answer>) -> &Self {
        self.shared.queue.lock().unwrap().push_back(answer.into());
        self
    }

    /// Everything that was asked, in order.
    pub fn requests(&self) -> Vec<RequestBody> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// Waits until so many requests have come since the start.
    pub async fn asked(&self, times: usize) {
        self.wait("requests", times, |seen| seen.requests).await;
    }

    /// Waits until so many requests were given up by the other side before their answer's end.
    pub async fn aborted(&self, times: usize) {
        self.wait("aborted requests", times, |seen| seen.aborted).await;
    }

    pub fn aborted_so_far(&self) -> usize {
        self.shared.seen.borrow().aborted
    }

    pub fn connections(&self) -> usize {
        self.shared.seen.borrow().connections
    }

    /// Bytes of floods that the other side took.
    pub fn flooded(&self) -> usize {
        self.shared.flooded.load(Ordering::Relaxed)
    }

    async fn wait(&self, what: &str, times: usize, count: impl Fn(&Seen) -> usize) {
        let mut seen = self.shared.seen.subscribe();
        let came = timeout(PATIENCE, seen.wait_for(|seen| count(seen) >= times)).await.map(|seen| seen.is_ok());
        assert_eq!(came, Ok(true), "no {times} {what} came, only {}", count(&self.shared.seen.borrow()));
    }
}

impl Drop for ScriptedModel {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct RequestBody {
    /// The head's lines, in lower case.
    pub head: String,
    pub json: Value,
}

impl RequestBody {
    /// The last thing that the buyer said.
    pub fn last_user(&self) -> &str {
        self.with_role("user").last().unwrap_or_default()
    }

    pub fn system(&self) -> &str {
        self.with_role("system").next().unwrap_or_default()
    }

    /// What tools gave, in order.
    pub fn tool_results(&self) -> Vec<&str> {
        self.with_role("tool").collect()
    }

    fn with_role<'a>(&'a self, role: &'a str) -> impl Iterator<Item = &'a str> {
        let messages = self.json["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
        messages.iter().filter(move |message| message["role"] == role).filter_map(|message| message["content"].as_str())
    }
}

/// Holds answers at one place until the test opens it.
#[derive(Clone, Default)]
pub struct Gate {
    state: Arc<watch::Sender<GateState>>,
}

#[derive(Default)]
struct GateState {
    open: bool,
    reached: usize,
}

impl Gate {
    /// A closed gate.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets through who waits, and all who come later.
    pub fn open(&self) {
        self.state.send_modify(|state| state.open = true);
    }

    /// Waits until an answer has come to the gate.
    pub async fn reached(&self) {
        let mut state = self.state.subscribe();
        let came = timeout(PATIENCE, state.wait_for(|state| state.reached > 0)).await.map(|state| state.is_ok());
        assert_eq!(came, Ok(true), "no answer has come to the gate");
    }

    async fn pass(&self) {
        self.state.send_modify(|state| state.reached += 1);
        // It fails only when the sender is gone, which `self` holds.
        let _ = self.state.subscribe().wait_for(|state| state.open).await;
    }
}
