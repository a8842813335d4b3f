//! What can go wrong, named for what the caller can do about it.
//!
//! Look-ups that find nothing return `Option`; `NotFound` is for callers that needed it. A foreign id and an absent
//! one give the same error. `Internal` keeps its cause for the log and tells nobody else.

use crate::protocol::Problem;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Sign in (again).
    #[error("sign in first: the token is missing, wrong or expired")]
    Unauthorized,
    /// Signed in, but this needs another role or scope.
    #[error("{0}")]
    Forbidden(&'static str),
    /// There is no such thing here.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Somebody was first, or it no longer fits what is stored.
    #[error("{message}")]
    Conflict { code: &'static str, message: String },
    /// Send something else.
    #[error("{message}")]
    Invalid { code: &'static str, field: Option<String>, message: String },
    /// Slow down.
    #[error("too many requests; wait {retry_after_ms} ms")]
    TooMany { retry_after_ms: u64 },
    /// Nothing was stored; send the same again a little later.
    #[error("the server cannot store this right now; send it again")]
    RetryLater,
    #[error("something went wrong on the server")]
    Internal(#[from] anyhow::Error),
}

impl Error {
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid { code: "invalid", field: Some(field.into()), message: message.into() }
    }

    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::Conflict { code, message: message.into() }
    }

    /// The word for programs, the same over HTTP and on sockets.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::Forbidden(_) => "forbidden",
            Self::NotFound(_) => "not_found",
            Self::Conflict { code, .. } | Self::Invalid { code, .. } => code,
            Self::TooMany { .. } => "rate_limited",
            Self::RetryLater => "retry_later",
            Self::Internal(_) => "internal",
        }
    }

    /// The error as it is sent.
    pub fn problem(&self) -> Problem {
        Problem {
            code: self.code().into(),
            message: self.to_string(),
            id: None,
            field: match self {
                Self::Invalid { field, .. } => field.clone(),
                _ => None,
            },
            line: None,
            retry_after_ms: match self {
                Self::TooMany { retry_after_ms } => Some(*retry_after_ms),
                Self::RetryLater => Some(1_000),
                _ => None,
            },
        }
    }
}

/// A kind of value as people say it, by the name that serde has for it; `None` where there are no plain words.
pub fn kind_in_words(expected: &str) -> Option<&'static str> {
    match expected {
        "a string" | "a borrowed string" | "string" => Some("a text"),
        "u8" => Some("a whole number from 0 to 255"),
        "u16" | "u32" | "u64" | "usize" => Some("a whole number, not negative"),
        "i32" | "i64" => Some("a whole number"),
        "f64" => Some("a number"),
        "a boolean" => Some("true or false"),
        "a sequence" => Some("a list"),
        words if words == "a map" || words.starts_with("struct ") => Some("an object"),
        _ => None,
    }
}

/// Whether the same may succeed a little later.
fn is_passing(code: Option<&str>) -> bool {
    match code {
        Some("57P01" | "57P02" | "57P03" | "53300" | "25006" | "53100" | "55P03" | "57014") => true,
        // SQLite's extended codes hold the plain one in their last byte.
        Some(code) if code.len() < 5 => {
            code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 13))
        }
        _ => false,
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        metrics::counter!("xiaoer_db_errors_total").increment(1);
        match error {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_) => {
                tracing::warn!(%error, "The database cannot be reached");
                Self::RetryLater
            }
            // SQLite: busy, locked, read-only, the disk fails or is full. PostgreSQL: shutting down, starting up, out of
            // connections, read-only, the disk is full, a lock or a statement took too long.
            sqlx::Error::Database(e) if is_passing(e.code().as_deref()) => {
                tracing::warn!(error = %e, "The database takes no work right now");
                Self::RetryLater
            }
            error => Self::Internal(error.into()),
        }
    }
}
