//! Why there is no reply, named for what the caller can do about it. No variant holds a word of a buyer's: what a
//! server sends along with an error may repeat the prompt, so it is never kept.

use std::fmt;

/// Why the model gave no (whole) reply.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// It cannot be reached, or hung up before it said anything. Another try may help.
    #[error("the model cannot be reached: {why}")]
    Unavailable { why: &'static str },
    /// It said no: an HTTP status, or 200 with an error inside the stream. `code` is the server's name for the reason.
    #[error("the model refused with status {status}{}", Named(code))]
    Refused { status: u16, code: Option<String> },
    /// What it said is no reply; `partial` when pieces of it were already given out.
    #[error("the model's answer is broken: {what}")]
    Broken { what: &'static str, partial: bool },
    /// It took too long.
    #[error("the model took too long: {stage}")]
    TimedOut { stage: Stage },
    /// Too many replies are being written, and no place became free in time.
    #[error("too many replies are being written")]
    Busy,
    /// It failed often just now and is left alone for some seconds.
    #[error("the model failed often and is left alone for now")]
    CircuitOpen,
}

/// What was waited for when time ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// For the connection.
    Connect,
    /// For the first byte of the answer.
    FirstByte,
    /// For the next byte.
    Idle,
    /// For anything: the caller's own deadline passed.
    Deadline,
}

impl ModelError {
    pub(super) fn broken(what: &'static str) -> Self {
        Self::Broken { what, partial: false }
    }

    /// The same error, known to come after something was said.
    pub(super) fn after(self, something: bool) -> Self {
        match self {
            Self::Broken { what, partial } => Self::Broken { what, partial: partial || something },
            other => other,
        }
    }

    /// One word for logs and figures: `unavailable`, `refused`, `broken`, `timed_out`, `busy`, `circuit_open`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } => "unavailable",
            Self::Refused { .. } => "refused",
            Self::Broken { .. } => "broken",
            Self::TimedOut { .. } => "timed_out",
            Self::Busy => "busy",
            Self::CircuitOpen => "circuit_open",
        }
    }

    /// Whether it shows the model to be ill. What one buyer can bring about (a prompt that is refused, a reply so long
    /// that the deadline cuts it) must not close the model for all others.
    pub(super) fn blames_model(&self) -> bool {
        match self {
            Self::Unavailable { .. } | Self::Broken { .. } => true,
            Self::Refused { status, .. } => matches!(status, 401 | 402 | 408 | 429 | 500..),
            Self::TimedOut { stage } => *stage != Stage::Deadline,
            Self::Busy | Self::CircuitOpen => false,
        }
    }

    /// Whether the same request may do better, provided that nothing of a reply has been seen.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Unavailable { .. } => true,
            Self::Refused { status: 429, code } => !code.as_deref().is_some_and(is_about_money),
            Self::Refused { status, .. } => *status >= 500,
            Self::Broken { what, partial } => *what == EMPTY && !partial,
            Self::TimedOut { stage } => *stage == Stage::Connect,
            Self::Busy | Self::CircuitOpen => false,
        }
    }
}

/// Said of an answer without text and tool calls; the one kind of broken answer that is asked for again.
pub(super) const EMPTY: &str = "the answer is empty";
pub(super) const CUT: &str = "the answer was cut off";

/// 429 is also said when the account is used up, which no waiting mends.
fn is_about_money(code: &str) -> bool {
    code.contains("quota") || code.contains("billing") || code.contains("balance")
}

struct Named<'a>(&'a Option<String>);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(code) => write!(f, " ({code})"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "to connect",
            Self::FirstByte => "to begin its answer",
            Self::Idle => "to go on with its answer",
            Self::Deadline => "to finish by the deadline",
        })
    }
}
