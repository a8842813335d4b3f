//! Questions as parents ask them.

use serde_json::json;

use super::*;

fn baby(born: &str, weeks: Option<i64>) -> Baby {
    Baby { born: Some(born.parse().unwrap()), gestation_days: weeks.map(|weeks| gestation(weeks, 0).unwrap()) }
}

fn on(day: &str) -> Date {
    day.parse().unwrap()
}

fn asked(baby: &Baby, topic: &str) -> Answer<Advice> {
    advise(baby, Some(topic), on("2026-11-20"), true, Locale::Hans)
}

#[test]
fn the_result_has_the_names_of_the_contract() {
    let answer = advise(&baby("2026-01-15", Some(32)), None, on("2026-07-15"), true, Locale::Hans);
    assert_eq!(
        serde_json::to_value(&answer).unwrap(),
        json!({
            "status": "ok", "evidence": ["rule:baby-1:age"], "missing": [],
            "say": "宝宝现在 6 个月。按矫正月龄是 4 个月。",
            "age_days": 181, "age_months": 6, "corrected_days": 125, "before_due": false, "stage": null, "level": null,
            "facts_only": true,
        })
    );
}

#[test]
fn stages_go_by_months() {
    for (born, stage) in [
        ("2026-11-20", 1),
        ("2026-05-21", 1),
        ("2026-05-20", 2),
        ("2025-11-21", 2),
        ("2025-11-20", 3),
        ("2023-11-21", 3),
        ("2023-11-20", 4),
    ] {
        let answer = asked(&baby(born, None), "stage");
        assert_eq!((answer.status, answer.found.stage), (Status::Ok, Some(stage)), "{born}");
        assert!(answer.say.contains(&format!("{stage} 段")), "{}", answer.say);
        assert_eq!(answer.found.facts_only, stage < 3);
        assert!(answer.say.ends_with("母乳是婴儿最理想的食物，是否添加配方奶请咨询医生。"), "{}", answer.say);
    }
    let again = advise(&baby("2026-05-20", None), Some("奶粉要吃几段"), on("2026-11-20"), false, Locale::Hans);
    assert!(!again.say.contains("母乳"), "it is said once");
}

#[test]
fn preterm_babies_get_no_formula_from_a_shop() {
    let answer = asked(&baby("2026-05-15", Some(32)), "stage");
    assert_eq!((answer.status, answer.found.stage, answer.found.level), (Status::Refused, None, Some(Level::E2)));
    let before_due = advise(&baby("2026-06-01", Some(28)), Some("辅食"), on("2026-07-01"), true, Locale::Hans);
    assert_eq!((before_due.status, before_due.found.before_due), (Status::Refused, true));
    assert_eq!((before_due.found.corrected_days, before_due.found.level), (Some(-54), Some(Level::E2)));
    let grown = asked(&baby("2024-01-10", Some(30)), "stage");
    assert_eq!((grown.status, grown.found.stage, grown.found.corrected_days), (Status::Ok, Some(3), None));
}

#[test]
fn what_is_too_early_is_said_to_be() {
    let five_months = baby("2026-06-15", None);
    assert!(asked(&five_months, "几个月可以吃辅食").say.contains("还没到这个月龄"));
    assert!(asked(&five_months, "蜂蜜水可以喝吗").say.contains("满 12 个月以前不要"));
    assert!(!asked(&baby("2026-05-15", None), "辅食").say.contains("还没到"));
    let early = asked(&baby("2026-05-01", Some(32)), "complementary_food");
    assert!(early.say.contains("矫正月龄 4 个月"), "{}", early.say);
    assert_eq!(asked(&five_months, "羊奶粉几段").evidence, ["rule:baby-1:stage"]);
    assert!(!asked(&baby("2025-11-20", None), "honey").say.contains("还没到"));
}

#[test]
fn an_unknown_age_is_asked_for_and_treated_as_the_youngest() {
    let unknown = Baby::default();
    let answer = asked(&unknown, "stage");
    assert_eq!((answer.status, answer.missing, answer.found.stage), (Status::Ask, vec!["born".to_owned()], None));
    assert!(answer.found.facts_only);
    assert_eq!(asked(&unknown, "宝宝发烧了").found.level, Some(Level::E0));
    assert_eq!(asked(&unknown, "sugar").status, Status::Ok, "a fact that holds at any age");
    let not_born = Baby { born: Some(on("2027-01-01")), gestation_days: None };
    assert_eq!(asked(&not_born, "stage").status, Status::Ask);
    assert_eq!(advise(&unknown, None, on("2026-11-20"), true, Locale::En).missing, ["born"]);
}

#[test]
fn a_fever_is_never_managed() {
    for (born, level) in [("2026-09-20", Level::E0), ("2026-08-20", Level::E1), ("2026-03-20", Level::E1)] {
        let answer = asked(&baby(born, None), "fever");
        assert_eq!((answer.status, answer.found.level), (Status::Refused, Some(level)), "{born}");
    }
    let just_born_early = asked(&baby("2026-08-20", Some(25)), "发烧");
    assert_eq!(just_born_early.found.level, Some(Level::E0), "younger than it looks");
}

#[test]
fn a_person_takes_over_where_a_doctor_is_needed() {
    for topic in ["湿疹用什么", "水解奶粉哪款好", "拉肚子", "special_formula"] {
        let answer = asked(&baby("2026-03-20", None), topic);
        assert_eq!((answer.status, answer.found.level), (Status::Refused, Some(Level::E2)), "{topic}");
    }
}

#[test]
fn every_locale_has_a_line_for_every_topic_and_recommends_nothing() {
    let banned =
        ["推荐", "推薦", "优于", "接近母乳", "治疗", "治療", "没事", "免疫", "聪明", "recommend", "better than"];
    for locale in Locale::ALL {
        let lines = Lines::of(locale);
        for topic in &RULES.topic {
            assert!(topic.id == "fever" || !lines.topic(&topic.id).is_empty(), "{locale:?} {}", topic.id);
            for born in [None, Some(on("2026-10-20")), Some(on("2026-01-20")), Some(on("2023-01-20"))] {
                let known = Baby { born, gestation_days: Some(gestation(33, 2).unwrap()) };
                let say = advise(&known, Some(&topic.id), on("2026-11-20"), true, locale).say;
                assert!(!say.is_empty() && !say.contains('{'), "{say}");
                assert!(!banned.iter().any(|word| say.contains(word)), "{say}");
            }
        }
        assert!(lines.topics().all(|id| RULES.topic.iter().any(|topic| topic.id == id)), "a line that nothing says");
    }
}

#[test]
fn what_a_model_passes_on_is_read_or_left() {
    let said = |arguments: serde_json::Value| Baby::said(&serde_json::from_value(arguments).unwrap());
    let whole = said(json!({"born": "2026-01-15", "gestational_weeks": 36, "gestational_days": 6}));
    assert_eq!((whole.born, whole.gestation_days), (Some(on("2026-01-15")), Some(258)));
    assert_eq!(said(json!({"born": "last spring", "gestational_weeks": 400})), Baby::default());
}
