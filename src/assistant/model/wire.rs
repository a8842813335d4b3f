//! The model's JSON, as we send it and as servers really answer it.
//!
//! What we read is tolerant: whatever is missing, null, empty or of another type counts as not said, because the
//! servers that call themselves compatible differ in all of these. Text is borrowed from the packet where JSON allows.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::text::Text;
use super::{Message, Request, Tool, ToolCall};

/// What is sent to `POST {base}/chat/completions`.
#[derive(Serialize)]
pub(super) struct Body<'a> {
    model: &'a str,
    stream: bool,
    stream_options: StreamOptions,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    user: &'a str,
    // What stays the same from turn to turn comes first, as providers keep prompts: tools, instructions, what was said.
    #[serde(skip_serializing_if = "Tools::is_empty")]
    tools: Tools<'a>,
    messages: Messages<'a>,
}

impl<'a> Body<'a> {
    pub(super) fn new(model: &'a str, request: &Request<'a>) -> Self {
        Self {
            model,
            messages: Messages(request.messages),
            tools: Tools(request.tools),
            stream: true,
            stream_options: StreamOptions { include_usage: true },
            user: request.user,
            temperature: request.temperature,
            max_tokens: request.max_tokens,
        }
    }
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

struct Messages<'a>(&'a [Message<'a>]);

impl Serialize for Messages<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(SentMessage::from))
    }
}

#[derive(Serialize)]
struct SentMessage<'a> {
    role: &'static str,
    content: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<SentCall<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<&'a str>,
}

impl<'a> From<&'a Message<'_>> for SentMessage<'a> {
    fn from(message: &'a Message<'_>) -> Self {
        let plain = |role, text: &'a Cow<'_, str>| Self {
            role,
            content: Some(text.as_ref()),
            tool_calls: Vec::new(),
            tool_call_id: None,
        };
        match message {
            Message::System(text) => plain("system", text),
            Message::User(text) => plain("user", text),
            // A message that only calls tools has null as its content: some servers refuse an empty string.
            Message::Assistant { text, calls } => Self {
                content: (calls.is_empty() || !text.is_empty()).then_some(text.as_ref()),
                tool_calls: calls.iter().map(SentCall::from).collect(),
                ..plain("assistant", text)
            },
            Message::Tool { call, result } => Self { tool_call_id: Some(call), ..plain("tool", result) },
        }
    }
}

#[derive(Serialize)]
struct SentCall<'a> {
    id: &'a str,
    r#type: &'static str,
    function: SentFunction<'a>,
}

#[derive(Serialize)]
struct SentFunction<'a> {
    name: &'a str,
    arguments: &'a str,
}

impl<'a> From<&'a ToolCall> for SentCall<'a> {
    fn from(call: &'a ToolCall) -> Self {
        Self {
            id: &call.id,
            r#type: "function",
            function: SentFunction { name: &call.name, arguments: &call.arguments },
        }
    }
}

struct Tools<'a>(&'a [Tool<'a>]);

impl Tools<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Tools<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Sent<'a> {
            r#type: &'static str,
            function: &'a Tool<'a>,
        }
        serializer.collect_seq(self.0.iter().map(|function| Sent { r#type: "function", function }))
    }
}

/// One piece of a streamed answer, or a whole answer to a server that does not stream.
#[derive(Deserialize)]
pub(super) struct Chunk<'a> {
    #[serde(borrow, default)]
    pub choices: Option<Vec<Choice<'a>>>,
    #[serde(borrow, default)]
    pub usage: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub model: Text<'a>,
    #[serde(borrow, default)]
    pub error: Option<&'a RawValue>,
    /// `"error"` in answers whose error lies flat, its `message` and `code` beside this.
    #[serde(borrow, default)]
    pub object: Text<'a>,
}

#[derive(Deserialize)]
pub(super) struct Choice<'a> {
    #[serde(default)]
    pub index: Option<u32>,
    #[serde(borrow, default)]
    pub delta: Option<Piece<'a>>,
    /// In place of `delta` when the answer is not streamed.
    #[serde(borrow, default)]
    pub message: Option<Piece<'a>>,
    #[serde(borrow, default)]
    pub finish_reason: Text<'a>,
}

/// What the model says. Its reasoning is not read: nobody is shown it.
#[derive(Deserialize)]
pub(super) struct Piece<'a> {
    #[serde(borrow, default)]
    pub content: Text<'a>,
    #[serde(borrow, default)]
    pub tool_calls: Option<Vec<CallPiece<'a>>>,
}

#[derive(Deserialize)]
pub(super) struct CallPiece<'a> {
    #[serde(default)]
    pub index: Option<u32>,
    #[serde(borrow, default)]
    pub id: Text<'a>,
    #[serde(borrow, default)]
    pub function: Option<FunctionPiece<'a>>,
}

#[derive(Deserialize)]
pub(super) struct FunctionPiece<'a> {
    #[serde(borrow, default)]
    pub name: Text<'a>,
    /// A string of JSON that comes in pieces; some servers send the JSON itself.
    #[serde(borrow, default)]
    pub arguments: Option<&'a RawValue>,
}

/// Tokens that a request used, as the server counted them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Usage {
    #[serde(rename = "prompt_tokens")]
    pub prompt: u64,
    #[serde(rename = "completion_tokens", default)]
    pub completion: u64,
    /// Of `prompt`, what the provider's prompt cache served.
    #[serde(rename = "prompt_cache_hit_tokens", default)]
    pub cached: u64,
}

impl Usage {
    /// Reads what a server says it has used; `None` when it makes no sense.
    pub(super) fn read(raw: &RawValue) -> Option<Self> {
        #[derive(Deserialize)]
        struct Details {
            prompt_tokens_details: Option<Cached>,
        }
        #[derive(Deserialize)]
        struct Cached {
            cached_tokens: Option<u64>,
        }
        let mut usage: Self = serde_json::from_str(raw.get()).ok()?;
        let details: Option<Details> = serde_json::from_str(raw.get()).ok();
        if let Some(cached) = details.and_then(|d| d.prompt_tokens_details).and_then(|d| d.cached_tokens) {
            usage.cached = cached;
        }
        Some(usage)
    }
}

/// The error's name for programs, from any of the shapes in use: `{"error": {"code", "type"}}`, `{"error": "…"}`, or
/// flat. Never the message, which may repeat the buyer's words.
pub(super) fn error_code(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Failure<'a> {
        #[serde(borrow, default)]
        error: Option<&'a RawValue>,
        #[serde(borrow, default)]
        code: Text<'a>,
        #[serde(borrow, default)]
        r#type: Text<'a>,
    }
    let failure: Failure<'_> = serde_json::from_slice(body).ok()?;
    if let Some(inner) = failure.error.filter(|inner| inner.get().starts_with('{')) {
        return error_code(inner.get().as_bytes());
    }
    [failure.code, failure.r#type].iter().find_map(|word| name(word.as_str()))
}

/// `word` if it can only be a name that the server's makers gave.
fn name(word: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    (!word.is_empty() && word.len() <= 64 && word.chars().all(fits)).then(|| word.to_owned())
}
