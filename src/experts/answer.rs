//! What every expert's answer has in common, whoever asks: a model through a tool, or the built-in assistant.

use serde::Serialize;

/// An expert's own findings `T` with what the caller needs to speak of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer<T> {
    pub status: Status,
    /// Ids of the records that the answer rests on, for example `fit:m17`, `chart:SKU/M`, `rule:retinoid_acid`.
    pub evidence: Vec<String>,
    /// What to ask the buyer for, the most useful first; names of slots.
    pub missing: Vec<String>,
    /// One or two finished sentences in the buyer's language and script, which may be said as they stand.
    pub say: String,
    #[serde(flatten)]
    pub found: T,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is known.
    Ok,
    /// It would be known if the buyer said what is `missing`.
    Ask,
    /// There is no record or rule for it.
    NoBasis,
    /// It is known, and must not be done or said.
    Refused,
}

impl<T> Answer<T> {
    /// The same with other findings.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Answer<U> {
        Answer {
            status: self.status,
            evidence: self.evidence,
            missing: self.missing,
            say: self.say,
            found: f(self.found),
        }
    }
}
