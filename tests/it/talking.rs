//! Whole conversations without any model, through the buyer's socket.

use serde_json::{Value, json};
use xiaoer::packs::{Files, built_in, publishing};
use xiaoer::people::tokens::Scope;

use crate::support::buyer::Buyer;
use crate::support::house::House;
use crate::support::ledger::{is_event, is_message_of, words};
use crate::support::shop::at_once;

/// Somebody at the demo shop, and what they have been told.
struct Talk {
    buyer: Buyer,
}

impl Talk {
    async fn of(house: &House, locale: &str, sku: Option<&str>) -> Self {
        let visitor = house.visitor().await;
        let more = json!({"locale": locale, "context": {"sku": sku}});
        Self { buyer: Buyer::come(house.address(), "demo", visitor, more).await }
    }

    /// The buyer whose orders the demo shop has, with the merchant's word for it.
    async fn of_customer(house: &House, context: Value) -> Self {
        let visitor = house.signed("demo", "demo-buyer", None).await;
        Self { buyer: Buyer::come(house.address(), "demo", visitor, json!({"context": context})).await }
    }

    /// Says something, and gives the answer, which has all of `has` and none of `lacks`.
    async fn says(&mut self, said: &str, has: &[&str], lacks: &[&str]) -> Value {
        self.buyer.say(said).await;
        let answer = self.buyer.until(|f| is_message_of(f, "assistant") || is_event(f, "handoff")).await;
        assert!(answer["kind"] == "message", "{said} went to a person: {answer}");
        let told = words(&answer);
        for part in has {
            assert!(told.contains(part), "{said}: no {part} in {told}");
        }
        for part in lacks {
            assert!(!told.contains(part), "{said}: {part} in {told}");
        }
        answer
    }

    /// Says something that a person must see to.
    async fn hands_over(&mut self, said: &str, reason: &str) -> String {
        self.buyer.say(said).await;
        let handoff = self.buyer.until(|f| is_message_of(f, "assistant") || is_event(f, "handoff")).await;
        assert_eq!(handoff["body"]["reason"], reason, "{said}: {handoff}");
        words(&self.buyer.until(|f| is_message_of(f, "system")).await).to_owned()
    }
}

fn evidence(answer: &Value) -> Vec<&str> {
    answer["body"]["evidence"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[tokio::test]
async fn a_size_without_units_is_asked_about_and_corrected() {
    let house = House::answering(at_once()).await;
    let mut talk = Talk::of(&house, "zh-Hans", Some("AP-DRESS-01")).await;
    talk.says("你好", &["AI", "您好"], &["{"]).await;
    talk.says("这件该穿多大码", &["身高", "体重"], &["AI"]).await;
    // Bare figures are understood because they were asked for, also by a process that only has the log.
    talk.says("165 105", &["105 斤还是 105 公斤"], &["建议"]).await;
    let advice = talk.says("斤", &["建议选 S"], &["还是 105"]).await;
    assert!(evidence(&advice).iter().any(|id| id.starts_with("fit:")), "{advice}");
    talk.says("说错了，我是60公斤", &["建议选 L"], &["建议选 S"]).await;
    talk.says("那 M 呢", &["M"], &["方便告诉我您的身高"]).await;
    talk.says("多少钱，有货吗？", &["259", "有货"], &[]).await;
    talk.says("谢谢", &["不客气"], &[]).await;
    talk.buyer.leave().await;
    talk.buyer.resume().await;
    talk.says("那我妈呢，她158 125斤", &["妈妈", "XL"], &[]).await;
}

#[tokio::test]
async fn what_was_asked_is_not_asked_again_in_the_same_words() {
    let house = House::answering(at_once()).await;
    let mut talk = Talk::of(&house, "zh-Hans", Some("AP-DRESS-01")).await;
    talk.says("穿什么码", &["身高", "体重"], &[]).await;
    talk.hands_over("就是不知道穿什么码", "low_confidence").await;
}

#[tokio::test]
async fn traditional_characters_are_answered_in_kind() {
    let house = House::answering(at_once()).await;
    let mut talk = Talk::of(&house, "zh-Hant", Some("AP-DRESS-01")).await;
    talk.says("請問這件要穿什麼尺寸", &["身高", "體重"], &["体重"]).await;
    talk.says("160公分 48公斤", &["建議選 S"], &["建议", "宽"]).await;
    talk.says("可以退貨嗎", &["簽收後 7 天內"], &["签收"]).await;
    talk.says("謝謝", &["不客氣"], &[]).await;
}

#[tokio::test]
async fn english_is_answered_in_english() {
    let house = House::answering(at_once()).await;
    let mut talk = Talk::of(&house, "en", Some("AP-DRESS-01")).await;
    talk.says("Hi", &["AI assistant"], &["您"]).await;
    talk.says("What size should I take?", &["height", "weight"], &[]).await;
    talk.says("5'4 and 110 lb", &["I suggest S"], &["建议"]).await;
    talk.says("How much is it and is it in stock?", &["259 yuan", "in stock"], &[]).await;
    talk.says("Thanks!", &["welcome"], &[]).await;
}

#[tokio::test]
async fn a_delivery_is_planned_once_the_place_is_known() {
    let house = House::answering(at_once()).await;
    let mut talk = Talk::of(&house, "zh-Hans", Some("PE-DOG-15")).await;
    let first = talk.says("要4袋，几天能到", &["2–3 天", "省份"], &[]).await;
    assert!(evidence(&first)[0].starts_with("faq:"), "{first}");
    let plan = talk.says("浙江杭州", &["预计", "4 个包裹", "送货上门"], &[]).await;
    assert!(evidence(&plan).iter().any(|id| id.starts_with("lane:")), "{plan}");
}

#[tokio::test]
async fn ingredients_are_checked_against_each_other() {
    let house = House::answering(at_once()).await;
    let mut talk = Talk::of(&house, "zh-Hans", Some("BE-SERUM-01")).await;
    let answer = talk.says("我在用水杨酸，可以一起用吗", &["按已登记的成分"], &["不清楚成分"]).await;
    assert!(evidence(&answer).iter().any(|id| id.starts_with("rule:")), "{answer}");
    talk.says("孕妇可以用吗", &["孕期", "医生"], &["放心"]).await;
    talk.hands_over("用完脸肿了喘不上气", "safety_allergy").await;
}

#[tokio::test]
async fn a_baby_is_asked_after_and_spoken_of() {
    let house = House::answering(at_once()).await;
    let mut talk = Talk::of(&house, "zh-Hans", Some("MB-FORMULA-2")).await;
    talk.says("宝宝喝几段奶粉", &["出生日期", "母乳是婴儿最理想的食物"], &[]).await;
    let stage = talk.says("6个月", &["2 段"], &["出生日期", "母乳是婴儿最理想的食物"]).await;
    assert_eq!(evidence(&stage), ["rule:baby-1:stage"]);
    talk.says("可以吃蜂蜜吗", &["12 个月以前不要"], &[]).await;
    assert!(talk.hands_over("宝宝2个月发烧38.5度", "safety_infant").await.contains("120"));
}

#[tokio::test]
async fn an_order_is_shown_to_its_buyer_and_to_nobody_else() {
    let house = House::answering(at_once()).await;
    let mut talk = Talk::of_customer(&house, json!({})).await;
    let found = talk.says("我的快递到哪了", &["D20261101", "D20261102"], &["登录"]).await;
    assert!(!evidence(&found).is_empty(), "{found}");
    let mut stranger = Talk::of(&house, "zh-Hans", None).await;
    stranger.buyer.ledger.must_not_hear("D20261101");
    stranger.says("我的快递到哪了", &["登录"], &[]).await;
    stranger.hands_over("查一下我的订单", "identity_failed").await;
}

#[tokio::test]
async fn a_remedy_is_asked_about_and_offered_as_a_card() {
    let house = House::answering(at_once()).await;
    let mut talk = Talk::of_customer(&house, json!({"order_id": "D20261102"})).await;
    talk.says("苹果烂了好几个", &["坏了几个", "退货退款"], &[]).await;
    let offer = talk.says("12个坏了2个", &["退货退款"], &["坏了几个"]).await;
    assert!(!offer["body"]["cards"][0]["choices"].as_array().unwrap().is_empty(), "{offer}");
    let token = house.token("demo", Scope::Read).await;
    let path = format!("/v1/stores/demo/conversations/{}/turns", talk.buyer.conversation());
    let turns: Value =
        house.http().get(house.url(&path)).bearer_auth(&token).send().await.unwrap().json().await.unwrap();
    let stamps = turns["items"].as_array().unwrap().iter().map(|turn| turn["stamp"]["pack"].as_str().unwrap());
    assert!(stamps.into_iter().all(|pack| pack.contains("@built_in-")), "{turns}");
}

#[tokio::test]
async fn a_wish_is_kept_in_mind_over_several_answers() {
    let house = House::answering(at_once()).await;
    let mut talk = Talk::of_customer(&house, json!({})).await;
    talk.says("狗粮没送上门，放驿站了", &["D20261101", "哪一笔订单"], &["只要您同意"]).await;
    talk.says("D20261101", &["几楼"], &[]).await;
    // So much is a person's to grant; what the buyer may have at once is said.
    // One thing at a time is as good.
    talk.says("6楼", &["有没有电梯"], &["几楼"]).await;
    let line = talk.hands_over("没有", "over_authority").await;
    assert!(line.contains("重新派送") && line.contains("退货退款"), "{line}");
}

#[tokio::test]
async fn a_consent_is_asked_for_and_the_figures_are_kept() {
    let house = House::answering(at_once()).await;
    let mut talk = Talk::of(&house, "zh-Hans", Some("AP-DRESS-01")).await;
    talk.says("我160 48kg，帮我记一下", &["保存下来"], &[]).await;
    talk.says("好的，同意", &["记下了"], &[]).await;
    let (db, buyer) = (&house.app.db, talk.buyer.visitor.buyer.as_str().into());
    let kept = xiaoer::profiles::keeping::recall(&mut db.read().await.unwrap(), &"demo".into(), &buyer).await.unwrap();
    assert_eq!((kept.consents.len(), kept.slots.len()), (1, 2), "{kept:?}");
    // The buyer's own words behind them can be shown.
    let log = house.log(talk.buyer.conversation()).await;
    let agreed = log.iter().find(|e| e["body"]["text"] == "好的，同意").expect("it was said");
    let rests_on = kept.consents.iter().map(|c| c.seq).chain(kept.slots.iter().map(|s| s.seq));
    assert!(rests_on.into_iter().all(|seq| seq == agreed["seq"].as_i64()), "{kept:?}");
}

#[tokio::test]
async fn what_nobody_wrote_down_goes_to_a_person() {
    let house = House::answering(at_once()).await;
    let mut talk = Talk::of(&house, "zh-Hans", None).await;
    let line = talk.hands_over("你们老板的手机号是多少", "no_evidence").await;
    assert!(line.contains("人工"), "{line}");
    for question in ["你们老板喜欢什么颜色", "芒果甜吗"] {
        Talk::of(&house, "zh-Hans", None).await.hands_over(question, "no_evidence").await;
    }
    let mut talk = Talk::of(&house, "zh-Hans", Some("PE-CAT-05")).await;
    // What the store's own answer says of a person is so.
    assert!(talk.hands_over("猫对鱼过敏能吃吗", "policy").await.contains("停喂"));
    let mut talk = Talk::of(&house, "zh-Hans", None).await;
    let line = talk.hands_over("地址写错了能改吗", "policy").await;
    assert!(line.contains("改地址") && line.contains("人工"), "{line}");
}

#[tokio::test]
async fn what_a_pack_knows_is_said_and_cited_from_the_next_turn_on() {
    let house = House::answering(at_once()).await;
    let mut talk = Talk::of(&house, "zh-Hans", Some("PE-DOG-15")).await;
    let mut files: std::collections::BTreeMap<String, String> = built_in()["pet"].files.clone().into();
    let known = "## 月球上能养狗吗？ {#moon}\n月球站暂时不接待宠物，请等通知。\n";
    files.insert("knowledge/moon.md".into(), known.into());
    let (db, store) = (&house.app.db, "demo".into());
    publishing::publish(db, 0, (&store, None), "x", Files::new(files).unwrap(), None).await.unwrap();
    house.app.stores.forget(&store);
    let answer = talk.says("月球上能养狗吗", &["月球站暂时不接待宠物"], &[]).await;
    assert_eq!(evidence(&answer), ["pack:pet/moon"]);
    publishing::roll_back(db, 0, &store, Some("pet"), "x").await.unwrap();
    house.app.stores.forget(&store);
    talk.hands_over("月球上到底能养狗吗", "no_evidence").await;
}

#[tokio::test]
async fn a_merchants_own_unlawful_claim_is_not_passed_on() {
    let house = House::answering(at_once()).await;
    let token = house.token("demo", Scope::Admin).await;
    let faq = "question,answer,category,tags\n星尘面膜有什么作用？,星尘面膜全网第一，能治疗湿疹。,,\n";
    let path = house.url("/v1/stores/demo/imports/faq?name=f.csv");
    let done = house.http().post(path).bearer_auth(&token).body(faq).send().await.unwrap();
    assert!(done.status().is_success());
    house.app.stores.forget(&"demo".into());
    let mut talk = Talk::of(&house, "zh-Hans", None).await;
    talk.buyer.ledger.must_not_hear("治疗");
    talk.hands_over("星尘面膜有什么作用", "low_confidence").await;
}
