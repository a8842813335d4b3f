//! People's numbers reach no model, and what was said to models can be looked at, masked, by those who may, for a time.

use serde_json::{Value, json};
use xiaoer::assistant::sweep_transcripts;
use xiaoer::clock::Clock;
use xiaoer::people::tokens::Scope;
use xiaoer::protocol::desk::Role;

use crate::support::buyer::Buyer;
use crate::support::house::{Answer as Http, House, PASSWORD};
use crate::support::ledger::words;
use crate::support::model::{Answer, Fault, Gate, ScriptedModel};
use crate::support::shop::set_policy;

const PHONE: &str = "138 0013 8000";
const DAY: i64 = 24 * 3_600_000;

async fn house(model: &ScriptedModel, transcripts: Value) -> House {
    let address = model.base_url();
    let settings = [("openai_base_url", address.as_str()), ("llm_model", "scripted")];
    let house = House::at(Clock::system(), &settings).await;
    rules(&house, transcripts).await;
    house
}

async fn rules(house: &House, transcripts: Value) {
    let service = json!({"open": "00:00", "close": "24:00"});
    let policy = json!({"service": service, "answer": {"burst_ms": 0}, "transcripts": transcripts});
    set_policy(&house.app.db, "demo", policy).await;
}

async fn get(house: &House, path: &str, scope: Scope) -> Http {
    let token = house.token("demo", scope).await;
    Http::of(house.request(reqwest::Method::GET, &format!("/v1/stores/demo/{path}")).bearer_auth(token)).await
}

/// The transcript of a turn, once it is stored.
async fn prompt(house: &House, buyer: &Buyer, turn: &str) -> Value {
    let path = format!("conversations/{}/turns/{turn}/prompt", buyer.conversation());
    for _ in 0..200 {
        let answer = get(house, &path, Scope::Admin).await;
        if answer.status == 200 {
            return answer.body;
        }
        assert_eq!(answer.status, 404, "{}", answer.text);
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("no transcript of turn {turn} was stored");
}

/// The turns of a conversation of which one is kept, once there are so many.
async fn kept(house: &House, buyer: &Buyer, many: usize) -> Vec<String> {
    for _ in 0..200 {
        let path = format!("conversations/{}/prompts", buyer.conversation());
        let turns = get(house, &path, Scope::Admin).await.body["items"].clone();
        let turns: Vec<String> = serde_json::from_value(turns).unwrap();
        if turns.len() >= many {
            return turns;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("fewer than {many} transcripts were stored");
}

#[tokio::test]
async fn a_model_sees_marks_and_the_buyer_sees_the_number() {
    let model = ScriptedModel::start().await;
    let house = house(&model, json!({"keep": "none"})).await;
    let mut buyer = house.buyer().await;
    model.says("好的，已经记下〔电话1〕，还有别的问题吗？");
    buyer.say(&format!("我的手机是{PHONE}，邮箱a.b@qq.com，身高165")).await;
    assert_eq!(words(&buyer.answer().await).matches(PHONE).count(), 1);
    buyer.say("我再说一遍，是13800138000").await;
    buyer.answer().await;
    for request in model.requests() {
        let sent = request.json["messages"].to_string();
        assert!(!sent.contains("8000") && !sent.contains("qq.com"), "{sent}");
        assert!(sent.contains("〔电话1〕") && sent.contains("〔邮箱1〕") && sent.contains("165"), "{sent}");
        assert!(!sent.contains("〔电话2〕"), "the same number has the same mark: {sent}");
    }
    // The second prompt begins as the first one.
    let (first, second) = (&model.requests()[0].json["messages"], &model.requests()[1].json["messages"]);
    assert_eq!(first[0], second[0]);
    // The log keeps what was said.
    let log = house.log(buyer.conversation()).await;
    assert!(log[0]["body"]["text"].as_str().unwrap().contains(PHONE));
}

#[tokio::test]
async fn a_call_has_the_value_and_its_result_has_the_mark() {
    let model = ScriptedModel::start().await;
    let house = house(&model, json!({"keep": "none"})).await;
    model.then(Answer::calls(&[("search_knowledge", json!({"query": "〔电话1〕能收到短信吗"}))])).says("在的。");
    let mut buyer = house.buyer().await;
    buyer.say(&format!("{PHONE}能收到发货短信吗")).await;
    buyer.answer().await;
    let log = house.log(buyer.conversation()).await;
    let tool = log.iter().find(|event| event["kind"] == "tool").unwrap();
    assert_eq!(tool["body"]["arguments"]["query"], "13800138000能收到短信吗", "{tool}");
    assert!(!model.requests()[1].json["messages"].to_string().contains("8000"));
}

#[tokio::test]
async fn a_turn_can_be_looked_at_masked_by_those_who_may() {
    let model = ScriptedModel::start().await;
    let house = house(&model, json!({"keep": "all"})).await;
    model.then(Answer::calls(&[("search_knowledge", json!({"query": "多久发货"}))])).says("给〔电话1〕发短信。");
    let mut buyer = house.buyer().await;
    buyer.say(&format!("我叫张小三，电话{PHONE}，住上海市浦东新区张江路88号5栋302室，多久发货")).await;
    let answer = buyer.answer().await;
    let turn = answer["body"]["turn"].as_str().unwrap();
    let seen = prompt(&house, &buyer, turn).await;
    assert_eq!((seen["ended"].as_str(), seen["turn"].as_str()), (Some("answered"), Some(turn)));
    let roles: Vec<&str> =
        seen["messages"].as_array().unwrap().iter().map(|message| message["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["system", "user", "assistant", "tool"]);
    assert_eq!(seen["messages"][0]["text"], model.requests()[0].json["messages"][0]["content"]);
    assert_eq!(seen["messages"][2]["calls"][0]["name"], "search_knowledge");
    assert_eq!(seen["tools"][0]["name"], model.requests()[0].json["tools"][0]["function"]["name"]);
    assert_eq!(seen["requests"].as_array().unwrap().len(), 2);
    assert_eq!((&seen["requests"][1]["prompt_tokens"], &seen["stamp"]["rounds"]), (&json!(100), &json!(2)));
    let text = seen.to_string();
    for secret in ["8000", "张小三", "张江路88"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert!(text.contains("〔姓名〕") && text.contains("〔地址〕") && text.contains("给〔电话〕发短信"), "{text}");
    // By the number of the answer's entry, too; and not by everybody.
    let seq = answer["seq"].as_i64().unwrap();
    assert_eq!(prompt(&house, &buyer, &seq.to_string()).await["turn"], seen["turn"]);
    let path = format!("conversations/{}/turns/{turn}/prompt", buyer.conversation());
    assert_eq!(get(&house, &path, Scope::Read).await.status, 403);
    for (role, status) in [(Role::Agent, 403), (Role::Supervisor, 200)] {
        let email = format!("{role:?}@demo.example");
        house.agent("demo", &email, role).await;
        let browser = house.sign_in("demo", &email, PASSWORD).await;
        let request = house.request(reqwest::Method::GET, &format!("/v1/stores/demo/{path}"));
        assert_eq!(Http::of(request.header("cookie", &browser.cookie)).await.status, status, "{role:?}");
    }
    // Another conversation has no such turn.
    let other = house.buyer().await;
    let path = format!("conversations/{}/turns/{turn}/prompt", other.conversation());
    assert_eq!(get(&house, &path, Scope::Admin).await.status, 404);
    // Erasing the buyer takes it away.
    let token = house.token("demo", Scope::Admin).await;
    let address = format!("/v1/stores/demo/buyers/{}", buyer.visitor.buyer);
    assert_eq!(Http::of(house.request(reqwest::Method::DELETE, &address).bearer_auth(token)).await.status, 200);
    let path = format!("conversations/{}/turns/{turn}/prompt", buyer.conversation());
    assert_eq!(get(&house, &path, Scope::Admin).await.status, 404);
}

#[tokio::test]
async fn with_no_share_only_what_went_wrong_is_kept() {
    let model = ScriptedModel::start().await;
    let house = house(&model, json!({"keep": "some", "share": 0.0})).await;
    let mut buyer = house.buyer().await;
    model.says("在的，请说。");
    buyer.say("在吗").await;
    buyer.answer().await;
    // A promise without anything behind it is held, twice, and a person answers.
    model.says("保证治好湿疹，治不好退您500元。");
    buyer.say("能治湿疹吗").await;
    buyer.event("handoff").await;
    let turns = kept(&house, &buyer, 1).await;
    assert_eq!(turns.len(), 1);
    let seen = prompt(&house, &buyer, &turns[0]).await;
    assert_eq!(seen["ended"], "handed_off");
    assert!(seen["answer"].as_str().unwrap().contains("湿疹") && seen["stamp"]["rounds"] == 2, "{seen}");
    // A model that fails, and one that is cut by the deadline.
    let mut second = house.buyer().await;
    model.says(Fault::Status(500));
    second.say("下单后多久发货？").await;
    second.answer().await;
    let turns = kept(&house, &second, 1).await;
    assert_eq!(prompt(&house, &second, &turns[0]).await["ended"], "failed");
    let gate = Gate::new();
    model.says(Answer::says("在的，请说。").held(&gate));
    let mut desk = house.desk("lin").await;
    let mut third = house.buyer().await;
    third.say("在吗").await;
    gate.reached().await;
    desk.command(third.conversation(), json!({"type": "claim"})).await.unwrap();
    let turns = kept(&house, &third, 1).await;
    assert_eq!(prompt(&house, &third, &turns[0]).await["ended"], "gone");
}

#[tokio::test]
async fn they_are_swept_after_their_days() {
    let model = ScriptedModel::start().await;
    let address = model.base_url();
    let clock = Clock::at(1_790_000_000_000);
    let house = House::at(clock.clone(), &[("openai_base_url", address.as_str())]).await;
    rules(&house, json!({"keep": "all", "days": 2})).await;
    let mut buyer = house.buyer().await;
    buyer.say("在吗").await;
    let turn = buyer.answer().await["body"]["turn"].as_str().unwrap().to_owned();
    prompt(&house, &buyer, &turn).await;
    let parts = |db: xiaoer::db::Db| async move {
        xiaoer::db::transcript::stores(&mut db.read().await.unwrap()).await.unwrap().len()
    };
    assert_eq!(parts(house.app.db.clone()).await, 1);
    clock.advance(DAY);
    sweep_transcripts(&house.app.db, &house.app.stores, clock.now()).await.unwrap();
    assert_eq!(parts(house.app.db.clone()).await, 1);
    clock.advance(2 * DAY);
    sweep_transcripts(&house.app.db, &house.app.stores, clock.now()).await.unwrap();
    assert_eq!(parts(house.app.db.clone()).await, 0);
}
