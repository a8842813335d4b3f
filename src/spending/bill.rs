//! What one turn cost, model by model.

use crate::db::spending::{Charge, Spent};

/// Tokens of one request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tokens {
    pub prompt: u64,
    /// Of the prompt's, those that the provider's cache served.
    pub cached: u64,
    pub completion: u64,
}

/// The bill of a turn. Without a request to a model it is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bill {
    /// The day of the store's calendar that it belongs to, `2026-11-23`.
    pub day: String,
    /// One for each model that was asked.
    pub charges: Vec<Charge>,
}

impl Bill {
    pub fn of(day: String) -> Self {
        Self { day, charges: Vec::new() }
    }

    pub fn is_empty(&self) -> bool {
        self.charges.is_empty()
    }

    /// Adds one request. `is_estimated`: nobody counted its tokens.
    pub fn add(&mut self, model: &str, tokens: Tokens, cost_micros: i64, is_estimated: bool) -> Spent {
        let whole = |tokens: u64| i64::try_from(tokens).unwrap_or(i64::MAX);
        let charge = Charge {
            model: model.to_owned(),
            turns: 0,
            requests: 1,
            estimated: i64::from(is_estimated),
            prompt_tokens: whole(tokens.prompt),
            cached_tokens: whole(tokens.cached.min(tokens.prompt)),
            completion_tokens: whole(tokens.completion),
            cost_micros,
        };
        let spent = charge.spent();
        match self.charges.iter_mut().find(|known| known.model == model) {
            Some(known) => known.add(&charge),
            None => self.charges.push(Charge { turns: 1, ..charge }),
        }
        spent
    }

    pub fn spent(&self) -> Spent {
        self.charges.iter().fold(Spent::default(), |sum, charge| sum.and(charge.spent()))
    }
}
