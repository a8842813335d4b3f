//! Whom a fact is about.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A person of a buyer's: `self`, `mother`, `husband` …, or a baby's own id. A short word of the shop's and never a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Whom(String);

/// The longest id of a person.
const MAX_CHARS: usize = 40;

impl Whom {
    /// The buyer.
    pub const SELF: &'static str = "self";

    pub fn buyer() -> Self {
        Self(Self::SELF.into())
    }

    /// A person by id; `None` where it cannot be one (empty, longer than 40 characters, blanks or control characters).
    pub fn of(id: &str) -> Option<Self> {
        let fits = (1..=MAX_CHARS).contains(&id.chars().count());
        (fits && !id.chars().any(|c| c.is_control() || c.is_whitespace())).then(|| Self(id.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_buyer(&self) -> bool {
        self.0 == Self::SELF
    }

    /// Grows: what is plausible for a body is another thing than for a grown-up.
    pub fn is_child(&self) -> bool {
        self.is_baby() || matches!(self.0.as_str(), "son" | "daughter" | "child")
    }

    pub fn is_baby(&self) -> bool {
        self.0 == "baby" || self.0.starts_with("baby_")
    }
}

impl Default for Whom {
    fn default() -> Self {
        Self::buyer()
    }
}

impl fmt::Display for Whom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
