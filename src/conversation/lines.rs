//! The lines that the program itself says to buyers, from `prompts/general/lines.<locale>.toml`.

use serde::Deserialize;

use crate::clock::Millis;
use crate::protocol::HandoffReason;
use crate::said::said;

/// The lines of one locale.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lines {
    /// Said before the assistant's first message of a conversation.
    pub introduction: String,
    handoff_next: String,
    handoff_waiting: String,
    handoff_closed: String,
    because_assistant_unavailable: String,
    because_no_evidence: String,
    because_angry: String,
    pub greeting: String,
    pub thanks: String,
    pub which_product: String,
    price: String,
    in_stock: String,
    out_of_stock: String,
}

impl Lines {
    /// The one line that a buyer sees at a hand-over. `position` counts from 1; `opens_at` is set outside service
    /// hours.
    pub fn handoff(&self, reason: HandoffReason, position: i64, opens_at: Option<Millis>, zone: &str) -> String {
        let because = match reason {
            HandoffReason::AssistantUnavailable => self.because_assistant_unavailable.as_str(),
            HandoffReason::NoEvidence | HandoffReason::LowConfidence => self.because_no_evidence.as_str(),
            HandoffReason::Angry => self.because_angry.as_str(),
            _ => "",
        };
        let place = match opens_at {
            Some(at) => self.handoff_closed.replace("{time}", &local_time(at, zone)),
            None if position <= 1 => self.handoff_next.clone(),
            None => self.handoff_waiting.replace("{ahead}", &(position - 1).to_string()),
        };
        format!("{because}{place}")
    }

    /// `price_fen` is in fen, 100 to the yuan.
    pub fn price(&self, product: &str, price_fen: i64) -> String {
        let yuan = format!("{}.{:02}", price_fen / 100, price_fen % 100);
        self.price.replace("{product}", product).replace("{price}", &yuan)
    }

    pub fn stock(&self, product: &str, there: bool) -> String {
        let line = if there { &self.in_stock } else { &self.out_of_stock };
        line.replace("{product}", product)
    }
}

/// Day and time where the shop is, without the year.
fn local_time(at: Millis, zone: &str) -> String {
    let zoned = jiff::Timestamp::from_millisecond(at).ok().and_then(|t| t.in_tz(zone).ok());
    zoned.map_or_else(String::new, |z| z.strftime("%m-%d %H:%M").to_string())
}

said!("lines", Lines, pub);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Locale;

    #[test]
    fn every_locale_has_every_line() {
        for locale in Locale::ALL {
            let lines = Lines::of(locale);
            assert!(lines.introduction.contains("AI"), "{locale:?}: the buyer must know that it is an AI");
            for (position, opens_at) in [(1, None), (3, None), (1, Some(1_793_000_000_000))] {
                let line = lines.handoff(HandoffReason::HumanRequested, position, opens_at, "Asia/Shanghai");
                assert!(!line.contains('{'), "{line}");
            }
            assert!(lines.handoff(HandoffReason::Policy, 3, None, "Asia/Shanghai").contains('2'));
            assert!(lines.price("A", 12_905).contains("129.05"));
        }
    }
}
