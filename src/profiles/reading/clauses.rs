//! Whose each quantity is, which label it has, and whether it says anything about a body at all.

use std::ops::Range;

use super::Message;
use super::quantity::Quantity;
use super::token::{Kind, Token};
use super::words::{Label, Tag, Unit};
use crate::profiles::slot::Slot;
use crate::profiles::whom::Whom;

/// Who is spoken of at each token; `None` where it is nobody of the buyer's.
pub(super) struct People {
    at: Vec<Option<Whom>>,
    /// Somebody is named before this token, in its clause.
    named: Vec<bool>,
}

impl People {
    pub fn at(&self, token: usize) -> Option<&Whom> {
        self.at.get(token)?.as_ref()
    }
}

/// A quantity that may be of a body.
#[derive(Debug)]
pub(super) struct Item {
    pub quantity: Quantity,
    pub whom: Whom,
    pub slot: Option<Slot>,
    /// "About" stands beside it.
    pub is_about: bool,
    /// The person stands right before it: "我165".
    pub is_named: bool,
    /// It comes after "不对", "打错了".
    pub is_corrected: bool,
}

/// After "我" these begin what the speaker does, not how the speaker is.
const DOES: &str = "想要给帮替看怕觉问打希准先再以家们在拍下选退换收刚发买";

pub(super) fn people(m: &Message<'_>) -> People {
    let asked = m.context.asked.as_ref().map(|(whom, _)| whom);
    let first = asked.unwrap_or(&m.context.about).clone();
    let mut other = Some(&m.context.about).filter(|w| !w.is_buyer()).cloned();
    let (mut now, mut until_comma) = (Some(first.clone()), false);
    let mut after_comma = now.clone();
    let (mut at, mut named) = (Vec::with_capacity(m.tokens.len()), Vec::with_capacity(m.tokens.len()));
    let (mut is_named, mut first_named) = (false, None::<usize>);
    let mut subjects: Vec<Whom> = Vec::new();
    for (n, token) in m.tokens.iter().enumerate() {
        match token.kind {
            Kind::Comma | Kind::Stop => {
                is_named = false;
                if until_comma {
                    (now, until_comma) = (after_comma.clone(), false);
                }
            }
            Kind::Person("others") => {
                if !until_comma {
                    after_comma = now.take();
                }
                (now, until_comma) = (None, true);
            }
            Kind::Person("nobody") => {
                (now, other, is_named) = (None, None, true);
            }
            Kind::Person("pronoun") => {
                // "She" of somebody who is nobody stays nobody.
                if let Some(other) = &other {
                    (now, is_named) = (Some(other.clone()), true);
                }
            }
            Kind::Person("self") if does_something(m, n) => {}
            Kind::Person(person) => {
                let whom = Whom::of(person).unwrap_or_default();
                if !whom.is_buyer() {
                    other = Some(whom.clone());
                }
                if !subjects.contains(&whom) {
                    subjects.push(whom.clone());
                }
                first_named.get_or_insert(n);
                (now, is_named, until_comma) = (Some(whom), true, false);
            }
            _ => {}
        }
        at.push(now.clone());
        named.push(is_named);
    }
    // "158 120斤，给我妈买的": the only one who is named is meant from the beginning.
    if let ([only], Some(first_named)) = (subjects.as_slice(), first_named)
        && first.is_buyer()
        && asked.is_none()
    {
        for whom in at.iter_mut().take(first_named).filter(|w| w.is_some()) {
            *whom = Some(only.clone());
        }
    }
    People { at, named }
}

fn does_something(m: &Message<'_>, n: usize) -> bool {
    let next = m.text.at(m.tokens[n].to);
    m.tokens[n].to - m.tokens[n].from == 1 && next.is_some_and(|c| DOES.contains(c))
}

pub(super) fn items(m: &Message<'_>, people: &People, quantities: Vec<Quantity>) -> Vec<Item> {
    let mut labels = Labels::of(m);
    let mut found = Vec::new();
    let mut done = 0;
    for quantity in quantities {
        labels.walk(m, done..quantity.from);
        done = quantity.to;
        let label = labels.take(m, &quantity);
        let slot = label.and_then(slot_of);
        if label == Some(Label::Age) || quantity.unit.is_some_and(is_time) {
            continue; // `babies` reads ages.
        }
        let Some(whom) = people.at(quantity.from).cloned() else { continue };
        let clause = m.clause(quantity.from);
        if is_no_body(m, people, &quantity, label, clause) {
            continue;
        }
        found.push(Item {
            is_about: is_about(m, &quantity),
            is_named: is_named(m, quantity.from),
            is_corrected: m.tokens[..quantity.from].iter().any(|t| t.is(Tag::Correction)),
            slot,
            whom,
            quantity,
        });
    }
    found
}

fn slot_of(label: Label) -> Option<Slot> {
    Some(match label {
        Label::Height | Label::Tall => Slot::HeightCm,
        Label::Weight | Label::Heavy => Slot::WeightKg,
        Label::Bust => Slot::BustCm,
        Label::Underbust => Slot::UnderbustCm,
        Label::Waist => Slot::WaistCm,
        Label::Hip => Slot::HipCm,
        Label::Shoulder => Slot::ShoulderCm,
        Label::Leg => Slot::LegCm,
        Label::Three | Label::Age => return None,
    })
}

fn is_time(unit: Unit) -> bool {
    matches!(unit, Unit::Month | Unit::Day | Unit::Week | Unit::Year)
}

/// Labels that wait for their figure.
struct Labels {
    waiting: Vec<(Label, usize)>,
    /// Labels that stood after their figure.
    used: Vec<usize>,
    /// `B84 W62 H88`: the letters are of the three girths.
    has_bust_letter: bool,
}

impl Labels {
    fn of(m: &Message<'_>) -> Self {
        let has_bust_letter = m
            .tokens
            .iter()
            .any(|t| t.kind == Kind::Label(Label::Bust) && m.text.at(t.from) == Some('b') && t.to == t.from + 1);
        Self { waiting: Vec::new(), used: Vec::new(), has_bust_letter }
    }

    fn walk(&mut self, m: &Message<'_>, range: Range<usize>) {
        for n in range {
            let token = &m.tokens[n];
            match token.kind {
                Kind::Stop => self.waiting.clear(),
                // "身高，160", but not "我腰粗，160".
                Kind::Comma if !matches!(m.before(n).map(|t| &t.kind), Some(Kind::Label(_))) => self.waiting.clear(),
                Kind::Label(label) if !self.used.contains(&n) => match label {
                    Label::Three => self.waiting.extend([Label::Bust, Label::Waist, Label::Hip].map(|l| (l, n))),
                    Label::Tall | Label::Heavy => {
                        if m.after(n + 1).is_some_and(|t| t.number().is_some()) {
                            self.waiting.push((label, n));
                        }
                    }
                    label => self.waiting.push((self.letter(m, token, label), n)),
                },
                _ => {}
            }
        }
    }

    fn letter(&self, m: &Message<'_>, token: &Token, label: Label) -> Label {
        match (label, m.text.at(token.from)) {
            (Label::Weight, Some('w')) if self.has_bust_letter && token.to == token.from + 1 => Label::Waist,
            (Label::Height, Some('h')) if self.has_bust_letter && token.to == token.from + 1 => Label::Hip,
            _ => label,
        }
    }

    fn take(&mut self, m: &Message<'_>, q: &Quantity) -> Option<Label> {
        // After it: "165高", "160的身高", "64 inches tall".
        let after = (q.to..m.tokens.len()).find(|n| m.tokens[*n].kind != Kind::Space && !m.tokens[*n].is(Tag::About));
        if let Some(n) = after {
            let direct = match m.tokens[n].kind {
                Kind::Label(label @ (Label::Tall | Label::Heavy)) => {
                    m.after(n + 1).is_none_or(|t| t.number().is_none()).then_some((label, n))
                }
                Kind::Tag(Tag::Of) => match m.tokens.get(n + 1).map(|t| &t.kind) {
                    Some(Kind::Label(label)) => Some((*label, n + 1)),
                    _ => None,
                },
                _ => None,
            };
            if let Some((label, n)) = direct.filter(|(label, _)| suits(*label, q.unit)) {
                self.used.push(n);
                self.waiting.retain(|(waiting, _)| slot_of(*waiting) != slot_of(label));
                return Some(label);
            }
        }
        let place =
            self.waiting.iter().position(|(label, n)| suits(*label, q.unit) && self.reaches(m, *label, *n, q))?;
        Some(self.waiting.remove(place).0)
    }

    /// Words between a label and a figure loosen the bond: "腰有点粗 160 48kg".
    fn reaches(&self, m: &Message<'_>, label: Label, from: usize, q: &Quantity) -> bool {
        let between = m.tokens[from + 1..q.from].iter().filter(|t| t.kind == Kind::Other).count();
        let Some(slot) = slot_of(label) else { return label == Label::Age };
        between == 0 || between <= 6 && super::settle::is_plausible(m, slot, q)
    }
}

fn suits(label: Label, unit: Option<Unit>) -> bool {
    let Some(unit) = unit else { return true };
    match label {
        Label::Height | Label::Tall => matches!(unit, Unit::Cm | Unit::M | Unit::Feet | Unit::Inch | Unit::Chi),
        Label::Weight | Label::Heavy => {
            matches!(unit, Unit::Kg | Unit::Jin | Unit::TaiwanJin | Unit::Lb | Unit::Stone)
        }
        Label::Age => unit == Unit::Year,
        _ => matches!(unit, Unit::Cm | Unit::Inch | Unit::Cun | Unit::Chi | Unit::M),
    }
}

fn is_about(m: &Message<'_>, q: &Quantity) -> bool {
    let soft = |t: &Token| !matches!(t.kind, Kind::Space | Kind::Label(_) | Kind::Tag(Tag::Is) | Kind::Mark(':' | '='));
    // "160多一点 100斤": what stands after a figure belongs to that one.
    let of_another = |n: usize| n > 0 && matches!(m.tokens[n - 1].kind, Kind::Number(_) | Kind::Unit(_));
    let before = m.tokens[..q.from].iter().rposition(soft).filter(|n| !of_another(*n)).map(|n| &m.tokens[n]);
    let after = m.after(q.to);
    let marked = |t: Option<&Token>| t.is_some_and(|t| t.is(Tag::About) || t.kind == Kind::Mark('~'));
    q.is_vague || marked(before) || after.is_some_and(|t| t.is(Tag::About))
}

/// "我165", "我有165", "I'm 163cm".
fn is_named(m: &Message<'_>, at: usize) -> bool {
    let before = m.tokens[..at]
        .iter()
        .rev()
        .find(|t| !matches!(t.kind, Kind::Space | Kind::Tag(Tag::Is | Tag::Past | Tag::Present)));
    let has = |t: &Token| m.text.at(t.from) == Some('有') && t.to == t.from + 1;
    match before {
        Some(t) if has(t) => m.tokens[..at].iter().rev().any(|t| matches!(t.kind, Kind::Person("self"))),
        Some(t) => matches!(t.kind, Kind::Person(_)),
        None => false,
    }
}

/// Prices, goods, other garments, size charts, differences, the past, denials.
fn is_no_body(m: &Message<'_>, people: &People, q: &Quantity, label: Option<Label>, clause: Range<usize>) -> bool {
    let earlier = clause.start..q.from;
    let label_at = m.tokens[earlier.clone()].iter().rposition(|t| matches!(t.kind, Kind::Label(_)));
    let last = |tag: Tag| m.tokens[earlier.clone()].iter().rposition(|t| t.is(tag));
    let is_named = people.named.get(q.from).copied().unwrap_or(false);
    let before = m.before(q.from);
    let directly = |tag: Tag| before.is_some_and(|t| t.is(tag));
    let follows = |tag: Tag| m.after(q.to).is_some_and(|t| t.is(tag));
    let is_girth = label.and_then(slot_of).is_some_and(|s| !matches!(s, Slot::HeightCm | Slot::WeightKg));

    let goods_nearer = last(Tag::Goods).is_some_and(|goods| label_at.is_none_or(|label| label <= goods + 1));
    let goods_after = label.is_none() && m.tokens[q.to..clause.end].iter().any(|t| t.is(Tag::Goods));
    let differs = last(Tag::Delta).is_some_and(|delta| label_at.is_none_or(|label| label < delta));
    let compared = m.tokens[earlier.clone()].iter().any(|t| t.is(Tag::Delta) && m.text.at(t.from) == Some('比'));
    let was = last(Tag::Past) > last(Tag::Present) || directly(Tag::Past);
    let of_this = is_girth && last(Tag::This).is_some() && !is_named;
    let offered = last(Tag::Offer).is_some() && label.is_none() && !is_named;
    let denied = directly(Tag::IsNot);
    let bound = follows(Tag::Bound);
    let fetched = directly(Tag::Fetch) && q.unit.is_none_or(|u| suits(Label::Weight, Some(u)));
    let of_birth = label.is_none() && m.tokens[clause.clone()].iter().any(|t| t.is(Tag::Born));
    let kind_of = label.is_none() && follows(Tag::Of) && !is_named && !person_follows(m, q);
    let priced =
        follows(Tag::Price) || directly(Tag::Price) || m.has(Tag::Price) && label.is_none() && q.unit.is_none();
    let on_chart = is_chart(m, q, is_girth, &clause);
    goods_nearer
        || goods_after
        || differs
        || compared
        || was
        || of_this
        || offered
        || denied
        || bound
        || fetched
        || kind_of
        || priced
        || on_chart
        || of_birth
}

/// "120斤的妈妈"
fn person_follows(m: &Message<'_>, q: &Quantity) -> bool {
    let of = (q.to..m.tokens.len()).find(|n| m.tokens[*n].is(Tag::Of));
    of.is_some_and(|n| m.after(n + 1).is_some_and(|t| matches!(t.kind, Kind::Person(_))))
}

/// "S码80-100斤", "L码是120斤穿的吗", "S码腰围66吗": a clause that begins with a size is about that size.
fn is_chart(m: &Message<'_>, q: &Quantity, is_girth: bool, clause: &Range<usize>) -> bool {
    let begins = m.after(clause.start).is_some_and(|t| matches!(t.kind, Kind::Size(_)));
    let is = m.tokens[clause.start..q.from].iter().any(|t| t.is(Tag::Is));
    begins && (q.is_range() || is_girth || is)
}
