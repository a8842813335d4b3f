//! Several models in an order. Each has a circuit breaker of its own; all share the places.

use tokio::time::Instant;

use super::limits::{Limits, Place};
use super::{Model, ModelConfig, ModelError, Patience, Request, Stage, Stream};
use crate::clock::Clock;

/// The models, in the order in which they are asked. Cheap to clone.
#[derive(Clone)]
pub struct Models {
    models: Vec<Model>,
    limits: Limits,
}

/// Who may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The model of this number, and those after it where it fails.
    From(usize),
    /// Nobody else: some of its words are shown already.
    Only(usize),
}

impl Who {
    fn first(self) -> usize {
        match self {
            Self::From(number) | Self::Only(number) => number,
        }
    }
}

/// A reply that has begun, and the number of the model that writes it.
pub struct Begun {
    pub stream: Stream,
    pub model: usize,
    /// Those that failed before it.
    pub failed: Vec<usize>,
}

impl Models {
    /// The first one's caps hold for all. Fails when there is none, or when an address or a key cannot be used at all.
    pub fn new(configs: Vec<ModelConfig>, clock: &Clock) -> anyhow::Result<Self> {
        let caps = configs.first().map(|config| config.caps);
        let limits = Limits::new(caps.ok_or_else(|| anyhow::anyhow!("there is no model"))?);
        let models = configs
            .into_iter()
            .map(|config| Model::sharing(config, clock.clone(), limits.clone()))
            .collect::<Result<_, _>>()?;
        Ok(Self { models, limits })
    }

    /// Whether asking makes sense now: false while all are left alone after failures.
    pub fn is_available(&self) -> bool {
        self.models.iter().any(Model::is_available)
    }

    /// What we call a model.
    pub fn name(&self, number: usize) -> &str {
        self.models.get(number).map_or("", |model| &model.shared.config.name)
    }

    /// The next model after this one that could be asked.
    pub fn after(&self, number: usize) -> Option<usize> {
        self.well(Who::From(number + 1)).next()
    }

    /// Asks for a reply and waits for its first words, from one model after the other until one speaks. Where another
    /// is left to ask, asking it takes the place of a second try, and nobody is waited for longer than for half of what
    /// is left of the time.
    pub async fn start(&self, request: Request<'_>, who: Who) -> Result<Begun, ModelError> {
        let Some(first) = self.well(who).next() else { return Err(ModelError::CircuitOpen) };
        let mut place = self.limits.enter(request.store, request.deadline).await.ok_or(ModelError::Busy)?;
        let (mut number, mut failed) = (first, Vec::new());
        loop {
            let next = if matches!(who, Who::From(_)) { self.after(number) } else { None };
            let (error, back) = match self.ask(number, request, place, next.is_some()).await {
                Ok(stream) => return Ok(Begun { stream, model: number, failed }),
                Err(failed) => failed,
            };
            // The deadline is the same for all of them.
            let Some(next) = next.filter(|_| error != ModelError::TimedOut { stage: Stage::Deadline }) else {
                return Err(error);
            };
            self.note_failover(number, next, &error);
            failed.push(number);
            (number, place) = (next, back);
        }
    }

    /// One model failed and another one is asked instead.
    pub fn note_failover(&self, from: usize, to: usize, error: &ModelError) {
        metrics::counter!("xiaoer_model_failovers_total", "kind" => error.kind()).increment(1);
        let (from, to) = (self.name(from), self.name(to));
        tracing::warn!(from, to, %error, "The model {from} failed; {to} is asked instead");
    }

    async fn ask(
        &self,
        number: usize,
        request: Request<'_>,
        place: Place,
        has_next: bool,
    ) -> Result<Stream, (ModelError, Place)> {
        let left = request.deadline.saturating_duration_since(Instant::now());
        let patience = if has_next { Patience { first_byte: left / 2, may_retry: false } } else { Patience::ALONE };
        match self.models.get(number) {
            Some(model) => model.begin(request, place, patience).await,
            None => Err((ModelError::CircuitOpen, place)),
        }
    }

    /// The numbers of those who may be asked and are well.
    fn well(&self, who: Who) -> impl Iterator<Item = usize> + '_ {
        let end = if matches!(who, Who::Only(_)) { who.first() + 1 } else { self.models.len() };
        (who.first()..end.min(self.models.len())).filter(|number| self.models[*number].is_available())
    }
}
