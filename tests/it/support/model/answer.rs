//! What the scripted model does with a request: a list of steps on the wire, made from a reply or a fault.

use std::time::Duration;

use serde_json::{Value, json};

use super::Gate;

/// What to do with one request.
#[derive(Clone)]
pub struct Answer {
    pub(super) steps: Vec<Step>,
}

#[derive(Clone)]
pub(super) enum Step {
    Send(Vec<u8>),
    Sleep(Duration),
    Hold(Gate),
    /// Silence until the other side hangs up.
    Stall,
    Close,
    Reset,
    /// The same bytes again and again, so many in all.
    Flood(Vec<u8>, usize),
}

use Step::{Close, Flood, Hold, Reset, Send, Sleep, Stall};

const STREAM: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
const END: &[u8] = b"0\r\n\r\n";

impl Answer {
    /// A plain reply in three pieces.
    pub fn says(text: &str) -> Self {
        Self::of(&pieces(text, 3).iter().map(|piece| delta(json!({ "content": piece }))).collect::<Vec<_>>(), "stop")
    }

    /// A reply in pieces of one character, with pauses between them.
    pub fn says_slowly(text: &str, gap: Duration) -> Self {
        let mut answer = Self::says("");
        let pieces = text.chars().map(|c| event(&delta(json!({ "content": c.to_string() }))));
        let steps = pieces.flat_map(|piece| [Send(piece), Sleep(gap)]).collect::<Vec<_>>();
        answer.steps.splice(1..1, steps);
        answer
    }

    /// Calls of tools (`name`, arguments), their arguments in pieces that come mixed.
    pub fn calls(calls: &[(&str, Value)]) -> Self {
        let mut events = Vec::new();
        for (index, (name, _)) in calls.iter().enumerate() {
            let call = json!({ "index": index, "id": format!("call_{index}"), "type": "function",
                "function": { "name": name, "arguments": "" } });
            events.push(delta(json!({ "tool_calls": [call] })));
        }
        for part in 0..4 {
            for (index, (_, arguments)) in calls.iter().enumerate() {
                let text = pieces(&arguments.to_string(), 4).into_iter().nth(part).unwrap_or_default();
                let piece = json!({ "index": index, "function": { "arguments": text } });
                events.push(delta(json!({ "tool_calls": [piece] })));
            }
        }
        Self::of(&events, "tool_calls")
    }

    /// A stream of `events`, which ends well.
    fn of(events: &[Value], finish: &str) -> Self {
        let mut steps = vec![Send(STREAM.to_vec())];
        steps.extend(events.iter().map(|data| Send(event(data))));
        let last = json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": finish }] });
        let usage = json!({ "choices": [], "usage": { "prompt_tokens": 100, "completion_tokens": 20 } });
        let end = [event(&last), event(&usage), line("data: [DONE]\n\n"), END.to_vec()].concat();
        steps.push(Send(end));
        Self { steps }
    }

    /// The same, after a wait before the first byte.
    pub fn after(mut self, wait: Duration) -> Self {
        self.steps.insert(0, Sleep(wait));
        self
    }

    /// The same, held before its first byte.
    pub fn held(mut self, gate: &Gate) -> Self {
        self.steps.insert(0, Hold(gate.clone()));
        self
    }

    /// The same, held after its first piece.
    pub fn held_midway(mut self, gate: &Gate) -> Self {
        self.steps.insert(2, Hold(gate.clone()));
        self
    }

    /// The same, held after its first piece, and then the connection is reset.
    pub fn reset_midway(mut self, gate: &Gate) -> Self {
        self.steps.truncate(2);
        self.steps.extend([Hold(gate.clone()), Reset]);
        self
    }

    /// A complete answer with a status and a body of its own.
    pub fn status(status: u16, headers: &str, body: &str) -> Self {
        let head = format!("HTTP/1.1 {status} Because\r\ncontent-length: {}\r\n{headers}\r\n", body.len());
        Self { steps: vec![Send([head.as_bytes(), body.as_bytes()].concat())] }
    }

    /// Bytes as they are in a stream, after which the body ends.
    pub fn raw(body: &str) -> Self {
        Self { steps: vec![Send([STREAM, &line(body), END].concat())] }
    }

    /// The first `pieces` of a good reply, then `steps`.
    fn broken_after(pieces: usize, steps: impl IntoIterator<Item = Step>) -> Self {
        let mut answer = Self::says("这款有现货，面料摸着很软");
        answer.steps.truncate(1 + pieces);
        answer.steps.extend(steps);
        answer
    }
}

impl From<&str> for Answer {
    fn from(text: &str) -> Self {
        Self::says(text)
    }
}

/// What goes wrong with servers.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// Takes the request and never says anything.
    Hang,
    /// Resets the connection before the answer.
    Reset,
    /// Ends the body within an event, or after one, without a reason to finish.
    Cut,
    CutBetween,
    /// Closes the connection in the middle of the body.
    Closed,
    /// Falls silent after the head, or after two pieces.
    StallAtOnce,
    Stall,
    /// Says so with a JSON body, or with a page.
    Status(u16),
    StatusPage(u16),
    /// 429 with this in `Retry-After`.
    RetryAfter(&'static str),
    /// 429 because the account is used up.
    NoQuota,
    /// 400 with a number as its code, and as vLLM lays it out; both repeat the prompt in their message.
    NumberedError,
    FlatError,
    /// 200 with a page, with nothing, with one JSON value.
    Page,
    Empty,
    EmptyStream,
    Whole,
    WholeCut,
    /// An event that is no JSON; an error object in the stream.
    Garbled,
    Inline,
    /// No `[DONE]`, and the connection closed or left open.
    NoDone,
    NoDoneOpen,
    /// Legal but unusual framing.
    Odd,
    /// 50 MB of reply, in one line, or of headers.
    Flood,
    FloodLine,
    FloodHead,
}

impl From<Fault> for Answer {
    fn from(fault: Fault) -> Self {
        let only = |steps: Vec<Step>| Self { steps };
        let big = 50 * 1024 * 1024;
        match fault {
            Fault::Hang => only(vec![Stall]),
            Fault::Reset => only(vec![Reset]),
            Fault::Cut => Self::broken_after(2, [Send(line("data: {\"choices\":[{\"del")), Send(END.to_vec())]),
            Fault::CutBetween => Self::broken_after(2, [Send(END.to_vec())]),
            Fault::Closed => Self::broken_after(2, [Close]),
            Fault::StallAtOnce => Self::broken_after(0, [Stall]),
            Fault::Stall => Self::broken_after(2, [Stall]),
            Fault::Status(status) => Self::status(status, "", r#"{"error":{"message":"您的问题","code":"why"}}"#),
            Fault::StatusPage(status) => Self::status(status, "content-type: text/html\r\n", "<html>您的问题</html>"),
            Fault::RetryAfter(value) => Self::status(429, &format!("retry-after: {value}\r\n"), "{}"),
            Fault::NoQuota => Self::status(429, "", r#"{"error":{"code":"insufficient_quota"}}"#),
            Fault::NumberedError => Self::status(400, "", r#"{"error":{"message":"您的问题","code":1301}}"#),
            Fault::FlatError => {
                Self::status(400, "", r#"{"object":"error","message":"您的问题","type":"BadRequestError","code":400}"#)
            }
            Fault::Page => Self::status(200, "content-type: text/html\r\n", "<!DOCTYPE html><p>您的问题</p>"),
            Fault::Empty => Self::status(200, "", ""),
            Fault::EmptyStream => Self::raw("data: [DONE]\n\n"),
            Fault::Whole => Self::status(200, "content-type: application/json\r\n", &whole()),
            Fault::WholeCut => Self::status(200, "content-type: application/json\r\n", &whole()[..40]),
            Fault::Garbled => {
                Self::broken_after(2, [Send(line("data: {\"choices\":[{\"del您的问题\n\n")), Send(END.to_vec())])
            }
            Fault::Inline => {
                let error = event(&json!({ "error": { "message": "您的问题", "code": 502 } }));
                Self::broken_after(2, [Send(error), Send(END.to_vec())])
            }
            Fault::NoDone => Self::broken_after(3, [Send(finish()), Send(END.to_vec())]),
            Fault::NoDoneOpen => Self::broken_after(3, [Send(finish()), Stall]),
            Fault::Odd => odd(),
            Fault::Flood => Self::broken_after(1, [Flood(event(&delta(json!({ "content": "多".repeat(300) }))), big)]),
            Fault::FloodLine => Self::broken_after(1, [Flood(line(&"x".repeat(1000)), big)]),
            Fault::FloodHead => only(vec![
                Send(b"HTTP/1.1 200 OK\r\n".to_vec()),
                Flood(b"x-filler: xxxxxxxxxxxxxxxxxxxx\r\n".to_vec(), big),
            ]),
        }
    }
}

/// Comments, CRLF, no space after `data:`, empty choices, an unknown field, a packet that ends within a character.
fn odd() -> Answer {
    let body = ": keep-alive\r\n\r\nevent: message\r\nid: 7\r\ndata:{\"choices\":[],\"usage\":null}\r\n\r\n\
        data:{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"\",\"content\":\"现货\"},\"finish_reason\":\"\"}],\"x\":1}\r\n\r\n\
        data:{\"choices\":[{\"index\":0,\"delta\":{\"content\":null},\"finish_reason\":\"eos\"}]}\r\n\r\ndata:[DONE]\r\n\r\n";
    let (before, after) = body.as_bytes().split_at(body.find('现').unwrap() + 1);
    let pause = Sleep(Duration::from_millis(5));
    Answer { steps: vec![Send(STREAM.to_vec()), Send(chunk(before)), pause, Send(chunk(after)), Send(END.to_vec())] }
}

fn whole() -> String {
    let message = json!({ "role": "assistant", "content": "这款有现货" });
    json!({ "choices": [{ "index": 0, "message": message, "finish_reason": "stop" }] }).to_string()
}

fn finish() -> Vec<u8> {
    event(&json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] }))
}

fn delta(delta: Value) -> Value {
    json!({ "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "scripted",
        "choices": [{ "index": 0, "delta": delta, "finish_reason": null }] })
}

fn event(data: &Value) -> Vec<u8> {
    line(&format!("data: {data}\n\n"))
}

fn line(text: &str) -> Vec<u8> {
    chunk(text.as_bytes())
}

/// Bytes as one chunk of a chunked body.
fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

/// `text` cut into at most `count` pieces of whole characters.
fn pieces(text: &str, count: usize) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(chars.len().div_ceil(count).max(1)).map(|piece| piece.iter().collect()).collect()
}
