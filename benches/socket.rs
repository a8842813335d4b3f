//! What the buyer socket's loop costs: a frame there and back that touches nothing else, and a message up to its
//! durable acknowledgement.

use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::Mutex;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{WebSocketStream, client_async};
use xiaoer::app::App;
use xiaoer::clock::Clock;
use xiaoer::config::{Config, Flags};
use xiaoer::http;
use xiaoer::protocol::SUBPROTOCOL;

/// Frames that are on their way at once.
const PINGS: u64 = 64;

fn socket_loop(c: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let buyer = Arc::new(Mutex::new(runtime.block_on(Buyer::come(&folder.path().display().to_string()))));
    let mut group = c.benchmark_group("buyer_socket");
    group.sample_size(20);
    group.throughput(Throughput::Elements(PINGS));
    group.bench_function("ping_pong", |b| {
        b.to_async(&runtime).iter(|| async { buyer.lock().await.ping(PINGS).await });
    });
    group.throughput(Throughput::Elements(1));
    group.bench_function("send_until_acknowledged", |b| {
        b.to_async(&runtime).iter(|| async { buyer.lock().await.say("您好，请问这款还有现货吗？").await });
    });
    group.finish();
}

/// One buyer of a server in this process. A person has the conversation, so that no answer is in the way.
struct Buyer {
    socket: WebSocketStream<TcpStream>,
    sent: u64,
}

impl Buyer {
    async fn come(folder: &str) -> Self {
        let mut flags = Flags::default();
        flags.set("data_dir", folder.to_owned());
        flags.set("listen", "127.0.0.1:0");
        flags.set("frames_per_second", "1000000");
        let config = Config::from(&flags, &|_| None, "").expect("these settings are good");
        let listener = TcpListener::bind(config.listen).await.expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let app = App::start(config, Clock::system()).await.expect("the server starts");
        let visitor = app.visitors.anonymous(&"demo".into());
        let token = app.visitors.token(&visitor).expect("a token");
        tokio::spawn(http::serve(app, listener));
        let stream = TcpStream::connect(&address).await.expect("it listens");
        stream.set_nodelay(true).expect("an option");
        let mut request = format!("ws://{address}/v1/chat").into_client_request().expect("a request");
        request.headers_mut().insert("sec-websocket-protocol", SUBPROTOCOL.parse().expect("a header"));
        let (socket, _) = client_async(request, stream).await.expect("the socket opens");
        let mut buyer = Self { socket, sent: 0 };
        buyer.tell(json!({"type": "hello", "store": "demo", "token": token})).await;
        buyer.until("welcome").await;
        buyer.tell(json!({"type": "human", "id": "person"})).await;
        buyer.until("ack").await;
        buyer
    }

    async fn ping(&mut self, many: u64) {
        for _ in 0..many {
            self.tell(json!({"type": "ping"})).await;
        }
        for _ in 0..many {
            self.until("pong").await;
        }
    }

    async fn say(&mut self, text: &str) {
        self.sent += 1;
        self.tell(json!({"type": "send", "id": self.sent.to_string(), "text": text})).await;
        self.until("ack").await;
    }

    async fn tell(&mut self, frame: Value) {
        self.socket.send(Message::text(frame.to_string())).await.expect("the server listens");
    }

    async fn until(&mut self, kind: &str) {
        loop {
            let Some(Ok(frame)) = self.socket.next().await else { panic!("the server hung up") };
            let Message::Text(text) = frame else { continue };
            let frame: Value = serde_json::from_str(&text).expect("JSON");
            assert_ne!(frame["type"], "error", "{frame}");
            if frame["type"] == kind {
                return;
            }
        }
    }
}

criterion_group!(benches, socket_loop);
criterion_main!(benches);
