//! Judges what is about to be said, as a model's words are judged.

use super::Spoken;
use crate::assistant::asking;
use crate::assistant::screen::Withheld;
use crate::experts::claims::{Backing, Claims, Sentences};

/// The same answer, or a person in its place where a sentence must not be said: nobody here could put it in other words.
pub(super) fn guarded(spoken: Spoken, claims: &Claims) -> Spoken {
    // Every sentence comes from an expert, a passage or a line, which is the ground of its promises and numbers. What no
    // ground excuses may stand in a merchant's own words all the same.
    let backing = Backing::default().evidence(&spoken.text);
    let mut sentences = Sentences::default();
    let mut all = sentences.push(&spoken.text);
    all.extend(sentences.finish());
    let held = all.into_iter().find_map(|sentence| {
        let held = claims.check(&sentence, &backing);
        (!held.is_empty()).then_some(Withheld { sentence, held })
    });
    let Some(withheld) = held else { return spoken };
    let (reason, flag) = (asking::reason_for(&withheld), Some(asking::held(&withheld)));
    Spoken { called: spoken.called, hands_over: Some((reason, None)), flag, ..Spoken::default() }
}
