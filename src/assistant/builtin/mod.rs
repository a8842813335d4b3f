//! Answers without any model: from the store's FAQ and products, or not at all.

pub mod experts;

use crate::conversation::Lines;
use crate::locale::Locale;
use crate::protocol::HandoffReason;

use super::intent;
use super::library::{OnPage, Passage};

/// What the built-in assistant would say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Say {
    Words {
        text: String,
        evidence: Vec<String>,
    },
    /// Better a person than a guess.
    HandOff(HandoffReason),
}

/// Answers a question in the buyer's locale. `passages` come best first.
pub fn answer(question: &str, locale: Locale, passages: &[Passage], on_page: Option<&OnPage>) -> Say {
    let lines = Lines::of(locale);
    let words = |text: String, evidence: Vec<String>| Say::Words { text, evidence };
    if intent::only_greets(question) {
        return words(lines.greeting.clone(), Vec::new());
    }
    if intent::only_thanks(question) {
        return words(lines.thanks.clone(), Vec::new());
    }
    if let Some(product) = on_page {
        if intent::asks_price(question) {
            return words(lines.price(&product.name, product.price_fen), vec![product.evidence()]);
        }
        if let Some(stock) = product.stock.filter(|_| intent::asks_stock(question)) {
            return words(lines.stock(&product.name, stock > 0), vec![product.evidence()]);
        }
    }
    match passages.first().filter(|p| p.answers) {
        Some(passage) => words(passage.answer_in(locale), vec![passage.evidence()]),
        None => Say::HandOff(HandoffReason::NoEvidence),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(answers: bool) -> Passage {
        Passage {
            id: "f1".into(),
            question: "几天发货".into(),
            answer: "48 小时内发货。".into(),
            answers,
            score: 0.5,
            words: Default::default(),
        }
    }

    fn on_page() -> OnPage {
        OnPage {
            sku: "A1".into(), name: "云朵卫衣".into(), price_fen: 12_900, stock: Some(0), about: String::new()
        }
    }

    #[track_caller]
    fn check(question: &str, passages: &[Passage], expected: &str) {
        match answer(question, Locale::Hans, passages, Some(&on_page())) {
            Say::Words { text, .. } => assert!(text.contains(expected), "{question}: {text}"),
            Say::HandOff(reason) => assert_eq!(format!("{reason:?}"), expected, "{question}"),
        }
    }

    #[test]
    fn it_says_what_it_knows_and_hands_over_the_rest() {
        check("您好", &[], "请问");
        check("谢谢", &[], "不客气");
        check("这个多少钱", &[], "129.00");
        check("有现货吗", &[], "暂时无货");
        check("几天能发货", &[passage(true)], "48 小时");
        check("几天能发货", &[passage(false)], "NoEvidence");
        check("能陪我聊天吗", &[], "NoEvidence");
    }
}
