//! Gives bare quantities their slot by what stands around them, and makes facts of all.

use super::clauses::Item;
use super::judge::{self, Body, Judged};
use super::limits::{LIMITS, within};
use super::quantity::Quantity;
use super::token::Kind;
use super::words::{Tag, Unit};
use super::{Fact, Message, Reading, Sureness, Value};
use crate::profiles::slot::Slot;
use crate::profiles::whom::Whom;

/// Characters that say nothing beside a figure.
const PARTICLES: &str =
    "亲哦啊呀呢吧了哈嗯喔啦嘛好您有穿什么选几号大小就还当然看帮我他她推荐个下合适能可以请问买多得呗";

pub(super) fn facts(m: &Message<'_>, mut items: Vec<Item>) -> Vec<Fact> {
    if items.is_empty() {
        return unit_alone(m).into_iter().collect();
    }
    let mut people: Vec<Whom> = Vec::new();
    for item in &items {
        if !people.contains(&item.whom) {
            people.push(item.whom.clone());
        }
    }
    let mut facts = Vec::new();
    for whom in people {
        let of = |item: &Item| item.whom == whom;
        settle_units(m, items.iter_mut().filter(|i| of(i)));
        settle_bare(m, &whom, &mut items);
        let mut own: Vec<&Item> = items.iter().filter(|i| of(i) && i.slot.is_some()).collect();
        // Heights first, because weights are judged by them.
        own.sort_by_key(|i| (i.slot != Some(Slot::HeightCm), i.quantity.from));
        let mut height = m.context.heights.iter().rev().find(|(w, _)| *w == whom).map(|(_, cm)| *cm);
        for item in own {
            let Some(fact) = fact(m, item, height) else { continue };
            if fact.slot == Slot::HeightCm && !fact.sureness.asks() {
                height = fact.canonical.number().or(height);
            }
            keep(&mut facts, fact, item.is_corrected);
        }
    }
    facts
}

/// A slot once: the first, unless the later one corrects it.
fn keep(facts: &mut Vec<Fact>, fact: Fact, is_corrected: bool) {
    match facts.iter_mut().find(|f| f.whom == fact.whom && f.slot == fact.slot) {
        Some(earlier) if is_corrected => *earlier = fact,
        Some(_) => {}
        None => facts.push(fact),
    }
}

/// What has a unit and no label.
fn settle_units<'i>(m: &Message<'_>, items: impl Iterator<Item = &'i mut Item>) {
    for item in items.filter(|i| i.slot.is_none()) {
        let candidates: &[Slot] = match item.quantity.unit {
            Some(Unit::Kg | Unit::Jin | Unit::TaiwanJin | Unit::Lb | Unit::Stone) => &[Slot::WeightKg],
            Some(Unit::Cm | Unit::M | Unit::Feet) => &[Slot::HeightCm],
            Some(Unit::Chi) => &[Slot::WaistCm, Slot::HeightCm],
            _ => &[],
        };
        let asked = m.context.asked.as_ref().filter(|(whom, slot)| *whom == item.whom && slot.kind().is_number());
        let asked = asked.map(|(_, slot)| *slot).filter(|slot| is_plausible(m, *slot, &item.quantity));
        let asked = asked.filter(|slot| (*slot == Slot::WeightKg) == candidates.contains(&Slot::WeightKg));
        let said_with_unit = |slot: &Slot| *slot == Slot::WeightKg && item.quantity.low >= 15.0;
        item.slot =
            asked.or_else(|| candidates.iter().copied().find(|slot| plausible(m, *slot, item) || said_with_unit(slot)));
    }
}

fn plausible(m: &Message<'_>, slot: Slot, item: &Item) -> bool {
    judged(m, slot, &item.quantity, item.whom.is_child(), None).is_some_and(|j| j.sureness != Sureness::Implausible)
}

/// Whether a figure could be this of a grown-up.
pub(super) fn is_plausible(m: &Message<'_>, slot: Slot, q: &Quantity) -> bool {
    judged(m, slot, q, false, None).is_some_and(|j| j.sureness != Sureness::Implausible)
}

fn judged(m: &Message<'_>, slot: Slot, q: &Quantity, is_child: bool, height_cm: Option<f64>) -> Option<Judged> {
    judge::judge(slot, q, Body { is_child, height_cm, habit: m.habit })
}

/// What has neither.
fn settle_bare(m: &Message<'_>, whom: &Whom, items: &mut [Item]) {
    let places: Vec<usize> = (0..items.len()).filter(|n| items[*n].whom == *whom).collect();
    let bare: Vec<usize> =
        places.iter().copied().filter(|n| items[*n].slot.is_none() && items[*n].quantity.unit.is_none()).collect();
    if let ([one], Some((asked, slot))) = (bare.as_slice(), &m.context.asked)
        && asked == whom
        && slot.kind().is_number()
        && !places.iter().any(|n| items[*n].slot == Some(*slot))
    {
        // Height and weight are asked for together, and a figure that can be a height is one while none is known.
        let knows_height = m.context.heights.iter().any(|(known, _)| known == whom);
        let is_height = *slot == Slot::WeightKg && !knows_height && m.context.said.is_none();
        let is_height = is_height && is_bare_height(&items[*one].quantity, whom);
        items[*one].slot = Some(if is_height { Slot::HeightCm } else { *slot });
        return;
    }
    let has = |items: &[Item], slot: Slot| places.iter().any(|n| items[*n].slot == Some(slot));
    let only_figures = has_only_figures(m);
    let is_girths = |items: &[Item], row: &[usize]| {
        [Slot::BustCm, Slot::WaistCm, Slot::HipCm]
            .iter()
            .zip(row)
            .all(|(s, n)| is_plausible(m, *s, &items[*n].quantity))
            && items[row[0]].quantity.low > items[row[1]].quantity.low
            && items[row[1]].quantity.low < items[row[2]].quantity.low
            && row[2] - row[0] == 2
    };
    let mut rest = bare.as_slice();
    while let Some(n) = rest.first().copied() {
        let trusts = |items: &[Item], partner: bool| {
            partner
                || items[n].is_named
                || items[n].is_corrected && only_figures
                || items[n].is_corrected && bare.len() == 1
        };
        let body_known = has(items, Slot::HeightCm) || has(items, Slot::WeightKg);
        if let Some(row) = rest.get(..3)
            && is_girths(items, row)
            && (has(items, Slot::HeightCm) || !is_bare_height(&items[n].quantity, whom))
            && (only_figures || body_known)
        {
            for (slot, n) in [Slot::BustCm, Slot::WaistCm, Slot::HipCm].into_iter().zip(row) {
                items[*n].slot = Some(slot);
            }
            rest = &rest[3..];
            continue;
        }
        let q = items[n].quantity.clone();
        let is_height = is_bare_height(&q, whom) && (!has(items, Slot::HeightCm) || items[n].is_corrected);
        if is_height {
            let partner = has(items, Slot::WeightKg) || rest[1..].iter().any(|n| is_bare_weight(&items[*n].quantity));
            if trusts(items, partner || only_figures) {
                items[n].slot = Some(Slot::HeightCm);
            }
        } else if is_bare_weight(&q) && !has(items, Slot::WeightKg) {
            let partner = has(items, Slot::HeightCm);
            if trusts(items, partner) {
                items[n].slot = Some(Slot::WeightKg);
            }
        }
        rest = &rest[1..];
    }
}

fn is_bare_height(q: &Quantity, whom: &Whom) -> bool {
    let limits = &*LIMITS;
    let whole = if whom.is_child() { [50.0, 190.0] } else { limits.height.bare_cm };
    if q.has_point && q.low < 3.0 { within(q.low, limits.height.metres) } else { within(q.middle(), whole) }
}

fn is_bare_weight(q: &Quantity) -> bool {
    // From light in kilograms to heavy in 斤 or pounds; what it is, the judge says.
    within(q.middle(), [15.0, 400.0])
}

/// The message is figures and little else.
fn has_only_figures(m: &Message<'_>) -> bool {
    m.tokens.iter().all(|t| match &t.kind {
        Kind::Letters => false,
        Kind::Other => (t.from..t.to).all(|i| m.text.at(i).is_some_and(|c| PARTICLES.contains(c))),
        Kind::Tag(tag) => !matches!(tag, Tag::Counter | Tag::Order | Tag::Price | Tag::Nothing | Tag::Ordinal),
        _ => true,
    })
}

fn fact(m: &Message<'_>, item: &Item, height: Option<f64>) -> Option<Fact> {
    let slot = item.slot?;
    let q = &item.quantity;
    let judged = judged(m, slot, q, item.whom.is_child(), height)?;
    let sureness = match judged.sureness {
        Sureness::Said | Sureness::Inferred if item.is_about => Sureness::About,
        sureness => sureness,
    };
    Some(Fact {
        whom: item.whom.clone(),
        slot,
        value: Value::Number(q.middle()),
        unit: q.unit.or((!sureness.asks()).then_some(judged.unit)),
        canonical: Value::Number(judged.canonical),
        sureness,
        readings: judged.readings,
        span: m.span(q.from, q.to),
    })
}

/// "斤", after "是 105 斤还是 105 公斤？".
fn unit_alone(m: &Message<'_>) -> Option<Fact> {
    let (whom, slot) = m.context.asked.as_ref()?;
    let said = m.context.said?;
    let mut units = m.tokens.iter().enumerate().filter_map(|(n, t)| Some((n, t.unit()?)));
    let (at, unit) = units.next()?;
    // Two units are the question repeated, and a long sentence is about something else.
    if units.next().is_some() || m.tokens.len() > 8 || m.has(Tag::IsNot) {
        return None;
    }
    let canonical = judge::canonical(said, unit)?;
    Some(Fact {
        whom: whom.clone(),
        slot: *slot,
        value: Value::Number(said),
        unit: Some(unit),
        canonical: Value::Number(canonical),
        sureness: Sureness::Said,
        readings: Vec::<Reading>::new(),
        span: m.span(at, at + 1),
    })
}
