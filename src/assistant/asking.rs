//! Asks the model: lets it call tools, some rounds of them, and shows what it says, sentence by sentence.

use std::borrow::Cow;
use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep_until};

use super::Assistant;
use super::model::{Message, Model, ModelError, Reply, Request, Stream, Tool};
use super::running::Ran;
use super::screen::{Cite, Screen, Withheld};
use super::toolbox::Toolbox;
use super::work::Job;
use crate::connections::ToolSpec;
use crate::conversation::CardLines;
use crate::db::confirmation::Confirmation;
use crate::db::turn::Turn;
use crate::experts::claims::{Backing, Claims, Kind};
use crate::live::Seat;
use crate::packs::Pack;
use crate::protocol::event::{Card, Flag};
use crate::protocol::rest::Stamp;
use crate::protocol::{DeskBody, HandoffReason};

/// Readers are told of a streaming reply at most so often: pieces that come faster are sent as one.
const PACE: Duration = Duration::from_millis(60);
/// How often a sentence that must not be said is asked for again.
const REWRITES: usize = 1;

/// What is asked with.
pub(super) struct Asking<'a> {
    pub model: &'a Model,
    pub pack: &'a Pack,
    pub claims: &'a Claims,
    /// Said before the reply, where the buyer does not know yet that this is an AI.
    pub introduction: &'a str,
    /// The merchant's own tools that the pack allows.
    pub own_tools: &'a [ToolSpec],
    /// What the store itself says on a sentence.
    pub cite: &'a Cite<'a>,
}

/// What came of asking.
pub(super) enum Said {
    Whole(Spoken),
    HandOff(HandoffReason, Option<String>, Vec<DeskBody>),
    /// The buyer wrote more before anything was shown.
    BuyerWroteOn,
    /// The turn is no longer this task's.
    Gone,
}

/// A reply with what it rests on.
#[derive(Default)]
pub(super) struct Spoken {
    pub text: String,
    pub evidence: Vec<String>,
    pub cards: Vec<Card>,
    /// What the buyer is asked by them.
    pub asks: Vec<Confirmation>,
    /// The calls that were made and the sentences that were held, for the desk.
    pub notes: Vec<DeskBody>,
    pub stamp: Stamp,
}

/// How reading one reply ended.
enum Heard {
    Ended(Reply),
    Held(Withheld),
    BuyerWroteOn,
    Gone,
}

/// What is shown of a turn so far.
struct Showing {
    /// Whole sentences that were shown, the introduction first.
    told: String,
    /// A reply that is begun anew is another one to its readers.
    attempt: i64,
    begun: bool,
}

impl Assistant {
    /// Asks until the model has said all, within the pack's limits. `prompt`: the messages, and what stands behind
    /// sentences before any tool was called.
    pub(super) async fn ask(
        &self,
        seat: &mut Seat,
        turn: &Turn,
        job: &Job<'_>,
        asking: &Asking<'_>,
        toolbox: &mut Toolbox<'_>,
        prompt: (Vec<Message<'_>>, Backing),
    ) -> Result<Said, ModelError> {
        let (mut messages, mut backing) = prompt;
        let limits = &asking.pack.manifest.limits;
        let tools = tools(asking);
        let (mut rounds, mut calls_left) = (limits.tool_rounds.get(), limits.tool_calls.get());
        let mut holds = 0;
        let mut spoken = Spoken::default();
        let mut showing = Showing { told: asking.introduction.to_owned(), attempt: turn.attempt * 1_000, begun: false };
        loop {
            let request = Request {
                store: &job.conversation.store,
                user: job.conversation.id.as_str(),
                messages: &messages,
                // When all rounds are used, only words are left.
                tools: if rounds > 0 { &tools } else { &[] },
                temperature: Some(asking.pack.manifest.model.temperature.0 as f32),
                max_tokens: Some(asking.pack.manifest.model.max_tokens.get() as u32),
                deadline: job.deadline,
            };
            let mut screen = Screen::new(asking.claims, backing.clone(), asking.cite);
            let heard = self.read_reply(seat, turn, asking.model, request, &mut screen, &mut showing).await?;
            spoken.evidence.append(&mut screen.cited);
            match heard {
                Heard::Gone => return Ok(Said::Gone),
                Heard::BuyerWroteOn => return Ok(Said::BuyerWroteOn),
                Heard::Held(withheld) => {
                    metrics::counter!("xiaoer_sentences_held_total").increment(1);
                    let kind = withheld.held.first().map_or(Kind::Number, |held| held.kind);
                    spoken.notes.push(held(&withheld));
                    if holds == REWRITES {
                        seat.topic().unwrite(&turn.id);
                        return Ok(Said::HandOff(reason_for(kind), None, spoken.notes));
                    }
                    holds += 1;
                    showing.attempt += 1;
                    if showing.begun {
                        seat.topic().write(&turn.id, showing.attempt, &showing.told);
                    }
                    let said = showing.told.strip_prefix(asking.introduction).unwrap_or(&showing.told).to_owned();
                    if !said.trim().is_empty() {
                        messages.push(Message::Assistant { text: said.into(), calls: Cow::Borrowed(&[]) });
                    }
                    messages.push(Message::System(Cow::Owned(again(&withheld))));
                }
                Heard::Ended(reply) if reply.tool_calls.is_empty() => {
                    count(&reply, &mut spoken.stamp);
                    if reply.text.trim().is_empty() && showing.told.len() <= asking.introduction.len() {
                        seat.topic().unwrite(&turn.id);
                        return Err(ModelError::Broken { what: "an empty reply", partial: false });
                    }
                    spoken.text = showing.told;
                    return Ok(Said::Whole(spoken));
                }
                Heard::Ended(reply) => {
                    count(&reply, &mut spoken.stamp);
                    let Reply { text, tool_calls: mut calls, .. } = reply;
                    rounds = rounds.saturating_sub(1);
                    calls.truncate(calls_left);
                    calls_left -= calls.len();
                    for (n, call) in calls.iter_mut().enumerate() {
                        if call.id.is_empty() {
                            call.id = format!("call_{n}");
                        }
                    }
                    let mut results = Vec::with_capacity(calls.len());
                    for call in &calls {
                        match self.run(job, turn, asking, toolbox, call, &mut spoken).await {
                            Ran::Result(result) => {
                                backing = backing.evidence(&result);
                                results.push(result);
                            }
                            Ran::HandOff(reason, skill) => {
                                seat.topic().unwrite(&turn.id);
                                return Ok(Said::HandOff(reason, skill, spoken.notes));
                            }
                        }
                    }
                    if !spoken.asks.is_empty() {
                        // Nothing was done yet, so nothing is left to the model to say.
                        let gap = if showing.told.len() > asking.introduction.len() { "\n" } else { "" };
                        let ask = format!("{gap}{}", CardLines::of(toolbox.locale).confirm.ask);
                        if showing.begun {
                            seat.topic().write(&turn.id, showing.attempt, &ask);
                        }
                        spoken.text = showing.told + &ask;
                        return Ok(Said::Whole(spoken));
                    }
                    messages.push(Message::Assistant { text: text.into(), calls: Cow::Owned(calls.clone()) });
                    messages.extend(
                        calls.into_iter().zip(results).map(|(call, result)| Message::Tool {
                            call: Cow::Owned(call.id),
                            result: Cow::Owned(result),
                        }),
                    );
                }
            }
        }
    }

    /// Reads one reply and shows it as it comes.
    async fn read_reply(
        &self,
        seat: &mut Seat,
        turn: &Turn,
        model: &Model,
        request: Request<'_>,
        screen: &mut Screen<'_>,
        showing: &mut Showing,
    ) -> Result<Heard, ModelError> {
        let topic = seat.topic().clone();
        let mut stream = match self.begin(seat, turn, model, request, showing.begun).await? {
            Ok(stream) => stream,
            Err(ended) => return Ok(ended),
        };
        let before = showing.told.len();
        loop {
            let piece = tokio::select! {
                biased;
                // A person who takes over must not be talked into.
                () = seat.changed() => match self.current(seat, turn) {
                    Some(_) => continue,
                    None => {
                        topic.unwrite(&turn.id);
                        return Ok(Heard::Gone);
                    }
                },
                piece = stream.next() => piece,
            };
            let mut shown = String::new();
            let (screened, is_end) = match piece {
                Ok(Some(text)) => (screen.push(text, &mut shown), false),
                Ok(None) => (screen.finish(&mut shown), true),
                Err(error) => {
                    topic.unwrite(&turn.id);
                    topic.wake();
                    return Err(error);
                }
            };
            if let Err(withheld) = screened {
                showing.told.push_str(&shown);
                // What was shown of the sentence that is held is taken back.
                let whole = screen.told_whole(&showing.told[before..]).len();
                showing.told.truncate(before + whole);
                return Ok(Heard::Held(withheld));
            }
            if !shown.is_empty() {
                if !showing.begun {
                    topic.write(&turn.id, showing.attempt, &showing.told);
                    showing.begun = true;
                }
                topic.write(&turn.id, showing.attempt, &shown);
                showing.told.push_str(&shown);
                topic.wake();
                // This waking is our own; what else has changed is looked at after the rest.
                seat.see();
                if !stream.has_ended() {
                    // While readers rest the model's packets gather unread: each one that is read by itself costs
                    // two tasks a waking.
                    self.rest(seat, turn, Instant::now() + PACE).await;
                }
                if self.current(seat, turn).is_none() {
                    topic.unwrite(&turn.id);
                    return Ok(Heard::Gone);
                }
            }
            if is_end {
                return Ok(Heard::Ended(stream.into_reply()));
            }
        }
    }

    /// Waits for the first words.
    async fn begin(
        &self,
        seat: &mut Seat,
        turn: &Turn,
        model: &Model,
        request: Request<'_>,
        has_begun: bool,
    ) -> Result<Result<Stream, Heard>, ModelError> {
        let start = model.start(request);
        tokio::pin!(start);
        loop {
            tokio::select! {
                biased;
                stream = &mut start => return Ok(Ok(stream?)),
                () = seat.changed() => match self.current(seat, turn) {
                    None => return Ok(Err(Heard::Gone)),
                    // Nothing was shown yet, so one answer can still be for all of it.
                    Some(now) if !has_begun && now.covers() > turn.covers() => return Ok(Err(Heard::BuyerWroteOn)),
                    Some(_) => {}
                },
            }
        }
    }

    /// Waits, but no longer than the turn is this task's.
    async fn rest(&self, seat: &mut Seat, turn: &Turn, until: Instant) {
        loop {
            tokio::select! {
                () = sleep_until(until) => return,
                () = seat.changed() => if self.current(seat, turn).is_none() { return },
            }
        }
    }
}

/// Puts what a reply cost into the figures and on the answer's stamp.
fn count(reply: &Reply, stamp: &mut Stamp) {
    stamp.rounds += 1;
    stamp.model.clone_from(&reply.model);
    let Some(usage) = reply.usage else { return };
    stamp.prompt_tokens += usage.prompt;
    stamp.cached_tokens += usage.cached;
    stamp.completion_tokens += usage.completion;
    for (kind, tokens) in [("prompt", usage.prompt), ("cached", usage.cached), ("completion", usage.completion)] {
        metrics::counter!("xiaoer_model_tokens_total", "kind" => kind).increment(tokens);
    }
}

fn tools<'a>(asking: &'a Asking<'a>) -> Vec<Tool<'a>> {
    let mut tools: Vec<Tool<'a>> = super::toolbox::offered(&asking.pack.manifest.experts);
    tools.extend(asking.own_tools.iter().map(|tool| Tool {
        name: &tool.full_name,
        description: &tool.description,
        parameters: &tool.schema,
    }));
    tools
}

/// Tells the model that its sentence was not passed on, and why, in the words of the rules.
fn again(withheld: &Withheld) -> String {
    let why: Vec<&str> = withheld.held.iter().map(|held| held.why).collect();
    format!(
        "上一句没有发给买家（{}）。接着已发出的内容往下写：换个说法，不作保证，不用没有依据的数字和承诺；\
         没有依据的，直说需要人工确认。",
        why.join("; ")
    )
}

fn held(withheld: &Withheld) -> DeskBody {
    let kind = withheld.held.first().map(|held| json!(held.kind)).and_then(|k| k.as_str().map(str::to_owned));
    let why = withheld.held.first().map_or("", |held| held.why);
    let sentence: String = withheld.sentence.chars().take(200).collect();
    DeskBody::Flag(Flag { kind: "claim".into(), level: kind, text: Some(format!("{sentence} ({why})")) })
}

/// Who can say what the assistant must not.
fn reason_for(kind: Kind) -> HandoffReason {
    match kind {
        Kind::Commitment => HandoffReason::OverAuthority,
        Kind::Number => HandoffReason::NoEvidence,
        _ => HandoffReason::LowConfidence,
    }
}
