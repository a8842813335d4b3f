//! The sizes beside each other, for the card below an answer.

use super::body::{Measures, Sex, Zone};
use super::garment::{Record, Source};
use super::recommend::{Recommendation, overall};
use super::speech::Speech;
use crate::protocol::card::{SizeColumn, SizeTable, SizeZone};

/// How many sizes stand beside each other: the advised one and its neighbours.
const COLUMNS: usize = 3;

impl Speech<'_> {
    /// `found.sizes` is filled; `chosen` is the place of the advised size in it. The ids that it rests on are the answer's.
    pub fn side_by_side(
        &self,
        found: &Recommendation,
        (body, sex): (&Measures, Sex),
        near: &[&Record],
        chosen: usize,
    ) -> SizeTable {
        let garment = &self.fitted.garment;
        let first = chosen.saturating_sub(COLUMNS / 2).min(found.sizes.len().saturating_sub(COLUMNS));
        let columns = found.sizes.iter().enumerate().skip(first).take(COLUMNS).map(|(at, size)| {
            let zones = size.ease_cm.iter().map(|(zone, ease_cm)| SizeZone {
                zone: self.lines.zone(*zone),
                ease_cm: *ease_cm,
                look: self.look_at(*zone, *ease_cm, self.offset_for(near)).map(|look| self.lines.look(look)),
            });
            SizeColumn {
                size: size.size.clone(),
                advised: at == chosen,
                look: self.lines.overall(overall(size)),
                p_small: size.p_small,
                p_fit: size.p_fit,
                p_large: size.p_large,
                zones: zones.collect(),
                records: near.iter().filter(|record| garment.size(&record.size) == Some(at)).count(),
            }
        });
        let shown = self.shown(near, chosen);
        SizeTable {
            sku: garment.sku.clone(),
            name: garment.name.clone(),
            body: self.lines.body(body).trim().to_owned(),
            sizes: columns.collect(),
            records: near.len(),
            records_of_buyers: near.iter().filter(|record| record.source != Source::TryOn).count(),
            shown: shown.iter().map(|record| self.lines.record(record, "").trim().to_owned()).collect(),
            evidence: Vec::new(),
            note: self.guessed(found, body, sex),
        }
    }

    /// That some girths are no more than estimates.
    fn guessed(&self, found: &Recommendation, body: &Measures, sex: Sex) -> Option<String> {
        let shown = |zone: &Zone| found.sizes.iter().any(|size| size.ease_cm.contains_key(zone));
        let is_guess = |zone: &Zone| body.value(*zone, sex).is_some_and(|value| !value.is_measured);
        let zones: Vec<String> =
            Zone::ALL.iter().filter(|zone| shown(zone) && is_guess(zone)).map(|zone| self.lines.zone(*zone)).collect();
        let zones = zones.join(&self.lines.line("measure_between", &[]));
        (!zones.is_empty()).then(|| self.lines.line("guessed", &[("zones", &zones)]))
    }
}
