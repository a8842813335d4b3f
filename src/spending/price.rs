//! What tokens cost: data of whoever runs the program, never of this code.

use std::collections::BTreeMap;

use super::Tokens;

/// Millionths of a yuan in a fen.
pub const MICROS_PER_FEN: i64 = 10_000;

/// What a million tokens cost, in millionths of a yuan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Price {
    pub prompt: u64,
    /// For the part of a prompt that the provider's cache serves.
    pub cached: u64,
    pub completion: u64,
}

impl Price {
    /// What these tokens cost, in millionths of a yuan, rounded up.
    pub fn cost(&self, tokens: Tokens) -> i64 {
        let cached = tokens.cached.min(tokens.prompt);
        let parts =
            [(tokens.prompt - cached, self.prompt), (cached, self.cached), (tokens.completion, self.completion)];
        // No tokens that a server can write down, at no price, overflow 128 bits.
        let sum: u128 = parts.iter().map(|(tokens, price)| u128::from(*tokens) * u128::from(*price)).sum();
        i64::try_from(sum.div_ceil(1_000_000)).unwrap_or(i64::MAX)
    }
}

/// The prices, by our names for the models.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prices(pub BTreeMap<String, Price>);

impl Prices {
    /// The cost in millionths of a yuan; `None` for a model without a price.
    pub fn cost(&self, model: &str, tokens: Tokens) -> Option<i64> {
        Some(self.0.get(model)?.cost(tokens))
    }
}

/// Reads an amount like `0.8` or `12`, exactly; `None` for anything else, and for more than six places.
pub fn micros_of_yuan(text: &str) -> Option<u64> {
    let (whole, places) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(places) || places.len() > 6 {
        return None;
    }
    let places = format!("{places:0<6}").parse::<u64>().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(1_000_000)?.checked_add(places).filter(|micros| *micros <= 1_000_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly() {
        for (text, micros) in [
            ("0", Some(0)),
            ("12", Some(12_000_000)),
            ("0.8", Some(800_000)),
            (" 2.000001 ", Some(2_000_001)),
            ("0.0000001", None),
            ("-1", None),
            ("1,5", None),
            ("1e3", None),
            (".5", None),
            ("5.", None),
            ("", None),
            ("99999999999999999999", None),
            ("1000001", None),
        ] {
            assert_eq!(micros_of_yuan(text), micros, "{text:?}");
        }
    }

    #[test]
    fn a_turn_costs_what_its_tokens_cost_rounded_up() {
        let price = Price { prompt: 2_000_000, cached: 200_000, completion: 8_000_000 };
        let tokens = |prompt, cached, completion| Tokens { prompt, cached, completion };
        for (used, micros) in [
            (tokens(0, 0, 0), 0),
            (tokens(1, 0, 0), 2),
            (tokens(1, 1, 0), 1),
            (tokens(1_000_000, 0, 0), 2_000_000),
            (tokens(2_500, 2_000, 120), 1_000 + 400 + 960),
            // More from the cache than there is at all counts as all.
            (tokens(10, 50, 0), 2),
            (tokens(u64::MAX, 0, u64::MAX), i64::MAX),
        ] {
            assert_eq!(price.cost(used), micros, "{used:?}");
        }
        assert_eq!(Prices::default().cost("any", tokens(1, 0, 0)), None);
    }
}
