//! What went wrong between us and a merchant's server.

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub kind: FailureKind,
    /// The tool may have done what it does. Only what certainly did not reach it is `false`.
    pub reached: bool,
    /// For the merchant: no secret, and nothing that the server wrote.
    pub why: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FailureKind {
    /// No connection, or to no address that is allowed.
    Unreachable,
    TimedOut,
    /// More than is taken.
    TooLarge,
    /// Not what was agreed.
    BadAnswer,
    /// It sends us elsewhere, where we do not go.
    Redirected,
}

impl Failure {
    /// Before anything was sent that could have an effect.
    pub(super) fn before(kind: FailureKind, why: impl Into<String>) -> Self {
        Self { kind, reached: false, why: why.into() }
    }

    /// When the tool may have acted.
    pub(super) fn after(kind: FailureKind, why: impl Into<String>) -> Self {
        Self { kind, reached: true, why: why.into() }
    }

    /// The word for programs.
    pub(super) fn code(&self) -> &'static str {
        match self.kind {
            FailureKind::Unreachable => "unreachable",
            FailureKind::TimedOut => "timed_out",
            FailureKind::TooLarge => "too_large",
            FailureKind::BadAnswer => "bad_answer",
            FailureKind::Redirected => "redirected",
        }
    }
}
