//! How well the search does, on the demo store's FAQ and on what buyers say.

use proptest::prelude::*;

use super::*;

fn demo() -> Vec<Entry> {
    let mut reader = csv::Reader::from_reader(include_str!("../../demo/faq.csv").as_bytes());
    let rows = reader.deserialize::<(String, String, String, String)>().map(Result::unwrap);
    let entry = |(at, (question, answer, category, tags)): (usize, (String, String, String, String))| Entry {
        id: format!("faq-{at}"),
        question,
        answer,
        category: Some(category).filter(|category| !category.is_empty()),
        tags: tags.split(';').map(String::from).collect(),
    };
    rows.enumerate().map(entry).collect()
}

/// What a table of cases reached.
struct Reached {
    right: usize,
    /// Answered with another entry: worse than not answering.
    wrong: usize,
    all: usize,
}

/// Searches for all questions of a table, `question|beginning of the entry's question[/another]`; an unrelated question
/// has no `|` and nothing is right but silence. Prints what went wrong.
fn reached(cases: &str, threshold: f32) -> Reached {
    let entries = demo();
    let index = Index::build(&entries);
    let mut reached = Reached { right: 0, wrong: 0, all: 0 };
    for line in cases.lines().filter(|line| !line.starts_with('#')) {
        let (asked, expected) = line.split_once('|').unwrap_or((line, ""));
        let expected: Vec<&str> = expected.split('/').filter(|start| !start.is_empty()).collect();
        let is_expected = |question: &str| expected.iter().any(|start| question.starts_with(start));
        let there = entries.iter().filter(|entry| is_expected(&entry.question)).count();
        assert!(there >= expected.len(), "an entry of {line} is missing");

        let best = index.search(asked, 1).into_iter().next();
        let answer = best.as_ref().filter(|hit| hit.score >= threshold);
        let is_right = answer.map_or(expected.is_empty(), |hit| is_expected(&entries[hit.entry].question));
        reached.all += 1;
        reached.right += usize::from(is_right);
        reached.wrong += usize::from(!is_right && answer.is_some());
        if !is_right {
            let found = best.map(|hit| (entries[hit.entry].question.as_str(), hit.score));
            eprintln!("{line} -> {found:?}; words {:?}", words_of(asked));
        }
    }
    eprintln!("{} right, {} wrong of {}", reached.right, reached.wrong, reached.all);
    reached
}

fn words_of(text: &str) -> Vec<String> {
    terms(text).into_iter().map(|term| term.word).collect()
}

const ASKED: &str = include_str!("cases/asked.txt");
const HELD_OUT: &str = include_str!("cases/held_out.txt");
const UNRELATED: &str = include_str!("cases/unrelated.txt");
const HELD_OUT_UNRELATED: &str = include_str!("cases/held_out_unrelated.txt");

/// Runs a table at the threshold; `right` of a hundred must be right and at most `wrong` wrongly answered.
#[track_caller]
fn check(cases: &str, right: usize, wrong: usize) {
    let reached = reached(cases, Tuning::default().answers);
    assert!(reached.right * 100 >= reached.all * right, "{} of {}", reached.right, reached.all);
    assert!(reached.wrong * 100 <= reached.all * wrong, "{} wrong of {}", reached.wrong, reached.all);
}

#[test]
fn buyers_find_the_answer() {
    check(ASKED, 95, 2);
}

#[test]
fn buyers_find_the_answer_in_words_that_nobody_tuned_for() {
    check(HELD_OUT, 80, 5);
}

#[test]
fn what_no_entry_answers_is_left_alone() {
    check(UNRELATED, 100, 0);
    check(HELD_OUT_UNRELATED, 85, 15);
}

#[test]
fn every_entry_answers_its_own_question() {
    let entries = demo();
    let index = Index::build(&entries);
    for (at, entry) in entries.iter().enumerate() {
        for question in [entry.question.clone(), to_script(&entry.question, Script::Traditional).into_owned()] {
            let hits = index.search(&question, 1);
            assert!(hits[0].entry == at && index.answers(&hits[0]), "{question}: {hits:?}");
        }
    }
}

#[test]
fn the_same_question_gives_the_same_hits() {
    let index = Index::build(&demo());
    let first = index.search("退货运费谁出，多久到账", 10);
    assert!(first.windows(2).all(|pair| pair[0].score >= pair[1].score));
    for _ in 0..20 {
        assert_eq!(Index::build(&demo()).search("退货运费谁出，多久到账", 10), first);
    }
}

#[test]
fn an_empty_index_finds_nothing() {
    let index = Index::build(&[]);
    assert!(index.is_empty());
    assert_eq!(index.search("发货", 5), []);
    let index = Index::build(&[Entry::default(), Entry { id: "a".into(), ..Entry::default() }]);
    assert_eq!(index.len(), 2);
    assert_eq!(index.search("发货", 5), []);
    assert_eq!(index.search("", 5), []);
}

#[test]
fn the_longest_texts_come_to_an_end() {
    let index = Index::build(&demo());
    index.search("发货", 1);
    for text in ["发", "a", "发货退货", "😀", "👨‍👩‍👧‍👦", "？", "\u{FDFA}", "ab 发-", "0.1", "\u{300}"]
    {
        index.search(&text.repeat(4_000 / text.chars().count()), 5);
        let entry = Entry { question: text.repeat(4_000), answer: text.repeat(4_000), ..Entry::default() };
        Index::build(&[entry]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_is_searched_and_indexed(question in "\\PC{0,300}", answer in ".{0,300}", asked in ".{0,300}") {
        let entry = Entry { id: "x".into(), question, answer, ..Entry::default() };
        let index = Index::build(&[entry.clone(), entry]);
        for hit in index.search(&asked, 5) {
            prop_assert!((0.0..=1.0).contains(&hit.score));
        }
    }
}
