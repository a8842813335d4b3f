//! People take conversations over, write, pass them on, and leave.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use xiaoer::clock::Clock;
use xiaoer::packs::{Files, built_in, publishing};
use xiaoer::people::tokens::Scope;
use xiaoer::protocol::desk::Role;

use crate::support::buyer::Buyer;
use crate::support::desk::Desk;
use crate::support::house::House;
use crate::support::ledger::{author, is_message_of, seq, words};
use crate::support::shop::at_once;

/// A buyer who waits for a person, and a person.
async fn waiting(house: &House) -> (Buyer, Desk) {
    let desk = house.desk("mei").await;
    let mut buyer = house.buyer().await;
    buyer.say("转人工").await;
    buyer.event("handoff").await;
    (buyer, desk)
}

#[tokio::test]
async fn a_person_talks_with_a_buyer() {
    let house = House::answering(at_once()).await;
    let (mut buyer, mut desk) = waiting(&house).await;
    let conversation = buyer.conversation().to_owned();
    desk.watch(&conversation).await;
    assert_eq!(
        desk.command(&conversation, json!({"type": "send", "text": "您好"})).await.unwrap_err()["code"],
        "not_yours"
    );
    desk.claim(&conversation).await;
    assert_eq!(buyer.event("joined").await["author"]["name"], "mei");
    desk.queue_item(&conversation, "human").await;
    desk.until(|f| f["type"] == "assigned" && f["conversation"] == conversation).await;
    let said = desk.say(&conversation, "您好，我来看看").await;
    let heard = buyer.until(|f| is_message_of(f, "agent")).await;
    assert_eq!((seq(&heard), words(&heard), &heard["body"]["origin"]), (said, "您好，我来看看", &json!("human")));
    let asked = buyer.say("下单后多久发货？").await;
    let reply = desk.say(&conversation, "今天发").await;
    desk.read_up_to(&conversation, reply).await;
    let log = house.log(&conversation).await;
    assert!(log.iter().filter(|event| seq(event) > said).all(|event| author(event) != "assistant"), "it is silent now");

    desk.command(&conversation, json!({"type": "return"})).await.unwrap();
    buyer.event("returned").await;
    buyer.say("下单后多久发货？").await;
    assert!(seq(&buyer.answer().await) > asked, "the assistant answers again");
}

#[tokio::test]
async fn what_the_agent_leaves_unanswered_is_the_assistants() {
    let house = House::answering(at_once()).await;
    let (mut buyer, mut desk) = waiting(&house).await;
    let conversation = buyer.conversation().to_owned();
    desk.claim(&conversation).await;
    desk.say(&conversation, "您好").await;
    buyer.say("下单后多久发货？").await;
    desk.command(&conversation, json!({"type": "return"})).await.unwrap();
    assert!(words(&buyer.answer().await).contains("当天发出"));
}

#[tokio::test]
async fn a_buyer_never_hears_what_is_for_the_desk() {
    let house = House::answering(at_once()).await;
    let mut desk = house.desk("mei").await;
    let mut other = house.desk("lan").await;
    let mut buyer = house.buyer().await;
    for secret in ["内部备注", "先安抚", "first_sentence", "transfer", "evidence_of_nothing"] {
        buyer.ledger.must_not_hear(secret);
    }
    buyer.say("转人工").await;
    buyer.event("handoff").await;
    let conversation = buyer.conversation().to_owned();
    for desk in [&mut desk, &mut other] {
        desk.watch(&conversation).await;
    }
    desk.claim(&conversation).await;
    let note = json!({"type": "note", "id": "n", "text": "内部备注：先安抚"});
    let noted = desk.command(&conversation, note.clone()).await.unwrap();
    assert_eq!(desk.command(&conversation, note).await.unwrap()["duplicate"], true);
    // Others may note something about a conversation that is not theirs.
    other.command(&conversation, json!({"type": "note", "text": "内部备注二"})).await.unwrap();
    assert_eq!(seq(&other.event(&conversation, "note").await), seq(&noted));
    desk.command(&conversation, json!({"type": "transfer", "to_agent": other.id(), "reason": "先安抚"})).await.unwrap();
    other.event(&conversation, "transfer").await;
    let said = other.say(&conversation, "您好").await;
    buyer.read_up_to(said).await.unwrap();
    // Reading all of it again on a new connection tells no more.
    buyer.cut();
    buyer.resume_with(json!({"epoch": "another"})).await;
    assert_eq!(buyer.welcome["resumed"], false);
    buyer.read_up_to(said).await.unwrap();
    let public = house.log(&conversation).await;
    let public =
        public.iter().filter(|event| !["note", "brief", "transfer"].contains(&event["kind"].as_str().unwrap()));
    assert_eq!(buyer.ledger.events.iter().map(seq).collect::<Vec<_>>(), public.map(seq).collect::<Vec<_>>());
    // The desk saw everything, each entry once.
    for desk in [&mut desk, &mut other] {
        desk.read_up_to(&conversation, said).await;
        let all: Vec<_> = desk.ledger(&conversation).events.iter().map(seq).collect();
        assert_eq!(all, (1..=said).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_conversation_is_passed_on() {
    let house = House::answering(at_once()).await;
    let (mut buyer, mut mei) = waiting(&house).await;
    let mut lan = house.desk("lan").await;
    let conversation = buyer.conversation().to_owned();
    mei.claim(&conversation).await;
    for (transfer, code, field) in [
        (json!({"type": "transfer", "to_agent": "nobody@demo.example", "reason": ""}), "not_found", None),
        (json!({"type": "transfer", "reason": ""}), "invalid", Some("to_agent")),
        (json!({"type": "transfer", "to_skill": "", "reason": ""}), "invalid", Some("to_skill")),
        (json!({"type": "transfer", "to_skill": "astrology", "reason": "x"}), "invalid", Some("to_skill")),
        (json!({"type": "transfer", "to_skill": "general", "reason": " "}), "invalid", Some("reason")),
        (json!({"type": "transfer", "to_agent": "lan@demo.example", "reason": ""}), "invalid", Some("reason")),
        (json!({"type": "transfer", "to_skill": "a", "to_agent": "b", "reason": ""}), "invalid", Some("to_agent")),
    ] {
        let refused = mei.command(&conversation, transfer).await.unwrap_err();
        assert_eq!((&refused["code"], refused["field"].as_str()), (&json!(code), field), "{refused}");
    }
    let to = json!({"type": "transfer", "id": "t", "to_agent": "lan@demo.example", "reason": "尺码"});
    stored_once(&mut mei, &conversation, &to).await;
    buyer.until(|f| f["kind"] == "joined" && f["author"]["name"] == "lan").await;
    assert_eq!(
        mei.command(&conversation, json!({"type": "send", "text": "x"})).await.unwrap_err()["code"],
        "not_yours"
    );
    lan.say(&conversation, "您好").await;

    let to = json!({"type": "transfer", "id": "t", "to_skill": "general", "reason": "肤质"});
    let passed_on = stored_once(&mut lan, &conversation, &to).await;
    let item = mei.until(|f| f["type"] == "queue" && f["items"][0]["seq"].as_i64() >= Some(passed_on)).await;
    assert_eq!((&item["items"][0]["state"], &item["items"][0]["skill"]), (&json!("queued"), &json!("general")));
    assert_eq!(
        lan.command(&conversation, json!({"type": "send", "text": "x"})).await.unwrap_err()["code"],
        "not_yours"
    );
    mei.claim(&conversation).await;
    stored_once(&mut mei, &conversation, &json!({"type": "return", "id": "r"})).await;
}

/// Sends a command twice under one id: the second is acknowledged as the first. Gives the number.
async fn stored_once(desk: &mut Desk, conversation: &str, command: &Value) -> i64 {
    let first = desk.command(conversation, command.clone()).await.unwrap();
    let again = desk.command(conversation, command.clone()).await.unwrap();
    assert_eq!((&again["seq"], &again["at"]), (&first["seq"], &first["at"]), "{command}");
    assert_eq!((first["duplicate"].as_bool(), again["duplicate"].as_bool()), (None, Some(true)), "{command}");
    seq(&first)
}

#[tokio::test]
async fn who_does_not_have_it_closes_nothing() {
    let house = House::answering(at_once()).await;
    let (mut buyer, mut mei) = waiting(&house).await;
    let mut lan = house.desk("lan").await;
    house.agent("demo", "boss@demo.example", Role::Supervisor).await;
    let token = house.token("demo", Scope::Desk).await;
    let mut boss = Desk::come(house.address(), &token, "boss@demo.example").await;
    let conversation = buyer.conversation().to_owned();
    mei.claim(&conversation).await;
    let refused = lan.command(&conversation, json!({"type": "close"})).await.unwrap_err();
    assert_eq!(refused["code"], "not_yours");
    mei.say(&conversation, "我还在").await;
    boss.command(&conversation, json!({"type": "close"})).await.unwrap();
    buyer.event("closed").await;
}

#[tokio::test]
async fn a_person_sends_what_the_assistant_drafted() {
    let house = House::answering(at_once()).await;
    let mut files: BTreeMap<String, String> = built_in()["general"].files.clone().into();
    let manifest = files["pack.toml"].replace("default = \"auto\"", "default = \"assist\"");
    files.insert("pack.toml".into(), manifest);
    let files = Files::new(files).unwrap();
    publishing::publish(&house.app.db, 0, (&"demo".into(), None), "x", files, None).await.unwrap();
    // A copy in memory may be a second old.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let mut desk = house.desk("mei").await;
    let mut buyer = house.buyer().await;
    buyer.say("下单后多久发货？").await;
    buyer.event("handoff").await;
    let conversation = buyer.conversation().to_owned();
    desk.claim(&conversation).await;
    desk.watch(&conversation).await;
    let draft = desk.event(&conversation, "draft").await["body"].clone();
    let send = json!({"type": "send", "text": draft["text"], "draft": draft["turn"]});
    desk.command(&conversation, send).await.unwrap();
    let heard = buyer.until(|f| is_message_of(f, "agent")).await;
    assert_eq!((&heard["body"]["origin"], &heard["body"]["turn"]), (&json!("human_sent_ai_draft"), &draft["turn"]));
}

#[tokio::test]
async fn a_draft_that_was_never_made_is_a_persons_own_words() {
    let house = House::answering(at_once()).await;
    let (mut buyer, mut desk) = waiting(&house).await;
    let conversation = buyer.conversation().to_owned();
    desk.claim(&conversation).await;
    let send = json!({"type": "send", "text": "今天发", "draft": "t_invented"});
    desk.command(&conversation, send).await.unwrap();
    let heard = buyer.until(|f| is_message_of(f, "agent")).await;
    assert_eq!((&heard["body"]["origin"], &heard["body"]["turn"]), (&json!("human"), &json!(null)));
}

#[tokio::test]
async fn an_emergency_is_first_in_the_queue() {
    let house = House::answering(at_once()).await;
    let (first, mut desk) = waiting(&house).await;
    let mut second = house.buyer().await;
    second.say("转人工").await;
    assert_eq!(second.event("handoff").await["body"]["queue_position"], 2);
    let mut urgent = house.buyer().await;
    urgent.say("宝宝2个月发烧38.5度").await;
    let handoff = urgent.event("handoff").await;
    assert_eq!((&handoff["body"]["reason"], &handoff["body"]["queue_position"]), (&json!("safety_infant"), &json!(1)));
    let priority = async |desk: &mut Desk, buyer: &Buyer| {
        desk.queue_item(buyer.conversation(), "queued").await["priority"].as_i64().unwrap()
    };
    assert_eq!(priority(&mut desk, &urgent).await, 30);
    // Each hears the place that is now theirs.
    let mut again = first.tab().await;
    assert_eq!(again.until(|f| f["type"] == "queue").await["position"], 2);
    let mut again = urgent.tab().await;
    assert_eq!(again.until(|f| f["type"] == "queue").await["position"], 1);
    // Another desk reads the queue in the same order.
    let mut lan = house.desk("lan").await;
    let queue = lan.until(|f| f["type"] == "queue" && f["snapshot"] == true).await;
    let order: Vec<_> = queue["items"].as_array().unwrap().iter().map(|item| &item["conversation"]).collect();
    assert_eq!(order, [urgent.conversation(), first.conversation(), second.conversation()]);
}

/// What each hand-over tells an agent besides its reason.
#[tokio::test]
async fn a_brief_says_what_is_known_how_dangerous_it_is_and_who_is_angry() {
    let house = House::answering(at_once()).await;
    for (words, mood, risk, slot) in [
        ("宝宝2个月发烧38.5度", "", "婴幼儿健康：E0", "宝宝月龄：2"),
        ("垃圾客服，我要投诉到12315", "情绪激动", "", ""),
    ] {
        let mut buyer = house.buyer().await;
        buyer.say(words).await;
        buyer.event("handoff").await;
        let brief = brief(&house, &buyer).await;
        let has = |field: &str, part: &str| {
            let text = brief[field].as_str().unwrap();
            if part.is_empty() { text.is_empty() } else { text.contains(part) }
        };
        assert!(has("mood", mood) && has("risk", risk), "{brief}");
        assert!(brief["slots"].to_string().contains(slot), "{brief}");
    }
    // Whoever presses the button is known as well.
    let mut buyer = house.buyer().await;
    buyer.say("我身高165，体重96斤。下单后多久发货？").await;
    buyer.answer().await;
    buyer.command(json!({"type": "human"})).await.unwrap();
    let brief = brief(&house, &buyer).await;
    assert_eq!(brief["slots"], json!(["身高：165 厘米", "体重：48 公斤"]), "{brief}");
}

/// An agent's first line answers the matter, and not the wish for a person; what is cut short says so.
#[tokio::test]
async fn a_brief_opens_with_the_matter() {
    let house = House::answering(at_once()).await;
    for (said, has, lacks) in [
        (&["下单后多久发货？", "转人工"][..], "「下单后多久发货？」", "转人工"),
        (&["转人工"], "请问有什么可以帮您", "「"),
        (&["我买的裙子领口开线了想换一条新的但是又怕赶不上周末穿，转人工帮我看看"], "周末穿，转人工…」", "帮我看看"),
    ] {
        let mut buyer = house.buyer().await;
        for words in &said[..said.len() - 1] {
            buyer.say(words).await;
            buyer.answer().await;
        }
        buyer.say(said[said.len() - 1]).await;
        buyer.event("handoff").await;
        let brief = brief(&house, &buyer).await;
        let first = brief["first_sentence"].as_str().unwrap();
        assert!(first.contains(has) && !first.contains(lacks), "{said:?}: {first}");
    }
}

async fn brief(house: &House, buyer: &Buyer) -> Value {
    let log = house.log(buyer.conversation()).await;
    log.iter().find(|event| event["kind"] == "brief").expect("a brief")["body"].clone()
}

#[tokio::test]
async fn both_sides_see_reading_and_typing() {
    let house = House::answering(at_once()).await;
    let (mut buyer, mut desk) = waiting(&house).await;
    let conversation = buyer.conversation().to_owned();
    assert_eq!(
        desk.command(&conversation, json!({"type": "typing"})).await.unwrap_err()["code"],
        "not_watched",
        "typing is shown where somebody reads"
    );
    desk.watch(&conversation).await;
    desk.claim(&conversation).await;
    let said = desk.say(&conversation, "您好").await;

    desk.tell(&json!({"type": "typing", "conversation": conversation})).await;
    assert_eq!(buyer.until(|f| f["type"] == "typing").await["author"]["name"], "mei");
    buyer.tell(&json!({"type": "typing"})).await;
    let typing = desk.until(|f| f["type"] == "typing").await;
    assert_eq!((&typing["conversation"], &typing["author"]["kind"]), (&json!(conversation), &json!("buyer")));

    buyer.until(|f| is_message_of(f, "agent")).await;
    buyer.tell(&json!({"type": "read", "seq": said})).await;
    let read = desk.until(|f| f["type"] == "read").await;
    assert_eq!((&read["by"], &read["seq"]), (&json!("buyer"), &json!(said)));
    let asked = buyer.say("好的").await;
    desk.tell(&json!({"type": "read", "conversation": conversation, "seq": asked})).await;
    let read = buyer.until(|f| f["type"] == "read" && f["seq"] == asked).await;
    assert_eq!(read["by"], "agent");
    // Nobody has read what is not there yet.
    buyer.tell(&json!({"type": "read", "seq": 1_000_000})).await;
    let read = desk.until(|f| f["type"] == "read").await;
    assert_eq!(read["seq"], asked, "{read}");
}

#[tokio::test]
async fn who_is_offline_takes_nothing() {
    let house = House::answering(at_once()).await;
    let (buyer, mut desk) = waiting(&house).await;
    desk.ask(json!({"type": "status", "status": "offline"})).await.unwrap();
    let refused = desk.command(buyer.conversation(), json!({"type": "claim"})).await.unwrap_err();
    assert_eq!(refused["code"], "offline");
    desk.ask(json!({"type": "status", "status": "available"})).await.unwrap();
    desk.claim(buyer.conversation()).await;
}

#[tokio::test]
async fn who_vanishes_leaves_the_buyer_to_others() {
    let clock = Clock::at(1_790_000_000_000);
    let house = House::on_a_held_clock(&clock).await;
    let (mut buyer, mut mei) = waiting(&house).await;
    let conversation = buyer.conversation().to_owned();
    mei.claim(&conversation).await;
    let mut lan = house.desk("lan").await;
    buyer.say("还在吗").await;
    mei.cut();
    clock.advance(xiaoer::desk::AWAY_AFTER + 1_000);
    let item = lan.queue_item(&conversation, "queued").await;
    assert_eq!(item["agent"], json!(null));
    lan.claim(&conversation).await;
    buyer.until(|f| f["kind"] == "joined" && f["author"]["name"] == "lan").await;
}
