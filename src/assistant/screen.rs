//! What of a reply a buyer may see: each sentence is judged before it is shown whole, and its beginning as it comes.
//! Pure.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::json;

use crate::at_hand::AtHand;
use crate::experts::claims::{Backing, Claims, Held, Kind, Sentences, Words};
use crate::experts::plain::Plain;
use crate::protocol::event::Flag;
use crate::protocol::{DeskBody, HandoffReason};

/// Finds what the store itself says on a sentence: id and words of each passage.
pub(super) type Cite<'a> = dyn Fn(&str) -> Vec<(String, Arc<Words>)> + Send + Sync + 'a;

/// Sentences that a store's own word alone lets pass; `None`: it does not. An assistant says the same again and again,
/// to one buyer after the other. Good for one version of the store. The key is a pack's hash and the sentence.
pub struct Cleared(AtHand<String, Option<Clearance>>);

/// On what a sentence rests.
#[derive(Clone)]
struct Clearance {
    passages: Arc<[String]>,
    /// As it is read, where it may still be at odds with what was found for this question.
    on_policy: Option<Arc<Plain>>,
}

impl Default for Cleared {
    fn default() -> Self {
        Self(AtHand::new(4_096))
    }
}

/// The longest sentence that is kept, in bytes.
const SHORT: usize = 300;

/// Judges a reply while it is being written.
pub(super) struct Screen<'a> {
    claims: &'a Claims,
    backing: Backing,
    cite: &'a Cite<'a>,
    /// For replies that rest on no tool's result: what a tool says might be at odds with the store's word.
    cleared: Option<(&'a Cleared, &'a str)>,
    /// Passages that a sentence was found to rest on.
    pub cited: Vec<String>,
    sentences: Sentences,
    /// The sentence that has not ended, and how many bytes of it were passed on.
    begun: String,
    passed: usize,
    /// Something was passed on.
    has_begun: bool,
    /// How many characters more may be said.
    room: usize,
    is_full: bool,
}

const CLAUSE_ENDS: [char; 8] = ['，', ',', '；', ';', '：', ':', '、', '～'];
/// Bytes of a clause that are not held back longer: about a line of a phone.
const MOST_WAITING: usize = 60;

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
            cleared: None,
            cited: Vec::new(),
            sentences: Sentences::default(),
            begun: String::new(),
            passed: 0,
            has_begun: false,
            room: usize::MAX,
            is_full: false,
        }
    }

    /// With room for so many characters: the reply ends with the last sentence that fits, which may be none.
    pub fn within(self, room: usize) -> Self {
        Self { room, ..self }
    }

    /// Whether the rest of the reply is left out because it is too long.
    pub fn is_full(&self) -> bool {
        self.is_full
    }

    /// With the sentences at hand that were judged before by the rules of a pack, named by its hash.
    pub fn knowing(self, cleared: &'a Cleared, pack: &'a str) -> Self {
        Self { cleared: Some((cleared, pack)), ..self }
    }

    /// Takes a piece of the reply; adds to `shown` what may be shown now. A beginning that looks wrong waits for the
    /// rest of its sentence.
    pub fn push(&mut self, piece: &str, shown: &mut String) -> Result<(), Withheld> {
        self.begun.push_str(piece);
        for sentence in self.sentences.push(piece) {
            self.judge(sentence, shown)?;
        }
        if self.begun.chars().count() > self.room {
            let begun = self.begun.clone();
            self.judge(begun, shown)?;
        }
        if self.is_full {
            return Ok(());
        }
        let ready = self.ready();
        if ready > self.passed && self.check(&self.begun[..ready]).0.is_empty() {
            shown.push_str(&self.begun[self.passed..ready]);
            self.passed = ready;
            self.has_begun = true;
        }
        Ok(())
    }

    /// Up to where the sentence that has not ended may be judged: its first words at once, and then clause by clause,
    /// because each time it is judged from its beginning.
    fn ready(&self) -> usize {
        let waiting = &self.begun[self.passed..];
        if !self.has_begun || waiting.len() > MOST_WAITING {
            return self.begun.len();
        }
        let mark = waiting.char_indices().rev().find(|(_, c)| CLAUSE_ENDS.contains(c));
        mark.map_or(self.passed, |(at, c)| self.passed + at + c.len_utf8())
    }

    /// The reply has ended.
    pub fn finish(&mut self, shown: &mut String) -> Result<(), Withheld> {
        match std::mem::take(&mut self.sentences).finish() {
            Some(sentence) => self.judge(sentence, shown),
            None => Ok(()),
        }
    }

    /// Why a text must not be shown, and the passages that it was found to rest on.
    fn check(&self, text: &str) -> (Vec<Held>, Vec<String>) {
        if let Some((cleared, pack)) = self.cleared.filter(|_| text.len() <= SHORT) {
            let key = [pack, text].join("\n");
            let clearance = cleared.0.get(&key).unwrap_or_else(|| {
                let (held, passages) = self.check_with(text, &self.backing.of_store());
                let on_policy = self.claims.on_policy(text).map(Arc::new);
                let clearance = held.is_empty().then(|| Clearance { passages: passages.into(), on_policy });
                cleared.0.put(key, clearance.clone());
                clearance
            });
            if let Some(Clearance { passages, on_policy }) = clearance {
                let held = on_policy.map(|plain| self.claims.contradict(&plain, &self.backing));
                return (held.unwrap_or_default(), passages.to_vec());
            }
        }
        self.check_with(text, &self.backing)
    }

    /// A promise that the store's own knowledge makes may be passed on, with the passage as its evidence.
    fn check_with(&self, text: &str, backing: &Backing) -> (Vec<Held>, Vec<String>) {
        let held = self.claims.check(text, backing);
        if held.is_empty() || !held.iter().all(|held| matches!(held.kind, Kind::Commitment | Kind::Number)) {
            return (held, Vec::new());
        }
        let passages = (self.cite)(text);
        if passages.is_empty() {
            return (held, Vec::new());
        }
        let more = passages.iter().fold(backing.clone(), |backing, (_, words)| backing.with(Arc::clone(words)));
        (self.claims.check(text, &more), passages.into_iter().map(|(id, _)| id).collect())
    }

    /// Of what was shown, without the beginning of the sentence that was held.
    pub fn told_whole<'s>(&self, shown: &'s str) -> &'s str {
        &shown[..shown.len().saturating_sub(self.passed)]
    }

    fn judge(&mut self, sentence: String, shown: &mut String) -> Result<(), Withheld> {
        if self.is_full {
            return Ok(());
        }
        let chars = sentence.trim_end().chars().count();
        if chars > self.room {
            self.is_full = true;
            return Ok(());
        }
        self.room -= chars;
        let (held, passages) = self.check(&sentence);
        if !held.is_empty() {
            return Err(Withheld { sentence, held });
        }
        self.cited.extend(passages);
        shown.push_str(&sentence[self.passed.min(sentence.len())..]);
        self.has_begun = true;
        self.begun.drain(..sentence.len().min(self.begun.len()));
        self.passed = 0;
        Ok(())
    }
}

/// A model's words without what no reader should get: control characters, and those that turn the direction of writing.
pub(super) fn printable(piece: &str) -> Cow<'_, str> {
    let is_unfit = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
            || matches!(c, '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
    };
    match piece.contains(is_unfit) {
        true => Cow::Owned(piece.replace(is_unfit, "")),
        false => Cow::Borrowed(piece),
    }
}

/// Tells the model that its sentence was not passed on, and why, in the words of the rules.
pub(super) fn again(withheld: &Withheld) -> String {
    let why: Vec<&str> = withheld.held.iter().map(|held| held.why).collect();
    format!(
        "上一句没有发给买家（{}）。接着已发出的内容往下写：换个说法，不作保证，不用没有依据的数字和承诺；\
         没有依据的，直说需要人工确认。",
        why.join("; ")
    )
}

pub(super) fn held(withheld: &Withheld) -> DeskBody {
    let kind = withheld.held.first().map(|held| json!(held.kind)).and_then(|k| k.as_str().map(str::to_owned));
    let why = withheld.held.first().map_or("", |held| held.why);
    let sentence: String = withheld.sentence.chars().take(200).collect();
    DeskBody::Flag(Flag { kind: "claim".into(), level: kind, text: Some(format!("{sentence} ({why})")) })
}

/// Who can say what the assistant must not.
pub(super) fn reason_for(withheld: &Withheld) -> HandoffReason {
    match withheld.held.first().map(|held| held.kind) {
        Some(Kind::Commitment) => HandoffReason::OverAuthority,
        Some(Kind::Number) | None => HandoffReason::NoEvidence,
        Some(_) => HandoffReason::LowConfidence,
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
    fn a_long_reply_ends_with_the_last_sentence_that_fits() {
        for (text, expected) in [
            ("您好。请问您想了解哪一款？我来看看。", "您好。请问您想了解哪一款？"),
            ("您好。请问您想了解什么", "您好。请问您想了解什么"),
            ("好好好好好好好好好好好好好好好好好好", ""),
        ] {
            for size in [1, 3, 100] {
                let claims = Claims::default();
                let mut screen = Screen::new(&claims, Backing::default(), &|_| Vec::new()).within(14);
                let (chars, mut told): (Vec<char>, String) = (text.chars().collect(), String::new());
                for piece in chars.chunks(size) {
                    screen.push(&piece.iter().collect::<String>(), &mut told).unwrap();
                    if screen.is_full() {
                        told.truncate(screen.told_whole(&told).len());
                        break;
                    }
                }
                if !screen.is_full() {
                    screen.finish(&mut told).unwrap();
                }
                assert_eq!(told, expected, "in pieces of {size}");
            }
        }
    }

    #[test]
    fn what_no_reader_should_get_is_taken_out() {
        assert_eq!(printable("a\u{202e}b\0c\u{1b}[2J\u{2066} 您好\n\u{7f}"), "abc[2J 您好\n");
        assert!(matches!(printable("您好，\n👨‍👩‍👧"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_promise_that_the_store_itself_makes_is_cited() {
        let claims = Claims::default();
        let cite = |_: &str| vec![("faq:1".to_owned(), Arc::new(Words::of_passage("质量问题来回运费由我们承担。")))];
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
