//! Experts on goods: what the store knows, sizes, ingredients.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Done, Toolbox, read};
use crate::conversation::Lines;
use crate::db::size_advice::SizeAdvice;
use crate::error::Result;
use crate::experts::fit::{self, Measures, Recommendation, Sex};
use crate::experts::ingredients::{self, Label};
use crate::experts::{Answer, Status};
use crate::profiles::{Slot, Whom};
use crate::protocol::card::{Card, SizeTable};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Search {
    query: String,
}

#[derive(Serialize)]
struct Found {
    hits: Vec<Hit>,
}

#[derive(Serialize)]
struct Hit {
    id: String,
    question: String,
    text: String,
    score: f64,
}

/// The arguments of `recommend_size`, contract §7.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Size {
    sku: Option<String>,
    whom: Option<String>,
    sex: Option<Sex>,
    height_cm: Option<f64>,
    weight_kg: Option<f64>,
    bust_cm: Option<f64>,
    waist_cm: Option<f64>,
    hip_cm: Option<f64>,
    shoulder_cm: Option<f64>,
    leg_cm: Option<f64>,
    shape: Option<String>,
    usual_size: Option<String>,
}

impl Toolbox<'_> {
    pub(super) fn search_knowledge(&self, given: Value) -> Result<Done> {
        let Search { query } = read(given)?;
        let passages = self.shelf.look_up(&query);
        let status = if passages.iter().any(|p| p.answers) { Status::Ok } else { Status::NoBasis };
        let say = passages.iter().find(|p| p.answers).map(|p| p.answer_in(self.locale)).unwrap_or_default();
        let evidence = passages.iter().map(|p| p.evidence()).collect();
        let hits = passages.into_iter().map(|p| Hit {
            id: p.evidence(),
            text: p.answer_in(self.locale),
            score: p.score,
            question: p.question,
        });
        Done::new(Answer { status, evidence, missing: Vec::new(), say, found: Found { hits: hits.collect() } })
    }

    pub(super) async fn recommend_size(&mut self, given: Value) -> Result<Done> {
        let given: Size = read(given)?;
        let whom = given.whom.as_deref().and_then(Whom::of).unwrap_or_else(Whom::buyer);
        let sku = given.sku.clone().or_else(|| self.context.sku.clone());
        let Some(sku) = sku else {
            let answer = Answer {
                status: Status::Ask,
                evidence: Vec::new(),
                missing: vec!["sku".to_owned()],
                say: Lines::of(self.locale).which_product.clone(),
                found: Recommendation::default(),
            };
            return Done::new(answer);
        };
        let known = |slot| self.ledger.known(&whom, slot);
        let number = |given: Option<f64>, slot| given.or_else(|| known(slot)?.canonical.number());
        let word =
            |given: &Option<String>, slot| given.clone().or_else(|| Some(known(slot)?.canonical.text()?.to_owned()));
        let sex = word(&None, Slot::Sex).map(|sex| if sex == "male" { Sex::Male } else { Sex::Female });
        let request = fit::Request {
            sex: given.sex.or(sex),
            body: Measures {
                height_cm: number(given.height_cm, Slot::HeightCm),
                weight_kg: number(given.weight_kg, Slot::WeightKg),
                bust_cm: number(given.bust_cm, Slot::BustCm),
                waist_cm: number(given.waist_cm, Slot::WaistCm),
                hip_cm: number(given.hip_cm, Slot::HipCm),
                shoulder_cm: number(given.shoulder_cm, Slot::ShoulderCm),
                leg_cm: number(given.leg_cm, Slot::LegCm),
            },
            shape: word(&given.shape, Slot::Shape),
            usual_size: word(&given.usual_size, Slot::UsualSize),
        };
        let wardrobe = self.records.wardrobe().await?;
        let unknown;
        let fitted = match wardrobe.garment(&sku) {
            Some(fitted) => fitted,
            None => {
                unknown = fit::Fitted::unknown(&sku, self.shelf.name(&sku).unwrap_or(&sku));
                &unknown
            }
        };
        let mut answer = fit::recommend_size(&request, fitted, &self.policy.fit, self.locale);
        let table = answer.found.table.take();
        if let (Status::Ok, Some(size)) = (answer.status, &answer.found.size) {
            let advice = SizeAdvice {
                // The same advice in the same turn is one, however often a model asks.
                id: format!("{}:{}:{sku}", self.turn.as_str(), whom.as_str()),
                conversation: self.conversation.to_string(),
                buyer: String::new(),
                sku: sku.clone(),
                size: size.clone(),
                confidence: answer.found.confidence,
                evidence: answer.evidence.clone(),
                advised_at: self.now,
            };
            self.records.keep_advice(advice).await?;
        }
        let card = table.map(|table| Card {
            id: format!("size:{}:{}", self.turn.as_str(), whom.as_str()),
            kind: "size".into(),
            title: Some(table.name.clone()),
            size: Some(SizeTable { evidence: answer.evidence.clone(), ..table }),
            ..Card::default()
        });
        Ok(Done { card, ..Done::new(answer)? })
    }

    pub(super) fn check_ingredients(&mut self, given: Value) -> Result<Done> {
        let given: ingredients::Arguments = read(given)?;
        let skus =
            given.skus.filter(|skus| !skus.is_empty()).unwrap_or_else(|| self.context.sku.iter().cloned().collect());
        let (mut labels, mut unknown) = (Vec::new(), Vec::new());
        for sku in skus {
            match self.shelf.label(&sku) {
                Some(label) => labels.push(label),
                None => unknown.push(sku),
            }
        }
        let me = Whom::buyer();
        // A slot's word is written with marks where a label has blanks.
        let said =
            |slot| self.ledger.all(&me, slot).into_iter().filter_map(|e| Some(e.canonical.text()?.replace('_', " ")));
        let mut in_use = given.in_use.unwrap_or_default();
        in_use.extend(said(Slot::InUse));
        let mut conditions = given.conditions.unwrap_or_default();
        conditions.extend(said(Slot::Condition));
        for list in [&mut in_use, &mut conditions] {
            list.sort();
            list.dedup();
        }
        Done::new(ingredients::check(&labels, &unknown, &in_use, &conditions, self.locale))
    }
}

impl super::super::library::Shelf {
    /// What stands on a product's label.
    pub(super) fn label(&self, sku: &str) -> Option<Label> {
        let product = self.sold(sku)?;
        Some(Label {
            sku: product.sku.clone(),
            name: product.name.clone(),
            ingredients: product.ingredients.clone(),
            notice: product.attributes.get("notice").and_then(Value::as_str).map(str::to_owned),
        })
    }
}
