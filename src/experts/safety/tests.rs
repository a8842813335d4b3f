use super::*;
use crate::locale::Locale;

fn known<'a>(months: &'a [u32], category: &'a str) -> SafetyContext<'a> {
    SafetyContext { baby_months: months, category }
}

#[track_caller]
fn check_level(text: &str, known: &SafetyContext, expected: Option<Level>) {
    let flag = check(text, known);
    assert_eq!(flag.as_ref().map(|flag| flag.level), expected, "{text}: {flag:?}");
}

#[test]
fn skin_vectors() {
    for (text, level) in [
        ("用完喉咙发紧喘不上气", Some(Level::E0)),
        ("全身风团还头晕", Some(Level::E0)),
        ("洗面奶进眼睛了好痛", Some(Level::E1)),
        ("用了三天起水泡还流脓", Some(Level::E1)),
        ("宝宝脸上起红疹", Some(Level::E1)),
        ("涂完脸有点红，没有呼吸困难", Some(Level::E2)),
        ("孕妇能用A醇吗", Some(Level::E3)),
        ("敏感肌可以用吗", Some(Level::E3)),
        ("没有过敏过，想问适合干皮吗", None),
    ] {
        check_level(text, &known(&[], "beauty"), level);
        check_level(text, &known(&[], ""), level);
    }
}

#[test]
fn baby_vectors() {
    for (months, text, level) in [
        (2, "发烧38.2", Some(Level::E0)),
        (8, "38.5度精神好", Some(Level::E1)),
        (4, "39.1度", Some(Level::E1)),
        (5, "喝完奶嘴唇肿了", Some(Level::E0)),
        (4, "大便有血丝", Some(Level::E1)),
        (1, "一天没尿了", Some(Level::E1)),
        (3, "没有发烧，就是有点吐奶", Some(Level::E2)),
        (6, "几个月可以吃2段", None),
    ] {
        check_level(text, &known(&[months], "mother_baby"), level);
        check_level(text, &known(&[months], ""), level);
    }
}

#[test]
fn age_and_temperature_decide_a_fever() {
    for (months, text, level) in [
        (&[][..], "宝宝发烧了", Some(Level::E0)),
        (&[8], "宝宝发烧了", Some(Level::E1)),
        (&[8], "老二才两个月，发烧38度", Some(Level::E0)),
        (&[1], "大宝三岁，38度5", Some(Level::E1)),
        (&[1, 40], "孩子38.6", Some(Level::E0)),
        (&[8], "宝宝三十九度二", Some(Level::E1)),
        (&[2], "宝宝体温37.8", Some(Level::E2)),
        (&[2], "宝宝体温36.8度，发烧吗", None),
        (&[2], "宝宝洗澡水38度行吗", None),
        (&[2], "宝宝没发烧", None),
        (&[2], "奶粉38元一罐吗", None),
        (&[], "宝宝用了三个月，发烧39", Some(Level::E0)),
        (&[], "my 5 month old has 101F fever", Some(Level::E1)),
    ] {
        check_level(text, &known(months, "mother_baby"), level);
    }
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty())
}

#[test]
fn what_is_pressing_is_seen() {
    let mut missed = Vec::new();
    for line in lines(include_str!("dev/positive.txt")) {
        let (level, rest) = line.split_once(' ').unwrap();
        let (kind, text) = rest.split_once(' ').unwrap();
        let flag = check(text, &SafetyContext::default());
        let got = flag.as_ref().map(|flag| (format!("{:?}", flag.level), serde_json::json!(flag.kind)));
        if got != Some((level.to_owned(), serde_json::json!(kind))) {
            missed.push(format!("{line}: {flag:?}"));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn what_only_sounds_pressing_passes() {
    let mut raised = Vec::new();
    for text in lines(include_str!("dev/near.txt")) {
        for category in ["", "beauty", "mother_baby", "pet"] {
            // The same words about a baby or a pet may be pressing, so that each is asked where it is asked in life.
            let about = Rules::get().subject(text, text, &known(&[], category));
            if about != Rules::get().subject(text, text, &known(&[], "")) {
                continue;
            }
            let flag = check(text, &known(&[], category)).filter(|flag| flag.level > Level::E3);
            raised.extend(flag.map(|flag| format!("{category} {text}: {flag:?}")));
        }
    }
    assert!(raised.is_empty(), "{raised:#?}");
}

#[test]
fn every_flag_has_words_in_every_locale() {
    for locale in Locale::ALL {
        for kind in [Kind::Skin, Kind::Infant, Kind::Pet, Kind::SelfHarm] {
            for level in [Level::E0, Level::E1, Level::E2, Level::E3] {
                for sign in ["breathing", "swallowed", "eyes"] {
                    let flag = Flag { level, kind, matched: String::new(), sign, reason: reason(kind) };
                    let words = words(&flag, locale);
                    assert!(!words.is_empty(), "{locale:?} {flag:?}");
                    if level == Level::E0 && kind != Kind::Pet {
                        let urgent = if locale == Locale::Hans { "请立即拨打120或去急诊" } else { "120" };
                        assert!(words.contains(urgent), "{words}");
                    }
                }
            }
        }
    }
}

#[test]
fn any_text_is_read() {
    let odd = ["", "。", "？？？", "没", "38", "𠮷过敏了", "\u{E0041}过\u{200B}敏了", "🤒38.5🤒", "a\0b"];
    for text in odd {
        check(text, &SafetyContext::default());
    }
    assert!(check("我\u{200B}过\u{2060}敏了", &SafetyContext::default()).is_some());
    let long = "没有过敏，".repeat(800);
    assert_eq!(check(&long, &SafetyContext::default()), None);
}
