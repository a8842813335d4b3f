//! The model misbehaves, and we know what happened, in time, without asking more than twice.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;
use xiaoer::assistant::model::{
    ApiKey, Caps, Finish, Message, Model, ModelConfig, ModelError, Reply, Request, Stage, Tool, ToolCall, Usage,
};
use xiaoer::clock::Clock;
use xiaoer::ids::StoreId;

use crate::support::log::Log;
use crate::support::model::{Answer, Fault, Gate, ScriptedModel};

/// Long enough for a busy machine; nothing that goes well waits for it.
const LONG: Duration = Duration::from_secs(8);
const SHORT: Duration = Duration::from_millis(300);

const CUT: &str = "the answer was cut off";

fn config(server: &ScriptedModel) -> ModelConfig {
    ModelConfig { first_byte: LONG, idle: LONG, ..ModelConfig::new(server.base_url(), "scripted") }
}

fn model(config: ModelConfig) -> Model {
    Model::new(config, Clock::system()).unwrap()
}

/// The question of every buyer here, to be found in no log.
const QUESTION: &str = "您的问题";

fn ask<'a>(messages: &'a [Message<'a>], store: &'a StoreId, within: Duration) -> Request<'a> {
    Request {
        store,
        user: "buyer-1",
        messages,
        tools: &[],
        temperature: None,
        max_tokens: None,
        deadline: Instant::now() + within,
    }
}

async fn reply_within(model: &Model, within: Duration) -> Result<Reply, ModelError> {
    let messages = [Message::System("你是客服".into()), Message::User(QUESTION.into())];
    model.reply(ask(&messages, &StoreId::from("shop"), within)).await
}

async fn reply(model: &Model) -> Result<Reply, ModelError> {
    reply_within(model, LONG).await
}

#[track_caller]
fn text(reply: Result<Reply, ModelError>) -> String {
    reply.unwrap().text
}

fn refused(status: u16, code: Option<&str>) -> Result<&'static str, ModelError> {
    Err(ModelError::Refused { status, code: code.map(str::to_owned) })
}

fn broken(what: &'static str, partial: bool) -> Result<&'static str, ModelError> {
    Err(ModelError::Broken { what, partial })
}

/// What comes of each fault when the server never mends, and how often it is asked.
#[tokio::test]
async fn each_fault_has_an_outcome() {
    let lost = || Err(ModelError::Unavailable { why: "the connection was lost" });
    let late = |stage| Err(ModelError::TimedOut { stage });
    let unreadable = "a piece cannot be read";
    let all = "这款有现货，面料摸着很软";
    for (fault, expected, asked) in [
        (Fault::Hang, late(Stage::FirstByte), 1),
        (Fault::StallAtOnce, late(Stage::FirstByte), 1),
        (Fault::Stall, late(Stage::Idle), 1),
        (Fault::Reset, lost(), 2),
        (Fault::Cut, broken(CUT, true), 1),
        (Fault::CutBetween, broken(CUT, true), 1),
        (Fault::Closed, broken(CUT, true), 1),
        (Fault::Status(400), refused(400, Some("why")), 1),
        (Fault::Status(401), refused(401, Some("why")), 1),
        (Fault::Status(500), refused(500, Some("why")), 2),
        (Fault::Status(503), refused(503, Some("why")), 2),
        (Fault::StatusPage(429), refused(429, None), 2),
        (Fault::StatusPage(503), refused(503, None), 2),
        (Fault::StatusPage(302), refused(302, None), 1),
        (Fault::RetryAfter("0"), refused(429, None), 2),
        (Fault::RetryAfter("soon"), refused(429, None), 2),
        (Fault::RetryAfter("Wed, 21 Oct 2015 07:28:00 GMT"), refused(429, None), 2),
        (Fault::RetryAfter("3600"), refused(429, None), 1),
        (Fault::RetryAfter("99999999999999999999"), refused(429, None), 1),
        (Fault::RetryAfter("Fri, 31 Dec 2100 23:59:59 GMT"), refused(429, None), 1),
        (Fault::NoQuota, refused(429, Some("insufficient_quota")), 1),
        (Fault::NumberedError, refused(400, Some("1301")), 1),
        (Fault::FlatError, refused(400, Some("400")), 1),
        (Fault::Page, broken("the answer is a page, not a reply", false), 1),
        (Fault::Empty, broken("the answer is empty", false), 2),
        (Fault::EmptyStream, broken("the answer is empty", false), 2),
        (Fault::Whole, Ok("这款有现货"), 1),
        (Fault::WholeCut, broken(unreadable, false), 1),
        (Fault::Garbled, broken(unreadable, true), 1),
        (Fault::Inline, refused(502, Some("502")), 1),
        (Fault::NoDone, Ok(all), 1),
        (Fault::NoDoneOpen, Ok(all), 1),
        (Fault::Odd, Ok("现货"), 1),
        (Fault::Flood, broken("the reply is longer than 256 kB", true), 1),
        (Fault::FloodLine, broken("a line is longer than 64 kB", true), 1),
        (Fault::FloodHead, lost(), 2),
    ] {
        let server = ScriptedModel::start().await;
        server.says(fault);
        let silent = matches!(fault, Fault::Hang | Fault::StallAtOnce | Fault::Stall);
        let wait = if silent { SHORT } else { LONG };
        let model = model(ModelConfig { first_byte: wait, idle: wait, ..config(&server) });
        let outcome = reply(&model).await;
        assert_eq!(outcome.as_ref().map(|reply| &*reply.text), expected.as_ref().copied(), "{fault:?}");
        assert_eq!(server.requests().len(), asked, "requests at {fault:?}");
        // The kernel's buffers take some megabytes before our refusal to read is felt.
        assert!(server.flooded() < 16 * 1024 * 1024, "{fault:?} was read for {} bytes", server.flooded());
    }
}

#[tokio::test]
async fn a_second_try_may_pass() {
    for fault in [Fault::Status(503), Fault::StatusPage(429), Fault::Reset, Fault::Empty] {
        let server = ScriptedModel::start().await;
        server.says("在的").then(fault);
        assert_eq!(text(reply(&model(config(&server))).await), "在的", "{fault:?}");
        assert_eq!(server.requests().len(), 2);
    }
}

#[tokio::test]
async fn a_second_try_waits_as_long_as_it_is_asked() {
    let server = ScriptedModel::start().await;
    server.says("在的").then(Fault::RetryAfter("1"));
    let start = Instant::now();
    assert_eq!(text(reply(&model(config(&server))).await), "在的");
    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn nobody_listens() {
    let server = ScriptedModel::start().await;
    let model = model(config(&server));
    drop(server);
    // The listener goes when its task is dropped, which may be a moment later.
    tokio::task::yield_now().await;
    assert_eq!(reply(&model).await, Err(ModelError::Unavailable { why: "no connection" }));
}

#[tokio::test]
async fn the_deadline_holds_whatever_happens() {
    let server = ScriptedModel::start().await;
    let model = model(config(&server));
    let late = Err(ModelError::TimedOut { stage: Stage::Deadline });
    for fault in [Fault::Hang, Fault::StallAtOnce, Fault::Stall] {
        server.says(fault);
        assert_eq!(reply_within(&model, SHORT).await, late, "{fault:?}");
    }
    server.says(Answer::says("慢").after(LONG));
    assert_eq!(reply_within(&model, SHORT).await, late);
    server.says(Answer::says_slowly(&"慢".repeat(1000), Duration::from_millis(20)));
    assert_eq!(reply_within(&model, SHORT).await, late);
    assert!(model.is_available(), "a buyer with long questions must not close the model for others");
}

#[tokio::test]
async fn words_come_as_they_are_said() {
    let server = ScriptedModel::start().await;
    let gate = Gate::new();
    server.says(Answer::says("一二三四五六").held_midway(&gate));
    let model = model(config(&server));
    let messages = [Message::User(QUESTION.into())];
    let store = StoreId::from("shop");
    let mut stream = model.start(ask(&messages, &store, LONG)).await.unwrap();
    assert_eq!(stream.next().await, Ok(Some("一二")));
    // Waiting can be given up and taken up again.
    assert!(tokio::time::timeout(Duration::from_millis(20), stream.next()).await.is_err());
    gate.open();
    let mut rest = String::new();
    while let Some(text) = stream.next().await.unwrap() {
        rest.push_str(text);
    }
    assert_eq!(rest, "三四五六");
    assert_eq!(
        stream.into_reply(),
        Reply {
            text: "一二三四五六".into(),
            finish: Finish::Stop,
            usage: Some(Usage { prompt: 100, completion: 20, cached: 0 }),
            model: Some("scripted".into()),
            tool_calls: vec![],
        }
    );
}

#[tokio::test]
async fn a_reset_comes_after_the_words_before_it() {
    let server = ScriptedModel::start().await;
    let gate = Gate::new();
    server.says(Answer::says("一二三四五六").reset_midway(&gate));
    let model = model(config(&server));
    let messages = [Message::User(QUESTION.into())];
    let store = StoreId::from("shop");
    let mut stream = model.start(ask(&messages, &store, LONG)).await.unwrap();
    assert_eq!(stream.next().await, Ok(Some("一二")));
    gate.open();
    let cut = ModelError::Broken { what: CUT, partial: true };
    assert_eq!(stream.next().await, Err(cut.clone()));
    assert_eq!(stream.next().await, Err(cut));
    assert_eq!(stream.text(), "一二");
}

#[tokio::test]
async fn dropping_hangs_up() {
    let server = ScriptedModel::start().await;
    let model = model(config(&server));
    let messages = [Message::User(QUESTION.into())];
    let store = StoreId::from("shop");
    // While a reply is being written,
    server.says(Answer::says("一二三").held_midway(&Gate::new()));
    let mut stream = model.start(ask(&messages, &store, LONG)).await.unwrap();
    assert_eq!(stream.next().await, Ok(Some("一")));
    drop(stream);
    server.aborted(1).await;
    // and while the model has said nothing.
    server.says(Fault::Hang);
    let waiting = tokio::spawn({
        let model = model.clone();
        async move { reply(&model).await }
    });
    server.asked(2).await;
    waiting.abort();
    server.aborted(2).await;
}

#[tokio::test]
async fn connections_are_kept() {
    let server = ScriptedModel::start().await;
    let model = model(config(&server));
    for _ in 0..5 {
        reply(&model).await.unwrap();
    }
    assert_eq!(server.connections(), 1);
    assert_eq!(server.aborted_so_far(), 0);
}

#[tokio::test]
async fn a_failing_model_is_left_alone() {
    let server = ScriptedModel::start().await;
    server.says(Fault::Status(401));
    let model = model(config(&server));
    for _ in 0..5 {
        assert!(model.is_available());
        assert_eq!(reply(&model).await.map(|_| ""), refused(401, Some("why")));
    }
    assert!(!model.is_available());
    assert_eq!(reply(&model).await, Err(ModelError::CircuitOpen));
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn refused_prompts_do_not_close_the_model_for_others() {
    let server = ScriptedModel::start().await;
    server.says(Fault::NumberedError);
    let model = model(config(&server));
    for _ in 0..10 {
        assert!(reply(&model).await.is_err());
    }
    assert!(model.is_available());
}

#[tokio::test]
async fn places_are_limited_in_all_and_for_one_store() {
    let server = ScriptedModel::start().await;
    let gate = Gate::new();
    server.says("在的").then(Answer::says("等等").held(&gate));
    let model = model(ModelConfig { caps: Caps { in_all: 2, per_store: 1, waiting_per_store: 8 }, ..config(&server) });
    let first = tokio::spawn({
        let model = model.clone();
        async move { reply(&model).await }
    });
    gate.reached().await;
    assert_eq!(reply_within(&model, SHORT).await, Err(ModelError::Busy));
    let messages = [Message::User(QUESTION.into())];
    let other = StoreId::from("other");
    assert_eq!(text(model.reply(ask(&messages, &other, LONG)).await), "在的");
    gate.open();
    assert_eq!(text(first.await.unwrap()), "等等");
    assert_eq!(text(reply(&model).await), "在的");
}

#[tokio::test]
async fn tools_are_offered_called_and_answered() {
    let server = ScriptedModel::start().await;
    server.by(|request| match &*request.tool_results() {
        [] => Answer::calls(&[("order", json!({ "id": "A1" })), ("size", json!({ "height_cm": 170 }))]),
        results => Answer::says(&results.join("，")),
    });
    let model = model(ModelConfig { api_key: Some(ApiKey::new("secret")), ..config(&server) });
    let schema = serde_json::value::to_raw_value(&json!({ "type": "object" })).unwrap();
    let tools = [Tool { name: "order", description: "查订单", parameters: &schema }];
    let store = StoreId::from("shop");
    let mut messages = vec![Message::System("你是客服".into()), Message::User(QUESTION.into())];
    let called = model.reply(Request { tools: &tools, ..ask(&messages, &store, LONG) }).await.unwrap();
    let call = |id: &str, name: &str, arguments: &str| ToolCall {
        id: id.into(),
        name: name.into(),
        arguments: arguments.into(),
    };
    let expected = [call("call_0", "order", r#"{"id":"A1"}"#), call("call_1", "size", r#"{"height_cm":170}"#)];
    assert_eq!(called.tool_calls, expected);
    assert_eq!((&*called.text, called.finish), ("", Finish::ToolCalls));

    messages.push(Message::Assistant { text: "".into(), calls: called.tool_calls.into() });
    messages.push(Message::Tool { call: "call_0".into(), result: "已发出".into() });
    messages.push(Message::Tool { call: "call_1".into(), result: "M".into() });
    assert_eq!(text(model.reply(ask(&messages, &store, LONG)).await), "已发出，M");

    let [first, second] = &server.requests()[..] else { panic!("two requests") };
    assert!(first.head.contains("authorization: bearer secret"));
    assert_eq!((first.system(), first.last_user()), ("你是客服", QUESTION));
    assert_eq!(first.json["stream_options"], json!({ "include_usage": true }));
    assert_eq!(
        first.json["tools"],
        json!([{ "type": "function",
            "function": { "name": "order", "description": "查订单", "parameters": { "type": "object" } } }])
    );
    assert_eq!(
        second.json["messages"][2],
        json!({ "role": "assistant", "content": null, "tool_calls": [
            { "id": "call_0", "type": "function", "function": { "name": "order", "arguments": "{\"id\":\"A1\"}" } },
            { "id": "call_1", "type": "function", "function": { "name": "size", "arguments": "{\"height_cm\":170}" } },
        ] })
    );
    assert_eq!(second.json["messages"][3], json!({ "role": "tool", "content": "已发出", "tool_call_id": "call_0" }));
}

#[tokio::test]
async fn without_a_key_none_is_sent() {
    let server = ScriptedModel::start().await;
    reply(&model(config(&server))).await.unwrap();
    let request = &server.requests()[0];
    assert!(!request.head.contains("authorization"));
    assert!(request.json.get("tools").is_none() && request.json.get("temperature").is_none());
}

#[test]
fn settings_that_cannot_work_are_refused() {
    for (base, key) in [("models.example/v1", "k"), ("ftp://models.example", "k"), ("http://models.example", "k\n")] {
        let config = ModelConfig { api_key: Some(ApiKey::new(key)), ..ModelConfig::new(base, "m") };
        let error = format!("{:#}", Model::new(config, Clock::system()).err().unwrap());
        assert!(!error.contains("k\n"), "{error}");
    }
    assert!(!format!("{:?}", ApiKey::new("secret")).contains("secret"));
}

#[tokio::test]
async fn no_log_and_no_error_repeats_the_buyer() {
    let log = Log::listen();
    let mut errors = String::new();
    for fault in [
        Fault::Status(400),
        Fault::Status(500),
        Fault::StatusPage(429),
        Fault::NumberedError,
        Fault::FlatError,
        Fault::Page,
        Fault::Garbled,
        Fault::Inline,
    ] {
        let server = ScriptedModel::start().await;
        server.says(fault);
        let model = model(config(&server));
        for _ in 0..6 {
            let error = reply(&model).await.unwrap_err();
            errors.push_str(&format!("{error} {error:?}\n"));
        }
    }
    let log = log.text();
    assert!(log.contains("left alone"), "the log is heard: {log}");
    assert!(!log.contains(QUESTION) && !errors.contains(QUESTION), "{log}\n{errors}");
}
