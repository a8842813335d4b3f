//! Judges what is about to be said, as a model's words are judged.

use super::Spoken;
use crate::assistant::screen::{self, Withheld};
use crate::experts::claims::{Backing, Claims, Kind, Sentences};

/// What no ground excuses, whoever wrote it. Promises, figures, links and orders come from an expert, a passage or a line
/// here, which is their ground.
const NEVER: [Kind; 5] = [Kind::Absolute, Kind::Medical, Kind::Guarantee, Kind::Breastmilk, Kind::Elsewhere];

/// The same answer, or a person in its place where a sentence must not be said: nobody here could put it in other words.
pub(super) fn guarded(spoken: Spoken, claims: &Claims) -> Spoken {
    let Some(withheld) = never_said(&spoken.text, claims) else { return spoken };
    let (reason, flag) = (screen::reason_for(&withheld), Some(screen::held(&withheld)));
    Spoken { called: spoken.called, hands_over: Some((reason, None)), flag, ..Spoken::default() }
}

/// The first sentence of a text that no ground excuses.
pub(in crate::assistant) fn never_said(text: &str, claims: &Claims) -> Option<Withheld> {
    let mut sentences = Sentences::default();
    let mut all = sentences.push(text);
    all.extend(sentences.finish());
    all.into_iter().find_map(|sentence| {
        let mut held = claims.check(&sentence, &Backing::default());
        held.retain(|held| NEVER.contains(&held.kind));
        (!held.is_empty()).then_some(Withheld { sentence, held })
    })
}
