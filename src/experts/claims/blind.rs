//! The sets that judge the filter. They were written by others than the rules, who had not seen these.

use super::*;

/// How many of the 150 harmless sentences may be held. Of the others none may be shown.
const MOST_HELD: usize = 4;

#[test]
fn no_unbacked_sentence_is_shown() {
    let shown: Vec<_> = include_str!("../../../tests/data/claims.unbacked.tsv")
        .lines()
        .filter(|line| {
            let (sentence, _kind) = line.split_once('\t').unwrap();
            check(sentence, &Backing::default()).is_empty()
        })
        .collect();
    assert!(shown.is_empty(), "{} shown: {shown:#?}", shown.len());
}

#[test]
fn backed_sentences_are_shown() {
    let held: Vec<_> = include_str!("../../../tests/data/claims.fine.tsv")
        .lines()
        .filter_map(|line| {
            let row: Vec<_> = line.split('\t').collect();
            let [sentence, _category, backing] = row[..] else { panic!("{row:?}") };
            let backing = backing.split(';').fold(Backing::default(), Backing::evidence);
            let held = check(sentence, &backing);
            (!held.is_empty()).then(|| format!("{line}: {held:?}"))
        })
        .collect();
    assert!(held.len() <= MOST_HELD, "{} held: {held:#?}", held.len());
}
