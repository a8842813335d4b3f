//! From packets to a reply: pure, so that every oddity of a server is a line in a table.

use serde_json::value::RawValue;

use super::error::{CUT, EMPTY};
use super::frame::Frame;
use super::lines::Lines;
use super::wire::{CallPiece, Chunk, Piece, Usage, error_code};
use super::{Finish, ModelError, Reply, ToolCall};

/// The longest reply that is taken, in bytes of text and tool arguments.
const MAX_REPLY: usize = 256 * 1024;
/// The largest body that is taken, in bytes; what surrounds the text may be some times longer than it.
const MAX_BODY: usize = 1024 * 1024;
/// The most tools that one reply may call.
const MAX_CALLS: usize = 32;

/// A reply that is being put together from what a server sends.
#[derive(Default)]
pub(super) struct Assembly {
    pub reply: Reply,
    format: Format,
    lines: Lines,
    frame: Frame,
    bytes: usize,
    /// The server said `[DONE]`, or all there is to say.
    done: bool,
}

#[derive(Default)]
enum Format {
    /// Nothing but white space has come.
    #[default]
    Unknown,
    Events,
    /// One JSON value in answer to a request for a stream; some gateways do that.
    Whole(Vec<u8>),
}

impl Assembly {
    /// Takes a packet. What it adds stands in `reply` also when it ends in an error.
    pub(super) fn feed(&mut self, packet: &[u8]) -> Result<(), ModelError> {
        self.bytes += packet.len();
        if self.bytes > MAX_BODY {
            return Err(self.broken("the answer is larger than 1 MB"));
        }
        if let Format::Unknown = self.format {
            match packet.trim_ascii_start().first() {
                None => return Ok(()),
                Some(b'{') => self.format = Format::Whole(Vec::new()),
                Some(b'<') => return Err(self.broken("the answer is a page, not a reply")),
                Some(_) => self.format = Format::Events,
            }
        }
        if let Format::Whole(body) = &mut self.format {
            body.extend_from_slice(packet);
            return Ok(());
        }
        let mut lines = std::mem::take(&mut self.lines);
        let fed = lines.feed(packet, |data| self.event(data));
        self.lines = lines;
        fed.map_err(|error| error.after(self.has_said_something()))
    }

    /// Nothing more will come; says whether that makes a reply.
    pub(super) fn end(&mut self) -> Result<(), ModelError> {
        match std::mem::take(&mut self.format) {
            Format::Unknown => return Err(ModelError::broken(EMPTY)),
            Format::Whole(body) => {
                self.event(&body)?;
                self.done = true;
            }
            Format::Events if self.is_finished() => {}
            Format::Events => {
                let mut lines = std::mem::take(&mut self.lines);
                // Whatever a half event looks like, what is wrong with it is that the rest is missing.
                let ended = lines.end(|data| self.event(data));
                if ended.is_err() || !self.is_finished() {
                    return Err(self.broken(CUT));
                }
            }
        }
        // An index that was left out is no call.
        self.reply.tool_calls.retain(|call| !call.name.is_empty());
        // A provider's filter leaves nothing; that is an answer too, and asking again would not change it.
        if !self.has_said_something() && self.reply.finish != Finish::Filtered {
            return Err(ModelError::broken(EMPTY));
        }
        Ok(())
    }

    /// Whether nothing has come at all.
    pub(super) fn is_untouched(&self) -> bool {
        self.bytes == 0
    }

    /// Whether nothing more is needed; usage may still come, and the connection can be kept if the body's end does.
    pub(super) fn is_finished(&self) -> bool {
        self.done || self.reply.finish != Finish::Missing
    }

    /// Whether a buyer may have seen something of this reply, or a tool may have been asked for.
    pub(super) fn has_said_something(&self) -> bool {
        !self.reply.text.is_empty() || !self.reply.tool_calls.is_empty()
    }

    fn broken(&self, what: &'static str) -> ModelError {
        ModelError::Broken { what, partial: self.has_said_something() }
    }

    fn event(&mut self, data: &[u8]) -> Result<(), ModelError> {
        if data == b"[DONE]" {
            self.done = true;
            return Ok(());
        }
        if let Some(words) = self.frame.words(data) {
            self.reply.text.push_str(words);
            return self.check_size();
        }
        // Neither JSON nor the end: a ping of somebody's own.
        if data.first() != Some(&b'{') {
            return Ok(());
        }
        // A piece that cannot be read may have held a "not". What is left would be wrong without looking it.
        let unreadable = || self.broken("a piece cannot be read");
        // Checked as a whole first, because serde_json is faster on a `str`.
        let json = std::str::from_utf8(data).map_err(|_| unreadable())?;
        let chunk: Chunk<'_> = serde_json::from_str(json).map_err(|_| unreadable())?;
        if chunk.object.as_str() == "error" || chunk.error.is_some_and(says_error) {
            return Err(inline_error(data));
        }
        if let Some(usage) = chunk.usage.and_then(Usage::read) {
            self.reply.usage = Some(usage);
        }
        if self.reply.model.is_none() && !chunk.model.is_empty() {
            self.reply.model = Some(chunk.model.as_str().to_owned());
        }
        // We ask for one choice; a server that sends more is heard once.
        let mut choices = chunk.choices.into_iter().flatten();
        let Some(choice) = choices.find(|choice| choice.index.unwrap_or(0) == 0) else { return Ok(()) };
        let finish = Finish::named(choice.finish_reason.as_str());
        let piece = choice.delta.or(choice.message);
        if let (Some(piece), None, None) = (&piece, chunk.usage, &finish)
            && piece.tool_calls.as_ref().is_none_or(Vec::is_empty)
        {
            self.frame.learn(json, piece.content.as_str());
        }
        if let Some(piece) = piece {
            self.add(piece)?;
        }
        if let Some(finish) = finish {
            self.reply.finish = finish;
        }
        Ok(())
    }

    fn add(&mut self, piece: Piece<'_>) -> Result<(), ModelError> {
        self.reply.text.push_str(piece.content.as_str());
        for call in piece.tool_calls.into_iter().flatten() {
            self.add_call(call)?;
        }
        self.check_size()
    }

    fn check_size(&self) -> Result<(), ModelError> {
        let arguments: usize = self.reply.tool_calls.iter().map(|call| call.arguments.len()).sum();
        if self.reply.text.len() + arguments > MAX_REPLY {
            return Err(self.broken("the reply is longer than 256 kB"));
        }
        Ok(())
    }

    /// Adds a piece to the call that it belongs to: the one at its index, else the one with its id, else the last.
    fn add_call(&mut self, piece: CallPiece<'_>) -> Result<(), ModelError> {
        let calls = &mut self.reply.tool_calls;
        let at = match piece.index {
            Some(index) => index as usize,
            None if piece.id.is_empty() => calls.len().saturating_sub(1),
            None => calls.iter().position(|call| call.id == piece.id.as_str()).unwrap_or(calls.len()),
        };
        if at >= MAX_CALLS {
            return Err(self.broken("the reply calls too many tools"));
        }
        if calls.len() <= at {
            calls.resize_with(at + 1, ToolCall::default);
        }
        let call = &mut calls[at];
        // Some servers repeat id and name with each piece.
        if call.id.is_empty() {
            call.id.push_str(piece.id.as_str());
        }
        let Some(function) = piece.function else { return Ok(()) };
        if call.name.is_empty() {
            call.name.push_str(function.name.as_str());
        }
        match function.arguments.map(RawValue::get) {
            None | Some("null") => {}
            Some(raw) if raw.starts_with('"') => {
                let text: std::borrow::Cow<'_, str> =
                    serde_json::from_str(raw).map_err(|_| ModelError::broken("a tool call cannot be read"))?;
                call.arguments.push_str(&text);
            }
            Some(raw) => call.arguments.push_str(raw),
        }
        Ok(())
    }
}

fn says_error(error: &RawValue) -> bool {
    !matches!(error.get(), "null" | "\"\"" | "{}" | "false")
}

/// An error inside a stream whose status was 200. Its code is a status (OpenRouter, vLLM) or a word.
fn inline_error(data: &[u8]) -> ModelError {
    let code = error_code(data);
    let word = code.as_deref().unwrap_or_default();
    let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    let status = match word.parse() {
        Ok(status) if (400..600).contains(&status) => status,
        _ if has(&["rate_limit"]) => 429,
        _ if has(&["server", "internal", "overload", "unavailable"]) => 503,
        _ => 200,
    };
    ModelError::Refused { status, code }
}

#[cfg(test)]
mod tests;
