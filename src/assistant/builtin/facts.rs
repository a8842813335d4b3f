//! What stands in a product's own records: its attributes, and the lengths of its size chart.

use serde_json::Value;

use super::details::Details;
use super::intents::{attributes_asked, measure_asked, size_of_baby_asked};
use super::talk::{Talk, Words};
use crate::error::Result;
use crate::experts::fit::ChartSize;
use crate::profiles::Slot;

/// What no baby in diapers weighs.
const HEAVIEST_KG: f64 = 30.0;

impl Talk<'_, '_> {
    /// What the words ask for, where it stands in the attributes of the product that is spoken of.
    pub(super) fn attribute(&self, asked: &str) -> Option<String> {
        let sold = self.toolbox.shelf.sold(&self.product()?.sku)?;
        attributes_asked(asked).find_map(|key| self.in_words(key, sold.attributes.get(key)?))
    }

    pub(super) fn says_attribute(&mut self, asked: &str) -> bool {
        let (Some(product), Some(value)) = (self.product(), self.attribute(asked)) else { return false };
        let (name, value) = (self.in_script(&product.name), self.in_script(&value));
        let line = &Words::of(self.locale()).attribute;
        self.say(&line.replace("{product}", &name).replace("{value}", &value));
        self.spoken.evidence.push(product.evidence());
        true
    }

    /// An attribute that is words, a list of them, or a figure that has its words.
    fn in_words(&self, key: &str, value: &Value) -> Option<String> {
        let figures = |text: String| Some(Words::of(self.locale()).figures.get(key)?.replace("{n}", &text));
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => figures(number.to_string()),
            Value::Array(values) if values.iter().all(Value::is_number) && !values.is_empty() => {
                figures(values.iter().map(Value::to_string).collect::<Vec<_>>().join("×"))
            }
            Value::Array(values) => {
                values.iter().map(Value::as_str).collect::<Option<Vec<_>>>().map(|all| all.join("、"))
            }
            _ => None,
        }
    }

    /// Diapers go by a baby's weight, for which the product says from and to: `baby_kg`.
    pub(super) fn says_baby_weight(&mut self) -> bool {
        let Some(product) = self.product() else { return false };
        let range = || {
            let range = self.toolbox.shelf.sold(&product.sku)?.attributes.get("baby_kg")?.as_array()?;
            Some((range.first()?.as_f64()?, range.get(1)?.as_f64()?))
        };
        let Some((from, to)) = range().filter(|_| size_of_baby_asked(self.heard.question)) else { return false };
        let weight = self
            .toolbox
            .ledger
            .entries()
            .iter()
            .rev()
            .find(|entry| entry.slot == Slot::WeightKg && entry.superseded_by.is_none() && !entry.sureness.asks());
        // The buyer's own is none of a baby's.
        let weight = weight.and_then(|entry| entry.canonical.number()).filter(|kg| *kg < HEAVIEST_KG);
        let words = Words::of(self.locale());
        let line = match weight {
            Some(kg) if (from..=to).contains(&kg) => &words.baby_in_range,
            Some(_) => &words.baby_out_of_range,
            None => &words.baby_range,
        };
        let kg = weight.unwrap_or_default().to_string();
        let name = self.in_script(&product.name);
        let line = line.replace("{product}", &name).replace("{from}", &from.to_string());
        self.say(&line.replace("{to}", &to.to_string()).replace("{kg}", &kg));
        self.spoken.evidence.push(product.evidence());
        // The other sizes stand where the store wrote them down.
        self.looks_up("纸尿裤选多大的");
        if self.passage().is_some_and(|passage| !passage.is_of_pack()) {
            self.says_passage();
        }
        true
    }

    /// A length that is asked for: of the sizes that are named, else of all.
    pub(super) async fn says_measure(&mut self) -> Result<bool> {
        let (Some(key), Some(product)) = (measure_asked(self.heard.question), self.product()) else { return Ok(false) };
        let wardrobe = self.toolbox.records.wardrobe().await?;
        let Some(fitted) = wardrobe.garment(&product.sku) else { return Ok(false) };
        let named = Details::of(self.heard.question).sizes();
        let is_meant = |size: &&ChartSize| named.is_empty() || named.contains(&size.size);
        let length = |size: &ChartSize| match key {
            "length_cm" => size.length_cm,
            "sleeve_cm" => size.sleeve_cm,
            _ => size.shoulder_cm,
        };
        let Some(words) = Words::of(self.locale()).figures.get(key) else { return Ok(false) };
        let sizes = fitted.garment.sizes.iter().filter(is_meant);
        let told = sizes
            .filter_map(|size| Some(format!("{} {}", size.size, words.replace("{n}", &length(size)?.to_string()))));
        let told: Vec<String> = told.collect();
        if told.is_empty() {
            return Ok(false);
        }
        let name = self.in_script(&product.name);
        let line = &Words::of(self.locale()).attribute;
        self.say(&line.replace("{product}", &name).replace("{value}", &told.join(&Words::of(self.locale()).between)));
        self.spoken.evidence.push(format!("chart:{}", product.sku));
        Ok(true)
    }
}
