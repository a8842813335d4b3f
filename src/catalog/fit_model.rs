//! Somebody who tried a garment, as a store imports it.

use super::imports::{Column, Fields, Row};
use crate::db;

/// A row of the import `fit_models`.
#[derive(Debug, Clone, PartialEq)]
pub struct FitModel {
    pub model: db::fit_model::FitModel,
    /// Person, product and size.
    key: String,
}

const HEIGHT: (f64, f64) = (80.0, 230.0);
const WEIGHT: (f64, f64) = (15.0, 250.0);
const GIRTH: (f64, f64) = (45.0, 200.0);
const SHOULDER: (f64, f64) = (25.0, 70.0);
const LEG: (f64, f64) = (30.0, 130.0);
/// kg for m²: beyond it height and weight are of different units.
const BMI: (f64, f64) = (11.0, 70.0);

const VERDICTS: [&str; 3] = ["small", "fit", "large"];
const SOURCES: [&str; 3] = ["try_on", "buyer", "size_return"];

impl Row for FitModel {
    const COLUMNS: &'static [Column] = &[
        Column::required("model_id"),
        Column::required("sku"),
        Column::required("size"),
        Column::required("height_cm"),
        Column::required("weight_kg"),
        Column::optional("bust_cm"),
        Column::optional("waist_cm"),
        Column::optional("hip_cm"),
        Column::optional("shoulder_cm"),
        Column::optional("leg_cm"),
        Column::optional("shape"),
        Column::required("verdict"),
        Column::optional("effect"),
        Column::optional("photo"),
        Column::optional("source"),
    ];
    const KEY: &'static str = "model_id";

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let names = [("model_id", 64), ("sku", 64), ("size", 32)].map(|(name, max)| fields.text(name, max));
        let height = fields.number("height_cm", HEIGHT, "in cm");
        let weight = fields.number("weight_kg", WEIGHT, "in kg (1 斤 is 0.5 kg)");
        let [bust_cm, waist_cm, hip_cm] =
            ["bust_cm", "waist_cm", "hip_cm"].map(|name| fields.optional_number(name, GIRTH, "of the body, in cm"));
        let shoulder_cm = fields.optional_number("shoulder_cm", SHOULDER, "of the body, in cm");
        let leg_cm = fields.optional_number("leg_cm", LEG, "of the body, in cm");
        let shape = fields.optional_text("shape", 32);
        let verdict = one_of(fields, "verdict", &VERDICTS, None);
        let effect = fields.optional_text("effect", 300);
        let photo = fields.optional_text("photo", 500);
        let source = one_of(fields, "source", &SOURCES, Some("try_on"));
        let [model_id, sku, size] = names;
        let (height_cm, weight_kg) = (height?, weight?);
        let bmi = weight_kg / (height_cm / 100.0).powi(2);
        if !(BMI.0..=BMI.1).contains(&bmi) {
            let why =
                format!("{weight_kg} kg at {height_cm} cm cannot be: is the weight in 斤, or the height in inches?");
            return fields.refuse("weight_kg", &why);
        }
        let model = db::fit_model::FitModel {
            model_id: model_id?,
            sku: sku?,
            size: size?,
            height_cm,
            weight_kg,
            bust_cm: bust_cm?,
            waist_cm: waist_cm?,
            hip_cm: hip_cm?,
            shoulder_cm: shoulder_cm?,
            leg_cm: leg_cm?,
            shape: shape?,
            verdict: verdict?,
            effect: effect?,
            photo: photo?,
            source: source?,
        };
        let key = format!("{}\u{1f}{}\u{1f}{}", model.model_id, model.sku, model.size);
        Some(Self { model, key })
    }

    fn key(&self) -> &str {
        &self.key
    }
}

fn one_of(fields: &mut Fields<'_>, name: &'static str, words: &[&str], or: Option<&str>) -> Option<String> {
    let word = match fields.optional_text(name, 32)? {
        Some(word) => word.to_lowercase(),
        None => match or {
            Some(word) => return Some(word.to_owned()),
            None => return fields.refuse(name, "is empty"),
        },
    };
    if words.contains(&word.as_str()) {
        return Some(word);
    }
    fields.refuse(name, &format!("{word} is none of {}", words.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::imports;

    #[track_caller]
    fn check(row: &str, expected: &[&str]) {
        let text = format!("model_id,sku,size,height_cm,weight_kg,verdict,effect,source\n{row}\n");
        let reading = imports::read::<FitModel>("c.csv", text.as_bytes());
        let found: Vec<String> = reading.errors.iter().map(|e| format!("{} {}: {}", e.line, e.field, e.why)).collect();
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(expected), "{found}");
        }
    }

    #[test]
    fn records_of_people_are_read() {
        check("m1,a,S,160,50,fit,偏宽松,", &[]);
        check("m1,a,S,160,50,Fit,,buyer\nm1,a,M,160,50,large,,", &[]);
        check("m1,a,S,160,50,ok,,me", &["2 verdict: ok is none of small, fit, large", "2 source: me is none of"]);
        check("m1,a,S,1.6,50,,,", &["2 height_cm: 1.6 is not within", "2 verdict: is empty"]);
        check("m1,a,S,150,230,fit,,", &["2 weight_kg: 230 kg at 150 cm cannot be"]);
        check("m1,a,S,160,50,fit,,\nm1,a,S,160,50,large,,", &["3 model_id: stands in line 2 already"]);
    }
}
