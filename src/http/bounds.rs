//! What a frame may hold, and how many may come.

use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

use crate::error::{Error, Result};
use crate::protocol::event::Attachment;

/// A client's own id, in characters.
pub const MAX_CLIENT_ID: usize = 64;
/// A message, in characters.
pub const MAX_TEXT: usize = 4_000;
/// A rating's comment or a transfer's reason, in characters.
const MAX_COMMENT: usize = 1_000;
const MAX_ATTACHMENTS: usize = 9;

/// How many frames may come at once after a silence, as a multiple of those a second.
const AT_ONCE: u32 = 6;

/// Counts the frames of one socket.
pub fn frames(per_second: u32) -> DefaultDirectRateLimiter {
    let per_second = NonZeroU32::new(per_second).unwrap_or(NonZeroU32::MIN);
    let at_once = per_second.saturating_mul(NonZeroU32::MIN.saturating_add(AT_ONCE - 1));
    RateLimiter::direct(Quota::per_second(per_second).allow_burst(at_once))
}

/// Counts a connection that was cut because it sent too much.
pub fn count_refused() {
    metrics::counter!("xiaoer_sockets_sent_too_much_total").increment(1);
}

pub fn client_id(id: String) -> Result<String> {
    if id.is_empty() || id.chars().count() > MAX_CLIENT_ID || id.contains('\0') {
        return Err(Error::invalid("id", "1 to 64 characters"));
    }
    Ok(id)
}

/// A message's text: something must be in it; NUL is taken out, because PostgreSQL cannot store it.
pub fn message_text(text: String) -> Result<String> {
    let text = without_nul(text);
    if text.trim().is_empty() {
        return Err(Error::invalid("text", "there is nothing in this message"));
    }
    if text.chars().count() > MAX_TEXT {
        return Err(Error::invalid("text", "at most 4,000 characters"));
    }
    Ok(text)
}

pub fn comment(text: String) -> Result<String> {
    let text = without_nul(text);
    if text.chars().count() > MAX_COMMENT {
        return Err(Error::invalid("comment", "at most 1,000 characters"));
    }
    Ok(text)
}

/// Attachments are named here and uploaded elsewhere; nothing can be uploaded yet, so there are none to name.
pub fn attachments(attachments: &[Attachment]) -> Result<()> {
    if attachments.len() > MAX_ATTACHMENTS {
        return Err(Error::invalid("attachments", "at most 9"));
    }
    match attachments.first() {
        Some(_) => Err(Error::invalid("attachments", "there is no such upload")),
        None => Ok(()),
    }
}

/// A time below `below` milliseconds, so that those who were sent away together do not come back together.
pub fn spread(below: u64) -> u64 {
    let random = uuid::Uuid::new_v4().as_u128() as u64;
    random % below.max(1)
}

fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "") } else { text }
}
