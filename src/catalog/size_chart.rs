//! A garment's own measures as a store imports them.

use super::imports::{Column, Fields, Row};
use crate::db;

/// A row of the import `size_charts`.
#[derive(Debug, Clone, PartialEq)]
pub struct SizeChart {
    pub size: db::size_chart::SizeChart,
    /// Product and size.
    key: String,
}

/// Around the whole garment. Less than the smallest was measured flat, which is half.
const BUST: (f64, f64) = (60.0, 250.0);
const WAIST: (f64, f64) = (46.0, 240.0);
const HIP: (f64, f64) = (62.0, 250.0);
/// Along it.
const SHOULDER: (f64, f64) = (20.0, 90.0);
const LENGTH: (f64, f64) = (15.0, 200.0);
const SLEEVE: (f64, f64) = (5.0, 120.0);
const INSEAM: (f64, f64) = (5.0, 120.0);

impl Row for SizeChart {
    const COLUMNS: &'static [Column] = &[
        Column::required("sku"),
        Column::required("size"),
        Column::optional("bust_cm"),
        Column::optional("waist_cm"),
        Column::optional("hip_cm"),
        Column::optional("shoulder_cm"),
        Column::optional("length_cm"),
        Column::optional("sleeve_cm"),
        Column::optional("inseam_cm"),
    ];
    const KEY: &'static str = "size";

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let sku = fields.text("sku", 64);
        let size = fields.text("size", 32);
        let flat = "a girth laid flat (平铺) is half of it: write the whole girth";
        let [bust_cm, waist_cm, hip_cm] = [("bust_cm", BUST), ("waist_cm", WAIST), ("hip_cm", HIP)]
            .map(|(name, range)| fields.optional_number(name, range, flat));
        let [shoulder_cm, length_cm, sleeve_cm, inseam_cm] =
            [("shoulder_cm", SHOULDER), ("length_cm", LENGTH), ("sleeve_cm", SLEEVE), ("inseam_cm", INSEAM)]
                .map(|(name, range)| fields.optional_number(name, range, "in cm"));
        let size = db::size_chart::SizeChart {
            sku: sku?,
            size: size?,
            bust_cm: bust_cm?,
            waist_cm: waist_cm?,
            hip_cm: hip_cm?,
            shoulder_cm: shoulder_cm?,
            length_cm: length_cm?,
            sleeve_cm: sleeve_cm?,
            inseam_cm: inseam_cm?,
        };
        let measures = [size.bust_cm, size.waist_cm, size.hip_cm, size.shoulder_cm, size.length_cm];
        if measures.iter().chain(&[size.sleeve_cm, size.inseam_cm]).all(Option::is_none) {
            return fields.refuse("size", "has no measure at all");
        }
        let key = format!("{}\u{1f}{}", size.sku, size.size);
        Some(Self { size, key })
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::imports;

    #[track_caller]
    fn check(row: &str, expected: &[&str]) {
        let text = format!("sku,size,bust_cm,waist_cm,hip_cm,length_cm\n{row}\n");
        let reading = imports::read::<SizeChart>("c.csv", text.as_bytes());
        let found: Vec<String> = reading.errors.iter().map(|e| format!("{} {}: {}", e.line, e.field, e.why)).collect();
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(expected), "{found}");
        }
    }

    #[test]
    fn whole_girths_pass_and_flat_ones_are_refused() {
        check("a,S,88,70.5,92,100", &[]);
        check(
            "a,S,44,35,46,100",
            &["2 bust_cm: 44 is not within 60 to 250: a girth laid flat", "2 waist_cm: ", "2 hip_cm: "],
        );
        check("a,S,,,,", &["2 size: has no measure"]);
        check("a,S,88cm,,,", &["2 bust_cm: 88cm is not a number"]);
        check("a,S,88,,,\na,M,92,,,\na,S,90,,,", &["4 size: stands in line 2 already"]);
    }
}
