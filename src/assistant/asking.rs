//! Asks the model: lets it call tools, some rounds of them, and shows what it says, sentence by sentence.

use std::borrow::Cow;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::Assistant;
use super::meter::Metered;
use super::model::{Begun, Message, ModelError, Models, Reply, Request, Stage, Who};
use super::running::{self, Ran};
use super::screen::{Cite, Cleared, Screen, Withheld, again, held, printable, reason_for};
use super::toolbox::Toolbox;
use super::transcript::Talk;
use super::work::Job;
use crate::connections::ToolSpec;
use crate::conversation::CardLines;
use crate::db::confirmation::Confirmation;
use crate::db::turn::Turn;
use crate::experts::claims::Claims;
use crate::live::Seat;
use crate::masking::{Masks, Restoring};
use crate::packs::Pack;
use crate::protocol::event::Card;
use crate::protocol::transcript::PromptEnd;
use crate::protocol::{DeskBody, HandoffReason};

/// Readers are told of a streaming reply at most so often: pieces that come faster are sent as one.
const PACE: Duration = Duration::from_millis(60);
/// How often a sentence that must not be said is asked for again.
const REWRITES: usize = 1;

/// What is asked with.
pub(super) struct Asking<'a> {
    pub models: &'a Models,
    pub pack: &'a Pack,
    pub claims: &'a Claims,
    /// Said before the reply, where the buyer does not know yet that this is an AI.
    pub introduction: &'a str,
    /// The merchant's own tools that the pack allows.
    pub own_tools: &'a [ToolSpec],
    /// What the store itself says on a sentence.
    pub cite: &'a Cite<'a>,
    /// What was said before with the store's word behind it, and the packs behind that; `None` where a tool's result is
    /// told, which may be at odds with it.
    pub cleared: Option<(&'a Cleared, &'a str)>,
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
    /// Our name for the model that answered, and what its server calls itself.
    pub model: String,
    pub served_as: Option<String>,
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
    /// The number of the model that writes: it keeps what it has begun.
    model: usize,
    /// Whether that model has begun to write at all.
    has_started: bool,
}

impl Assistant {
    /// Asks until the model has said all, within the pack's limits.
    pub(super) async fn ask(
        &self,
        seat: &mut Seat,
        turn: &Turn,
        job: &Job<'_>,
        asking: &Asking<'_>,
        toolbox: &mut Toolbox<'_>,
        mut talk: Talk<'_>,
    ) -> Result<Said, ModelError> {
        let said = self.rounds(seat, turn, job, asking, toolbox, &mut talk).await;
        talk.ended = match &said {
            Ok(Said::Whole(spoken)) => {
                talk.answer.clone_from(&spoken.text);
                PromptEnd::Answered
            }
            Ok(Said::HandOff(..)) => PromptEnd::HandedOff,
            Ok(Said::BuyerWroteOn) => PromptEnd::WroteOn,
            Ok(Said::Gone) => PromptEnd::Gone,
            Err(_) => PromptEnd::Failed,
        };
        said
    }

    async fn rounds(
        &self,
        seat: &mut Seat,
        turn: &Turn,
        job: &Job<'_>,
        asking: &Asking<'_>,
        toolbox: &mut Toolbox<'_>,
        talk: &mut Talk<'_>,
    ) -> Result<Said, ModelError> {
        let limits = &asking.pack.manifest.limits;
        let tools = running::tools(asking);
        let (mut rounds, mut calls_left) = (limits.tool_rounds.get(), limits.tool_calls.get());
        let mut holds = 0;
        let mut spoken = Spoken::default();
        let mut showing = Showing {
            told: asking.introduction.to_owned(),
            attempt: turn.attempt * 1_000,
            begun: false,
            model: 0,
            has_started: false,
        };
        loop {
            // When all rounds or calls are used, only words are left.
            let has_tools = rounds > 0 && calls_left > 0;
            let request = Request {
                store: &job.conversation.store,
                user: job.conversation.id.as_str(),
                messages: &talk.messages,
                tools: if has_tools { &tools } else { &[] },
                temperature: Some(asking.pack.manifest.model.temperature.0 as f32),
                max_tokens: Some(asking.pack.manifest.model.max_tokens.get() as u32),
                deadline: job.deadline,
            };
            let told = showing.told.len().min(asking.introduction.len());
            let room = limits.reply_chars.get().saturating_sub(showing.told[told..].chars().count());
            let mut screen = Screen::new(asking.claims, talk.backing.clone(), asking.cite).within(room);
            if let Some((cleared, behind)) = asking.cleared.filter(|_| calls_left == limits.tool_calls.get()) {
                screen = screen.knowing(cleared, behind);
            }
            let heard = match self
                .read_reply(seat, turn, (asking.models, job, &talk.masks), request, &mut screen, &mut showing)
                .await
            {
                Ok(heard) => heard,
                // Nobody has seen a word of it, so another model may begin anew.
                Err(error) if !showing.begun && error != (ModelError::TimedOut { stage: Stage::Deadline }) => {
                    let next = if showing.has_started { asking.models.after(showing.model) } else { None };
                    let Some(next) = next else { return Err(error) };
                    asking.models.note_failover(showing.model, next, &error);
                    job.meter.failed(asking.models.name(showing.model));
                    showing.model = next;
                    continue;
                }
                Err(error) => return Err(error),
            };
            spoken.evidence.append(&mut screen.cited);
            match heard {
                Heard::Gone => return Ok(Said::Gone),
                Heard::BuyerWroteOn => return Ok(Said::BuyerWroteOn),
                Heard::Held(withheld) => {
                    metrics::counter!("xiaoer_sentences_held_total").increment(1);
                    spoken.notes.push(held(&withheld));
                    talk.was_held = true;
                    if holds == REWRITES {
                        seat.topic().unwrite(&turn.id);
                        let reason = reason_for(&withheld);
                        talk.answer = withheld.sentence;
                        return Ok(Said::HandOff(reason, None, spoken.notes));
                    }
                    holds += 1;
                    showing.attempt += 1;
                    if showing.begun {
                        seat.topic().write(&turn.id, showing.attempt, &showing.told);
                    }
                    let said = showing.told.strip_prefix(asking.introduction).unwrap_or(&showing.told).to_owned();
                    if !said.trim().is_empty() {
                        let said = talk.masks.hide(&said).into_owned();
                        talk.messages.push(Message::Assistant { text: said.into(), calls: Cow::Borrowed(&[]) });
                    }
                    talk.messages.push(Message::System(Cow::Owned(again(&withheld))));
                }
                Heard::Ended(reply) if reply.tool_calls.is_empty() => {
                    let said = showing.told.strip_prefix(asking.introduction).unwrap_or(&showing.told);
                    if said.trim().is_empty() {
                        seat.topic().unwrite(&turn.id);
                        return Err(ModelError::Broken { what: "an empty reply", partial: false });
                    }
                    spoken.text = showing.told;
                    asking.models.name(showing.model).clone_into(&mut spoken.model);
                    spoken.served_as = reply.model.filter(|name| *name != spoken.model);
                    return Ok(Said::Whole(spoken));
                }
                Heard::Ended(_) if !has_tools => {
                    seat.topic().unwrite(&turn.id);
                    return Err(ModelError::Broken { what: "a tool call where none was offered", partial: false });
                }
                Heard::Ended(reply) => {
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
                        let call = running::with_values(call, &talk.masks);
                        match self.run(job, turn, asking, toolbox, &call, &mut spoken).await {
                            Ran::Result(result) => {
                                talk.backing = running::behind(std::mem::take(&mut talk.backing), &call.name, &result);
                                results.push(talk.masks.hide(&result).into_owned());
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
                    let text = talk.masks.hide(&text).into_owned();
                    talk.messages.push(Message::Assistant { text: text.into(), calls: Cow::Owned(calls.clone()) });
                    talk.messages.extend(
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
        (models, job, masks): (&Models, &Job<'_>, &Masks),
        request: Request<'_>,
        screen: &mut Screen<'_>,
        showing: &mut Showing,
    ) -> Result<Heard, ModelError> {
        let topic = seat.topic().clone();
        let who = if showing.begun { Who::Only(showing.model) } else { Who::From(showing.model) };
        showing.has_started = false;
        let asked = Instant::now();
        let begun = match self.begin(seat, turn, models, request, who).await? {
            Ok(begun) => begun,
            Err(ended) => return Ok(ended),
        };
        showing.has_started = true;
        showing.model = begun.model;
        begun.failed.iter().for_each(|number| job.meter.failed(models.name(*number)));
        let mut metered = Metered::new((begun.stream, asked), models.name(showing.model), request, &job.meter);
        let before = showing.told.len();
        let mut restoring = Restoring::new(masks);
        loop {
            let Some(stream) = metered.stream() else { return Err(ModelError::Unavailable { why: "it has ended" }) };
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
                Ok(Some(text)) => (screen.push(&printable(&restoring.push(text)), &mut shown), false),
                Ok(None) => {
                    let rest = restoring.finish();
                    (screen.push(&printable(&rest), &mut shown).and_then(|()| screen.finish(&mut shown)), true)
                }
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
            if screen.is_full() {
                showing.told.push_str(&shown);
                let whole = screen.told_whole(&showing.told[before..]).len();
                showing.told.truncate(before + whole);
                showing.attempt += 1;
                topic.write(&turn.id, showing.attempt, &showing.told);
                showing.begun = true;
                topic.wake();
                let model = metered.into_reply().model;
                return Ok(Heard::Ended(Reply { model, ..Reply::default() }));
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
                return Ok(Heard::Ended(metered.into_reply()));
            }
        }
    }

    /// Waits for the first words.
    async fn begin(
        &self,
        seat: &mut Seat,
        turn: &Turn,
        models: &Models,
        request: Request<'_>,
        who: Who,
    ) -> Result<Result<Begun, Heard>, ModelError> {
        let start = models.start(request, who);
        tokio::pin!(start);
        loop {
            tokio::select! {
                biased;
                begun = &mut start => return Ok(Ok(begun?)),
                () = seat.changed() => match self.current(seat, turn) {
                    None => return Ok(Err(Heard::Gone)),
                    // Nothing was shown yet, so one answer can still be for all of it.
                    Some(now) if matches!(who, Who::From(_)) && now.covers() > turn.covers() => return Ok(Err(Heard::BuyerWroteOn)),
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
