//! How a turn ends, made of what was found: pure.

use super::builtin::Spoken as Told;
use super::heed::Alarm;
use super::subject::Subject;
use super::toolbox::Called;
use super::work::{Ending, Handing};
use crate::conversation::Reply;
use crate::experts::{claims, safety};
use crate::packs::Pack;
use crate::protocol::event::Tool;
use crate::protocol::rest::Stamp;
use crate::protocol::{DeskBody, HandoffReason};

/// What the built-in assistant says, as an answer or as a hand-over. `missing`: why no model could help where the store
/// knows nothing.
pub(super) fn as_ending(
    told: Told,
    subject: &Subject<'_>,
    stamp: Option<String>,
    missing: Option<HandoffReason>,
) -> Ending {
    let note = |called: Called| {
        let Called { expert, arguments, result, .. } = called;
        DeskBody::Tool(Tool { name: expert.word().to_owned(), arguments, result, ms: 0 })
    };
    let Told { text, evidence, cards, called, hands_over, flag, .. } = told;
    let notes: Vec<DeskBody> = called.into_iter().map(note).chain(flag).collect();
    let Some((reason, skill)) = hands_over else {
        let text = format!("{}{text}", subject.introduction);
        return Ending::Answer {
            reply: Reply { text, cards, evidence, stamp, ..Reply::default() },
            notes,
            covers: subject.covers,
        };
    };
    let reason = match reason {
        HandoffReason::NoEvidence => missing.unwrap_or(reason),
        reason => reason,
    };
    let words = Some(text).filter(|text| !text.is_empty());
    Ending::HandOff(Box::new(Handing { reason: Some(reason), skill, words, notes, stamp }))
}

/// How an answer was made, as it is kept with its turn.
pub(super) fn stamped(stamp: Stamp, pack: &Pack, took_ms: i64) -> Option<String> {
    let rules = format!("{} {}", safety::version(), claims::version());
    serde_json::to_string(&Stamp { pack: pack.version.to_string(), took_ms, rules, ..stamp }).ok()
}

/// What an alarm means for the turn.
pub(super) fn over(alarm: Alarm, pack: &Pack) -> Ending {
    Ending::HandOff(Box::new(Handing {
        reason: Some(alarm.reason),
        skill: Some(pack.manifest.skill(alarm.reason).word().to_owned()),
        words: alarm.words,
        notes: alarm.note.into_iter().collect(),
        stamp: None,
    }))
}
