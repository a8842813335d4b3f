//! Whatever a client sends, it is told what was wrong, and nobody else notices (class W of the security suite).

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use xiaoer::clock::Clock;
use xiaoer::people::stores;
use xiaoer::people::tokens::Scope;
use xiaoer::protocol::desk::Role;

use crate::support::buyer::Buyer;
use crate::support::house::House;
use crate::support::shop::at_once;
use crate::support::wire::{Closed, PROTOCOL, Wire};

/// A frame of a greeted buyer, and the code and field of the error that it gets.
#[tokio::test]
async fn each_bad_frame_gets_its_error() {
    let house = House::answering(at_once()).await;
    let mut buyer = house.buyer().await;
    let long = "长".repeat(4_001);
    let deep = |depth: usize| format!(r#"{{"type":"ping","x":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    for (frame, code, field) in [
        (r#"{"type":"send","#.to_owned(), "bad_json", None),
        ("hello".into(), "bad_json", None),
        (String::new(), "bad_json", None),
        (deep(200), "bad_json", None),
        ("[]".into(), "invalid", None),
        ("null".into(), "invalid", None),
        ("7".into(), "invalid", None),
        ("{}".into(), "invalid", Some("type")),
        (r#"{"type":7}"#.into(), "invalid", Some("type")),
        (r#"{"type":"dance"}"#.into(), "unknown_type", Some("type")),
        (r#"{"type":"claim","conversation":"x"}"#.into(), "unknown_type", Some("type")),
        (r#"{"type":"ping","type":"ping"}"#.into(), "invalid", Some("type")),
        (r#"{"type":"send","text":"x"}"#.into(), "invalid", Some("id")),
        (r#"{"type":"send","id":"i"}"#.into(), "invalid", Some("text")),
        (r#"{"type":"send","id":7,"text":"x"}"#.into(), "invalid", Some("id")),
        (r#"{"type":"send","id":"i","text":["x"]}"#.into(), "invalid", Some("text")),
        (json!({"type": "send", "id": "", "text": "x"}).to_string(), "invalid", Some("id")),
        (json!({"type": "send", "id": "i".repeat(65), "text": "x"}).to_string(), "invalid", Some("id")),
        (json!({"type": "send", "id": "i\0", "text": "x"}).to_string(), "invalid", Some("id")),
        (json!({"type": "send", "id": "i", "text": ""}).to_string(), "invalid", Some("text")),
        (json!({"type": "send", "id": "i", "text": " \n\t　"}).to_string(), "invalid", Some("text")),
        (json!({"type": "send", "id": "i", "text": "\0"}).to_string(), "invalid", Some("text")),
        (json!({"type": "send", "id": "i", "text": long}).to_string(), "invalid", Some("text")),
        (
            json!({"type": "send", "id": "i", "text": "x", "attachments": [{"id": "a", "media_type": "x"}]})
                .to_string(),
            "invalid",
            Some("attachments"),
        ),
        (json!({"type": "choose", "id": "i", "card": "c", "choice": "x"}).to_string(), "not_found", None),
        (json!({"type": "human", "id": ""}).to_string(), "invalid", Some("id")),
        (json!({"type": "read"}).to_string(), "invalid", Some("seq")),
        (json!({"type": "read", "seq": "1"}).to_string(), "invalid", Some("seq")),
        (json!({"type": "rate", "id": "i", "stars": 9}).to_string(), "invalid", Some("stars")),
        (json!({"type": "rate", "id": "i", "stars": 0}).to_string(), "invalid", Some("stars")),
        (json!({"type": "rate", "id": "i", "stars": -1}).to_string(), "invalid", Some("stars")),
        (json!({"type": "rate", "id": "i", "stars": 300}).to_string(), "invalid", Some("stars")),
        (
            json!({"type": "rate", "id": "i", "stars": 5, "comment": "长".repeat(1_001)}).to_string(),
            "invalid",
            Some("comment"),
        ),
        (json!({"type": "hello", "store": "demo", "token": "x"}).to_string(), "hello_again", None),
    ] {
        buyer.wire().send(Message::text(frame.clone())).await.unwrap();
        let error = buyer.until(|f| f["type"] != "queue").await;
        let shown: String = frame.chars().take(80).collect();
        assert_eq!(
            (error["type"].as_str(), error["code"].as_str(), error["field"].as_str()),
            (Some("error"), Some(code), field),
            "{shown}: {error}"
        );
        let message = error["message"].as_str().unwrap();
        assert!(!message.is_empty() && message.len() < 500, "{shown}");
        assert!(!["enum", "struct", "expected", " at line"].iter().any(|jargon| message.contains(jargon)), "{message}");
    }
    // Nothing of it was stored, and what is just right passes.
    assert_eq!(house.log(buyer.conversation()).await, [] as [Value; 0]);
    buyer.wire().send(Message::text(deep(100))).await.unwrap();
    buyer.until(|f| f["type"] == "pong").await;
    let just_right = json!({"type": "send", "id": "i".repeat(64), "text": "长".repeat(4_000), "unknown": {"field": 1}});
    buyer.command(just_right).await.unwrap();
    let seq = buyer.command(json!({"type": "send", "text": "有\0货吗"})).await.unwrap()["seq"].as_i64().unwrap();
    let stored = house.log(buyer.conversation()).await.into_iter().find(|event| event["seq"] == seq).unwrap();
    assert_eq!(stored["body"]["text"], "有货吗", "a NUL is taken out");
}

#[tokio::test]
async fn an_error_names_the_frame_that_it_is_for() {
    let house = House::answering(at_once()).await;
    let mut buyer = house.buyer().await;
    let refused = buyer.command(json!({"type": "send", "id": "mine", "text": ""})).await.unwrap_err();
    assert_eq!(refused["id"], "mine");
    let refused = buyer.command(json!({"type": "send", "id": "mine-2"})).await.unwrap_err();
    assert_eq!(refused["field"], "text");
}

#[tokio::test]
async fn nobody_comes_in_without_a_good_hello() {
    let clock = Clock::at(1_790_000_000_000);
    let house = House::at(clock.clone(), &[]).await;
    house.store("other").await;
    let foreign = house.visitor_of("other", json!({})).await;
    let elsewhere = Buyer::come(house.address(), "other", foreign.clone(), json!({})).await;
    let neighbour = house.buyer().await;
    let me = house.visitor().await;
    let hello = |more: Value| {
        let mut hello = json!({"type": "hello", "store": "demo", "token": me.token});
        hello.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        hello.to_string()
    };
    for (frame, code, field) in [
        ("{".to_owned(), "bad_json", None),
        (r#"{"type":"dance"}"#.into(), "unknown_type", Some("type")),
        (r#"{"type":"ping"}"#.into(), "hello_expected", None),
        (r#"{"type":"send","id":"1","text":"x"}"#.into(), "hello_expected", None),
        (r#"{"type":"hello","store":"demo"}"#.into(), "invalid", Some("token")),
        (hello(json!({"token": ""})), "unauthorized", None),
        (hello(json!({"token": "x".repeat(5_000)})), "unauthorized", None),
        (hello(json!({"token": format!("{}x", me.token)})), "unauthorized", None),
        (hello(json!({"token": foreign.token})), "unauthorized", None),
        (hello(json!({"store": "other"})), "unauthorized", None),
        (hello(json!({"store": "nowhere"})), "unauthorized", None),
        (hello(json!({"store": "' or 1=1 --"})), "unauthorized", None),
        (hello(json!({"conversation": "c_nothing"})), "not_found", None),
        (hello(json!({"conversation": neighbour.conversation()})), "not_found", None),
        (hello(json!({"conversation": elsewhere.conversation()})), "not_found", None),
        (hello(json!({"conversation": "%' escape '"})), "not_found", None),
        (hello(json!({"after": -1})), "invalid", Some("after")),
        (hello(json!({"context": {"page": "x".repeat(301)}})), "invalid", Some("context.page")),
        (hello(json!({"context": {"sku": "a\0"}})), "invalid", Some("context.sku")),
    ] {
        check_refused(&house, "/v1/chat", &frame, code, field).await;
    }
    clock.advance(xiaoer::people::visitors::LIFE_MS);
    check_refused(&house, "/v1/chat", &hello(json!({})), "unauthorized", None).await;
}

/// The first frame gets this error, and the socket is closed.
async fn check_refused(house: &House, path: &str, frame: &str, code: &str, field: Option<&str>) {
    let mut wire = Wire::open(house.address(), path).await;
    wire.send(Message::text(frame.to_owned())).await.unwrap();
    let error = wire.read().await.unwrap_or_else(|closed| panic!("{closed:?} after {frame}"));
    assert_eq!((error["code"].as_str(), error["field"].as_str()), (Some(code), field), "{frame}: {error}");
    assert_eq!(wire.read().await, Err(Closed(Some(4001))), "{frame}");
}

#[tokio::test]
async fn a_hello_must_come_soon() {
    let house = House::answering(at_once()).await;
    let (mut buyer, mut agent) =
        (Wire::open(house.address(), "/v1/chat").await, Wire::open(house.address(), "/v1/desk").await);
    let begun = std::time::Instant::now();
    assert_eq!(buyer.read().await.unwrap()["code"], "hello_expected");
    assert_eq!(agent.read().await.unwrap()["code"], "unauthorized");
    assert!((4_500..9_000).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    assert_eq!(buyer.read().await, Err(Closed(Some(4001))));
    assert_eq!(agent.read().await, Err(Closed(Some(4001))));
}

#[tokio::test]
async fn frames_that_break_the_rules_end_the_connection() {
    let house = House::answering(at_once()).await;
    let text = |bytes: Vec<u8>| Message::Frame(Frame::message(bytes, OpCode::Data(Data::Text), true));
    for (message, code, word) in [
        (Message::binary(vec![1, 2, 3]), 1003, "text_only"),
        (text(vec![0xff, 0xfe, 0xfd]), 1007, "not_utf8"),
        (Message::text("x".repeat(70_000)), 1009, "too_large"),
        (Message::Frame(Frame::message("x", OpCode::Data(Data::Continue), true)), 1002, "protocol_error"),
    ] {
        let mut buyer = house.buyer().await;
        // The server may hang up while it is still being sent.
        let _ = buyer.wire().send(message.clone()).await;
        let error = buyer.until(|f| f["type"] == "error").await;
        assert_eq!(error["code"], word, "{error}");
        let closed = buyer.try_until(|_| false).await.unwrap_err();
        assert_eq!(closed, Closed(Some(code)), "{word}");
    }
    house.buyer().await.say("你好").await;
}

#[tokio::test]
async fn only_our_protocol_and_known_pages_are_let_in() {
    let house = House::answering(at_once()).await;
    let knock = async |path: &str, headers: &[(&'static str, &str)]| {
        Wire::knock(house.address(), path, headers).await.map(|_| ())
    };
    for path in ["/v1/chat", "/v1/desk"] {
        assert_eq!(knock(path, &[]).await, Err(426));
        assert_eq!(knock(path, &[("sec-websocket-protocol", "graphql-ws")]).await, Err(426));
        assert_eq!(knock(path, &[("sec-websocket-protocol", "graphql-ws, xiaoer.v1")]).await, Ok(()));
    }
    assert_eq!(knock("/v1/desk", &[PROTOCOL, ("origin", "https://evil.example")]).await, Err(403));
    let visitor = house.visitor().await;
    let hello = json!({"type": "hello", "store": "demo", "token": visitor.token});
    let greeted = async |origin: &str| {
        let mut wire = Wire::knock(house.address(), "/v1/chat", &[PROTOCOL, ("origin", origin)]).await.unwrap();
        wire.tell(&hello).await.unwrap();
        let answer = wire.read().await.unwrap();
        answer["code"].as_str().unwrap_or("welcome").to_owned()
    };
    assert_eq!(greeted("https://shop.example").await, "forbidden");
    stores::set_origins(&house.app.db, &"demo".into(), vec!["https://shop.example".into()]).await.unwrap();
    house.reads_anew("demo");
    assert_eq!(greeted("https://shop.example").await, "welcome");
    assert_eq!(greeted("https://shop.example.evil.example").await, "forbidden");
    assert_eq!(greeted("null").await, "forbidden");
    assert_eq!(greeted(&format!("http://{}", house.address())).await, "welcome");
}

#[tokio::test]
async fn the_desk_is_for_people_of_the_store() {
    let house = House::answering(at_once()).await;
    house.store("other").await;
    house.agent("demo", "mei@demo.example", Role::Agent).await;
    house.agent("other", "eve@other.example", Role::Owner).await;
    let desk = house.token("demo", Scope::Desk).await;
    let (read, admin) = (house.token("demo", Scope::Read).await, house.token("demo", Scope::Admin).await);
    let hello = |token: &str, email: &str| json!({"type": "hello", "token": token, "as": email}).to_string();
    for (frame, code, field) in [
        ("{".to_owned(), "bad_json", None),
        (r#"{"type":"ping"}"#.into(), "unauthorized", None),
        (r#"{"type":"hello"}"#.into(), "unauthorized", None),
        (hello("", "mei@demo.example"), "unauthorized", None),
        (hello("xo_desk_0", "mei@demo.example"), "unauthorized", None),
        (hello(&read, "mei@demo.example"), "unauthorized", None),
        (hello(&admin, "mei@demo.example"), "unauthorized", None),
        (hello(&desk, ""), "invalid", Some("as")),
        (hello(&desk, "nobody@demo.example"), "invalid", Some("as")),
        (hello(&desk, "eve@other.example"), "invalid", Some("as")),
    ] {
        check_refused(&house, "/v1/desk", &frame, code, field).await;
    }
}
