//! Counts what a turn asks of models, and says when a store or a conversation has used up what it may.
//!
//! Each request is counted, however it ends: whole, held by the guard, given up because a person took over, or cut by
//! the turn's deadline. Where the server does not say how many tokens that were, they are estimated, and marked so.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::Assistant;
use super::model::{Message, Reply, Request, Stream};
use super::work::{Ending, Job};
use crate::clock::Millis;
use crate::db::conversation::Conversation;
use crate::db::spending::Spent;
use crate::error::Result;
use crate::ids::StoreId;
use crate::live::Logged;
use crate::people::stores::Settings;
use crate::protocol::DeskBody;
use crate::protocol::desk::AnyBody;
use crate::protocol::event::Flag;
use crate::protocol::rest::Stamp;
use crate::protocol::transcript::PromptRequest;
use crate::spending::{Accounts, Bill, Level, Limit, Prices, Standing, Tokens};

/// The flag that tells the desk why no model was asked.
const FLAG: &str = "budget";

/// Counts for one turn. It outlives the work on the turn, which may be cut off anywhere.
pub(super) struct Meter<'a> {
    store: &'a StoreId,
    prices: &'a Prices,
    accounts: &'a Accounts,
    counted: Mutex<Counted>,
}

#[derive(Default)]
struct Counted {
    bill: Bill,
    /// Models that failed before another one was asked.
    failed: Vec<String>,
    /// A model without a price was asked.
    has_no_price: bool,
    requests: Vec<PromptRequest>,
}

impl<'a> Meter<'a> {
    /// For a turn that is begun now.
    pub fn new(settings: &'a Settings, prices: &'a Prices, accounts: &'a Accounts, now: Millis) -> Self {
        let day = settings.policy.service.timezone.day(now).map(|day| day.to_string()).unwrap_or_default();
        let counted = Counted { bill: Bill::of(day), ..Counted::default() };
        Self { store: &settings.store.id, prices, accounts, counted: Mutex::new(counted) }
    }

    /// Takes note of a model that failed.
    pub fn failed(&self, model: &str) {
        self.lock().failed.push(model.to_owned());
    }

    /// What the answer's stamp says of the requests so far; nobody is named as its author.
    pub fn stamp(&self) -> Stamp {
        let counted = self.lock();
        let mut stamp = Stamp { failed: counted.failed.clone(), ..Stamp::default() };
        let whole = |n: i64| u64::try_from(n).unwrap_or(0);
        let mut cost = 0_i64;
        for charge in &counted.bill.charges {
            stamp.prompt_tokens += whole(charge.prompt_tokens);
            stamp.cached_tokens += whole(charge.cached_tokens);
            stamp.completion_tokens += whole(charge.completion_tokens);
            stamp.rounds = stamp.rounds.saturating_add(u32::try_from(charge.requests).unwrap_or(u32::MAX));
            stamp.estimated |= charge.estimated > 0;
            cost = cost.saturating_add(charge.cost_micros);
        }
        stamp.cost_micros = (stamp.rounds > 0 && !counted.has_no_price).then_some(cost);
        stamp
    }

    /// The bill, to be stored with the turn's end.
    pub fn take(&self) -> Bill {
        let mut counted = self.lock();
        let day = counted.bill.day.clone();
        std::mem::replace(&mut counted.bill, Bill::of(day))
    }

    /// Whether a model failed before another one was asked.
    pub fn has_failures(&self) -> bool {
        !self.lock().failed.is_empty()
    }

    /// Each request by itself.
    pub fn requests(&self) -> Vec<PromptRequest> {
        self.lock().requests.clone()
    }

    fn count(&self, model: &str, reply: &Reply, request: &Request<'_>, took: Duration) {
        let (tokens, is_estimated) = match reply.usage {
            Some(usage) if usage.prompt > 0 || usage.completion > 0 => {
                (Tokens { prompt: usage.prompt, cached: usage.cached, completion: usage.completion }, false)
            }
            _ => (estimate(request, reply), true),
        };
        for (kind, tokens) in [("prompt", tokens.prompt), ("cached", tokens.cached), ("completion", tokens.completion)]
        {
            metrics::counter!("xiaoer_model_tokens_total", "kind" => kind).increment(tokens);
        }
        let price = self.prices.cost(model, tokens);
        let mut counted = self.lock();
        counted.has_no_price |= price.is_none();
        let cost = price.unwrap_or(0);
        counted.requests.push(PromptRequest {
            model: model.to_owned(),
            prompt_tokens: tokens.prompt,
            cached_tokens: tokens.cached,
            completion_tokens: tokens.completion,
            estimated: is_estimated,
            cost_micros: price,
            ms: i64::try_from(took.as_millis()).unwrap_or(i64::MAX),
        });
        let spent = counted.bill.add(model, tokens, cost, is_estimated);
        metrics::counter!("xiaoer_model_cost_micros_total").increment(u64::try_from(cost).unwrap_or(0));
        self.accounts.add(self.store, &counted.bill.day, spent);
    }

    fn spent(&self) -> Spent {
        self.lock().bill.spent()
    }

    fn day(&self) -> String {
        self.lock().bill.day.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A reply that is being written and counted. Dropping it hangs up, and counts what came.
pub(super) struct Metered<'a> {
    stream: Option<Stream>,
    model: &'a str,
    request: Request<'a>,
    meter: &'a Meter<'a>,
    asked: Instant,
}

impl<'a> Metered<'a> {
    /// A stream, and since when it was waited for.
    pub fn new((stream, asked): (Stream, Instant), model: &'a str, request: Request<'a>, meter: &'a Meter<'a>) -> Self {
        Self { stream: Some(stream), model, request, meter, asked }
    }

    pub fn stream(&mut self) -> Option<&mut Stream> {
        self.stream.as_mut()
    }

    /// The reply, as far as it came.
    pub fn into_reply(mut self) -> Reply {
        let reply = self.stream.take().map(Stream::into_reply).unwrap_or_default();
        self.meter.count(self.model, &reply, &self.request, self.asked.elapsed());
        reply
    }
}

impl Drop for Metered<'_> {
    fn drop(&mut self) {
        if let Some(stream) = self.stream.take() {
            self.meter.count(self.model, &stream.into_reply(), &self.request, self.asked.elapsed());
        }
    }
}

/// About how many tokens a request and its reply were, rather too many than too few.
fn estimate(request: &Request<'_>, reply: &Reply) -> Tokens {
    /// What a message costs besides its words.
    const FRAME: u64 = 4;
    let words = |message: &Message<'_>| match message {
        Message::System(text) | Message::User(text) => tokens_of(text),
        Message::Assistant { text, calls } => {
            tokens_of(text) + calls.iter().map(|call| tokens_of(&call.name) + tokens_of(&call.arguments)).sum::<u64>()
        }
        Message::Tool { result, .. } => tokens_of(result),
    };
    let messages: u64 = request.messages.iter().map(|message| FRAME + words(message)).sum();
    let tools: u64 = request
        .tools
        .iter()
        .map(|tool| FRAME + tokens_of(tool.name) + tokens_of(tool.description) + tokens_of(tool.parameters.get()))
        .sum();
    let calls: u64 = reply.tool_calls.iter().map(|call| tokens_of(&call.name) + tokens_of(&call.arguments)).sum();
    Tokens { prompt: messages + tools, cached: 0, completion: tokens_of(&reply.text) + calls }
}

/// A Chinese character is at most about one token, four Latin letters are one.
fn tokens_of(text: &str) -> u64 {
    let (latin, other) = text
        .chars()
        .fold((0_u64, 0), |(latin, other), c| if c.is_ascii() { (latin + 1, other) } else { (latin, other + 1) });
    latin.div_ceil(4) + other
}

impl Assistant {
    /// The limit that is used up, so that no model may be asked for this turn. Speaks up once a day for each limit of
    /// a store that comes near its end, and again when it is there.
    pub(super) async fn used_up(&self, job: &Job<'_>, now: &Conversation) -> Result<Option<Limit>> {
        let (shared, budget) = (&*self.shared, &job.settings.policy.budget);
        if shared.models.is_none() {
            return Ok(None);
        }
        let day = shared.accounts.of_day(&shared.db, &now.store, &job.meter.day()).await?;
        let standing = Standing::of(budget, day, now.spent.and(job.meter.spent()));
        let Some((limit, percent)) = standing.nearest.filter(|_| standing.level > Level::Fine) else { return Ok(None) };
        let (store, word) = (&now.store, limit.word());
        if limit.is_of_day() && shared.accounts.tell_once(store, limit, standing.level) {
            metrics::counter!("xiaoer_budget_notices_total", "limit" => word, "level" => standing.level.word())
                .increment(1);
            tracing::warn!(%store, limit = word, percent, "The store {store} has used {percent} % of its limit {word}");
        }
        if standing.level < Level::UsedUp {
            return Ok(None);
        }
        metrics::counter!("xiaoer_budget_used_up_total", "limit" => word).increment(1);
        if !limit.is_of_day() {
            let conversation = &now.id;
            tracing::info!(%store, %conversation, limit = word, "A conversation has used up its limit {word}");
        }
        Ok(Some(limit))
    }
}

/// Tells the desk, once a conversation, that no model was asked, and why.
pub(super) fn tell_the_desk(ending: &mut Ending, limit: Limit, entries: &[Logged]) {
    let is_told = |entry: &Logged| match &entry.entry().body {
        AnyBody::Desk(DeskBody::Flag(flag)) => flag.kind == FLAG && flag.level.as_deref() == Some(limit.word()),
        _ => false,
    };
    if entries.iter().any(is_told) {
        return;
    }
    let flag = DeskBody::Flag(Flag { kind: FLAG.into(), level: Some(limit.word().into()), text: None });
    match ending {
        Ending::Answer { notes, .. } => notes.insert(0, flag),
        Ending::HandOff(handing) => handing.notes.insert(0, flag),
        Ending::Again | Ending::Gone => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_estimated_rather_too_high() {
        for (text, tokens) in [("", 0), ("您好", 2), ("hello", 2), ("165cm 的", 3), ("🙂", 1)] {
            assert_eq!(tokens_of(text), tokens, "{text}");
        }
    }

    #[test]
    fn what_nobody_counted_is_estimated_and_marked() {
        let (settings, accounts) = (Settings::for_tests("demo"), Accounts::default());
        let prices = Prices(
            std::iter::once((
                "m".to_owned(),
                crate::spending::Price { prompt: 1_000_000, cached: 0, completion: 2_000_000 },
            ))
            .collect(),
        );
        let meter = Meter::new(&settings, &prices, &accounts, 0);
        let messages = [Message::System("规则".into()), Message::User("您好".into())];
        let store = StoreId::from("demo");
        let request = Request {
            store: &store,
            user: "c",
            messages: &messages,
            tools: &[],
            temperature: None,
            max_tokens: None,
            deadline: Instant::now(),
        };
        let counted = Reply {
            usage: Some(super::super::model::Usage { prompt: 100, completion: 20, cached: 60 }),
            ..Reply::default()
        };
        meter.count("m", &counted, &request, Duration::ZERO);
        assert_eq!((meter.stamp().estimated, meter.stamp().cost_micros), (false, Some(80)));
        meter.count("m", &Reply { text: "在的".into(), ..Reply::default() }, &request, Duration::ZERO);
        let stamp = meter.stamp();
        assert_eq!((stamp.prompt_tokens, stamp.cached_tokens, stamp.completion_tokens), (112, 60, 22));
        assert_eq!((stamp.estimated, stamp.cost_micros, stamp.rounds), (true, Some(80 + 12 + 4), 2));
        meter.count("other", &counted, &request, Duration::ZERO);
        assert_eq!(meter.stamp().cost_micros, None, "not all of it has a price");
        let bill = meter.take();
        assert_eq!((bill.day.as_str(), bill.charges.len(), bill.charges[0].turns), ("1970-01-01", 2, 1));
        assert!(meter.take().is_empty());
    }
}
