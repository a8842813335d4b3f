//! Runs what a model calls: experts, and the merchant's own tools.

use std::borrow::Cow;

use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::Assistant;
use super::asking::{Asking, Spoken};
use super::confirming::{self, Wish};
use super::model::{Tool, ToolCall};
use super::toolbox::{self, Toolbox};
use super::work::Job;
use crate::connections::{Call, Caller};
use crate::db::turn::Turn;
use crate::experts::claims::Backing;
use crate::locale::Locale;
use crate::masking::Masks;
use crate::packs::Expert;
use crate::protocol::event::Tool as Called;
use crate::protocol::{DeskBody, HandoffReason};

/// What came of a call.
pub(super) enum Ran {
    Result(String),
    HandOff(HandoffReason, Option<String>),
}

impl Assistant {
    /// Runs one call, of an expert or of the merchant's own tools, and puts it on record.
    pub(super) async fn run(
        &self,
        job: &Job<'_>,
        turn: &Turn,
        asking: &Asking<'_>,
        toolbox: &mut Toolbox<'_>,
        call: &ToolCall,
        spoken: &mut Spoken,
    ) -> Ran {
        let begun = Instant::now();
        let expert = asking.pack.manifest.experts.iter().copied().find(|expert| expert.word() == call.name);
        let (arguments, result, over) = match expert {
            Some(expert) => self.run_expert(toolbox, expert, call, spoken).await,
            None => self.run_own(job, turn, asking, call, (toolbox.locale, &mut *spoken)).await,
        };
        let ms = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
        let text = result.to_string();
        spoken.notes.push(DeskBody::Tool(Called { name: call.name.clone(), arguments, result, ms }));
        match over {
            Some((reason, skill)) => Ran::HandOff(reason, skill),
            None => Ran::Result(text),
        }
    }

    async fn run_expert(
        &self,
        toolbox: &mut Toolbox<'_>,
        expert: Expert,
        call: &ToolCall,
        spoken: &mut Spoken,
    ) -> (Value, Value, Option<(HandoffReason, Option<String>)>) {
        match toolbox.call(expert, &call.arguments).await {
            Ok(called) => {
                spoken.evidence.extend(called.evidence);
                spoken.cards.extend(called.card);
                (called.arguments, called.result, called.hands_over)
            }
            Err(error) => {
                tracing::warn!(error = ?error, tool = expert.word(), "An expert could not be asked");
                let over = Some((HandoffReason::AssistantUnavailable, None));
                (Value::Null, json!({"status": "refused", "error": error.code()}), over)
            }
        }
    }

    async fn run_own(
        &self,
        job: &Job<'_>,
        turn: &Turn,
        asking: &Asking<'_>,
        call: &ToolCall,
        (locale, spoken): (Locale, &mut Spoken),
    ) -> (Value, Value, Option<(HandoffReason, Option<String>)>) {
        let raw = if call.arguments.trim().is_empty() { "{}" } else { call.arguments.as_str() };
        let shown: Value = serde_json::from_str(raw).unwrap_or(Value::Null);
        let Some(tool) = asking.own_tools.iter().find(|tool| tool.full_name == call.name) else {
            return (shown, json!({"status": "refused", "error": "there is no such tool"}), None);
        };
        let Ok(arguments) = RawValue::from_string(raw.to_owned()) else {
            return (shown, json!({"status": "refused", "error": "the arguments are no JSON"}), None);
        };
        let c = job.conversation;
        let caller = Caller {
            store: c.store.clone(),
            buyer: c.buyer.clone(),
            conversation: c.id.clone(),
            turn: turn.id.clone(),
        };
        let key = format!("{}.{}", turn.id.as_str(), call.id);
        let must_confirm = asking.pack.manifest.confirm.iter().any(|name| name.as_str() == tool.full_name);
        let call = Call { tool: &tool.full_name, arguments: &arguments, key: &key, must_confirm, confirmed: false };
        match self.shared.connections.call(&caller, call).await {
            Ok(result) => (shown, serde_json::from_str(&result).unwrap_or(Value::String(result)), None),
            Err(error) if error.code == "confirmation_needed" => {
                let lasts_s = job.settings.policy.answer.confirm_s;
                let now = self.shared.clock.now();
                let wish = Wish { tool, arguments: &shown, turn: &turn.id, locale, now, lasts_s };
                let (card, asked) = confirming::ask(&wish, c);
                let result = json!({"status": "ask", "card": card.id, "expires_at": card.expires_at});
                if !spoken.asks.contains(&asked) {
                    spoken.cards.push(card);
                    spoken.asks.push(asked);
                }
                (shown, result, None)
            }
            Err(error) => {
                // What may have been done is a person's to settle.
                let over = (error.code == "unknown_outcome").then_some((HandoffReason::AssistantUnavailable, None));
                (shown, json!({"status": "refused", "code": error.code, "error": error.message}), over)
            }
        }
    }
}

/// Experts whose results are the buyer's own data, which may be said to the buyer.
const OF_BUYER: [&str; 3] = ["look_up_order", "offer_remedy", "plan_delivery"];
/// The expert whose results are what the store says to all.
const PASSAGES: &str = "search_knowledge";

/// What stands behind the sentences that follow a tool's result.
pub(super) fn behind(backing: Backing, tool: &str, result: &str) -> Backing {
    match tool {
        PASSAGES => backing.passage(result),
        // The experts on orders see this buyer's own and nobody else's.
        _ if OF_BUYER.contains(&tool) => backing.evidence(result).own(result),
        _ => backing.evidence(result),
    }
}

/// The tools that are offered: experts first, then the merchant's own.
pub(super) fn tools<'a>(asking: &'a Asking<'a>) -> Vec<Tool<'a>> {
    let mut tools: Vec<Tool<'a>> = toolbox::offered(&asking.pack.manifest.experts);
    tools.extend(asking.own_tools.iter().map(|tool| Tool {
        name: &tool.full_name,
        description: &tool.description,
        parameters: &tool.schema,
    }));
    tools
}

/// The call with the values that its marks stand for.
pub(super) fn with_values<'c>(call: &'c ToolCall, masks: &Masks) -> Cow<'c, ToolCall> {
    match masks.restore_arguments(&call.arguments) {
        Cow::Borrowed(_) => Cow::Borrowed(call),
        Cow::Owned(arguments) => Cow::Owned(ToolCall { arguments, ..call.clone() }),
    }
}
