//! A folded text as a row of tokens: figures, words that are known, sizes, and everything else.

use super::fold::{Folded, is_han};
use super::number::{self, Number};
use super::words::{self, Label, Tag, Unit, Word};

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub kind: Kind,
    /// Folded characters, from and to.
    pub from: usize,
    pub to: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Number(Number),
    Unit(Unit),
    Label(Label),
    Person(&'static str),
    Tag(Tag),
    /// A size as the trade names it.
    Size(String),
    /// Band in centimetres or inches, and cup.
    Bra(u32, char),
    Word(Word),
    Space,
    /// `，`: ends a clause.
    Comma,
    /// `。`: ends a sentence.
    Stop,
    /// Between figures: `/ - ~ * x + | 、 :` and the like.
    Mark(char),
    /// A word of Latin letters that is not known.
    Letters,
    Other,
}

impl Token {
    pub fn is(&self, tag: Tag) -> bool {
        self.kind == Kind::Tag(tag)
    }

    pub fn number(&self) -> Option<&Number> {
        match &self.kind {
            Kind::Number(number) => Some(number),
            _ => None,
        }
    }

    pub fn unit(&self) -> Option<Unit> {
        match self.kind {
            Kind::Unit(unit) => Some(unit),
            _ => None,
        }
    }
}

/// All tokens of a text. Blanks that follow each other are one.
pub(super) fn tokens(text: &Folded) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::with_capacity(text.chars.len() / 2);
    let mut at = 0;
    while at < text.chars.len() {
        let (kind, len) = next(text, at, found.last());
        if !(kind == Kind::Space && found.last().is_some_and(|t| t.kind == Kind::Space)) {
            found.push(Token { kind, from: at, to: at + len });
        }
        at += len;
    }
    found
}

fn next(text: &Folded, at: usize, before: Option<&Token>) -> (Kind, usize) {
    let rest = &text.chars[at..];
    let touches = |kind: fn(&Kind) -> bool| before.is_some_and(|t| t.to == at && kind(&t.kind));
    let after_number = touches(|kind| matches!(kind, Kind::Number(_)));
    if let Some(found) = marked(rest, touches(|kind| *kind == Kind::Letters)) {
        return found;
    }
    let word = words::find(&text.chars, at);
    let number = number::read(rest);
    match (word, number) {
        // 两尺 is a figure, 3两 a unit, 一般 a word.
        (Some((word, len)), Some(number)) if len >= 2 && len >= number.len || after_number => {
            (meaning(word, text, at, before), len)
        }
        (_, Some(number)) => (Kind::Number(number), number.len),
        (Some((word, len)), None) => (meaning(word, text, at, before), len),
        (None, None) => other(rest),
    }
}

/// Sizes and bras that are written with figures: `165/88a`, `28码`, `75b`, `2xl`.
fn marked(rest: &[char], after_letters: bool) -> Option<(Kind, usize)> {
    if after_letters || !rest[0].is_ascii_digit() {
        return None;
    }
    let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
    let value: u32 = rest[..digits].iter().collect::<String>().parse().ok()?;
    let after = &rest[digits..];
    let ends = |at: usize| after.get(at).is_none_or(|c| !c.is_ascii_alphanumeric());
    match after.first()? {
        '/' if digits == 3 => {
            let second = after[1..].iter().take_while(|c| c.is_ascii_digit()).count();
            let build = after.get(1 + second)?;
            let is_label = (2..=3).contains(&second) && matches!(build, 'a' | 'b' | 'c' | 'y') && ends(2 + second);
            let len = digits + 2 + second;
            is_label.then(|| (Kind::Size(rest[..len].iter().collect::<String>().to_uppercase()), len))
        }
        cup @ 'a'..='g'
            if ends(1) && (value.is_multiple_of(5) && (60..=110).contains(&value) || (28..=46).contains(&value)) =>
        {
            // 160g and 50g are weights of goods.
            (*cup != 'g' || value <= 46).then_some((Kind::Bra(value, *cup), digits + 1))
        }
        '码' => Some((Kind::Size(value.to_string()), digits + 1)),
        'x' if (2..=5).contains(&value) && after.get(1) == Some(&'l') && ends(2) => {
            Some((Kind::Size(format!("{}L", "X".repeat(value as usize))), digits + 2))
        }
        _ => None,
    }
}

fn meaning(word: Word, text: &Folded, at: usize, before: Option<&Token>) -> Kind {
    let number_before = before.filter(|t| t.to == at).and_then(Token::number);
    let one_letter = words::find(&text.chars, at).is_some_and(|(_, len)| len == 1) && text.chars[at].is_ascii();
    match word {
        // "1m65", "m码", "48m".
        Word::Unit(Unit::M) if text.chars[at] == 'm' && one_letter => match number_before {
            Some(number) if number.value < 3.0 => Kind::Unit(Unit::M),
            Some(_) => Kind::Letters,
            None => Kind::Size("M".into()),
        },
        // "h160" is a height, "160h" hours.
        Word::Label(_) if one_letter && number_before.is_some() => Kind::Letters,
        Word::Label(_) if one_letter && !figure_follows(text, at + 1) => Kind::Letters,
        Word::Unit(Unit::JinSlip) => match number_before {
            Some(number) if number.value >= 60.0 && !word_follows(text, at + 1) => Kind::Unit(Unit::Jin),
            _ => Kind::Other,
        },
        Word::Unit(unit) => Kind::Unit(unit),
        Word::Label(label) => Kind::Label(label),
        Word::Person(person) => Kind::Person(person),
        Word::Tag(Tag::Question) if text.chars[at] == '?' => Kind::Stop,
        Word::Tag(tag) => Kind::Tag(tag),
        Word::Size(size) => Kind::Size(size.into()),
        Word::Number(value) => {
            let len = words::find(&text.chars, at).map_or(1, |(_, len)| len);
            Kind::Number(Number { value: f64::from(value), digits: 1, has_point: false, spread: 0.0, len })
        }
        word => Kind::Word(word),
    }
}

fn figure_follows(text: &Folded, at: usize) -> bool {
    let mut next = text.chars[at..].iter().skip_while(|c| matches!(c, ' ' | ':' | '=')).copied();
    next.next().is_some_and(|c| c.is_ascii_digit())
}

fn word_follows(text: &Folded, at: usize) -> bool {
    text.at(at).is_some_and(|c| is_han(c) && !matches!(c, '吧' | '左' | '上' | '哦' | '啊' | '呢' | '身' | '高' | '的'))
}

fn other(rest: &[char]) -> (Kind, usize) {
    let c = rest[0];
    match c {
        ' ' => (Kind::Space, 1),
        // "48k g"
        'k' if rest.starts_with(&['k', ' ', 'g']) => (Kind::Unit(Unit::Kg), 3),
        c if c.is_ascii_alphabetic() => {
            let len = rest.iter().take_while(|c| c.is_ascii_alphabetic()).count();
            if len == 1 && c == 'x' { (Kind::Mark('x'), 1) } else { (Kind::Letters, len) }
        }
        ',' => (Kind::Comma, 1),
        '。' | '.' | '!' | ';' | '\n' | '\r' | '…' => (Kind::Stop, 1),
        '/' | '-' | '~' | '*' | '+' | '|' | '、' | ':' | '=' | '\'' | '"' | '&' | '\\' => (Kind::Mark(c), 1),
        '(' | ')' | '【' | '】' | '[' | ']' => (Kind::Space, 1),
        c if !c.is_alphanumeric() && !c.is_control() && !c.is_ascii() && !matches!(c, '《' | '》') => {
            (Kind::Space, 1)
        }
        _ => (Kind::Other, 1),
    }
}
