//! What of a reply a buyer may see: each sentence is judged before it is shown whole, and its beginning as it comes.
//! Pure.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::experts::claims::{Backing, Claims, Held, Kind, Sentences};
use crate::packs::Pack;

/// The guards of packs, made once: a pack's own phrases are compiled, which takes as long as some hundred sentences.
#[derive(Default)]
pub(super) struct Guards {
    at_hand: Mutex<HashMap<String, Arc<Claims>>>,
}

/// How many are kept; when there are more, it begins anew.
const AT_HAND: usize = 256;

impl Guards {
    pub fn of(&self, pack: &Pack) -> Arc<Claims> {
        let mut at_hand = self.at_hand.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(claims) = at_hand.get(&pack.version.hash) {
            return Arc::clone(claims);
        }
        if at_hand.len() >= AT_HAND {
            at_hand.clear();
        }
        let forbidden: Vec<&str> = pack.manifest.forbidden.phrases.iter().map(|phrase| phrase.as_str()).collect();
        let claims = Arc::new(Claims::with_more(&forbidden));
        at_hand.insert(pack.version.hash.clone(), Arc::clone(&claims));
        claims
    }
}

/// Finds what the store itself says on a sentence: id and text of each passage.
pub(super) type Cite<'a> = dyn Fn(&str) -> Vec<(String, String)> + Send + Sync + 'a;

/// Judges a reply while it is being written.
pub(super) struct Screen<'a> {
    claims: &'a Claims,
    backing: Backing,
    cite: &'a Cite<'a>,
    /// Passages that a sentence was found to rest on.
    pub cited: Vec<String>,
    sentences: Sentences,
    /// The sentence that has not ended, and how many bytes of it were passed on.
    begun: String,
    passed: usize,
}

/// A sentence that must not be said.
#[derive(Debug, PartialEq)]
pub(super) struct Withheld {
    pub sentence: String,
    pub held: Vec<Held>,
}

impl<'a> Screen<'a> {
    pub fn new(claims: &'a Claims, backing: Backing, cite: &'a Cite<'a>) -> Self {
        Self {
            claims,
            backing,
            cite,
            cited: Vec::new(),
            sentences: Sentences::default(),
            begun: String::new(),
            passed: 0,
        }
    }

    /// Takes a piece of the reply; adds to `shown` what may be shown now. A beginning that looks wrong waits for the
    /// rest of its sentence.
    pub fn push(&mut self, piece: &str, shown: &mut String) -> Result<(), Withheld> {
        self.begun.push_str(piece);
        for sentence in self.sentences.push(piece) {
            self.judge(sentence, shown)?;
        }
        if self.begun.len() > self.passed && self.claims.check(&self.begun, &self.backing).is_empty() {
            shown.push_str(&self.begun[self.passed..]);
            self.passed = self.begun.len();
        }
        Ok(())
    }

    /// The reply has ended.
    pub fn finish(&mut self, shown: &mut String) -> Result<(), Withheld> {
        match std::mem::take(&mut self.sentences).finish() {
            Some(sentence) => self.judge(sentence, shown),
            None => Ok(()),
        }
    }

    /// A promise that the store's own knowledge makes may be passed on, with the passage as its evidence.
    fn check_with_the_stores_word(&mut self, sentence: &str, held: Vec<Held>) -> Vec<Held> {
        let passages = (self.cite)(sentence);
        if passages.is_empty() {
            return held;
        }
        let more = passages.iter().fold(self.backing.clone(), |backing, (_, text)| backing.evidence(text));
        let held = self.claims.check(sentence, &more);
        if held.is_empty() {
            self.backing = more;
            self.cited.extend(passages.into_iter().map(|(id, _)| id));
        }
        held
    }

    /// Of what was shown, without the beginning of the sentence that was held.
    pub fn told_whole<'s>(&self, shown: &'s str) -> &'s str {
        &shown[..shown.len().saturating_sub(self.passed)]
    }

    fn judge(&mut self, sentence: String, shown: &mut String) -> Result<(), Withheld> {
        let mut held = self.claims.check(&sentence, &self.backing);
        if !held.is_empty() && held.iter().all(|held| matches!(held.kind, Kind::Commitment | Kind::Number)) {
            held = self.check_with_the_stores_word(&sentence, held);
        }
        if !held.is_empty() {
            return Err(Withheld { sentence, held });
        }
        shown.push_str(&sentence[self.passed.min(sentence.len())..]);
        self.begun.drain(..sentence.len().min(self.begun.len()));
        self.passed = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is shown of pieces, and the sentence that is held.
    fn show(pieces: &[&str], backing: &Backing) -> (String, Option<String>) {
        let claims = Claims::default();
        let mut screen = Screen::new(&claims, backing.clone(), &|_| Vec::new());
        let mut shown = String::new();
        for piece in pieces {
            if let Err(withheld) = screen.push(piece, &mut shown) {
                return (shown, Some(withheld.sentence));
            }
        }
        let held = screen.finish(&mut shown).err().map(|withheld| withheld.sentence);
        (shown, held)
    }

    #[test]
    fn all_is_shown_where_nothing_is_wrong() {
        for pieces in
            [&["您好。", "请问有什么可以帮您？"][..], &["您", "好。请问", "有什么可以", "帮您？"], &["您好"], &[]]
        {
            assert_eq!(show(pieces, &Backing::default()), (pieces.concat(), None));
        }
    }

    #[test]
    fn a_claim_is_never_shown_whole_wherever_it_is_cut() {
        let claim = "您好。这款能治疗湿疹，请放心。";
        let chars: Vec<char> = claim.chars().collect();
        for cut in 1..chars.len() {
            let (head, tail): (String, String) = (chars[..cut].iter().collect(), chars[cut..].iter().collect());
            let (shown, held) = show(&[&head, &tail], &Backing::default());
            assert!(!shown.contains("治疗"), "cut at {cut}: {shown}");
            assert!(held.unwrap().contains("治疗"), "cut at {cut}");
        }
    }

    #[test]
    fn a_reply_without_an_end_is_judged_at_its_end() {
        let (shown, held) = show(&["我给您退", "20", "元"], &Backing::default());
        assert!(!shown.contains("20") && held.is_some(), "{shown}");
        let backing = Backing::default().evidence("可以退您 20 元").amount_fen(2_000);
        assert_eq!(show(&["我给您退", "20", "元"], &backing).1, None);
    }

    #[test]
    fn a_promise_that_the_store_itself_makes_is_cited() {
        let claims = Claims::default();
        let cite = |_: &str| vec![("faq:1".to_owned(), "质量问题来回运费由我们承担。".to_owned())];
        let mut screen = Screen::new(&claims, Backing::default(), &cite);
        let mut shown = String::new();
        screen.push("质量问题来回运费由我们承担。", &mut shown).unwrap();
        assert_eq!(
            (shown.as_str(), screen.cited.as_slice()),
            ("质量问题来回运费由我们承担。", &["faq:1".to_owned()][..])
        );
        assert!(screen.push("这款能治疗湿疹。", &mut shown).is_err(), "what is unlawful no passage backs");
    }
}
