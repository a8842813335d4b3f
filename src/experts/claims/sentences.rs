//! Cuts a streaming reply into sentences.

/// The pieces of a reply come in, finished sentences come out.
///
/// A sentence ends at `。！？；…` or a line's end, and at `.!?;` where a blank follows; never inside a number ("3.5"),
/// after a list's number ("1. ") or inside 「」. Nothing is lost: all that comes out, in order, is what came in.
#[derive(Debug, Clone, Default)]
pub struct Sentences {
    waiting: String,
}

/// A sentence without an end is cut here, in characters, so that memory stays bounded.
const LONGEST: usize = 400;
/// A quotation that is longer than this was not meant as one.
const LONGEST_QUOTE: usize = 120;

impl Sentences {
    /// Takes a piece and gives the sentences that it finished.
    pub fn push(&mut self, piece: &str) -> Vec<String> {
        self.waiting.push_str(piece);
        let mut finished = Vec::new();
        while let Some(end) = end(&self.waiting) {
            let rest = self.waiting.split_off(end);
            finished.push(std::mem::replace(&mut self.waiting, rest));
        }
        finished
    }

    /// What is left when the reply has ended.
    pub fn finish(self) -> Option<String> {
        Some(self.waiting).filter(|rest| !rest.is_empty())
    }
}

/// Where the first sentence of `text` ends, if that is certain.
fn end(text: &str) -> Option<usize> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let at = |n: usize| chars.get(n).map(|(_, c)| *c);
    let after = |n: usize| chars.get(n).map_or(text.len(), |(at, _)| *at);
    let mut quote: Option<usize> = None;
    for (n, (_, c)) in chars.iter().enumerate() {
        if quote.is_some_and(|began| n - began > LONGEST_QUOTE) {
            quote = None;
        }
        let ends = match c {
            '\n' => return Some(after(n + 1)),
            '「' | '『' => {
                quote = quote.or(Some(n));
                false
            }
            '」' | '』' => {
                quote = None;
                false
            }
            '。' | '！' | '？' | '；' => quote.is_none(),
            '.' | '!' | '?' | ';' if quote.is_none() => {
                // Only what follows tells an end from "3.5" or "a.b".
                let next = at(n + 1)?;
                let digit_before = n.checked_sub(1).and_then(at).is_some_and(|c| c.is_ascii_digit());
                let list = *c == '.'
                    && digit_before
                    && chars[..n].iter().all(|(_, c)| c.is_ascii_digit() || c.is_whitespace());
                (next.is_whitespace() || (*c != '.' && !next.is_ascii_alphanumeric() && !is_mark(next))) && !list
            }
            _ => false,
        };
        if ends {
            return Some(after(n + 1));
        }
        if n + 1 >= LONGEST {
            let comma = chars[..=n].iter().rposition(|(_, c)| matches!(c, '，' | ',' | '、' | ' '));
            return Some(after(comma.filter(|at| *at > LONGEST / 2).map_or(n + 1, |at| at + 1)));
        }
    }
    None
}

fn is_mark(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '；' | '!' | '?' | '.' | ';' | '…' | '~' | '～')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However the text is cut into pieces, the sentences are the same and nothing is lost.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut sentences = Sentences::default();
        let mut whole = Vec::new();
        for c in text.chars() {
            whole.extend(sentences.push(&c.to_string()));
        }
        whole.extend(sentences.finish());
        assert_eq!(whole.concat(), text);
        assert_eq!(whole, expected, "by characters: {text}");
    }

    #[test]
    fn sentences_end_where_people_end_them() {
        check("您好。这款有货！需要吗？好的；再见", &["您好。", "这款有货！", "需要吗？", "好的；", "再见"]);
        check("It costs 3.5 yuan. Is it ok? Yes!", &["It costs 3.5 yuan.", " Is it ok?", " Yes!"]);
        check("1. 先洗脸\n2. 再涂抹\n", &["1. 先洗脸\n", "2. 再涂抹\n"]);
        check("他说「好。真的！」然后走了。", &["他说「好。真的！」然后走了。"]);
        check("网址 a.b.c 和 3.14", &["网址 a.b.c 和 3.14"]);
    }

    #[test]
    fn memory_is_bounded() {
        let mut sentences = Sentences::default();
        for text in ["「".repeat(5_000), "没有句号，".repeat(1_000), "a".repeat(5_000), "。".repeat(5_000)] {
            let out: String = sentences.push(&text).concat();
            assert!(sentences.waiting.chars().count() <= LONGEST && !out.is_empty());
        }
    }
}
