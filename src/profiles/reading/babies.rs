//! Ages, and what is said of babies: when they were born, how early, how they are fed.

use super::clauses::People;
use super::token::{Kind, Token};
use super::words::{Label, Tag, Unit, Word};
use super::{Fact, Message, Value};
use crate::profiles::slot::Slot;
use crate::profiles::whom::Whom;

/// Weeks of pregnancy at which a child can be born alive and is.
const GESTATION_WEEKS: std::ops::RangeInclusive<u32> = 22..=43;
/// The oldest that a buyer says to be.
const MAX_YEARS: u32 = 110;
/// The most of each that is said of a baby's age.
const MAX_MONTHS: u32 = 72;
const MAX_WEEKS: u32 = 104;
const MAX_DAYS: u32 = 400;

pub(super) fn facts(m: &Message<'_>, people: &People) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    let baby = the_baby(m);
    for (n, token) in m.tokens.iter().enumerate() {
        let Some(whom) = people.at(n) else { continue };
        let whom = if whom.is_child() { whom } else { baby.as_ref().unwrap_or(whom) };
        let found = match &token.kind {
            Kind::Number(_) => number(m, people.at(n).unwrap_or(whom), whom, n),
            Kind::Word(Word::Feeding(feeding)) if whom.is_child() => {
                vec![m.fact(whom, Slot::Feeding, Value::Text((*feeding).into()), n)]
            }
            _ => Vec::new(),
        };
        for fact in found {
            if !facts.iter().any(|f| f.whom == fact.whom && f.slot == fact.slot) {
                facts.push(fact);
            }
        }
    }
    facts
}

/// The child that a message about "32周出生" must mean.
fn the_baby(m: &Message<'_>) -> Option<Whom> {
    let named = m.tokens.iter().find_map(|t| match t.kind {
        Kind::Person(person) => Whom::of(person).filter(Whom::is_child),
        _ => None,
    });
    named.or_else(|| Some(m.context.about.clone()).filter(Whom::is_child))
}

fn number(m: &Message<'_>, speaker: &Whom, child: &Whom, n: usize) -> Vec<Fact> {
    let born_here = m.tokens[m.clause(n)].iter().any(|t| t.is(Tag::Born));
    if let Some(date) = date(m, n).filter(|_| born_here) {
        return vec![m.fact(child, Slot::Born, Value::Text(date), n)];
    }
    if born_here && let Some(facts) = gestation(m, child, n) {
        return facts;
    }
    age(m, speaker, child, n).into_iter().collect()
}

fn whole(token: Option<&Token>) -> Option<u32> {
    let number = token?.number()?;
    (number.value.fract() == 0.0 && (0.0..10_000.0).contains(&number.value)).then_some(number.value as u32)
}

/// `2026年1月`, `2026年1月15日`, `26年1月15号`, `2026-01-15`, `2026/1/15`.
fn date(m: &Message<'_>, n: usize) -> Option<String> {
    let year = whole(m.tokens.get(n))?;
    let year = if year < 100 { 2_000 + year } else { year };
    let parts = |at: usize| m.tokens.get(at).map(|t| m.text.text(t.from..t.to));
    let joint = parts(n + 1)?;
    let (month, second) = (whole(m.tokens.get(n + 2))?, parts(n + 3)?);
    let Some(day) = whole(m.tokens.get(n + 4)) else {
        let good = joint == "年" && second == "月" && (1..=12).contains(&month) && (1900..2200).contains(&year);
        return good.then(|| format!("{year}-{month:02}"));
    };
    let good = matches!((joint.as_str(), second.as_str()), ("年", "月") | ("-", "-") | ("/", "/"));
    let date = jiff::civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    date.ok().filter(|_| good && (1900..2200).contains(&year)).map(|date| date.to_string())
}

/// `32周出生`, `33+2早产`, `36周+4天出生`, `born at 34 weeks`.
fn gestation(m: &Message<'_>, child: &Whom, n: usize) -> Option<Vec<Fact>> {
    // The second figure of "36周+4天" is not a first one, nor is a part of a date.
    if n.checked_sub(1).is_some_and(|i| matches!(m.tokens[i].kind, Kind::Mark(_) | Kind::Tag(Tag::Counter))) {
        return None;
    }
    let weeks = whole(m.tokens.get(n)).filter(|w| GESTATION_WEEKS.contains(w))?;
    let mut at = n + 1;
    let is_week = |at: usize| m.tokens.get(at).and_then(Token::unit) == Some(Unit::Week);
    at += usize::from(m.tokens.get(at).is_some_and(|t| t.kind == Kind::Space) && is_week(at + 1));
    let has_unit = is_week(at);
    at += usize::from(has_unit);
    let plus = m.tokens.get(at).is_some_and(|t| t.kind == Kind::Mark('+'));
    let days = if plus { whole(m.tokens.get(at + 1)).filter(|d| *d < 7) } else { None };
    if !has_unit && days.is_none() {
        return None;
    }
    let child = if child.is_child() { child.clone() } else { Whom::of("baby")? };
    let mut facts = vec![m.fact(&child, Slot::GestationalWeeks, Value::Number(f64::from(weeks)), n)];
    if let Some(days) = days {
        facts.push(m.fact(&child, Slot::GestationalDays, Value::Number(f64::from(days)), at + 1));
    }
    Some(facts)
}

fn age(m: &Message<'_>, speaker: &Whom, child: &Whom, n: usize) -> Option<Fact> {
    let value = whole(m.tokens.get(n))?;
    let mut at = n + 1;
    at += usize::from(m.tokens.get(at).is_some_and(|t| t.kind == Kind::Space));
    let half_month = m
        .tokens
        .get(n + 1..n + 4)
        .is_some_and(|t| t[0].is(Tag::Counter) && t[1].is(Tag::Half) && t[2].is(Tag::Counter));
    let unit = if half_month { Some(Unit::Month) } else { m.tokens.get(at).and_then(Token::unit) };
    let fact = |whom: &Whom, slot, value: u32, most: u32| {
        (value <= most).then(|| m.fact(whom, slot, Value::Number(f64::from(value)), n))
    };
    match unit {
        Some(Unit::Year) => {
            // The months of "1岁2个月" are read with the year.
            let half = m.tokens.get(at + 1).is_some_and(|t| t.is(Tag::Half));
            let months =
                whole(m.tokens.get(at + 1)).filter(|_| m.tokens.get(at + 2).and_then(Token::unit) == Some(Unit::Month));
            if speaker.is_baby() || half && speaker.is_child() || months.is_some() && speaker.is_child() {
                let months = months.unwrap_or(if half { 6 } else { 0 });
                return fact(speaker, Slot::AgeMonths, value * 12 + months, MAX_MONTHS);
            }
            // "3岁能穿吗" is a child, and nobody knows whose.
            if speaker.is_buyer() && value < 14 { None } else { fact(speaker, Slot::Age, value, MAX_YEARS) }
        }
        Some(Unit::Month) if child.is_child() && !of_pregnancy(m, n) => fact(child, Slot::AgeMonths, value, MAX_MONTHS),
        Some(Unit::Week) if child.is_child() && is_of_child(m, n) => fact(child, Slot::AgeWeeks, value, MAX_WEEKS),
        Some(Unit::Day) if child.is_child() && is_of_child(m, n) => fact(child, Slot::AgeDays, value, MAX_DAYS),
        None => {
            let labelled =
                m.before(n).is_some_and(|t| t.kind == Kind::Label(Label::Age) || m.text.at(t.from) == Some(':'));
            let label = m.tokens[..n].iter().rev().find(|t| matches!(t.kind, Kind::Label(_)));
            let good = labelled && label.is_some_and(|t| t.kind == Kind::Label(Label::Age));
            if good { fact(speaker, Slot::Age, value, MAX_YEARS).filter(|_| value >= 3) } else { None }
        }
        _ => None,
    }
}

/// "怀孕5个月"
fn of_pregnancy(m: &Message<'_>, n: usize) -> bool {
    m.before(n).is_some_and(|t| t.kind == Kind::Word(Word::Condition("pregnant")))
}

/// Days and weeks are also how long a parcel takes: here the child stands right before them, or they are "old".
fn is_of_child(m: &Message<'_>, n: usize) -> bool {
    let clause = m.clause(n);
    let near = m.tokens[clause.start.max(n.saturating_sub(5))..n].iter().any(|t| matches!(t.kind, Kind::Person(_)));
    near && !m.tokens[clause].iter().any(|t| matches!(t.kind, Kind::Tag(Tag::Fetch | Tag::Place | Tag::Born)))
}
