//! Addresses and names. Only for what people look at later: a model needs an address to say when a parcel comes.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::{Found, Kind};

/// A street or an estate, a number, and what follows of house, entrance and room; an English street; or whatever is
/// called an address.
static ADDRESSES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let unit = "(?:号|號|弄|栋|棟|幢|座|单元|單元|室|楼|樓|层|層|户|戶|期|区|區|房|#)";
    let number = "[0-9０-９A-Za-z一二三四五六七八九十百]{1,6}";
    let street = "(?:路|街|大道|道|巷|弄|胡同|村|小区|小區|社区|花园|花園|苑|公寓|大厦|大廈|广场|廣場|新城|家园|公馆)";
    let chinese = format!(
        r"[\p{{Han}}0-9A-Za-z]{{1,30}}{street}[\p{{Han}}]{{0,8}}{number}{unit}(?:[\p{{Han}} 之\-－—]{{0,4}}{number}{unit}?)*"
    );
    let english = r"\b[0-9]{1,5} (?:[A-Z][A-Za-z]{1,20} ){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Place|Pl|Way)\b[^\n;。]{0,40}";
    let called = r"(?:收货地址|收貨地址|寄送地址|住址|地址)(?:改成|改为|改為|是|为|為|:|：| ){1,4}(?P<called>[^，。,;；！!？?\n]{4,60})";
    Regex::new(&format!("{called}|{chinese}|{english}")).ok()
});

/// What follows the words with which people give a name.
static NAMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let before =
        "(?:我叫|我名字叫|我的名字是|姓名|收件人|收货人|收貨人|联系人|聯絡人|聯繫人|[Mm]y name is|[Rr]ecipient)";
    Regex::new(&format!(
        r"{before}(?:是|叫|:|：| ){{0,3}}(?P<name>[\p{{Han}}]{{2,4}}|[A-Z][a-z]{{1,20}}(?: [A-Z][a-z]{{1,20}}){{0,2}})"
    ))
    .ok()
});

pub(super) fn addresses(text: &str) -> Vec<Found> {
    if may_hold_address(text) { places(text, &ADDRESSES, "called", Kind::Address) } else { Vec::new() }
}

/// Whether the text has what every address of the pattern has: the word itself; a number right before its unit, behind
/// a street; a street in English. Looking for these costs a fiftieth of the pattern, and hardly a message has them.
fn may_hold_address(text: &str) -> bool {
    let is_number =
        |c: char| c.is_ascii_alphanumeric() || super::digits::digit(c).is_some() || matches!(c, '十' | '百');
    let mut before = ' ';
    let numbered = text.chars().any(|c| {
        let found = is_unit(c) && is_number(before);
        before = c;
        found
    });
    text.contains('址') || (numbered && text.contains(is_street)) || ENGLISH.is_match(text)
}

/// The first characters of what can follow a number of the pattern.
fn is_unit(c: char) -> bool {
    matches!(
        c,
        '号' | '號'
            | '弄'
            | '栋'
            | '棟'
            | '幢'
            | '座'
            | '单'
            | '單'
            | '室'
            | '楼'
            | '樓'
            | '层'
            | '層'
            | '户'
            | '戶'
            | '期'
            | '区'
            | '區'
            | '房'
            | '#'
    )
}

/// The last characters of its streets.
fn is_street(c: char) -> bool {
    matches!(
        c,
        '路' | '街'
            | '道'
            | '巷'
            | '弄'
            | '同'
            | '村'
            | '区'
            | '區'
            | '园'
            | '園'
            | '苑'
            | '寓'
            | '厦'
            | '廈'
            | '场'
            | '場'
            | '城'
            | '馆'
    )
}

/// Its streets in English begin with one of these.
static ENGLISH: LazyLock<AhoCorasick> = LazyLock::new(|| {
    words(&[
        " St",
        " Road",
        " Rd",
        " Ave",
        " Lane",
        " Ln",
        " Dr",
        " Boulevard",
        " Blvd",
        " Court",
        " Ct",
        " Pl",
        " Way",
    ])
});

/// `known` are names that are known.
pub(super) fn names(text: &str, known: &[&str]) -> Vec<Found> {
    let introduces = INTRODUCTIONS.is_match(text);
    let mut found = if introduces { places(text, &NAMES, "name", Kind::Name) } else { Vec::new() };
    for name in known.iter().filter(|name| name.chars().count() >= 2) {
        let more = text.match_indices(*name).map(|(at, name)| Found { kind: Kind::Name, range: at..at + name.len() });
        super::add(&mut found, more.collect());
    }
    found
}

/// One of these stands in each of the words of [`NAMES`].
static INTRODUCTIONS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    words(&[
        "我叫",
        "我名字叫",
        "我的名字是",
        "姓名",
        "收件人",
        "收货人",
        "收貨人",
        "联系人",
        "聯絡人",
        "聯繫人",
        "y name is",
        "ecipient",
    ])
});

fn words(words: &[&str]) -> AhoCorasick {
    #[expect(clippy::expect_used, reason = "a short list that stands here, and every test here reads it")]
    AhoCorasick::new(words).expect("words")
}

/// The places of a pattern, or of its group of this name where it took part.
fn places(text: &str, pattern: &LazyLock<Option<Regex>>, group: &str, kind: Kind) -> Vec<Found> {
    let Some(pattern) = &**pattern else { return Vec::new() };
    let places = pattern.captures_iter(text).filter_map(|captures| captures.name(group).or_else(|| captures.get(0)));
    places.map(|place| Found { kind, range: place.range() }).collect()
}
