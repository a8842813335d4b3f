//! Quizzes whole and in part.

use serde_json::json;

use super::*;

fn assessed(answers: serde_json::Value) -> Answer<Skin> {
    let arguments = serde_json::from_value(json!({ "answers": answers })).unwrap();
    assess(&arguments, &policy::Skin::default(), Locale::Hans)
}

/// The vector of the domain facts, C.2.
#[test]
fn the_published_type() {
    let answer =
        assessed(json!({"oil": [4, 3, 4], "sensitivity": [2, 2, 3], "pigment": [1, 2, 1], "wrinkle": [3, 3, 2]}));
    assert_eq!(answer.found.kind.as_deref(), Some("ORNW"));
    assert_eq!(answer.found.borderline, ["S", "W"]);
    assert_eq!(answer.missing, ["sensitivity[3]", "wrinkle[3]"]);
    assert!(answer.found.needs_person, "two of four on the border");
}

#[test]
fn the_result_has_the_names_of_the_contract() {
    let answer =
        assessed(json!({"oil": [1, 1, 1], "sensitivity": [4, 4, 4], "pigment": [2, 2, 2], "wrinkle": [1, 2, 1]}));
    assert_eq!(
        serde_json::to_value(&answer).unwrap(),
        json!({
            "status": "ok", "evidence": ["quiz:skin-1"], "missing": [],
            "say": "按您的回答，肤质偏 DSNT（偏干；偏敏感；不易色沉；紧致）。",
            "type": "DSNT", "borderline": [], "confidence": 0.91, "needs_person": false,
        })
    );
}

#[test]
fn every_sum_has_a_side() {
    for (answers, letter, is_borderline) in [
        ([1, 1, 1], "D", false),
        ([2, 2, 2], "D", false),
        ([2, 2, 3], "D", true),
        ([2, 3, 3], "O", true),
        ([3, 3, 3], "O", false),
        ([4, 4, 4], "O", false),
    ] {
        let sure = [1, 1, 1];
        let answer = assessed(json!({"oil": answers, "sensitivity": sure, "pigment": sure, "wrinkle": sure}));
        assert_eq!(answer.found.kind.unwrap(), format!("{letter}RNT"));
        assert_eq!(!answer.found.borderline.is_empty(), is_borderline, "{answers:?}");
        assert!(!answer.found.needs_person, "one axis on the border is not enough");
    }
}

#[test]
fn a_fourth_answer_breaks_a_tie() {
    let with = |tie: i64| {
        let sure = [1, 1, 1];
        assessed(json!({"oil": [2, 2, 3, tie], "sensitivity": [2, 3, 3, 1], "pigment": sure, "wrinkle": sure})).found
    };
    assert_eq!((with(4).kind.as_deref(), with(2).kind.as_deref()), (Some("ORNT"), Some("DRNT")));
    assert!(with(4).borderline.is_empty() && !with(4).needs_person);
    assert_eq!(with(9).borderline, ["O"], "an answer that is none decides nothing");
}

#[test]
fn what_is_missing_is_asked_for() {
    let nothing = assess(&Arguments::default(), &policy::Skin::default(), Locale::Hans);
    assert_eq!((nothing.status, &nothing.missing[0][..]), (Status::Ask, "oil[0]"));
    assert!(nothing.say.contains("两三个小时") && nothing.say.contains("4. 已经泛油"), "{}", nothing.say);
    let some = assessed(json!({"oil": [1, 2, 3], "sensitivity": [1, 7], "pigment": [], "wrinkle": [1, 1, 1]}));
    assert_eq!(some.missing, ["sensitivity[1]", "pigment[0]"]);
    assert_eq!((some.found.kind, some.found.confidence), (None, 0.0));
}

#[test]
fn a_person_looks_at_photos_and_at_what_is_unsure() {
    let sure = [1, 1, 1];
    let mut arguments = Arguments {
        answers: serde_json::from_value(json!({"oil": sure, "sensitivity": sure, "pigment": sure, "wrinkle": sure}))
            .unwrap(),
        photo: None,
    };
    let policy = policy::Skin { min_confidence: 0.99 };
    assert!(assess(&arguments, &policy, Locale::En).found.needs_person);
    assert!(!assess(&arguments, &policy::Skin::default(), Locale::En).found.needs_person);
    arguments.photo = Some("f_1".into());
    assert!(assess(&arguments, &policy::Skin::default(), Locale::En).found.needs_person);
}

#[test]
fn every_locale_has_the_whole_quiz() {
    for locale in Locale::ALL {
        for axis in &RULES.axis {
            assert_eq!(questions(&axis.id, locale).len(), RULES.items + 1, "{locale:?} {}", axis.id);
            let lines = Lines::of(locale);
            for item in 0..=RULES.items {
                assert!(!lines.ask(&axis.id, item).contains('{'));
            }
            for letter in [&axis.low, &axis.high] {
                assert!(lines.kind(letter).len() > lines.kind("?").len(), "{letter}");
            }
        }
    }
}
