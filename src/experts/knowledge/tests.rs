//! How well the search does, on the demo store's FAQ and on what buyers say.

use std::time::Instant;

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

/// Tells how many of the cases found their entry above the threshold; prints those that did not.
fn reached(cases: &str) -> (usize, usize) {
    let entries = demo();
    let index = Index::build(&entries);
    let (mut right, mut all) = (0, 0);
    for line in cases.lines().filter(|line| !line.starts_with('#')) {
        let (asked, expected) = line.split_once('|').unwrap();
        for expected in expected.split('/') {
            assert!(entries.iter().any(|entry| entry.question.starts_with(expected)), "no entry {expected}");
        }
        let hits = index.search(asked, 3);
        let is_right = |hit: &Hit| expected.split('/').any(|start| entries[hit.entry].question.starts_with(start));
        all += 1;
        if hits.first().is_some_and(|hit| is_right(hit) && index.answers(hit)) {
            right += 1;
        } else {
            let found: Vec<_> = hits.iter().map(|hit| (entries[hit.entry].question.as_str(), hit.score)).collect();
            eprintln!("{asked} -> {found:?}; wanted {expected}; words {:?}", words_of(asked));
        }
    }
    (right, all)
}

/// Tells how many of the cases were rightly left alone; prints those that were not.
fn left_alone(cases: &str) -> (usize, usize) {
    let entries = demo();
    let index = Index::build(&entries);
    let (mut right, mut all) = (0, 0);
    for asked in cases.lines().filter(|line| !line.starts_with('#')) {
        all += 1;
        match index.search(asked, 1).first() {
            Some(hit) if index.answers(hit) => {
                eprintln!("{asked} -> {} {}; words {:?}", entries[hit.entry].question, hit.score, words_of(asked));
            }
            _ => right += 1,
        }
    }
    (right, all)
}

fn words_of(text: &str) -> Vec<String> {
    terms(text).into_iter().map(|term| term.word).collect()
}

#[test]
fn buyers_find_the_answer() {
    let (right, all) = reached(include_str!("cases/asked.txt"));
    eprintln!("asked: {right} of {all}");
    assert!(all >= 60 && right * 100 >= all * 95, "{right} of {all}");
}

#[test]
fn buyers_find_the_answer_in_words_that_nobody_tuned_for() {
    let (right, all) = reached(include_str!("cases/held_out.txt"));
    eprintln!("held out: {right} of {all}");
    assert!(right * 100 >= all * 80, "{right} of {all}");
}

#[test]
fn what_no_entry_answers_is_left_alone() {
    let (right, all) = left_alone(include_str!("cases/unrelated.txt"));
    eprintln!("unrelated: {right} of {all}");
    assert!(all >= 30 && right == all, "{right} of {all}");
    let (right, all) = left_alone(include_str!("cases/held_out_unrelated.txt"));
    eprintln!("held out, unrelated: {right} of {all}");
    assert!(right * 100 >= all * 90, "{right} of {all}");
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
fn long_text_takes_linear_time() {
    let index = Index::build(&demo());
    index.search("发货", 1);
    for text in ["发", "a", "发货退货", "😀", "👨‍👩‍👧‍👦", "？", "\u{FDFA}", "ab 发-", "0.1", "\u{300}"]
    {
        let started = Instant::now();
        index.search(&text.repeat(4_000 / text.chars().count()), 5);
        let entry = Entry { question: text.repeat(4_000), answer: text.repeat(4_000), ..Entry::default() };
        Index::build(&[entry]);
        assert!(started.elapsed().as_millis() < 2_000, "{text}: {:?}", started.elapsed());
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

/// `cargo test --release --lib knowledge::tests::how_fast -- --ignored --nocapture`
#[test]
#[ignore = "measures; only meaningful in release"]
fn how_fast() {
    let memory = || {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default().to_string();
        line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0)
    };
    let before = memory();
    let started = Instant::now();
    terms("尺码");
    eprintln!("dictionary: {:?}, {} kB", started.elapsed(), memory() - before);
    let demo = demo();
    for size in [1_000, 5_000] {
        let entries: Vec<Entry> = (0..size)
            .map(|at| {
                let entry = &demo[at % demo.len()];
                Entry { id: at.to_string(), question: format!("{}{at}", entry.question), ..entry.clone() }
            })
            .collect();
        let before = memory();
        let started = Instant::now();
        let index = Index::build(&entries);
        eprintln!("{size} entries: built in {:?}, {} kB", started.elapsed(), memory().saturating_sub(before));
        let queries: Vec<&str> = include_str!("cases/asked.txt").lines().filter_map(|l| l.split('|').next()).collect();
        let started = Instant::now();
        for _ in 0..10 {
            for query in &queries {
                std::hint::black_box(index.search(query, 5));
            }
        }
        eprintln!("{size} entries: {:?} a search", started.elapsed() / (10 * queries.len() as u32));
    }
}
