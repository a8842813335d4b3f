//! Which lanes lead to a place, however the buyer writes its name.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalog::{Address, Lane};
use crate::experts::knowledge::{Script, to_script};
use crate::said;

/// A place as the buyer says it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Place {
    pub province: Option<String>,
    pub city: Option<String>,
    pub district: Option<String>,
    pub town: Option<String>,
}

impl From<&Address> for Place {
    fn from(address: &Address) -> Self {
        Self {
            province: Some(address.province.clone()),
            city: Some(address.city.clone()),
            district: address.district.clone(),
            town: address.town.clone(),
        }
    }
}

/// What is known of the ways to a place.
#[derive(Debug, PartialEq)]
pub enum Ways<'a> {
    /// Never empty; those to the city itself stand before those to the whole province.
    Lanes(Vec<&'a Lane>),
    /// The name of this slot is missing or unknown; without it nothing may be promised.
    Ask(&'static str),
}

/// The lanes to a place. A province or city that no lane names is unknown, never near enough.
pub fn ways<'a>(place: &Place, lanes: &'a [Lane]) -> Ways<'a> {
    let Some(province) = place.province.as_deref().map(province).filter(|name| !name.is_empty()) else {
        return Ways::Ask("province");
    };
    let there: Vec<&Lane> = lanes.iter().filter(|lane| self::province(&lane.province) == province).collect();
    if there.is_empty() {
        return Ways::Ask("province");
    }
    // A municipality is its own city.
    let is_municipality = MUNICIPALITIES.contains(&province.as_str());
    let said = place.city.as_deref().map(city).filter(|name| !name.is_empty());
    let said = said.or_else(|| is_municipality.then(|| province.clone()));
    let leads = |lane: &&&Lane| match (&lane.city, &said) {
        (None, _) => true,
        (Some(to), Some(said)) => is_same(&city(to), said),
        (Some(_), None) => false,
    };
    let mut found: Vec<&Lane> = there.iter().filter(leads).copied().collect();
    found.sort_by_key(|lane| lane.city.is_none());
    let depends_on_city = there.iter().any(|lane| lane.city.is_some());
    if found.is_empty() || (depends_on_city && said.is_none()) {
        return Ways::Ask("city");
    }
    Ways::Lanes(found)
}

const MUNICIPALITIES: [&str; 4] = ["北京", "上海", "天津", "重庆"];

/// `浙江` for `浙江省`, `浙江` in either script, and `Zhejiang`.
fn province(name: &str) -> String {
    let plain = plain(name, &["特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "省", "市"]);
    let latin: String = plain.to_ascii_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
    let latin = latin.strip_suffix("province").unwrap_or(&latin);
    let known = PROVINCES.iter().find(|province| !latin.is_empty() && province.latin.iter().any(|word| word == latin));
    known.map_or(plain, |province| province.name.clone())
}

/// `杭州` for `杭州市`; `Hangzhou` stays as it is, in small letters.
fn city(name: &str) -> String {
    plain(name, &["自治州", "地区", "市", "盟"]).to_lowercase()
}

fn plain(name: &str, endings: &[&str]) -> String {
    let simplified = to_script(name.trim(), Script::Simplified);
    let without = endings.iter().find_map(|ending| simplified.strip_suffix(ending));
    without.filter(|rest| rest.chars().count() >= 2).unwrap_or(&simplified).to_owned()
}

/// The same name, or the beginning of the other: `延边` and `延边朝鲜族`.
fn is_same(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    short == long || (short.chars().count() >= 2 && long.starts_with(short) && long.ends_with('族'))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Province {
    name: String,
    latin: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Provinces {
    province: Vec<Province>,
}

static PROVINCES: LazyLock<Vec<Province>> =
    LazyLock::new(|| said::parse::<Provinces>(include_str!("provinces.toml")).province);

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(province: &str, city: &str) -> Lane {
        Lane {
            id: format!("W/C/{province}/{city}"),
            warehouse: "W".into(),
            carrier: "C".into(),
            province: province.into(),
            city: Some(city.to_owned()).filter(|city| !city.is_empty()),
            transit_days: 2,
            cutoff_min: 960,
            closed_days: Vec::new(),
            max_parcel_g: 30_000,
            doorstep: true,
            price_fen: None,
        }
    }

    #[test]
    fn names_are_known_however_they_are_written() {
        let lanes = [
            lane("浙江", "杭州"),
            lane("浙江省", ""),
            lane("广西壮族自治区", "南宁市"),
            lane("上海", "上海"),
            lane("吉林", "延边朝鲜族自治州"),
        ];
        let found = |province: &str, city: &str| {
            let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            let place = Place { province: some(province), city: some(city), ..Place::default() };
            match ways(&place, &lanes) {
                Ways::Lanes(lanes) => lanes.iter().map(|lane| lane.city.as_deref().unwrap_or("*")).collect(),
                Ways::Ask(slot) => vec![if slot == "city" { "city?" } else { "province?" }],
            }
        };
        for (province, city, expected) in [
            ("浙江", "杭州", &["杭州", "*"][..]),
            ("浙江省", "杭州市", &["杭州", "*"]),
            ("Zhejiang Province", "宁波", &["*"]),
            ("浙江", "", &["city?"]),
            ("廣西", "南寧", &["南宁市"]),
            ("广西", "桂林", &["city?"]),
            ("上海市", "", &["上海"]),
            ("吉林", "延边", &["延边朝鲜族自治州"]),
            ("吉林", "延吉", &["city?"]),
            ("火星", "杭州", &["province?"]),
            ("西藏", "拉萨", &["province?"]),
            ("", "", &["province?"]),
        ] {
            assert_eq!(found(province, city), expected, "{province} {city}");
        }
    }

    #[test]
    fn there_are_thirty_four_provinces() {
        assert_eq!(PROVINCES.len(), 34);
        for known in PROVINCES.iter() {
            assert_eq!(province(&known.latin[0]), known.name);
        }
    }
}
