//! A way from a warehouse to a place, as a store imports it.

use super::imports::{Column, Fields, Row};
use crate::policy::{Days, TimeOfDay};

pub use crate::db::lane::Lane;

/// The days of the week as they are stored, each with how merchants write it.
const WEEK: [(&str, [&str; 5]); 7] = [
    ("mon", ["monday", "周一", "星期一", "週一", "1"]),
    ("tue", ["tuesday", "周二", "星期二", "週二", "2"]),
    ("wed", ["wednesday", "周三", "星期三", "週三", "3"]),
    ("thu", ["thursday", "周四", "星期四", "週四", "4"]),
    ("fri", ["friday", "周五", "星期五", "週五", "5"]),
    ("sat", ["saturday", "周六", "星期六", "週六", "6"]),
    ("sun", ["sunday", "周日", "星期日", "週日", "7"]),
];

impl Row for Lane {
    const COLUMNS: &'static [Column] = &[
        Column::required("warehouse"),
        Column::required("carrier"),
        Column::required("province"),
        Column::optional("city"),
        Column::required("transit_days"),
        Column::required("cutoff"),
        Column::optional("closed_days"),
        Column::required("max_parcel_g"),
        Column::required("doorstep"),
        Column::optional("price_fen"),
    ];
    /// With carrier, province and city; the mistake is shown here.
    const KEY: &'static str = "warehouse";

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let warehouse = fields.text("warehouse", 64);
        let carrier = fields.text("carrier", 64);
        let province = fields.text("province", 32);
        let city = fields.optional_text("city", 32);
        let transit_days = required(fields, "transit_days", 60);
        let cutoff_min = cutoff(fields);
        let closed_days = closed_days(fields);
        let max_parcel_g = required(fields, "max_parcel_g", 1_000_000);
        let doorstep = match fields.flag("doorstep") {
            Some(None) => fields.refuse("doorstep", "is empty"),
            other => other,
        };
        let has_price = fields.optional_text("price_fen", 16).is_some_and(|text| text.is_some());
        let price_fen = if has_price { fields.fen("price_fen").map(Some) } else { Some(None) };
        let (warehouse, carrier, province, city) = (warehouse?, carrier?, province?, city?);
        Some(Self {
            id: format!("{warehouse}/{carrier}/{province}/{}", city.as_deref().unwrap_or("*")),
            warehouse,
            carrier,
            province,
            city,
            transit_days: transit_days?,
            cutoff_min: cutoff_min?,
            closed_days: closed_days?,
            max_parcel_g: max_parcel_g?.max(1),
            doorstep: doorstep??,
            price_fen: price_fen?,
        })
    }

    fn key(&self) -> &str {
        &self.id
    }
}

fn required(fields: &mut Fields<'_>, name: &'static str, max: i64) -> Option<i64> {
    match fields.count(name)? {
        None => fields.refuse(name, "is empty"),
        Some(number) if number > max => fields.refuse(name, &format!("must be at most {max}")),
        Some(number) => Some(number),
    }
}

fn cutoff(fields: &mut Fields<'_>) -> Option<i64> {
    let text = fields.text("cutoff", 16)?;
    // Spreadsheets write 16:00 as a part of a day.
    let of_day = || text.parse::<f64>().ok().filter(|part| (0.0..1.0).contains(part)).map(|part| part * 1_440.0);
    match text.parse::<TimeOfDay>() {
        Ok(time) => Some(time.minutes()),
        Err(why) => match of_day() {
            Some(minutes) => Some(minutes.round() as i64),
            None => fields.refuse("cutoff", &why),
        },
    }
}

fn closed_days(fields: &mut Fields<'_>) -> Option<Vec<String>> {
    let mut days = Vec::new();
    for word in fields.list("closed_days", 100, 32)? {
        let lower = word.to_lowercase();
        let week_day = WEEK.iter().find(|(day, names)| *day == lower || names.contains(&lower.as_str()));
        match (week_day, word.parse::<Days>()) {
            (Some((day, _)), _) => days.push((*day).to_owned()),
            (None, Ok(span)) => days.push(span.to_string()),
            (None, Err(_)) => {
                let why = format!("{word} is no day: sun;sat, 2027-02-06 or 2027-02-06..2027-02-12");
                return fields.refuse("closed_days", &why);
            }
        }
    }
    if WEEK.iter().all(|(day, _)| days.iter().any(|closed| closed == day)) {
        return fields.refuse("closed_days", "names every day of the week");
    }
    Some(days)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::imports;

    fn read(row: &str) -> Result<Lane, Vec<String>> {
        let heading = "warehouse,carrier,province,city,transit_days,cutoff,closed_days,max_parcel_g,doorstep,price_fen";
        let mut reading = imports::read::<Lane>("l.csv", format!("{heading}\n{row}\n").as_bytes());
        match reading.rows.pop() {
            Some((_, lane)) => Ok(lane),
            None => Err(reading.errors.iter().map(|e| format!("{} {}: {}", e.line, e.field, e.why)).collect()),
        }
    }

    #[test]
    fn a_good_lane_is_read_whole() {
        let lane = read("W1,某快递,浙江,杭州,2,16:00,sun;周六;2027-02-06..2027-02-12,30000,yes,1200").unwrap();
        assert_eq!(lane.id, "W1/某快递/浙江/杭州");
        assert_eq!((lane.cutoff_min, lane.doorstep, lane.price_fen), (960, true, Some(1_200)));
        assert_eq!(lane.closed_days, ["sun", "sat", "2027-02-06..2027-02-12"]);
        let whole_province = read("W1,某快递,浙江,,2,0.75,,30000,0,").unwrap();
        assert_eq!((whole_province.city, whole_province.cutoff_min), (None, 1_080));
        assert_eq!((whole_province.closed_days.len(), whole_province.price_fen), (0, None));
    }

    #[test]
    fn mistakes_are_named_by_line_and_field() {
        for (row, expected) in [
            ("W1,C,浙江,,,16:00,,30000,yes,", "2 transit_days: is empty"),
            ("W1,C,浙江,,2,4 pm,,30000,yes,", "2 cutoff: \"4 pm\" is not a time"),
            ("W1,C,浙江,,2,16:00,funday,30000,yes,", "2 closed_days: funday is no day"),
            ("W1,C,浙江,,2,16:00,1;2;3;4;5;6;7,30000,yes,", "2 closed_days: names every"),
            ("W1,C,浙江,,2,16:00,,,yes,", "2 max_parcel_g: is empty"),
            ("W1,C,浙江,,2,16:00,,30000,,", "2 doorstep: is empty"),
            ("W1,C,,,2,16:00,,30000,no,", "2 province: is empty"),
            ("W1,C,浙江,,2,16:00,,30000,no,12.5", "2 price_fen: 12.5 is not whole"),
        ] {
            let found = read(row).unwrap_err();
            assert!(found.len() == 1 && found[0].starts_with(expected), "{row}: {found:?}");
        }
    }
}
