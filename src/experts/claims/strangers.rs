//! Data that may be somebody else's: phones, id numbers, cards, mail, addresses, orders.

use std::sync::LazyLock;

use regex::Regex;

use super::backing::Backing;
use super::{Held, Kind};
use crate::experts::patterns::compile;

/// What each group of [`DATA`] is.
const WHAT: [(&str, &str); 6] = [
    ("mail", "an e-mail address"),
    ("id", "an id number"),
    ("phone", "a phone number"),
    ("order", "an order number"),
    ("long", "a long number"),
    ("place", "an address"),
];

static DATA: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        "(?xi)
        (?P<mail>[a-z0-9._%+-]+\\ ?@\\ ?[a-z0-9-]+(?:\\.[a-z0-9-]+)+)
        | (?P<id>[1-9]\\d{5}[\\ -]?(?:19|20)\\d{2}[\\ -]?(?:0[1-9]|1[0-2])[0-3]\\d[\\ -]?\\d{3}[0-9x])
        | (?P<phone>(?:\\+?86[\\ -]?)?1[3-9]\\d[\\ -]?\\d{4}[\\ -]?\\d{4}|0\\d{2,3}[\\ -]\\d{7,8}|\\+\\d{1,3}[\\ -]?\\d{2,4}(?:[\\ -]?\\d{3,4}){2})
        | (?:订单|訂單|单号|單號|运单|運單|快递单|order|tracking|parcel)[号號編编a-z]*\\ ?(?:(?:是|为|為|is|no\\.?|number|id)\\ ?)*[:：\\#]?\\ ?(?P<order>[a-z]{0,4}-?\\d[a-z0-9-]{4,})
        | (?P<long>(?:\\d[\\ -]?){11,}\\d)
        | (?P<place>\\p{Han}{2,8}(?:省|市|自治区|區|区|县|縣|州)\\p{Han}{0,10}?(?:路|街|道|巷|弄|村|镇|鎮|小区|小區|大厦|大廈|花园|花園|苑|大道)\\p{Han}{0,6}\\d+\\p{Han}{0,3}(?:号|號|栋|棟|幢|单元|單元|室|楼|樓|弄)[\\d\\p{Han}-]{0,12})",
    )
});

pub(super) fn check(sentence: &str, backing: &Backing, held: &mut Vec<Held>) {
    let narrow: String = sentence.chars().map(half_width).filter(|c| !('\u{200B}'..='\u{200F}').contains(c)).collect();
    // Each kind of data has a mail's sign or a digit.
    if !narrow.contains(|c: char| c == '@' || c.is_ascii_digit()) {
        return;
    }
    for found in DATA.captures_iter(&narrow) {
        let Some((data, why)) = WHAT.iter().find_map(|(name, why)| Some((found.name(name)?.as_str(), *why))) else {
            continue;
        };
        if !backing.owns(data) {
            // The data itself stays out of logs.
            let matched: String = data.chars().take(2).chain("…".chars()).collect();
            held.push(Held { kind: Kind::Stranger, matched, why });
        }
    }
}

fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    }
}
