//! Try-ons as a table: who wore what in which size, and what they said of it.

use std::collections::HashMap;
use std::fmt;
use std::io::Read;

use jiff::civil::Date;

/// One buyer wore one garment in one size. `None` is unknown.
#[derive(Debug, Clone, PartialEq)]
pub struct TryOn {
    pub id: String,
    /// Empty for a buyer of whom nothing but the measures is known.
    pub user: String,
    pub garment: String,
    pub category: String,
    pub occasion: String,
    /// The size's number on one axis for all garments, with long and petite sizes apart.
    pub size_code: f32,
    /// The same with long and petite folded into the regular size.
    pub size_base: f32,
    pub length: Length,
    pub height_cm: Option<f32>,
    pub weight_kg: Option<f32>,
    pub age: Option<f32>,
    /// US bra band, in inches.
    pub band_in: Option<f32>,
    /// The cup's place in [`CUPS`].
    pub cup: Option<f32>,
    pub bust_cm: Option<f32>,
    pub body_type: String,
    /// When it was worn or spoken of, in days from 2015 on: what is called large, and what is sold, changes with the years.
    pub day: Option<f32>,
    /// `None` where it is to be foretold.
    pub verdict: Option<Verdict>,
}

/// What was said of a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Small,
    Fit,
    Large,
}

/// For whom a size is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    Petite,
    Regular,
    Long,
}

/// US cups in their order; they stand for steps of an inch, the larger ones for a little more.
pub const CUPS: [(&str, f32); 11] = [
    ("aa", 0.0),
    ("a", 1.0),
    ("b", 2.0),
    ("c", 3.0),
    ("d", 4.0),
    ("dd", 5.0),
    ("f", 6.5),
    ("g", 7.0),
    ("h", 8.0),
    ("i", 9.0),
    ("j", 10.0),
];

/// What is wrong with a table, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// From 1, the heading.
    pub line: u64,
    /// The column; empty where the whole line is meant.
    pub field: String,
    pub why: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.as_str() {
            "" => write!(f, "{} {}", self.line, self.why),
            field => write!(f, "{} {field}: {}", self.line, self.why),
        }
    }
}

impl Verdict {
    pub const ALL: [Self; 3] = [Self::Small, Self::Fit, Self::Large];

    pub fn word(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Fit => "fit",
            Self::Large => "large",
        }
    }

    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word)
    }
}

/// Reads a CSV with a heading. `learning`: every row must have its verdict; otherwise the column may be missing.
///
/// Errors: every mistake, at most a hundred, by line and field; also an id that stands there twice.
pub fn read(from: impl Read, learning: bool) -> Result<Vec<TryOn>, Vec<Wrong>> {
    let mut csv = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(from);
    let heading = csv.headers().map_err(|error| vec![unreadable(&error, 1)])?.clone();
    let mut places: HashMap<&str, usize> =
        heading.iter().enumerate().map(|(at, name)| (name.trim_start_matches('\u{feff}'), at)).collect();
    if !learning {
        places.entry("fit").or_insert(usize::MAX);
    }
    let needed = ["row_id", "garment", "size_code", "size_base", "fit"];
    let missing = needed.into_iter().filter(|name| !places.contains_key(name));
    let mut wrong: Vec<Wrong> = missing.map(|name| at(1, name, format!("there is no column {name}"))).collect();
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let mut rows = Vec::new();
    let mut ids = HashMap::new();
    let mut record = csv::StringRecord::new();
    loop {
        match csv.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let line = record.position().map_or(0, csv::Position::line);
                let mut fields =
                    Fields { places: &places, record: &record, line, width: heading.len(), wrong: &mut wrong };
                let row = fields.row(learning);
                if let Some(first) = ids.insert(row.id.clone(), line) {
                    wrong.push(at(line, "row_id", format!("{} stands in line {first} already", row.id)));
                }
                rows.push(row);
            }
            Err(error) => {
                wrong.push(unreadable(&error, rows.len() as u64 + 2));
                break;
            }
        }
        if wrong.len() >= 100 {
            break;
        }
    }
    if wrong.is_empty() { Ok(rows) } else { Err(wrong) }
}

fn at(line: u64, field: &str, why: String) -> Wrong {
    Wrong { line, field: field.into(), why }
}

fn unreadable(error: &csv::Error, line: u64) -> Wrong {
    let line = error.position().map_or(line, csv::Position::line).max(1);
    let why = match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "is not UTF-8".to_owned(),
        csv::ErrorKind::Io(error) => format!("cannot be read: {error}"),
        _ => error.to_string(),
    };
    at(line, "", why)
}

/// One line of the table, while it is read.
struct Fields<'a> {
    places: &'a HashMap<&'a str, usize>,
    record: &'a csv::StringRecord,
    line: u64,
    width: usize,
    wrong: &'a mut Vec<Wrong>,
}

impl Fields<'_> {
    fn row(&mut self, learning: bool) -> TryOn {
        if self.record.len() != self.width {
            self.refuse("", format!("has {} fields, and the heading has {}", self.record.len(), self.width));
        }
        TryOn {
            id: self.needed("row_id"),
            user: self.text("user"),
            garment: self.needed("garment"),
            category: self.text("category"),
            occasion: self.text("rented_for"),
            size_code: self.number("size_code", true, 0.0, 100.0).unwrap_or(0.0),
            size_base: self.number("size_base", true, 0.0, 100.0).unwrap_or(0.0),
            length: match self.text("size_length").as_str() {
                "P" => Length::Petite,
                "L" => Length::Long,
                "R" | "" => Length::Regular,
                other => self.refuse_as("size_length", format!("{other} is none of P, R, L"), Length::Regular),
            },
            height_cm: self.number("height_cm", false, 50.0, 250.0),
            weight_kg: self.number("weight_kg", false, 15.0, 400.0),
            age: self.number("age", false, 0.0, 130.0),
            band_in: self.number("bust_band_in", false, 20.0, 60.0),
            cup: self.cup(),
            bust_cm: self.number("bust_cm_est", false, 40.0, 220.0),
            body_type: self.text("body_type"),
            day: self.day(),
            verdict: self.verdict(learning),
        }
    }

    fn verdict(&mut self, learning: bool) -> Option<Verdict> {
        let word = self.text("fit");
        let verdict = Verdict::of(&word);
        match verdict {
            None if !word.is_empty() => self.refuse("fit", format!("{word} is none of small, fit, large")),
            None if learning => self.refuse("fit", "is empty".into()),
            _ => {}
        }
        verdict
    }

    fn day(&mut self) -> Option<f32> {
        let text = self.text("reviewed");
        if text.is_empty() {
            return None;
        }
        match text.parse::<Date>() {
            Ok(date) => Some((date - jiff::civil::date(2015, 1, 1)).get_days() as f32),
            Err(_) => self.refuse_as("reviewed", format!("{text} is not a date (YYYY-MM-DD)"), None),
        }
    }

    fn cup(&mut self) -> Option<f32> {
        let cup = self.text("cup");
        let known = CUPS.iter().find(|(name, _)| *name == cup).map(|(_, steps)| *steps);
        if known.is_none() && !cup.is_empty() {
            self.refuse("cup", format!("{cup} is no cup that is known here"));
        }
        known
    }

    fn text(&self, name: &str) -> String {
        self.places.get(name).and_then(|place| self.record.get(*place)).unwrap_or("").to_owned()
    }

    fn needed(&mut self, name: &str) -> String {
        let text = self.text(name);
        if text.is_empty() {
            self.refuse(name, "is empty".into());
        }
        text
    }

    fn number(&mut self, name: &str, is_needed: bool, min: f32, max: f32) -> Option<f32> {
        let text = self.text(name);
        if text.is_empty() && !is_needed {
            return None;
        }
        match text.parse::<f32>() {
            Ok(number) if (min..=max).contains(&number) => return Some(number),
            Ok(_) => self.refuse(name, format!("{text} is not within {min} to {max}")),
            Err(_) if text.is_empty() => self.refuse(name, "is empty".into()),
            Err(_) => self.refuse(name, format!("{text} is not a number")),
        }
        None
    }

    fn refuse(&mut self, name: &str, why: String) {
        self.wrong.push(at(self.line, name, why));
    }

    fn refuse_as<T>(&mut self, name: &str, why: String, value: T) -> T {
        self.refuse(name, why);
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADING: &str = "row_id,user,garment,size_code,size_base,size_length,height_cm,cup,fit\n";

    fn wrong(rows: &str, learning: bool) -> Vec<String> {
        let read = read(format!("{HEADING}{rows}").as_bytes(), learning);
        read.map_or_else(|wrong| wrong.iter().map(ToString::to_string).collect(), |_| Vec::new())
    }

    #[test]
    fn a_table_is_read() {
        let text = format!("\u{feff}{HEADING}1,,g,8,8,L,160.5,dd,large\n2,u,g,8,8,,,,\n");
        let rows = read(text.as_bytes(), false).unwrap();
        assert_eq!((rows[0].verdict, rows[0].length, rows[0].cup), (Some(Verdict::Large), Length::Long, Some(5.0)));
        assert_eq!((rows[1].verdict, rows[1].height_cm, rows[1].user.as_str()), (None, None, "u"));
    }

    #[test]
    fn mistakes_are_named_by_line_and_field() {
        assert_eq!(wrong("1,,g,8,8,R,160,b,fit\n", true), [""; 0]);
        assert_eq!(wrong("1,,g,8,8,R,160,b,\n", true), ["2 fit: is empty"]);
        assert_eq!(wrong("1,,g,8,8,R,16,b,fit\n", true), ["2 height_cm: 16 is not within 50 to 250"]);
        assert_eq!(wrong("1,,g,8,NaN,X,160,b,fit\n", true).len(), 2);
        assert_eq!(wrong("1,,g,8\n", false).len(), 2);
        assert_eq!(read("row_id\n".as_bytes(), true).unwrap_err().len(), 4);
    }
}
