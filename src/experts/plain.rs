//! A text as rules read it: one script, one width, no hidden characters, no blanks or marks inside words.

use std::ops::Range;

use super::knowledge::normalise;

/// A text of which rules can say what stands in it, however it was written.
///
/// "呼 吸.困难", "呼吸困難" and "呼吸困难" read the same. Marks are brought to four: `，` ends a clause, `。` and `？` a
/// sentence, `、` parts the members of a list. Between Latin words one blank stays.
#[derive(Debug, Clone, Default)]
pub struct Plain {
    pub text: String,
    /// Where a blank or a dropped mark stood, as offsets into `text`, ascending.
    breaks: Vec<usize>,
}

impl Plain {
    pub fn of(text: &str) -> Self {
        // A full-width comma parts numbers ("165，110斤"), a narrow one may group digits ("1,200").
        let visible: String =
            text.chars().filter(|c| !is_hidden(*c)).map(|c| if c == '，' { ';' } else { c }).collect();
        let chars: Vec<char> = normalise(&visible).chars().collect();
        let mut plain = Self { text: String::with_capacity(visible.len()), breaks: Vec::new() };
        for (at, c) in chars.iter().enumerate() {
            plain.push(*c, at.checked_sub(1).map(|at| chars[at]), chars.get(at + 1).copied());
        }
        plain
    }

    fn push(&mut self, c: char, before: Option<char>, after: Option<char>) {
        let digits = before.is_some_and(|c| c.is_ascii_digit()) && after.is_some_and(|c| c.is_ascii_digit());
        match c {
            '.' | ':' | '/' | '-' | '~' | '～' if digits => self.text.push(if c == '～' { '~' } else { c }),
            '–' | '—' | '−' if digits => self.text.push('-'),
            ',' if digits => {}
            // English apostrophes: "can't", "can’t" and "cant" are one word.
            '\'' | '’' | '‘' | '`' => {}
            '。' | '！' | '!' | '\n' | '\r' => self.mark('。'),
            '.' if !before.is_some_and(is_chinese) && !after.is_some_and(char::is_alphanumeric) => self.mark('。'),
            '？' | '?' => self.mark('？'),
            '，' | ',' | '；' | ';' | '：' | ':' => self.mark('，'),
            '、' => self.mark('、'),
            '℃' | '°' => self.text.push('度'),
            '¥' | '￥' | '$' | '%' | '@' => self.text.push(c),
            c if is_letter(c) => self.letter(c),
            _ => self.pause(),
        }
    }

    fn letter(&mut self, c: char) {
        let paused = self.breaks.last() == Some(&self.text.len());
        let word = |c: char| !is_chinese(c) && c.is_alphanumeric();
        if paused && word(c) && self.text.chars().next_back().is_some_and(word) {
            self.text.push(' ');
        }
        self.text.push(c);
    }

    /// A mark replaces a weaker one before it, so that "，，" and " 。" are one.
    fn mark(&mut self, mark: char) {
        match self.text.chars().next_back() {
            None => {}
            Some('，' | '、') => {
                self.text.pop();
                self.text.push(mark);
            }
            Some('。') if mark == '？' => {
                self.text.pop();
                self.text.push(mark);
            }
            Some('。' | '？') => {}
            Some(_) => self.text.push(mark),
        }
    }

    fn pause(&mut self) {
        let here = self.text.len();
        if here > 0 && self.breaks.last() != Some(&here) {
            self.breaks.push(here);
        }
    }

    /// Whether a blank or a dropped mark stood somewhere strictly inside `range`.
    pub fn breaks_inside(&self, range: Range<usize>) -> bool {
        let next = self.breaks.partition_point(|at| *at <= range.start);
        self.breaks.get(next).is_some_and(|at| *at < range.end)
    }

    /// Puts `with` in the place of each range; the ranges ascend and do not overlap.
    pub fn replace(&mut self, changes: &[(Range<usize>, &str)]) {
        if changes.is_empty() {
            return;
        }
        let mut text = String::with_capacity(self.text.len());
        let mut breaks = Vec::with_capacity(self.breaks.len());
        let mut old = self.breaks.iter().copied().peekable();
        let mut from = 0;
        for (range, with) in changes {
            while let Some(at) = old.next_if(|at| *at <= range.start) {
                breaks.push(at - from + text.len());
            }
            // What stood inside the changed part is gone.
            while old.next_if(|at| *at < range.end).is_some() {}
            text.push_str(&self.text[from..range.start]);
            text.push_str(with);
            from = range.end;
        }
        breaks.extend(old.map(|at| at - from + text.len()));
        text.push_str(&self.text[from..]);
        *self = Self { text, breaks };
    }

    /// The clause around `at`, without its marks.
    pub fn clause(&self, at: usize) -> Range<usize> {
        self.between(at, &['，', '。', '？'])
    }

    /// The sentence around `at`, without its marks.
    pub fn sentence(&self, at: usize) -> Range<usize> {
        self.between(at, &['。', '？'])
    }

    fn between(&self, at: usize, marks: &[char]) -> Range<usize> {
        let start = self.text[..at].rfind(marks).map_or(0, |mark| mark + '，'.len_utf8());
        let end = self.text[at..].find(marks).map_or(self.text.len(), |mark| at + mark);
        start..end
    }
}

/// Characters that show nothing, or only change how others are shown: zero-width, direction, tags, combining marks.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{34F}' | '\u{300}'..='\u{36F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{20E3}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// A letter, a digit or a character that is a word. As `char::is_alphanumeric`, which is slow for Chinese.
pub fn is_letter(c: char) -> bool {
    is_chinese(c) || c.is_alphanumeric()
}

pub(super) fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3134F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(Plain::of(text).text, expected, "{text}");
    }

    #[test]
    fn however_it_is_written_it_reads_the_same() {
        for text in [
            "呼吸困难",
            "呼吸困難",
            "呼 吸 困 难",
            "呼.吸*困-难",
            "呼\u{200B}吸\u{2060}困难",
            "呼　吸困难",
            "呼吸…困难",
        ] {
            check(text, "呼吸困难");
        }
        check("Can’t  BREATHE!", "cant breathe。");
        check("ＮＯ．１，ｔｏｐ　１", "no 1，top 1");
        check("38.5℃，1,200元！！！真的？！", "38.5度，1200元。真的？");
        check("165，110斤", "165，110斤");
    }

    #[test]
    fn pauses_are_remembered_and_move_with_changes() {
        let mut plain = Plain::of("没有发少 吐了");
        assert!(plain.breaks_inside(0..plain.text.len()));
        plain.replace(&[(6..12, "发烧了")]);
        assert_eq!(plain.text, "没有发烧了吐了");
        assert!(plain.breaks_inside(14..16) && !plain.breaks_inside(0..15));
    }

    #[test]
    fn clauses_and_sentences_are_found() {
        let plain = Plain::of("没有红，有点痒。怎么办");
        let at = plain.text.find('痒').unwrap();
        assert_eq!(&plain.text[plain.clause(at)], "有点痒");
        assert_eq!(&plain.text[plain.sentence(at)], "没有红，有点痒");
    }
}
