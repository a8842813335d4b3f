//! What a buyer wants, read off the words: `intents.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::{Regex, RegexSet};
use serde::Deserialize;

use crate::experts::knowledge::normalise;

/// One way of wanting something.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Intent {
    /// The reply line that belongs to it.
    pub id: String,
    #[serde(default)]
    pub via: Via,
    /// What is wrong with an order, in the words of `offer_remedy`.
    pub problem: Option<String>,
    /// What is asked about a baby, in the words of `baby_advice`.
    pub topic: Option<String>,
    /// What the store's knowledge is asked instead of the words.
    pub look_up: Option<String>,
    patterns: Vec<String>,
    #[serde(default)]
    not: Vec<String>,
}

/// Who answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Via {
    /// What the store wrote down, else the pack's line.
    #[default]
    Line,
    /// What the store wrote down, else a person.
    Knowledge,
    /// The pack's line, and nothing is looked up.
    Courtesy,
    Price,
    Stock,
    Size,
    /// A shape of the body: the size expert once the body is known.
    Shape,
    Skin,
    Ingredients,
    Baby,
    Delivery,
    Orders,
    /// A parcel that is lost or does not move.
    Lost,
    Remedy,
    Remember,
    /// The pack's line, and a person does it.
    Person,
}

/// What this module reads of the file; `details` reads the rest.
#[derive(Deserialize)]
struct File {
    intent: Vec<Intent>,
    person: Person,
    attribute: Vec<Attribute>,
    measure: Vec<Measure>,
    question: Asking,
    open: Open,
    baby_size: Asking,
    harm: Harm,
    choice: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asking {
    patterns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Open {
    asks: Vec<String>,
    not: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Measure {
    key: String,
    patterns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Harm {
    denied: Vec<String>,
    asked: Vec<String>,
    told: Vec<String>,
    happened: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    comes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attribute {
    keys: Vec<String>,
    patterns: Vec<String>,
}

struct Rules {
    intents: Vec<Read>,
    comes: RegexSet,
    /// The names of attributes, and what asks for them.
    attributes: Vec<(Vec<String>, RegexSet)>,
    /// The columns of size charts, and what asks for them.
    measures: Vec<(String, RegexSet)>,
    question: RegexSet,
    open: RegexSet,
    not_open: RegexSet,
    baby_size: RegexSet,
    denied: Regex,
    only_asked: RegexSet,
    told: RegexSet,
    happened: RegexSet,
    /// The ids of choices, and what names them.
    choices: Vec<(String, RegexSet)>,
}

struct Read {
    intent: Intent,
    patterns: RegexSet,
    not: RegexSet,
}

/// What a text may ask for, the most likely first.
pub(super) fn wanted(text: &str) -> impl Iterator<Item = &'static Intent> {
    let text = plain(text);
    RULES
        .intents
        .iter()
        .filter(move |read| read.patterns.is_match(&text) && !read.not.is_match(&text))
        .map(|read| &read.intent)
}

/// As a text is looked at.
fn plain(text: &str) -> String {
    written_out(&normalise(text))
}

/// With the short forms of speech as they are written.
pub(super) fn written_out(text: &str) -> String {
    const SHORT: [(&str, &str); 2] = [("啥", "什么"), ("咋", "怎么")];
    SHORT.iter().fold(text.to_owned(), |text, (short, long)| text.replace(short, long))
}

/// The first entry of a name that an expert answers.
pub(super) fn named(id: &str) -> Option<&'static Intent> {
    RULES.intents.iter().map(|read| &read.intent).find(|intent| intent.id == id && intent.via != Via::Line)
}

/// Word boundaries are those of ASCII: between a Chinese and a Latin letter there is one, and looking for others would
/// leave the fast engine.
pub(super) fn set(patterns: &[String]) -> Result<RegexSet, regex::Error> {
    RegexSet::new(patterns.iter().map(|pattern| ascii(pattern)))
}

fn ascii(pattern: &str) -> String {
    pattern.replace(r"\b", r"(?-u:\b)")
}

/// One pattern for all of them.
fn joined(patterns: &[String]) -> String {
    let patterns: Vec<String> = patterns.iter().map(|pattern| format!("(?:{})", ascii(pattern))).collect();
    patterns.join("|")
}

pub(super) fn ready() {
    LazyLock::force(&RULES);
}

/// Whether an answer says that a person is being called.
pub(super) fn says_that_a_person_comes(answer: &str) -> bool {
    RULES.comes.is_match(&normalise(answer))
}

/// The names of the attributes of a product that a text asks for.
pub(super) fn attributes_asked(text: &str) -> impl Iterator<Item = &'static str> {
    let text = plain(text);
    let asked = RULES.attributes.iter().filter(move |(_, patterns)| patterns.is_match(&text));
    asked.flat_map(|(keys, _)| keys.iter().map(String::as_str))
}

/// The column of a size chart that a text asks for.
pub(super) fn measure_asked(text: &str) -> Option<&'static str> {
    let text = plain(text);
    RULES.measures.iter().find(|(_, patterns)| patterns.is_match(&text)).map(|(key, _)| key.as_str())
}

/// Whether a text asks which size a baby needs.
pub(super) fn size_of_baby_asked(text: &str) -> bool {
    RULES.baby_size.is_match(&plain(text))
}

/// Whether a clause asks something.
pub(super) fn asks(clause: &str) -> bool {
    RULES.question.is_match(&plain(clause))
}

/// Whether a clause surely asks something of its own, which stays open where nobody answers it.
pub(super) fn asks_of_its_own(clause: &str) -> bool {
    let clause = plain(clause);
    RULES.open.is_match(&clause) && !RULES.not_open.is_match(&clause)
}

/// Whether an answer tells what to do about harm.
pub(super) fn tells_of_harm(answer: &str) -> bool {
    RULES.told.is_match(&normalise(answer)) || says_that_a_person_comes(answer)
}

/// A text without the harm that it denies, where it tells of none; `None` where harm was done or none is spoken of.
pub(super) fn without_harm(text: &str) -> Option<String> {
    let text = plain(text);
    let rest = RULES.denied.replace_all(&text, "");
    let tells_of_none = rest != text || RULES.only_asked.is_match(&text);
    (tells_of_none && !RULES.happened.is_match(&rest)).then(|| rest.into_owned())
}

/// The ids of the choices of an offer that a reply names.
pub(super) fn choices_named(text: &str) -> impl Iterator<Item = &'static str> {
    let text = plain(text);
    let named = RULES.choices.iter().filter(move |(_, patterns)| patterns.is_match(&text));
    named.map(|(id, _)| id.as_str())
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
    let file: File = toml::from_str(include_str!("intents.toml")).expect("intents.toml");
    #[expect(clippy::expect_used, reason = "as above")]
    let set = |patterns: &[String]| set(patterns).expect("intents.toml");
    let read = |intent: Intent| Read { patterns: set(&intent.patterns), not: set(&intent.not), intent };
    #[expect(clippy::expect_used, reason = "as above")]
    let one = |patterns: &[String]| Regex::new(&joined(patterns)).expect("intents.toml");
    let attributes = file.attribute.iter().map(|asked| (asked.keys.clone(), set(&asked.patterns)));
    Rules {
        comes: set(&file.person.comes),
        attributes: attributes.collect(),
        measures: file.measure.iter().map(|asked| (asked.key.clone(), set(&asked.patterns))).collect(),
        question: set(&file.question.patterns),
        open: set(&file.open.asks),
        not_open: set(&file.open.not),
        baby_size: set(&file.baby_size.patterns),
        denied: one(&file.harm.denied),
        only_asked: set(&file.harm.asked),
        told: set(&file.harm.told),
        happened: set(&file.harm.happened),
        choices: file.choice.iter().map(|(id, patterns)| (id.clone(), set(patterns))).collect(),
        intents: file.intent.into_iter().map(read).collect(),
    }
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packs::Replies;

    #[test]
    fn every_intent_is_one_of_the_packs() {
        let known: Vec<&str> = Replies::all_intents().collect();
        for read in RULES.intents.iter() {
            assert!(read.intent.via == Via::Remember || known.contains(&read.intent.id.as_str()), "{}", read.intent.id);
        }
        // What the others say is an answer and nothing that is asked for.
        let answers = ["out_of_stock", "no_basis"];
        for id in known.into_iter().filter(|id| !answers.contains(id)) {
            assert!(RULES.intents.iter().any(|read| read.intent.id == id), "nobody can ask for {id}");
        }
    }

    #[test]
    fn what_an_answer_promises_is_heard() {
        assert!(says_that_a_person_comes("请先停用。我这就为您转人工，专员会优先跟进。"));
        assert!(says_that_a_person_comes("我馬上為您轉人工專員跟進"));
        assert!(!says_that_a_person_comes("需要的话我帮您问问，也可以转人工。"));
        assert!(!says_that_a_person_comes("支持七天无理由退货"));
    }

    #[test]
    fn words_are_heard_in_every_script() {
        for (text, id, via) in [
            ("这个多少钱", "price", Via::Price),
            ("這件怎麼賣", "price", Via::Price),
            ("How much is it?", "price", Via::Price),
            ("还有货吗", "in_stock", Via::Stock),
            ("運費多少錢", "postage", Via::Line),
            ("有貨嗎", "in_stock", Via::Stock),
            ("穿 S 会不会大", "size", Via::Size),
            ("要穿什麼尺寸", "size", Via::Size),
            ("What size for 160 cm?", "size", Via::Size),
            ("M还是L", "size", Via::Size),
            ("我是梨形，高腰的适合吗", "body_shape", Via::Shape),
            ("我的快递到哪了", "order_status", Via::Orders),
            ("訂單查一下", "order_status", Via::Orders),
            ("退款到哪一步了", "refund_progress", Via::Orders),
            ("没送上门 放驿站了", "doorstep", Via::Remedy),
            ("会不会放驿站 能送上门吗", "doorstep", Via::Line),
            ("20個壞了6個", "spoiled", Via::Remedy),
            ("6 of 20 cherries are rotten", "spoiled", Via::Remedy),
            ("我不要补偿 就要退货", "returns", Via::Line),
            ("能不能改地址", "address_change", Via::Person),
            ("孕婦可以用嗎", "pregnancy", Via::Ingredients),
            ("我是什么肤质", "skin_type", Via::Skin),
            ("6个月喝几段", "stage", Via::Baby),
            ("可以開發票嗎", "invoice", Via::Line),
            ("港澳能寄吗", "delivery", Via::Delivery),
            ("拍错了 取消掉", "returns", Via::Knowledge),
            ("牛排到了都化了", "spoiled", Via::Knowledge),
            ("D1001这个单给我查下", "order_status", Via::Orders),
            ("寄新疆喀什要多久啊", "shipping_time", Via::Delivery),
            ("不合适 来回邮费谁掏", "returns", Via::Line),
            ("明天一早必须到杭州", "shipping_time", Via::Delivery),
        ] {
            let found = wanted(text).next().map(|intent| (intent.id.as_str(), intent.via));
            assert_eq!(found, Some((id, via)), "{text}");
        }
        for text in [
            "你们老板的手机号是多少",
            "没有坏果 很新鲜",
            "几天能变白",
            "天气真好",
            "降价了能补差价吗",
            "会员能取消关注吗",
            "吃了不消化了",
        ] {
            assert!(wanted(text).next().is_none(), "{text}: {:?}", wanted(text).next());
        }
    }
}
