//! Questions that stand beside each other in one message and need nothing of each other, each with its clause.

use super::intents::{Intent, Via, asks, asks_of_its_own, measure_asked, wanted};
use super::talk::{SURE, Talk, Words};
use crate::experts::knowledge::is_han;

/// How many of one message's questions are answered.
const MOST: usize = 3;

/// A question, and what answers it.
pub(super) struct Part<'q> {
    pub clause: &'q str,
    pub by: By,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum By {
    Wish(&'static Intent),
    /// The product's own records.
    Attribute,
    /// What the store wrote down, found by the words alone.
    Passage,
}

impl Talk<'_, '_> {
    /// The questions of a message, in order. None where one of them is looked at by itself: what is wrong with an order,
    /// a person, an ingredient.
    pub(super) fn parts<'q>(&self, question: &'q str, all: &[&'static Intent]) -> Vec<Part<'q>> {
        let mut found: Vec<Part<'_>> = Vec::new();
        for clause in clauses(question) {
            let own = wanted(clause).find(|own| all.iter().any(|known| std::ptr::eq(*known, *own)));
            let is_of_product = own.is_none_or(|own| own.via == Via::Line);
            let by = match own {
                _ if is_of_product && self.attribute(clause).is_some() => By::Attribute,
                Some(own) => By::Wish(own),
                None if asks(clause) && self.is_known(clause) => By::Passage,
                None => continue,
            };
            let is_same = |known: &Part<'_>| match (known.by, by) {
                (By::Wish(known), By::Wish(own)) => {
                    std::ptr::eq(known, own) || known.via == own.via && own.via != Via::Line
                }
                _ => false,
            };
            if !found.iter().any(is_same) {
                found.push(Part { clause, by });
            }
        }
        let wishes = found.iter().all(|part| !matches!(part.by, By::Wish(own) if !is_simple(own)));
        if !wishes || !all.first().is_none_or(|first| is_simple(first)) {
            return Vec::new();
        }
        found.truncate(MOST);
        found
    }

    /// Says which question of a message nobody here can answer, beside those that are answered: a buyer who asks three
    /// things and hears two answers does not know what became of the third.
    pub(super) fn says_what_is_open(&mut self) {
        let is_said = !self.spoken.text.is_empty() && self.spoken.hands_over.is_none();
        if !is_said || !wanted(self.heard.question).all(is_simple) {
            return;
        }
        let is_open = |clause: &&str| asks_of_its_own(clause) && !self.is_answerable(clause);
        let Some(open) = clauses(self.heard.question).find(is_open) else { return };
        // Where no clause is known by itself the message was understood as a whole.
        if !clauses(self.heard.question).any(|clause| self.is_answerable(clause)) {
            return;
        }
        let words = Words::of(self.locale());
        let line = words.open.replace("{question}", open);
        let is_quoted = is_quotable(open) && self.may_say(&line);
        self.break_line();
        self.say(if is_quoted { &line } else { &words.open_other });
    }

    fn is_answerable(&self, clause: &str) -> bool {
        wanted(clause).next().is_some()
            || measure_asked(clause).is_some()
            || self.attribute(clause).is_some()
            || self.looked_up(clause).first().is_some_and(|passage| passage.answers)
    }

    /// Whether the store wrote down what a clause asks. It is surely about that, because nothing else says so.
    fn is_known(&self, clause: &str) -> bool {
        let best = self.looked_up(clause).into_iter().next();
        best.is_some_and(|passage| passage.answers && passage.score >= SURE)
    }
}

/// Whether a wish is for one thing, and its message may ask for others. What is wrong with an order, a person or an
/// ingredient is looked at by the whole message.
fn is_simple(wanted: &Intent) -> bool {
    matches!(wanted.via, Via::Line | Via::Knowledge | Via::Price | Via::Stock | Via::Size | Via::Delivery)
}

/// Nothing but words is said back to a buyer, and no more than a line of them.
fn is_quotable(clause: &str) -> bool {
    clause.chars().count() <= 60 && clause.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '\'' | '’' | '、'))
}

/// A message's clauses. A blank between Chinese characters parts them as a comma does.
fn clauses(message: &str) -> impl Iterator<Item = &str> {
    const ENDS: [char; 11] = ['，', ',', '。', '？', '?', '！', '!', '；', ';', '\n', '～'];
    let mut cuts = vec![0];
    let mut before = None;
    let mut chars = message.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c.is_whitespace() {
            let after = chars.peek().map(|(_, c)| *c);
            if before.is_some_and(is_han) && after.is_some_and(is_han) {
                cuts.push(at);
            }
        } else {
            before = Some(c);
        }
    }
    cuts.push(message.len());
    let parts: Vec<&str> = cuts.windows(2).map(|cut| &message[cut[0]..cut[1]]).collect();
    let clauses = parts.into_iter().flat_map(|part| part.split(ENDS)).flat_map(|part| part.split(" and "));
    clauses.map(str::trim).filter(|clause| !clause.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_parts_chinese_clauses() {
        for (message, expected) in [
            ("包邮吗 多久发货 能开发票吗", ["包邮吗", "多久发货", "能开发票吗"].as_slice()),
            ("包邮吗，保修多久？", &["包邮吗", "保修多久"]),
            ("160 48kg 穿 S 码", &["160 48kg 穿 S 码"]),
            ("is it cotton and machine washable?", &["is it cotton", "machine washable"]),
            ("  ", &[]),
        ] {
            assert_eq!(clauses(message).collect::<Vec<_>>(), expected, "{message}");
        }
    }
}
