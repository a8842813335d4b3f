//! What is said of cards that something depends on: `prompts/general/cards.<locale>.toml`. What concerns a buyer's rights is
//! for a lawyer's review before a shop relies on it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::protocol::card::CardState;
use crate::said::said;

/// The lines of one locale.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardLines {
    pub confirm: ConfirmLines,
    pub offer: OfferLines,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmLines {
    title: String,
    pub text: String,
    pub yes: String,
    pub no: String,
    pub ask: String,
    #[serde(rename = "true")]
    pub is_true: String,
    #[serde(rename = "false")]
    pub is_false: String,
    done: String,
    failed: String,
    unknown: String,
    declined: String,
    expired: String,
    superseded: String,
    passed_on: String,
    agreed_again: String,
    done_again: String,
    declined_again: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferLines {
    pub decline: String,
    pub declined: String,
    again: String,
    pub expired: String,
    pub superseded: String,
    pub void: String,
    pub over_limit: String,
    /// By choice.
    taken: BTreeMap<String, String>,
}

impl ConfirmLines {
    pub fn title(&self, what: &str) -> String {
        self.title.replace("{what}", what)
    }

    /// What the buyer is told when it comes to stand so.
    pub fn became(&self, state: CardState, what: &str) -> String {
        let line = match state {
            CardState::Done => &self.done,
            CardState::Failed => &self.failed,
            CardState::Unknown => &self.unknown,
            CardState::Declined => &self.declined,
            CardState::Expired => &self.expired,
            CardState::Superseded => &self.superseded,
            CardState::PassedOn | CardState::Open | CardState::Agreed | CardState::Accepted | CardState::Returned => {
                &self.passed_on
            }
        };
        line.replace("{what}", what)
    }

    /// What the buyer is told who answers what is no longer open.
    pub fn again(&self, state: CardState, what: &str) -> String {
        match state {
            CardState::Agreed => self.agreed_again.clone(),
            CardState::Done => self.done_again.clone(),
            CardState::Declined => self.declined_again.clone(),
            other => self.became(other, what),
        }
    }
}

impl OfferLines {
    /// `amount`: in yuan, where the choice has one.
    pub fn taken(&self, choice: &str, amount: &str) -> String {
        self.taken.get(choice).map(|line| line.replace("{amount}", amount)).unwrap_or_default()
    }

    pub fn again(&self, choice: &str) -> String {
        self.again.replace("{choice}", choice)
    }
}

said!("cards", CardLines, pub);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Locale;

    #[test]
    fn every_locale_says_what_became_of_every_card() {
        for locale in Locale::ALL {
            let CardLines { confirm, offer } = CardLines::of(locale);
            for state in [
                CardState::Done,
                CardState::Failed,
                CardState::Unknown,
                CardState::Declined,
                CardState::Expired,
                CardState::Superseded,
                CardState::PassedOn,
                CardState::Agreed,
            ] {
                for line in [confirm.became(state, "A1"), confirm.again(state, "A1")] {
                    assert!(!line.is_empty() && !line.contains('{'), "{locale:?} {state:?}: {line}");
                }
            }
            for choice in ["keep", "return", "refund", "redeliver", "errand", "replace"] {
                let line = offer.taken(choice, "9");
                assert!(!line.is_empty() && !line.contains('{'), "{locale:?} {choice}: {line}");
            }
        }
    }
}
