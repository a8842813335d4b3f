//! What stands in a product's own records: its attributes, and the lengths of its size chart.

use serde_json::Value;

use super::details::Details;
use super::intents::{attributes_asked, measure_asked};
use super::talk::{Talk, Words};
use crate::error::Result;
use crate::experts::fit::ChartSize;

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
