//! What is said in words: sizes, bras, shapes, sex, skin, orders and places.

use super::clauses::People;
use super::limits::LIMITS;
use super::token::{Kind, Token};
use super::words::{Tag, Word};
use super::{Fact, Message, Sureness, Value};
use crate::profiles::slot::Slot;
use crate::profiles::whom::Whom;

/// Digits and letters that can be an order's number.
const ORDER_CHARS: std::ops::RangeInclusive<usize> = 6..=40;

pub(super) fn facts(m: &Message<'_>, people: &People) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (n, token) in m.tokens.iter().enumerate() {
        let Some(whom) = people.at(n) else { continue };
        let found = match &token.kind {
            Kind::Size(size) if is_usual(m, n) => vec![text(m, whom, Slot::UsualSize, size, n)],
            Kind::Number(number) if is_numbered_size(m, n) => {
                vec![text(m, whom, Slot::UsualSize, &number.value.to_string(), n)]
            }
            Kind::Bra(band, cup) if !has_in_clause(m, n, Tag::Stock) => bra(m, whom, *band, *cup, n),
            Kind::Tag(Tag::Order) => order(m, n).into_iter().collect(),
            Kind::Word(word) => word_fact(m, whom, *word, n).into_iter().collect(),
            Kind::Other => sex_alone(m, n).map(|sex| text(m, whom, Slot::Sex, sex, n)).into_iter().collect(),
            _ => Vec::new(),
        };
        for fact in found {
            let same = facts.iter().any(|f: &Fact| {
                f.whom == fact.whom && f.slot == fact.slot && (!f.slot.is_many() || f.canonical == fact.canonical)
            });
            if !same {
                facts.push(fact);
            }
        }
    }
    facts
}

fn text(m: &Message<'_>, whom: &Whom, slot: Slot, word: &str, at: usize) -> Fact {
    m.fact(whom, slot, Value::Text(word.into()), at)
}

fn word_fact(m: &Message<'_>, whom: &Whom, word: Word, n: usize) -> Option<Fact> {
    match word {
        Word::Shape(shape) if !is_denied(m, n) => Some(text(m, whom, Slot::Shape, shape, n)),
        Word::Sex(sex) if !is_denied(m, n) => Some(text(m, whom, Slot::Sex, sex, n)),
        Word::Condition(condition) if !is_denied(m, n) => Some(text(m, whom, Slot::Condition, condition, n)),
        Word::Active(active) if has_before(m, n, Tag::Using) => Some(text(m, whom, Slot::InUse, active, n)),
        Word::Province(province) if is_destination(m, n) => {
            // Shanghai is a city too.
            let buyer = Whom::buyer();
            Some(text(m, &buyer, Slot::Province, province, n))
        }
        _ => None,
    }
}

/// Places give two facts, so they are read apart.
pub(super) fn places(m: &Message<'_>) -> Vec<Fact> {
    let buyer = Whom::buyer();
    let mut facts = Vec::new();
    for (n, token) in m.tokens.iter().enumerate() {
        let Kind::Word(word) = token.kind else { continue };
        match word {
            Word::City(province, city) if is_destination(m, n) => {
                if !names_province(m, province) {
                    facts.push(text(m, &buyer, Slot::Province, province, n));
                }
                facts.push(text(m, &buyer, Slot::City, city, n));
            }
            Word::Province(city @ ("北京" | "上海" | "天津" | "重庆")) if is_destination(m, n) => {
                facts.push(text(m, &buyer, Slot::City, city, n));
            }
            _ => {}
        }
    }
    facts
}

/// Whether the province itself is said too, before its city or behind.
fn names_province(m: &Message<'_>, province: &str) -> bool {
    let mut tokens = m.tokens.iter().enumerate();
    tokens.any(|(n, token)| {
        matches!(token.kind, Kind::Word(Word::Province(name)) if name == province) && is_destination(m, n)
    })
}

/// "寄到广东深圳": a place after a word of sending or living, or after another place; any place where one was asked for,
/// or where its clause is nothing else.
fn is_destination(m: &Message<'_>, n: usize) -> bool {
    if matches!(m.context.asked, Some((_, Slot::Province | Slot::City))) || is_place_alone(m, n) {
        return true;
    }
    let Some(before) = before_place(m, n) else { return false };
    match &m.tokens[before].kind {
        Kind::Tag(Tag::Place | Tag::Join) => true,
        Kind::Word(Word::Province(_)) => is_destination(m, before),
        // "几天能到杭州", but not "收到上海的货".
        _ => {
            let end = m.tokens[before].to;
            let last = end.checked_sub(1).and_then(|at| m.text.chars.get(at));
            last == Some(&'到') && end.checked_sub(2).and_then(|at| m.text.chars.get(at)) != Some(&'收')
        }
    }
}

/// The token before a place, over blanks and the 省 of another place.
fn before_place(m: &Message<'_>, n: usize) -> Option<usize> {
    (0..n).rev().find(|i| m.tokens[*i].kind != Kind::Space && !is_kind_of_place(m, *i))
}

/// "浙江省杭州市" and nothing else in its clause.
fn is_place_alone(m: &Message<'_>, n: usize) -> bool {
    let is_place = |kind: &Kind| matches!(kind, Kind::Word(Word::Province(_) | Word::City(..)));
    m.clause(n).all(|n| {
        let kind = &m.tokens[n].kind;
        is_place(kind) || is_kind_of_place(m, n) || *kind == Kind::Space
    })
}

/// The 省 of 浙江省.
fn is_kind_of_place(m: &Message<'_>, n: usize) -> bool {
    let token = &m.tokens[n];
    let chars = m.text.chars.get(token.from..token.to).unwrap_or_default();
    token.kind == Kind::Other && matches!(chars, ['省' | '市'])
}

fn has_in_clause(m: &Message<'_>, n: usize, tag: Tag) -> bool {
    m.tokens[m.clause(n)].iter().any(|t| t.is(tag))
}

fn has_before(m: &Message<'_>, n: usize, tag: Tag) -> bool {
    m.tokens[m.clause(n).start..n].iter().any(|t| t.is(tag))
}

/// "没怀孕", "不是敏感肌": a denial within the three tokens before it, in its clause.
pub(super) fn is_denied(m: &Message<'_>, n: usize) -> bool {
    let from = m.clause(n).start.max(n.saturating_sub(3));
    m.tokens[from..n].iter().any(|t| t.is(Tag::IsNot))
}

/// "平时穿M", "我穿M", but not "穿S会不会大" and not "我要M".
fn is_usual(m: &Message<'_>, n: usize) -> bool {
    if has_before(m, n, Tag::Usual) {
        return true;
    }
    let clause = m.clause(n);
    let mut before = m.tokens[clause.start..n].iter().rev().filter(|t| t.kind != Kind::Space);
    let worn = before.next().is_some_and(|t| t.is(Tag::Wear)) && before.next().is_some_and(is_person);
    worn && !m.tokens[clause].iter().any(|t| t.is(Tag::Question))
}

fn is_person(token: &Token) -> bool {
    matches!(token.kind, Kind::Person(_))
}

/// "usually a size 8"
fn is_numbered_size(m: &Message<'_>, n: usize) -> bool {
    let marked = m.before(n).is_some_and(|t| t.kind == Kind::Word(Word::SizeMark));
    marked && has_before(m, n, Tag::Usual)
}

fn bra(m: &Message<'_>, whom: &Whom, band: u32, cup: char, n: usize) -> Vec<Fact> {
    let limits = &*LIMITS;
    let Some(difference) = limits.bra.cup_cm.get(&cup) else { return Vec::new() };
    let band = if band < 50 { (i64::from(band) - limits.bra.inch_of_75) * 5 / 2 + 75 } else { i64::from(band) };
    let size = format!("{band}{}", cup.to_ascii_uppercase());
    let number = |slot, value: f64, sureness| Fact {
        sureness,
        ..m.fact(whom, slot, Value::Number((value * 10.0).round() / 10.0), n)
    };
    vec![
        text(m, whom, Slot::Bra, &size, n),
        number(Slot::UnderbustCm, band as f64, Sureness::Inferred),
        number(Slot::BustCm, band as f64 + difference, Sureness::Estimated),
    ]
}

/// "女 25岁": alone between blanks, because 女装 and 男款 are goods.
fn sex_alone(m: &Message<'_>, n: usize) -> Option<&'static str> {
    let token = &m.tokens[n];
    let sex = match m.text.at(token.from)? {
        '女' => "female",
        '男' => "male",
        _ => return None,
    };
    let apart = |t: Option<&Token>| {
        t.is_none_or(|t| {
            matches!(t.kind, Kind::Space | Kind::Comma | Kind::Stop | Kind::Number(_) | Kind::Unit(_) | Kind::Mark(_))
        })
    };
    let before = n.checked_sub(1).and_then(|i| m.tokens.get(i));
    (apart(before) && apart(m.tokens.get(n + 1))).then_some(sex)
}

/// What follows "订单号".
fn order(m: &Message<'_>, n: usize) -> Option<Fact> {
    let mut from = m.tokens[n].to;
    let skipped = |c: char| matches!(c, ' ' | ':' | '#' | '是' | '号' | '=' | '为');
    while m.text.at(from).is_some_and(skipped) {
        from += 1;
    }
    let is_of_it = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let to = (from..).find(|i| !m.text.at(*i).is_some_and(is_of_it))?;
    let id = m.text.text(from..to).to_ascii_uppercase();
    let id = id.trim_matches('-');
    let good = ORDER_CHARS.contains(&id.len()) && id.chars().any(|c| c.is_ascii_digit());
    good.then(|| Fact { span: m.text.span(from..to), ..text(m, &Whom::buyer(), Slot::OrderId, id, n) })
}
