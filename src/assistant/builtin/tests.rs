//! Conversations without a model, each on its own data, from the first word to the last.

use crate::assistant::rehearsal::Rehearsing;
use crate::packs::{Answered, Case, Expert, Rehearsal, built_in};
use crate::protocol::HandoffReason;

/// Products, people who tried them, a lane and an order, as a case has them.
const DATA: &str = include_str!("tests.toml");

/// What the buyer says, what the answer must hold, and what it must not.
type Turn<'a> = (&'a str, &'a [&'a str], &'a [&'a str]);

async fn play(pack: &str, locale: &str, context: &str, said: &[&str]) -> Vec<Answered> {
    let pack = &built_in()[pack];
    let turns: Vec<String> =
        said.iter().map(|said| format!("[[case.turn]]\nbuyer = {said:?}\nstays = true\n")).collect();
    let case =
        format!("{DATA}\n[[case]]\nname = \"x\"\nlocale = {locale:?}\ncontext = {{ {context} }}\n{}", turns.concat());
    let case: Case = crate::packs::cases_of(&case, &Expert::ALL).unwrap().remove(0);
    Rehearsing::default().play(pack, &case).await.unwrap()
}

#[track_caller]
fn check(answers: &[Answered], turns: &[Turn<'_>]) {
    for (n, (said, has, lacks)) in turns.iter().enumerate() {
        let Some(answer) = answers.get(n) else { panic!("{said}: no answer after {answers:?}") };
        for part in *has {
            assert!(answer.text.contains(part), "{said}: no {part} in {answer:?}");
        }
        for part in *lacks {
            assert!(!answer.text.contains(part), "{said}: {part} in {answer:?}");
        }
    }
}

async fn talk(pack: &str, locale: &str, context: &str, turns: &[Turn<'_>]) -> Vec<Answered> {
    let said: Vec<&str> = turns.iter().map(|(said, ..)| *said).collect();
    let answers = play(pack, locale, context, &said).await;
    check(&answers, turns);
    answers
}

const DRESS: &str = "sku = \"dress-01\"";

#[tokio::test]
async fn a_size_that_is_asked_about_is_spoken_of() {
    let answers =
        talk("apparel", "zh-Hans", DRESS, &[("160cm 48kg 穿 S 会不会大", &["S", "宽松"], &["方便告诉我您的身高"])])
            .await;
    assert!(answers[0].called.contains(&Expert::RecommendSize) && answers[0].handoff.is_none());
}

#[tokio::test]
async fn what_is_missing_is_asked_for_once_and_a_bare_answer_goes_on() {
    let answers = talk(
        "apparel",
        "zh-Hans",
        DRESS,
        &[
            ("这件该拿什么码", &["身高", "体重"], &[]),
            ("160 48", &["建议选 S"], &[]),
            ("那 M 呢", &["M"], &["方便告诉我"]),
        ],
    )
    .await;
    assert_eq!(answers[0].asked.iter().map(String::as_str).collect::<Vec<_>>(), ["height_cm", "weight_kg"]);
}

#[tokio::test]
async fn who_gives_one_of_two_measures_is_asked_for_the_other() {
    for (first, one, asks, other) in [
        ("这个裙子我能穿吗", "48公斤", "身高", "一六零"),
        ("选几码", "我身高160", "体重", "48公斤"),
        ("帮我看下尺码", "身高160", "体重", "96斤"),
        ("穿啥码", "160", "体重", "48kg"),
        ("这个我能穿不", "96斤", "身高", "160"),
    ] {
        let turns: &[Turn<'_>] = &[(first, &["身高", "体重"], &[]), (one, &[asks], &[]), (other, &["建议选 S"], &[])];
        let answers = talk("apparel", "zh-Hans", DRESS, turns).await;
        assert!(answers.iter().all(|answer| answer.handoff.is_none()), "{first}: {answers:?}");
    }
    let answers = play("apparel", "zh-Hans", DRESS, &["这个我能穿不", "96斤", "不告诉你"]).await;
    assert!(answers[2].handoff.is_some(), "it came neither time: {answers:?}");
}

#[tokio::test]
async fn a_correction_is_reckoned_again_and_a_doubt_is_asked_about() {
    talk(
        "apparel",
        "zh-Hans",
        DRESS,
        &[("160 48kg穿多大", &["建议选 S"], &[]), ("说错了，我是168 60公斤", &["L", "M"], &["建议选 S"])],
    )
    .await;
    talk(
        "apparel",
        "zh-Hans",
        DRESS,
        &[("身高165体重105穿几码", &["105 斤还是 105 公斤"], &["建议"]), ("斤", &["S", "M"], &["还是 105"])],
    )
    .await;
}

#[tokio::test]
async fn two_people_get_an_answer_each() {
    let answers = talk(
        "apparel",
        "zh-Hans",
        DRESS,
        &[("我160 48kg，我妈168 60公斤，分别穿什么码", &["您：", "您妈妈：", "S", "L"], &[])],
    )
    .await;
    assert_eq!(answers[0].called.len(), 1);
}

#[tokio::test]
async fn a_shape_is_about_cuts_and_a_body_about_sizes() {
    talk("apparel", "zh-Hans", DRESS, &[("我是梨形，高腰的适合我吗", &["高腰"], &["胖", "粗"])]).await;
    let turns: &[Turn<'_>] = &[("梨形身材160 48kg，这条高腰的能穿吗", &["高腰", "S"], &["胖", "粗"])];
    let answers = talk("apparel", "zh-Hans", DRESS, turns).await;
    assert!(answers[0].called.contains(&Expert::RecommendSize));
}

#[tokio::test]
async fn who_asks_on_is_not_told_the_same_again() {
    let turns: &[Turn<'_>] = &[
        ("160 48kg穿什么码", &["建议选 S，", "试穿者"], &["梨形"]),
        ("会不会显胖", &["和刚才一样，建议选 S", "偏宽松", "梨形"], &["试穿者", "胖"]),
        ("我是梨形", &["建议选 S", "从腰下散开"], &["胖", "粗"]),
        ("我肩膀比较宽", &["肩宽"], &["胖", "粗"]),
    ];
    let answers = talk("apparel", "zh-Hans", DRESS, turns).await;
    assert!(answers.iter().all(|answer| answer.handoff.is_none()), "{answers:?}");
    assert!(answers[1].asked.contains("shape"));
}

#[tokio::test]
async fn a_question_among_others_that_nobody_can_answer_is_named() {
    let lamp = "sku = \"lamp-01\"";
    for (locale, said, has) in [
        ("zh-Hans", "这个多少钱，能刻字吗", &["159", "「能刻字吗」", "转人工"][..]),
        ("zh-Hans", "能刻字吗 功率多大", &["12 W", "「能刻字吗」"]),
        ("zh-Hant", "這個多少錢，可不可以刻字", &["159", "「可不可以刻字」", "轉人工"]),
        ("en", "How much is it? Can you engrave a name on it?", &["159", "engrave", "talk to a human"]),
    ] {
        let answers = talk("general", locale, lamp, &[(said, has, &[])]).await;
        assert!(answers[0].handoff.is_none(), "{said}: {answers:?}");
    }
    for said in [
        "这个多少钱，可以吗",
        "请问一下这个多少钱呢，在吗",
        "多少钱，有人能回答吗",
        "多少钱，什么态度吗",
        "这个多少钱，功率多大",
        "平时用别家的，这个拍什么，多少钱",
    ] {
        let answers = play("general", "zh-Hans", lamp, &[said]).await;
        assert!(!answers[0].text.contains("可靠的资料") && answers[0].handoff.is_none(), "{said}: {answers:?}");
    }
    // What might harm is not said back.
    for said in ["多少钱，能看 evil.example/a 吗", "多少钱，能治好近视吗"] {
        talk("general", "zh-Hans", lamp, &[(said, &["另一点"], &["evil", "近视"])]).await;
    }
}

#[tokio::test]
async fn without_anybody_alike_it_says_so() {
    talk("apparel", "zh-Hans", DRESS, &[("我190 95公斤穿什么码", &["没有相近身材"], &["一定"])]).await;
    // No chart and no record at all.
    talk("apparel", "zh-Hans", "sku = \"scarf-01\"", &[("160 48kg穿什么码", &["还没有试穿数据"], &["建议选"])]).await;
}

#[tokio::test]
async fn it_answers_in_the_buyers_script() {
    talk("apparel", "zh-Hant", DRESS, &[("160公分48公斤要穿什麼尺寸", &["建議選 S"], &["建议", "宽"])]).await;
    talk(
        "apparel",
        "en",
        DRESS,
        &[("What size should I take?", &["height", "weight"], &[]), ("160 cm and 48 kg", &["S"], &["码"])],
    )
    .await;
    talk("general", "zh-Hant", DRESS, &[("可以開發票嗎", &["發票"], &["发票"])]).await;
}

#[tokio::test]
async fn who_does_not_sign_in_gets_a_person_the_second_time() {
    let answers = play("general", "zh-Hans", "", &["我的快递到哪了", "查一下我的订单"]).await;
    assert!(answers[0].text.contains("登录") && answers[0].handoff.is_none(), "{answers:?}");
    assert_eq!(answers[1].handoff, Some(HandoffReason::IdentityFailed));
    let turns: &[Turn<'_>] = &[("我的快递到哪了", &["G1001"], &["G2002"])];
    talk("general", "zh-Hans", "buyer = \"li\"", turns).await;
}

#[tokio::test]
async fn what_is_not_known_goes_to_a_person() {
    let answers = play("general", "zh-Hans", "", &["你们老板喜欢什么颜色"]).await;
    assert_eq!((answers[0].handoff, answers[0].text.as_str()), (Some(HandoffReason::NoEvidence), ""));
}

#[tokio::test]
async fn a_remedy_goes_on_from_question_to_question() {
    let context = "buyer = \"li\", order_id = \"G1001\"";
    let turns: &[Turn<'_>] =
        &[("没送上门，放驿站了", &["重新派送", "几楼"], &[]), ("6楼 没电梯", &["退货退款"], &["几楼"])];
    talk("pet", "zh-Hans", context, turns).await;
    let turns: &[Turn<'_>] = &[("杯子烂了好几个", &["坏了几个"], &[]), ("20 6", &["退货退款"], &["坏了几个"])];
    talk("fresh", "zh-Hans", context, turns).await;
}

#[tokio::test]
async fn a_place_is_asked_for_and_then_planned_with() {
    let turns: &[Turn<'_>] = &[("要4袋多久能到", &["地址"], &[]), ("浙江杭州", &["预计", "送货上门"], &[])];
    let answers = talk("pet", "zh-Hans", "sku = \"dog-10\"", turns).await;
    assert!(answers[1].called.contains(&Expert::PlanDelivery) && answers[1].handoff.is_none());
}

#[tokio::test]
async fn the_quiz_goes_on_to_a_type() {
    let said = ["我是什么肤质", "3", "选2", "T 区有点脱妆", "1", "1", "1", "1", "1", "1", "1", "1", "2"];
    let answers = play("beauty", "zh-Hans", "", &said).await;
    assert!(answers[3].text.starts_with("已选 3, 2, 3。"), "{:?}", answers[3]);
    let last = answers.last().unwrap();
    assert!(answers.len() == said.len() && last.text.contains("肤质偏"), "{answers:#?}");
}

#[tokio::test]
async fn a_consent_is_asked_for_and_taken() {
    for (answer, expected) in [("好的同意", "记下了"), ("不用了", "不会保存")] {
        let turns: &[Turn<'_>] =
            &[("我160 48kg，帮我记一下", &["保存下来", "吗"], &[]), (answer, &[expected], &["保存下来，方便"])];
        let answers = talk("apparel", "zh-Hans", DRESS, turns).await;
        assert!(answers.iter().all(|answer| answer.handoff.is_none()), "{answers:?}");
    }
}

#[tokio::test]
async fn courtesies_are_returned() {
    let turns: &[Turn<'_>] = &[("你好", &["您好"], &["{"]), ("谢谢", &["不客气"], &[]), ("拜拜", &["愉快"], &[])];
    let answers = talk("apparel", "zh-Hans", "", turns).await;
    assert!(answers.iter().all(|answer| answer.handoff.is_none()));
}

#[tokio::test]
async fn it_says_what_it_is() {
    for (locale, said, has) in [
        ("zh-Hans", "你是人还是机器人？", "转人工"),
        ("zh-Hant", "你是機器人嗎", "轉人工"),
        ("en", "Are you a bot?", "AI assistant"),
        ("zh-Hans", "你是AI吗，这条裙子多少钱", "199"),
    ] {
        let answers = talk("apparel", locale, DRESS, &[(said, &["AI", has], &[])]).await;
        assert!(answers[0].handoff.is_none(), "{answers:?}");
    }
}

#[tokio::test]
async fn a_product_is_known_by_its_name() {
    talk("general", "zh-Hans", "", &[("松木猫砂多少钱", &["39"], &[]), ("松木猫砂有货吗", &["有货"], &[])]).await;
    talk("general", "zh-Hans", "", &[("多少钱", &["哪一款"], &[])]).await;
}

/// What the buyer says, what the answer must hold, and whether a person takes over.
async fn answers(pack: &str, context: &str, cases: &[(&str, &[&str], bool)]) {
    for (said, has, is_handed_over) in cases {
        let answers = talk(pack, "zh-Hans", context, &[(said, has, &[])]).await;
        assert_eq!(answers[0].handoff.is_some(), *is_handed_over, "{said}: {answers:?}");
    }
}

#[tokio::test]
async fn questions_beside_each_other_are_each_answered() {
    answers(
        "general",
        "sku = \"lamp-01\"",
        &[
            ("多少钱 有什么颜色", &["159", "米白"], false),
            ("能开发票吗 几档亮度 多少钱", &["发票", "5 档", "159"], false),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_product_is_told_of_from_its_own_records() {
    answers(
        "general",
        "sku = \"lamp-01\"",
        &[
            ("有黑色吗", &["米白、墨绿"], false),
            ("几档亮度", &["5 档亮度"], false),
            ("功率多大", &["12 W"], false),
            ("是铝合金的吗 什么材质", &["铝合金"], false),
        ],
    )
    .await;
    let both: &[&str] = &["S 长 98 cm", "建议选 S"];
    answers(
        "apparel",
        DRESS,
        &[("S码裙长多少", &["S 长 98 cm"], false), ("我160,48kg,S会不会短,裙长多少", both, false)],
    )
    .await;
    talk("general", "zh-Hant", "sku = \"lamp-01\"", &[("有什麼顏色", &["墨綠"], &["绿"])]).await;
}

#[tokio::test]
async fn diapers_go_by_the_babys_weight() {
    answers(
        "mother_baby",
        "sku = \"diaper-m\"",
        &[
            ("宝宝16斤穿M合适吗", &["6–11 公斤", "8 公斤在范围内"], false),
            ("宝宝8个月 19斤 要M还是L", &["9.5 公斤在范围内"], false),
            ("这个尿不湿23斤的宝宝能穿吗", &["11.5 公斤不在范围内"], false),
            ("穿多大的", &["6–11 公斤"], false),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_known_order_is_spoken_of() {
    let zhao = "buyer = \"zhao\"";
    answers(
        "apparel",
        zhao,
        &[
            ("我的快递到哪了", &["G3003", "运输途中"], false),
            ("我买的裙子什么时候能到", &["G3003", "运输途中"], false),
            ("物流三天没动了 是不是丢件了", &["G3003"], true),
        ],
    )
    .await;
    answers("fresh", "buyer = \"qian\"", &[("苹果到了烂了4个 一共12个 怎么赔", &["退货退款"], true)]).await;
}

#[tokio::test]
async fn harm_that_is_denied_is_no_harm() {
    for (pack, said) in [
        ("beauty", "我没有过敏过，就想问干皮用油不油"),
        ("fresh", "芒果过敏的人多吗 我没吃过 能买吗"),
        ("pet", "猫不吐不拉 就是不爱吃"),
    ] {
        talk(pack, "zh-Hans", "", &[(said, &[], &["停用", "停喂"])]).await;
    }
}

#[test]
fn what_is_denied_is_taken_out() {
    for (text, is_without) in [
        ("我没有过敏过，就想问干皮用油不油", true),
        ("猫不吐不拉 就是不爱吃", true),
        ("会过敏吗", true),
        ("以前没过敏过，这次用了脸红肿了", false),
        ("用了过敏怎么办", false),
        ("狗一直吐", false),
        ("没有呕吐，但是一直抓痒", false),
        ("包邮吗", false),
    ] {
        assert_eq!(super::intents::without_harm(text).is_some(), is_without, "{text}");
    }
}

#[test]
fn a_choice_is_named_in_words() {
    for (said, expected) in [
        ("红包吧", Some("keep")),
        ("行 要红包", Some("keep")),
        ("那就按你说的赔吧", Some("keep")),
        ("重新派送", Some("redeliver")),
        ("叫跑腿吧", Some("errand")),
        ("我要退货", Some("return")),
        ("都不要", Some("decline")),
        ("几点上班", None),
    ] {
        assert_eq!(super::intents::choices_named(said).next(), expected, "{said}");
    }
}
