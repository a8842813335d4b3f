//! What must be heeded before anything is answered, by a model or without one: red flags, a wish for a person, anger, a
//! question that comes again. Pure; no model can unsay it.

use tokio::sync::OnceCell;

use super::{builtin, intent};
use crate::experts::plain::is_letter;
use crate::experts::safety::{self, Flag, Level, SafetyContext};
use crate::experts::{claims, knowledge, mood};
use crate::locale::Locale;
use crate::packs::{Known, Pack};
use crate::protocol::event::Flag as Flagged;
use crate::protocol::{DeskBody, HandoffReason};

/// Makes the rules ready, on a thread where nobody waits: compiling them takes a quarter of a second, and many times that
/// in a debug build. Every turn asks for this first; the first one begins it.
pub(super) async fn ready() {
    static READY: OnceCell<()> = OnceCell::const_new();
    let compile = || {
        safety::version();
        claims::version();
        mood::of("");
        intent::ready();
        builtin::ready();
    };
    // Were the thread to fail, the rules would be compiled where they are used.
    READY.get_or_init(|| async { drop(tokio::task::spawn_blocking(compile).await) }).await;
}

/// Why a person takes over at once.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Alarm {
    pub reason: HandoffReason,
    /// Said first: what to do now.
    pub words: Option<String>,
    /// What the desk is told.
    pub note: Option<DeskBody>,
}

/// What was asked, and what came before it.
pub(super) struct Asked<'a> {
    pub question: &'a str,
    /// The buyer's earlier questions that got an answer, the newest last.
    pub earlier: &'a [&'a str],
    /// Answers that the assistant gave in this conversation.
    pub answers: usize,
    pub locale: Locale,
    pub known: SafetyContext<'a>,
}

/// What a question asks to be heeded.
pub(super) enum Heeded {
    /// A person takes over before anything is answered.
    Person(Alarm),
    /// It is answered, where needed with a caution.
    Answer(Option<Caution>),
}

/// What is to be heeded of a question. Safety is looked at once: a flag hands over or is the answer's caution.
pub(super) fn heed(asked: &Asked<'_>, escalating: &Escalating, pack: &Pack) -> Heeded {
    let flag = safety::check(asked.question, &asked.known);
    if let Some(flag) = flag.as_ref().filter(|flag| flag.level >= Level::E2) {
        return Heeded::Person(raised(flag, asked.locale));
    }
    match person(asked, escalating, pack) {
        Some(alarm) => Heeded::Person(alarm),
        None => Heeded::Answer(flag.and_then(|flag| caution(&flag, asked.locale))),
    }
}

/// Whether a red flag is raised that a person must see at once.
pub(super) fn is_urgent(question: &str, known: &SafetyContext<'_>) -> bool {
    safety::check(question, known).is_some_and(|flag| flag.level >= Level::E2)
}

fn raised(flag: &Flag, locale: Locale) -> Alarm {
    Alarm {
        reason: flag.reason,
        words: Some(safety::words(flag, locale).to_owned()).filter(|words| !words.is_empty()),
        note: Some(noted(flag)),
    }
}

/// Why a person takes over where nothing is dangerous, the most pressing reason first.
fn person(asked: &Asked<'_>, escalating: &Escalating, pack: &Pack) -> Option<Alarm> {
    let because = |reason| Alarm { reason, words: None, note: None };
    if intent::asks_for_person(asked.question) {
        return Some(because(HandoffReason::HumanRequested));
    }
    if let Some(reason) = escalating.named_in(asked.question) {
        return Some(Alarm { words: words_of_pack(asked, reason, pack), ..because(reason) });
    }
    if mood::is_angry(asked.question) {
        return Some(because(HandoffReason::Angry));
    }
    // Asked, answered, asked again in the same words, answered, and now a third time: the answers do not help.
    let again = asked.earlier.iter().filter(|earlier| same(earlier, asked.question)).count();
    if again >= 2 && asked.question.chars().count() > 3 {
        let note = Flagged { kind: "repeat".into(), level: None, text: None };
        return Some(Alarm { note: Some(DeskBody::Flag(note)), ..because(HandoffReason::RepeatFailure) });
    }
    let cap = pack.manifest.limits.turns.get();
    (asked.answers as i64 >= cap as i64).then(|| because(HandoffReason::Policy))
}

/// The caution that an answer carries where a flag does not need a person, and what the desk is told.
#[derive(Debug, Clone)]
pub(super) struct Caution {
    pub words: &'static str,
    pub note: DeskBody,
}

impl Caution {
    /// An answer with the caution that it carries.
    pub fn added_to(&self, answer: String) -> String {
        if answer.contains(self.words) { answer } else { format!("{answer}\n{}", self.words) }
    }
}

/// The caution of a flag that needs no person.
fn caution(flag: &Flag, locale: Locale) -> Option<Caution> {
    let words = Some(safety::words(flag, locale)).filter(|words| !words.is_empty())?;
    Some(Caution { words, note: noted(flag) })
}

/// A pack's own words for which a person takes over, as they are compared.
#[derive(Debug, Default)]
pub(super) struct Escalating(Vec<(HandoffReason, Vec<String>)>);

impl Escalating {
    pub fn of(pack: &Pack) -> Self {
        let phrases = pack.manifest.escalation.phrases.iter();
        let normal = phrases.map(|(reason, phrases)| {
            (reason.0, phrases.iter().map(|phrase| knowledge::normalise(phrase.as_str())).collect())
        });
        Self(normal.collect())
    }

    fn named_in(&self, question: &str) -> Option<HandoffReason> {
        if self.0.is_empty() {
            return None;
        }
        let question = knowledge::normalise(question);
        let named = self.0.iter().find(|(_, phrases)| phrases.iter().any(|phrase| question.contains(phrase.as_str())));
        named.map(|(reason, _)| *reason)
    }
}

/// What the pack knows to do until the person is there. Whoever is angry or wants a person gets no lecture.
fn words_of_pack(asked: &Asked<'_>, reason: HandoffReason, pack: &Pack) -> Option<String> {
    if matches!(reason, HandoffReason::Angry | HandoffReason::HumanRequested) {
        return None;
    }
    let known: Vec<_> = pack.knowledge_in(asked.locale).collect();
    let entry = |known: &&Known| knowledge::Entry {
        id: known.id.clone(),
        question: known.question.clone(),
        answer: known.answer.clone(),
        ..knowledge::Entry::default()
    };
    let index = knowledge::Index::build(&known.iter().map(entry).collect::<Vec<_>>());
    let best = index.search(asked.question, 1).into_iter().find(|hit| index.answers(hit))?;
    known.get(best.entry).map(|known| known.answer.clone())
}

/// In the same words, whatever stands between them.
fn same(one: &str, other: &str) -> bool {
    let letters = |text| str::chars(text).filter(|c| is_letter(*c));
    let (mut one, mut other) = (letters(one), letters(other));
    loop {
        match (one.next(), other.next()) {
            (Some(one), Some(other)) if alike(one, other) => {}
            (None, None) => return true,
            _ => return false,
        }
    }
}

/// The same letter in any script, width or case.
fn alike(one: char, other: char) -> bool {
    let normal = |c: char| knowledge::normalise(c.encode_utf8(&mut [0; 4]));
    one == other || (!(one.is_ascii_digit() && other.is_ascii_digit()) && normal(one) == normal(other))
}

fn noted(flag: &Flag) -> DeskBody {
    let text = format!("{} ({}, {})", flag.matched, flag.sign, safety::version());
    DeskBody::Flag(Flagged { kind: "safety".into(), level: Some(format!("{:?}", flag.level)), text: Some(text) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packs::built_in;

    fn heeded(asked: &Asked<'_>, pack: &str) -> Heeded {
        let pack = &built_in()[pack];
        heed(asked, &Escalating::of(pack), pack)
    }

    #[track_caller]
    fn check(question: &str, earlier: &[&str], answers: usize, expected: Option<HandoffReason>) {
        let asked = Asked { question, earlier, answers, locale: Locale::Hans, known: SafetyContext::default() };
        let reason = match heeded(&asked, "general") {
            Heeded::Person(alarm) => Some(alarm.reason),
            Heeded::Answer(_) => None,
        };
        assert_eq!(reason, expected, "{question}");
    }

    #[test]
    fn a_person_takes_over_for_each_reason() {
        use HandoffReason::{Angry, HumanRequested, Policy, RepeatFailure, SafetyAllergy};
        check("用完喉咙发紧喘不上气", &[], 0, Some(SafetyAllergy));
        check("转人工", &[], 0, Some(HumanRequested));
        check("垃圾客服，我要投诉到12315", &[], 0, Some(Angry));
        check("什么时候发货", &["什么时候发货"], 1, None);
        check("什么时候发货", &["什么时候发货", "什么时候发货？"], 2, Some(RepeatFailure));
        check("什么时候发货", &[], 1_000, Some(Policy));
        check("你好", &[], 0, None);
    }

    #[test]
    fn a_caution_is_no_alarm_and_the_desk_is_told() {
        let known = SafetyContext { baby_months: &[], category: "beauty" };
        let question = "孕妇能用A醇吗";
        let asked = Asked { question, earlier: &[], answers: 0, locale: Locale::Hans, known };
        let Heeded::Answer(Some(caution)) = heeded(&asked, "beauty") else { panic!("no caution") };
        assert!(caution.words.contains("医生"));
        assert!(
            matches!(&caution.note, DeskBody::Flag(flag) if flag.kind == "safety" && flag.level.as_deref() == Some("E3"))
        );
        assert!(caution.added_to("可以换一款。".into()).ends_with(caution.words));
        assert_eq!(caution.added_to(caution.words.to_owned()), caution.words, "it is said once");
    }

    #[test]
    fn a_red_flag_outranks_all_and_says_what_to_do() {
        let asked = Asked {
            question: "转人工！宝宝2个月发烧38.5度",
            earlier: &[],
            answers: 0,
            locale: Locale::Hans,
            known: SafetyContext::default(),
        };
        let Heeded::Person(alarm) = heeded(&asked, "mother_baby") else { panic!("no alarm") };
        assert_eq!(alarm.reason, HandoffReason::SafetyInfant);
        assert!(alarm.words.unwrap().contains("120"));
        assert!(matches!(alarm.note, Some(DeskBody::Flag(flag)) if flag.level.as_deref() == Some("E0")));
    }
}
