//! Figures with their units put together: `1米65`, `5呎4吋半`, `2尺1`, `105斤3两`, `48-50kg`, `一百一十来斤`.

use super::token::{Kind, Token};
use super::words::{Tag, Unit};

/// A figure with or without a unit, or a range of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Quantity {
    pub low: f64,
    /// The same as `low` unless it is a range.
    pub high: f64,
    pub unit: Option<Unit>,
    /// 5尺3: the second figure, for those who mean feet and inches.
    pub second: Option<f64>,
    /// 来, 多 or 几 after the figure …
    pub is_vague: bool,
    /// … and it is not 来.
    pub is_more: bool,
    pub has_point: bool,
    /// Tokens, from and to.
    pub from: usize,
    pub to: usize,
}

impl Quantity {
    pub fn middle(&self) -> f64 {
        f64::midpoint(self.low, self.high)
    }

    pub fn is_range(&self) -> bool {
        self.low < self.high
    }
}

/// Longer rows of digits are numbers of orders and telephones.
const MAX_DIGITS: u32 = 4;

/// All quantities, in order. Those whose figure belongs to something else (`2件`, `第3`, `100%`) are not among them.
pub(super) fn quantities(tokens: &[Token]) -> Vec<Quantity> {
    let mut found: Vec<Quantity> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some(quantity) = one(tokens, at) else {
            at += 1;
            continue;
        };
        at = quantity.to;
        found.push(quantity);
    }
    ranges(tokens, found)
}

fn one(tokens: &[Token], at: usize) -> Option<Quantity> {
    let number = tokens[at].number()?;
    let mut q = Quantity {
        low: number.value,
        high: number.value + number.spread,
        unit: None,
        second: None,
        is_vague: false,
        is_more: false,
        has_point: number.has_point,
        from: at,
        to: at + 1,
    };
    if tokens.get(at + 1).is_some_and(|t| t.is(Tag::More) || t.is(Tag::Some)) {
        q.is_vague = true;
        q.is_more = tokens[at + 1].is(Tag::More);
        q.to += 1;
    }
    if half_months(tokens, at + 1) {
        (q.unit, q.to) = (Some(Unit::Month), at + 4);
        return Some(q);
    }
    // "60 cm", but not "60 m"-something: a unit may stand one blank apart.
    let gap = usize::from(tokens.get(q.to).is_some_and(|t| t.kind == Kind::Space || t.kind == Kind::Mark('-')));
    let unit_at = q.to + gap;
    match tokens.get(unit_at).and_then(Token::unit) {
        Some(unit) if !(unit == Unit::Inch && gap == 1 && !is_inch(tokens, unit_at)) => {
            (q.unit, q.to) = (Some(unit), unit_at + 1);
            compound(tokens, &mut q, unit);
        }
        _ => feet_by_marks(tokens, &mut q),
    }
    let refused = number.digits > MAX_DIGITS
        || at.checked_sub(1).is_some_and(|i| glued(&tokens[i]))
        || q.unit.is_none() && tokens.get(q.to).is_some_and(|t| glued(t) || t.is(Tag::Counter));
    // It stays in the row, so that nothing of it is read again.
    if refused {
        q.low = f64::NAN;
    }
    Some(q)
}

/// 六个半月: only whole months count.
fn half_months(tokens: &[Token], at: usize) -> bool {
    tokens.get(at..at + 3).is_some_and(|t| t[0].is(Tag::Counter) && t[1].is(Tag::Half) && t[2].is(Tag::Counter))
}

/// "in" is an inch after a figure, and a preposition before a word.
fn is_inch(tokens: &[Token], at: usize) -> bool {
    let next = tokens.get(at + 1..).and_then(|rest| rest.iter().find(|t| t.kind != Kind::Space));
    !next.is_some_and(|t| matches!(t.kind, Kind::Letters))
}

fn glued(token: &Token) -> bool {
    matches!(token.kind, Kind::Letters | Kind::Tag(Tag::Ordinal))
}

/// The second figure: 1米65, 5呎4, 2尺1, 105斤3两, 8 stone 7.
fn compound(tokens: &[Token], q: &mut Quantity, unit: Unit) {
    let spread = q.high - q.low;
    let gap = usize::from(tokens.get(q.to).is_some_and(|t| t.kind == Kind::Space || t.kind == Kind::Mark('-')));
    let second_at = q.to + gap;
    let second = tokens.get(second_at).and_then(Token::number).copied();
    let unit_of_second = |n: usize| tokens.get(second_at + n).and_then(Token::unit);
    let spaced_unit = if tokens.get(second_at + 1).is_some_and(|t| t.kind == Kind::Space) { 2 } else { 1 };
    let next_unit = second.and_then(|_| unit_of_second(1).or_else(|| unit_of_second(spaced_unit)));
    let has_half = tokens.get(q.to).is_some_and(|t| t.is(Tag::Half));
    match unit {
        Unit::M if !q.has_point => {
            let Some(number) = second.filter(|n| n.value < 100.0 && n.digits <= 2) else { return };
            // "1米 65kg" are two quantities; "1米65" and "1 米 65" one.
            if next_unit.is_some_and(|u| u != Unit::Cm && (gap == 1 || u != Unit::M)) {
                return;
            }
            let share = if number.digits == 1 { number.value / 10.0 } else { number.value / 100.0 };
            q.low += share;
            q.to = second_at + 1 + usize::from(unit_of_second(1) == Some(Unit::Cm));
        }
        Unit::Feet => {
            if has_half {
                (q.low, q.to) = (q.low + 0.5, q.to + 1);
            } else if let Some(inches) = second.filter(|n| n.value < 12.0 && next_unit.is_none_or(|u| u == Unit::Inch))
            {
                q.low += inches.value / 12.0;
                q.to = second_at + 1;
                if next_unit == Some(Unit::Inch) {
                    q.to = second_at + 1 + if unit_of_second(1).is_some() { 1 } else { spaced_unit };
                }
                if tokens.get(q.to).is_some_and(|t| t.is(Tag::Half)) {
                    (q.low, q.to) = (q.low + 0.5 / 12.0, q.to + 1);
                }
                if tokens.get(q.to).is_some_and(|t| t.kind == Kind::Mark('"')) {
                    q.to += 1;
                }
            }
        }
        Unit::Chi => {
            if has_half {
                (q.second, q.to) = (Some(5.0), q.to + 1);
                q.low += 0.5;
            } else if let Some(cun) = second.filter(|n| n.value < 12.0 && gap == 0) {
                if !next_unit.is_none_or(|u| matches!(u, Unit::Cun | Unit::Inch)) {
                    return;
                }
                q.to = second_at + 1 + usize::from(unit_of_second(1).is_some());
                if next_unit == Some(Unit::Inch) {
                    // 五尺三吋: only feet have those.
                    (q.unit, q.low) = (Some(Unit::Feet), q.low + cun.value / 12.0);
                } else {
                    (q.low, q.second) = (q.low + cun.value / 10.0, Some(cun.value));
                    if next_unit.is_some() && tokens.get(q.to).is_some_and(|t| t.is(Tag::Half)) {
                        (q.low, q.to) = (q.low + 0.05, q.to + 1);
                    }
                }
            } else {
                q.second = Some(0.0);
            }
        }
        Unit::Jin if next_unit == Some(Unit::Liang) => {
            q.low += second.map_or(0.0, |n| n.value / 10.0);
            q.to = second_at + 2;
        }
        Unit::Stone => {
            let Some(pounds) = second.filter(|n| n.value < 14.0 && next_unit.is_none_or(|u| u == Unit::Lb)) else {
                return;
            };
            q.low += pounds.value / 14.0;
            q.to = second_at + 1;
            if next_unit.is_some() {
                q.to += if unit_of_second(1).is_some() { 1 } else { spaced_unit };
            }
        }
        _ if has_half => {
            (q.low, q.to) = (q.low + 0.5, q.to + 1);
        }
        _ => {}
    }
    q.high = q.low + spread;
}

/// 5'4", 28"
fn feet_by_marks(tokens: &[Token], q: &mut Quantity) {
    let mark = |at: usize, c: char| tokens.get(at).is_some_and(|t| t.kind == Kind::Mark(c));
    if mark(q.to, '"') && q.low >= 12.0 {
        (q.unit, q.to) = (Some(Unit::Inch), q.to + 1);
    } else if mark(q.to, '\'') && (3.0..8.0).contains(&q.low) {
        q.unit = Some(Unit::Feet);
        q.to += 1;
        if let Some(inches) = tokens.get(q.to).and_then(Token::number).filter(|n| n.value < 12.0) {
            q.low += inches.value / 12.0;
            q.to += 1;
            q.to += usize::from(mark(q.to, '"'));
        }
        q.high = q.low;
    }
}

/// How much larger the second figure of a range may be.
const WIDEST: f64 = 1.3;

/// Puts `48-50kg` together, and takes out what was refused.
fn ranges(tokens: &[Token], quantities: Vec<Quantity>) -> Vec<Quantity> {
    let mut found: Vec<Quantity> = Vec::with_capacity(quantities.len());
    // Three in a row with the same mark between them (84-62-88) are no range.
    let mut taken_by_row = 0;
    for (n, q) in quantities.iter().enumerate() {
        let row = quantities.get(n..n + 3).is_some_and(|row| {
            row.iter().take(2).all(|q| q.unit.is_none())
                && is_mark(tokens, &row[0], &row[1])
                && is_mark(tokens, &row[1], &row[2])
        });
        if row {
            taken_by_row = n + 3;
        }
        let joins = found
            .last()
            .is_some_and(|last| n >= taken_by_row && !last.is_range() && joined(tokens, last, q) && fits(last, q));
        match found.last_mut() {
            Some(last) if joins => {
                (last.high, last.to, last.unit) = (q.high, q.to, q.unit);
                last.is_vague |= q.is_vague;
            }
            _ => found.push(q.clone()),
        }
    }
    found.retain(|q| q.low.is_finite());
    found
}

fn is_mark(tokens: &[Token], first: &Quantity, second: &Quantity) -> bool {
    second.from == first.to + 1 && matches!(tokens[first.to].kind, Kind::Mark(_))
}

fn joined(tokens: &[Token], first: &Quantity, second: &Quantity) -> bool {
    let mut between = tokens[first.to..second.from].iter().filter(|t| t.kind != Kind::Space);
    let joins = between.next().is_some_and(|t| t.is(Tag::Join) || matches!(t.kind, Kind::Mark('-' | '~')));
    joins && between.next().is_none()
}

fn fits(first: &Quantity, second: &Quantity) -> bool {
    let same_unit = first.unit.is_none() || first.unit == second.unit;
    same_unit && first.low < second.low && second.low <= first.low * WIDEST
}
