//! A garment with its sizes and the people who tried it, as a store's records give them.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::body::{Measures, Sex, Zone};
use super::shape::Shape;
use super::verdict::Verdict;

/// One size of the chart, in cm around or along the garment. `None` where the merchant gives none.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChartSize {
    pub size: String,
    pub bust_cm: Option<f64>,
    pub waist_cm: Option<f64>,
    pub hip_cm: Option<f64>,
    pub shoulder_cm: Option<f64>,
    pub length_cm: Option<f64>,
    pub sleeve_cm: Option<f64>,
    pub inseam_cm: Option<f64>,
}

impl ChartSize {
    pub fn at(&self, zone: Zone) -> Option<f64> {
        match zone {
            Zone::Bust => self.bust_cm,
            Zone::Waist => self.waist_cm,
            Zone::Hip => self.hip_cm,
            Zone::Shoulder => self.shoulder_cm,
            Zone::Inseam => self.inseam_cm,
        }
    }
}

/// Who says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The merchant's fit models.
    #[default]
    TryOn,
    /// A buyer, of a size that the buyer chose.
    Buyer,
    /// A size that came back.
    SizeReturn,
}

impl Source {
    pub const ALL: [Self; 3] = [Self::TryOn, Self::Buyer, Self::SizeReturn];

    pub fn word(self) -> &'static str {
        match self {
            Self::TryOn => "try_on",
            Self::Buyer => "buyer",
            Self::SizeReturn => "size_return",
        }
    }

    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.word() == word)
    }
}

/// One person wore one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Names the person; one person may have tried several sizes.
    pub model_id: String,
    pub size: String,
    pub body: Measures,
    pub shape: Option<Shape>,
    pub verdict: Verdict,
    /// The merchant's words for how it looked.
    pub effect: Option<String>,
    pub source: Source,
}

/// How a garment that fits sat, where the merchant's words say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sat {
    Snug,
    Roomy,
}

impl Record {
    /// Read from the words; `None` where they say neither, or both.
    pub fn sat(&self) -> Option<Sat> {
        let words = self.effect.as_deref()?.to_lowercase();
        let has = |list: &[&str]| list.iter().any(|word| words.contains(word));
        let not_so = has(&["不松", "不鬆", "不宽松", "不寬鬆", "不紧", "不緊", "not loose", "not tight"]);
        let roomy = has(&["宽松", "寬鬆", "偏松", "偏鬆", "略松", "稍松", "偏大", "loose", "roomy", "relaxed"]);
        let snug = has(&["偏紧", "偏緊", "略紧", "略緊", "贴身", "貼身", "紧身", "緊身", "偏小", "snug", "tight"]);
        match (roomy, snug) {
            _ if not_so => None,
            (true, false) => Some(Sat::Roomy),
            (false, true) => Some(Sat::Snug),
            _ => None,
        }
    }

    /// The record's id where an answer rests on it.
    pub fn evidence(&self) -> String {
        format!("fit:{}", self.model_id)
    }
}

/// What experts read of a product, with its chart and its records.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Garment {
    pub sku: String,
    pub name: String,
    /// Words of the product's attributes; empty where it has none.
    pub kind: String,
    pub stretch: String,
    pub fit: String,
    pub sex: Sex,
    /// The merchant's words for a body shape, by its letter.
    pub shapes: HashMap<Shape, String>,
    /// From the smallest on.
    pub sizes: Vec<ChartSize>,
    pub records: Vec<Record>,
}

impl Garment {
    /// Sizes that only records name are added without measures.
    pub fn new(sku: &str, name: &str, about: &Map<String, Value>, chart: Vec<ChartSize>, records: Vec<Record>) -> Self {
        let word = |key: &str| match about.get(key) {
            Some(Value::String(text)) => text.trim().to_lowercase(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        let sex = match word("sex").as_str() {
            "male" | "men" | "男" => Sex::Male,
            _ => Sex::Female,
        };
        let of_shape = |(name, text): (&String, &Value)| Some((Shape::of_word(name)?, text.as_str()?.to_owned()));
        let shapes =
            about.get("shapes").and_then(Value::as_object).into_iter().flatten().filter_map(of_shape).collect();
        let mut sizes = chart;
        for record in &records {
            if !sizes.iter().any(|size| size.size == record.size) {
                sizes.push(ChartSize { size: record.size.clone(), ..ChartSize::default() });
            }
        }
        let listed = about.get("sizes").and_then(Value::as_array);
        let listed: Vec<&str> = listed.into_iter().flatten().filter_map(Value::as_str).collect();
        sizes.sort_by(|a, b| {
            let key = |size: &ChartSize| order(size, &listed);
            let (a, b) = (key(a), key(b));
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
        });
        Self {
            sku: sku.into(),
            name: name.into(),
            kind: word("garment"),
            stretch: word("stretch"),
            fit: word("fit"),
            sex,
            shapes,
            sizes,
            records,
        }
    }

    /// Whether any size is measured.
    pub fn has_chart(&self) -> bool {
        self.sizes.iter().any(|size| Zone::ALL.iter().any(|zone| size.at(*zone).is_some()))
    }

    pub fn size(&self, name: &str) -> Option<usize> {
        self.sizes.iter().position(|size| size.size.eq_ignore_ascii_case(name.trim()))
    }
}

/// Where a size stands: by the garment's measures, else by the product's own list, else by its name.
fn order(size: &ChartSize, listed: &[&str]) -> (u8, f64) {
    let girths = [Zone::Bust, Zone::Hip, Zone::Waist].map(|zone| size.at(zone));
    let known: Vec<f64> = girths.into_iter().flatten().collect();
    if !known.is_empty() {
        return (0, known.iter().sum::<f64>() / known.len() as f64);
    }
    match listed.iter().position(|name| *name == size.size) {
        Some(place) => (1, place as f64),
        None => (2, rank(&size.size)),
    }
}

/// XS, S, M …, 2XL as steps; numbers as they are.
fn rank(name: &str) -> f64 {
    let name = name.trim().to_uppercase();
    let digits: String = name.chars().take_while(char::is_ascii_digit).collect();
    let rest = &name[digits.len()..];
    let times = digits.parse::<f64>().ok();
    let exes = rest.chars().take_while(|c| *c == 'X').count() as f64;
    let exes = times.filter(|_| exes > 0.0).unwrap_or(exes);
    match rest.trim_start_matches('X') {
        "S" => -1.0 - exes,
        "M" => 0.0,
        "L" => 1.0 + exes,
        _ => times.unwrap_or(0.0),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names(garment: &Garment) -> Vec<&str> {
        garment.sizes.iter().map(|size| size.size.as_str()).collect()
    }

    fn record(size: &str, effect: &str) -> Record {
        Record {
            model_id: "m".into(),
            size: size.into(),
            body: Measures::default(),
            shape: None,
            verdict: Verdict::Fit,
            effect: Some(effect.into()),
            source: Source::TryOn,
        }
    }

    #[test]
    fn sizes_stand_in_their_order() {
        let records = ["XL", "S", "XXS", "3XL", "M", "XXL"].map(|size| record(size, "")).to_vec();
        let garment = Garment::new("a", "", &Map::new(), Vec::new(), records);
        assert_eq!(names(&garment), ["XXS", "S", "M", "XL", "XXL", "3XL"]);
        let chart = [("均码", 96.0), ("小", 88.0)];
        let chart =
            chart.map(|(size, bust)| ChartSize { size: size.into(), bust_cm: Some(bust), ..ChartSize::default() });
        let garment = Garment::new("a", "", &Map::new(), chart.to_vec(), Vec::new());
        assert_eq!(names(&garment), ["小", "均码"]);
        let about = json!({"sizes": ["小", "中", "大"], "shapes": {"梨形": "高腰线"}, "stretch": 5});
        let records = ["大", "小"].map(|size| record(size, "")).to_vec();
        let garment = Garment::new("a", "", about.as_object().unwrap(), Vec::new(), records);
        assert_eq!(names(&garment), ["小", "大"]);
        assert_eq!((garment.shapes[&Shape::A].as_str(), garment.stretch.as_str()), ("高腰线", "5"));
    }

    #[test]
    fn words_say_how_it_sat() {
        for (words, expected) in [
            ("整体偏宽松", Some(Sat::Roomy)),
            ("腰部略緊", Some(Sat::Snug)),
            ("不宽松，刚好", None),
            ("肩宽松，腰偏紧", None),
            ("合身", None),
        ] {
            assert_eq!(record("S", words).sat(), expected, "{words}");
        }
    }
}
