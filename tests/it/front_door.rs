//! What stands between the world and the rooms.

use std::future::ready;
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt};
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Error as WsError;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use xiaoer::people::tokens::Scope;

use crate::support::house::{Answer, House};

/// Long enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

async fn is_cut(mut stream: TcpStream) -> bool {
    let mut rest = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut rest)).await.is_ok()
}

#[tokio::test]
async fn a_head_that_comes_in_drops_is_cut_off() {
    let house = House::with(&[("header_timeout_ms", "400")]).await;
    let silent = TcpStream::connect(house.address()).await.unwrap();
    let mut slow = TcpStream::connect(house.address()).await.unwrap();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n").await.unwrap();
    let begun = Instant::now();
    let (mut read, mut write) = slow.into_split();
    let drip = tokio::spawn(async move {
        while write.write_all(b"x-a: b\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let mut rest = Vec::new();
    drop(timeout(PATIENCE, read.read_to_end(&mut rest)).await.expect("it is cut off"));
    assert!(begun.elapsed() >= Duration::from_millis(350));
    drip.abort();
    assert!(is_cut(silent).await, "nor does one wait for ever who says nothing");
    assert_eq!(house.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn half_a_head_does_not_hold_up_the_end() {
    let house = House::open().await;
    let mut half = TcpStream::connect(house.address()).await.unwrap();
    half.write_all(b"GET / HTTP/1.1\r\nhost:").await.unwrap();
    assert_eq!(house.get("/healthz").await.status, StatusCode::OK);
    let begun = Instant::now();
    house.close().await;
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    assert!(is_cut(half).await);
}

/// Opens a socket; the status where it is refused.
async fn knock(house: &House, path: &str, headers: &[(&'static str, &str)]) -> Result<impl Sized + use<>, StatusCode> {
    let mut request = house.ws(path).into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    match tokio_tungstenite::connect_async(request).await {
        Ok((socket, _)) => Ok(socket),
        Err(WsError::Http(refused)) => Err(refused.status()),
        Err(error) => panic!("{error}"),
    }
}

const OURS: (&str, &str) = ("sec-websocket-protocol", "xiaoer.v1");

#[tokio::test]
async fn one_address_holds_so_many_sockets() {
    let house = House::with(&[("sockets_per_ip", "3")]).await;
    let from = |ip| [OURS, ("x-forwarded-for", ip)];
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(knock(&house, "/v1/chat", &from("203.0.113.1")).await.map_err(drop).unwrap());
    }
    assert_eq!(knock(&house, "/v1/chat", &from("203.0.113.1")).await.err(), Some(StatusCode::TOO_MANY_REQUESTS));
    held.push(knock(&house, "/v1/chat", &from("203.0.113.2")).await.map_err(drop).unwrap());
    for _ in 0..5 {
        held.push(knock(&house, "/v1/chat", &[OURS]).await.map_err(drop).unwrap());
    }
}

#[tokio::test]
async fn a_socket_speaks_our_protocol_or_is_refused() {
    let house = House::open().await;
    assert_eq!(knock(&house, "/v1/chat", &[]).await.err(), Some(StatusCode::UPGRADE_REQUIRED));
    let other = [("sec-websocket-protocol", "graphql-ws")];
    assert_eq!(knock(&house, "/v1/chat", &other).await.err(), Some(StatusCode::UPGRADE_REQUIRED));
    let both = [("sec-websocket-protocol", "other, xiaoer.v1")];
    assert!(knock(&house, "/v1/chat", &both).await.is_ok());
    let plain = house.get("/v1/chat").await;
    assert_eq!(plain.body["code"], "upgrade_required");
}

#[tokio::test]
async fn the_desk_is_closed_to_other_sites() {
    let house = House::open().await;
    let browser = house.sign_in("demo", &house.owner.0, &house.owner.1).await;
    let own = house.url("");
    for origin in ["http://evil.example", "null", "https://127.0.0.1.evil.example"] {
        let headers = [OURS, ("cookie", browser.cookie.as_str()), ("origin", origin)];
        assert_eq!(knock(&house, "/v1/desk", &headers).await.err(), Some(StatusCode::FORBIDDEN), "{origin}");
    }
    let headers = [OURS, ("cookie", browser.cookie.as_str()), ("origin", own.as_str())];
    assert!(knock(&house, "/v1/desk", &headers).await.is_ok());
}

#[tokio::test]
async fn bodies_have_a_size_and_a_shape() {
    let house = House::open().await;
    let post = |body: String| Answer::of(house.request(Method::POST, "/v1/stores/demo/visitors").body(body));
    let large = post(format!("{{\"identity\":\"{}\"}}", "x".repeat(17_000))).await;
    assert_eq!((large.status, &large.body["code"]), (StatusCode::PAYLOAD_TOO_LARGE, &json!("too_large")));
    let broken = post("{\n\"identity\":".into()).await;
    assert_eq!((broken.status, &broken.body["line"]), (StatusCode::BAD_REQUEST, &json!(2)));
    let deep = post("[".repeat(10_000)).await;
    assert_eq!(deep.status, StatusCode::BAD_REQUEST);
    let lacking = house.post("/v1/session", &json!({"store": "demo", "email": "a@b"})).await;
    assert_eq!((lacking.status, &lacking.body["field"]), (StatusCode::BAD_REQUEST, &json!("password")));
    for (body, field, message) in [
        ("[]", None, "the body must be a JSON object"),
        (r#"{"identity":["x"]}"#, Some("identity"), "identity must be a text"),
    ] {
        let refused = post(body.into()).await;
        let got = (refused.status, refused.body["field"].as_str(), refused.body["message"].as_str());
        assert_eq!(got, (StatusCode::BAD_REQUEST, field, Some(message)), "{body}");
    }
    let token = house.token("demo", Scope::Read).await;
    for (query, field, message) in [
        ("state=asleep", "state", "state must be one of assistant, queued, human, closed"),
        ("after=zzz", "after", "after is the `next` of another page"),
    ] {
        let path = format!("/v1/stores/demo/conversations?{query}");
        let refused = Answer::of(house.request(Method::GET, &path).bearer_auth(&token)).await;
        let got = (refused.status, refused.body["field"].as_str(), refused.body["message"].as_str());
        assert_eq!(got, (StatusCode::UNPROCESSABLE_ENTITY, Some(field), Some(message)), "{query}");
    }
}

#[tokio::test]
async fn what_is_not_there_says_so_in_json() {
    let house = House::open().await;
    for path in ["/v1/nothing", "/v1/stores/demo/nothing", "/v1/", "/nothing", "/studio"] {
        let answer = house.get(path).await;
        assert_eq!((answer.status, &answer.body["code"]), (StatusCode::NOT_FOUND, &json!("not_found")), "{path}");
    }
    for path in ["/v1/session", "/healthz", "/readyz", "/metrics", "/", "/console", "/widget.js", "/widget/"] {
        let wrong = Answer::of(house.request(Method::PUT, path)).await;
        let got = (wrong.status, &wrong.body["code"]);
        assert_eq!(got, (StatusCode::METHOD_NOT_ALLOWED, &json!("method_not_allowed")), "{path}");
    }
    let unknown = house.post("/v1/stores/nowhere/visitors", &json!({})).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn visitors_of_one_address_come_slowly() {
    let house = House::with(&[("visitors_per_minute", "3")]).await;
    let register = |ip: &'static str| {
        Answer::of(house.request(Method::POST, "/v1/stores/demo/visitors").header("x-forwarded-for", ip).body("{}"))
    };
    for _ in 0..3 {
        assert_eq!(register("203.0.113.1").await.status, StatusCode::CREATED);
    }
    let refused = register("203.0.113.1").await;
    assert_eq!((refused.status, &refused.body["code"]), (StatusCode::TOO_MANY_REQUESTS, &json!("rate_limited")));
    assert!(!refused.header("retry-after").is_empty());
    assert_eq!(register("203.0.113.2").await.status, StatusCode::CREATED);
    for _ in 0..10 {
        house.visitor().await;
    }
}

#[tokio::test]
async fn clients_that_vanish_leave_nothing_behind() {
    let house = House::open().await;
    let token = house.token("demo", Scope::Admin).await;
    let before = house.app.tasks.len();
    let requests = (0..600_u64).map(|n| {
        let request = match n % 3 {
            0 => house.request(Method::GET, "/v1/stores/demo/conversations").bearer_auth(&token),
            1 => house.request(Method::GET, "/v1/stores/demo/people").bearer_auth(&token),
            _ => {
                let import = house.request(Method::POST, "/v1/stores/demo/imports/faq?name=f.csv").bearer_auth(&token);
                import.body(format!("question,answer\n问 {n},答\n"))
            }
        };
        // Spread over the first 20 ms, in no order.
        timeout(Duration::from_micros(n * 7_919 % 20_000), request.send())
    });
    let vanished = stream::iter(requests).buffer_unordered(20).filter(|sent| ready(sent.is_err())).count().await;
    assert!(vanished > 0, "some must have gone before their answer");
    let looks = (0..40).map(|_| house.request(Method::GET, "/v1/stores/demo/people").bearer_auth(&token));
    for seen in futures_util::future::join_all(looks.map(Answer::of)).await {
        assert_eq!(seen.status, StatusCode::OK);
    }
    let settled = async {
        // The connections that this test itself keeps open are tasks too; idle ones go after the header's time.
        while house.app.tasks.len() > before + 60 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(timeout(PATIENCE, settled).await.is_ok(), "{} tasks, {before} before", house.app.tasks.len());
}

#[tokio::test]
async fn whoever_runs_it_sees_how_it_is() {
    let house = House::open().await;
    assert_eq!(house.get("/healthz").await.status, StatusCode::OK);
    assert_eq!(house.get("/readyz").await.status, StatusCode::OK);
    let visitor = house.visitor().await;
    let figures = house.get("/metrics").await;
    assert!(figures.header("content-type").starts_with("text/plain"));
    for name in ["process_resident_memory_bytes", "xiaoer_http_requests_total", "xiaoer_ready 1"] {
        assert!(figures.text.contains(name), "{name} in {}", figures.text);
    }
    assert!(!figures.text.contains(&visitor.buyer));
    house.app.stop.cancel();
    assert!(!house.app.is_ready().await);
}

#[tokio::test]
async fn every_answer_is_hardened() {
    let house = House::open().await;
    for path in ["/healthz", "/v1/session", "/console", "/widget/?store=demo", "/", "/nothing"] {
        let answer = house.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
    }
    let framed =
        |answer: Answer| answer.header("content-security-policy").rsplit("frame-ancestors").next().map(str::to_owned);
    assert_eq!(framed(house.get("/console").await).as_deref(), Some(" 'none'"));
    let store = house.store("other").await;
    xiaoer::people::stores::set_origins(&house.app.db, &store.id, vec!["https://shop.example".into()]).await.unwrap();
    house.reads_anew("other");
    assert_eq!(framed(house.get("/widget/?store=other").await).as_deref(), Some(" 'self' https://shop.example"));
    assert_eq!(framed(house.get("/widget/?store=nowhere").await).as_deref(), Some(" 'self'"));
}
