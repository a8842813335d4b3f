//! Numbers with a unit, and sizes, that nobody gave.

use std::sync::LazyLock;

use regex::Regex;

use super::backing::Backing;
use super::{Held, Kind, hours};
use crate::experts::patterns::compile;
use crate::experts::plain::Plain;

/// A number that says something: a price, a share, a time, an age, a measure.
static MEANT: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        "(?P<money>[¥￥$]|库存|还剩|只剩|仅剩|剩下?|最后|销量|已售|价格?是?|售价|卖|只要|仅需?|低至|到手价?|减|约|rmb ?)?(?P<n>\\d+(?:\\.\\d+)?)(?:[-~到至](?P<m>\\d+(?:\\.\\d+)?))?(?P<unit>元|块|折|%|度|cm|厘米|公分|mm|毫米|米|m高|kg|公斤|千克|斤|克|g|ml|毫升|升|l装|寸|英寸|码|岁|周岁|个月|月龄|月|日|号|天|小时|个小时|工作日|个工作日|分钟|点(?:前|后|钟|半|发|到|之)|周|年|年代|段|倍|万|w|亿|层|片装|支装|粒|度电|瓦|毫安|mah|人|位|种|年前|寸屏|件|罐|瓶|盒|包(?:装)?|袋|箱|桶|支|双|套|个人|名|票| ?(?:yuan|rmb|usd|dollars?|percent|cms?|kgs?|lbs?|pounds?|inch(?:es)?|oz|grams?|days?|hours?|hrs?|minutes?|mins?|weeks?|months?|years?|degrees|am|pm|times|customers|people|reviews|left|in stock|pieces?|pcs|items?|bottles?|boxes|units)(?:[^a-z]|$))?",
    )
});

static MONEY: LazyLock<Regex> = LazyLock::new(|| compile("^(?:元|块钱?|yuan|rmb|usd|dollars?|[¥￥$])"));

/// Amounts as shops write them, also without a unit: "满99减10".
static AMOUNTS: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        "(?P<a>\\d+(?:\\.\\d+)?)(?:[-~到至](?P<b>\\d+(?:\\.\\d+)?))? ?(?:元|块|蚊|圆|折|%|yuan|rmb|dollars?|usd)|(?:[¥￥$]|满|减|送|返|抵|赔付?|补偿?|退|省|费|价格?|券|红包)(?:您|到|，|是|为){0,2} ?(?P<c>\\d+(?:\\.\\d+)?)(?:[-~到至](?P<d>\\d+(?:\\.\\d+)?))?|(?P<han>[零一二两三四五六七八九十百千万]+) ?(?:元|块|折)",
    )
});

static LENGTH: LazyLock<Regex> = LazyLock::new(|| compile("^ ?(?:cm|厘米|公分|mm|毫米|inch|英寸|寸)"));
static MORE: LazyLock<Regex> =
    LazyLock::new(|| compile("比|多|少|大|小|长|短|差|余量|宽松|more|less|larger|smaller|wider|longer|shorter|than"));

/// "赔您二十元", "三天内": Chinese numbers count with these units.
static HAN: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        "(?:还剩|只剩|仅剩|剩下?|最后|还有|库存(?:有|还有)?|仅有|现货)(?P<left>[零一二两三四五六七八九十百千半]+)(?:件|个|罐|瓶|盒|包|袋|箱|支|双|套|条|只|份)|(?P<many>[一二两三四五六七八九十][零一二两三四五六七八九十百千]*[万亿]|百万|[一二两三四五六七八九十]百万)(?:多|余)?|(?:(?P<from>[一二两三四五六七八九十百]+)(?:到|至|-))?(?P<n>[零一二两三四五六七八九十百千半]+)(?:多)?(?P<unit>元|块钱|块|折|个工作日|工作日|小时|天内|日内|分钟|个月内|倍|岁|公斤|斤|厘米|周内|周|年)",
    )
});

static SIZE: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        "(?:^|[^a-z0-9])(?P<size>(?:[2-9]?x{1,4}|x{0,4})l|x{0,3}s|m|均码|\\d{2,3}/\\d{2,3}[abcy]?)(?:码|号|$|[^a-z0-9])",
    )
});

static ADVISED: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        "(?:建议|推荐|适合|选择?|拍|穿|买|就要|应该(?:是|穿|选)?|可以选|合适的是|对应)(?:您|你|的|是|就|选|拍|穿|买|尺码|尺寸|码数|码|为|一下|这个|这款|用|，)*(?P<size>(?:[2-9]?x{1,4}|x{0,4})l|x{0,3}s|m|均码|\\d{2,3}(?:码|a|/))(?:码|号|就|$|[^a-z0-9])|(?:^|[^a-z])(?:size|take|recommend|choose|get|wear|go (?:for|with)|need|suggest|order)(?: you| the| a| an| size| is| would be| wear| take| order| get)* (?P<en>(?:[2-9]?x{1,4}|x{0,4})l|x{0,3}s|m|small|medium|large|extra large)(?:[^a-z]|$)",
    )
});

/// Whom a size is for.
static FOR_WHOM: LazyLock<Regex> = LazyLock::new(|| {
    compile("\\d(?:\\.\\d+)? ?(?:公斤|千克|kg|斤|cm|厘米|公分|岁|个月|磅|lbs?)|平时|平常|体重|身高|usual")
});

/// What needs no evidence: counts, steps, waiting a moment, around the clock by its name.
static FREE: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        "^\\d{1,2}(?:[.、)]|，)|第\\d+|\\d-\\d(?:句|点|步|条|种|次|遍|个(?:问题|字)|分钟就)|\\d{1,2}(?:句|步|条)|稍等\\d{1,2}(?:分钟|秒)|\\{[a-z_0-9]*\\}|(?:一|两|几|半)(?:句|步)|120急救|(?:拨打|打)1[12]\\d|(?:拨打|打)12356|gb ?\\d+(?:-\\d+)?|step \\d|no\\.? ?\\d",
    )
});

pub(super) fn check(plain: &Plain, backing: &Backing, held: &mut Vec<Held>) {
    let text = hours::on_24(&plain.text);
    let text = FREE.replace_all(&text, "□");
    let mut hold = |matched: &str, why| held.push(Held { kind: Kind::Number, matched: matched.to_owned(), why });
    let has_digits = text.contains(|c: char| c.is_ascii_digit());
    for found in has_digits.then(|| MEANT.captures_iter(&text)).into_iter().flatten() {
        if found.name("money").is_none() && found.name("unit").is_none() {
            continue;
        }
        // "比您的胸围多8厘米": what two given measures differ by may be said.
        let compares = found.name("unit").is_some_and(|unit| LENGTH.is_match(unit.as_str())) && MORE.is_match(&text);
        let unbacked = ["n", "m"].iter().filter_map(|name| found.name(name)).find(|number| {
            let unit = found.name("unit").map_or("", |unit| unit.as_str().trim());
            let is_money =
                MONEY.is_match(unit) || found.name("money").is_some_and(|word| MONEY.is_match(word.as_str()));
            let told = |value| match unit {
                "%" => backing.holds_share(number.as_str()),
                _ if is_money => backing.holds_amount(value),
                _ => backing.holds_number(value) || (compares && backing.holds_difference(value)),
            };
            !number.as_str().parse().is_ok_and(told)
        });
        if unbacked.is_some() {
            return hold(&found[0], "a number that no evidence holds");
        }
    }
    for found in HAN.captures_iter(&text) {
        // "一年四季", "一天": one of something is a way of speaking.
        let unbacked = ["left", "many", "from", "n"]
            .iter()
            .filter_map(|name| found.name(name))
            .map(|number| number.as_str())
            .find(|number| {
                let alone = found.name("from").is_none() && matches!(*number, "一" | "半" | "一万");
                let is_money = found.name("unit").is_some_and(|unit| MONEY.is_match(unit.as_str()));
                let value = chinese(number);
                !alone && !if is_money { backing.holds_amount(value) } else { backing.holds_number(value) }
            });
        if unbacked.is_some() {
            return hold(&found[0], "a number that no evidence holds");
        }
    }
    if !names_sizes(&text) {
        return;
    }
    for found in ADVISED.captures_iter(&text) {
        let size = found.name("size").or(found.name("en")).map_or("", |size| size.as_str());
        let short = match size {
            "small" => "s",
            "medium" => "m",
            "large" => "l",
            "extra large" => "xl",
            size => size.trim_end_matches(['码', '/', 'a']),
        };
        let number = short.parse().ok();
        // "您选的L码": what the buyer chose may be repeated, which is no advice.
        let is_theirs = found[0].contains('的') && backing.holds_size(short);
        let is_advised = backing.advises_size(short, FOR_WHOM.is_match(&text))
            || number.is_some_and(|number| backing.holds_number(number));
        if !is_theirs && !is_advised {
            return hold(&found[0], "a size that no evidence holds");
        }
    }
}

/// Every number in `text`, written in digits or in Chinese.
pub(super) fn all(text: &str) -> Vec<f64> {
    static DIGITS: LazyLock<Regex> = LazyLock::new(|| compile("\\d+(?:\\.\\d+)?"));
    static CHINESE: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            "(?:([一二两三四五六七八九十百]+)(?:到|至|-))?([零一二两三四五六七八九十百千]+[万亿]?)(?:元|块|折|个?工作日|个?小时|天|日|分钟|个?月|倍|岁|公斤|斤|厘米|周|年|号|点|米|[^零一二两三四五六七八九十百千万亿]{0,2}(?:件|位|人|名|罐|瓶|盒|包|袋))",
        )
    });
    let digits = DIGITS.find_iter(text).filter_map(|found| found.as_str().parse().ok());
    let has_han = text.contains(|c| "零一二两三四五六七八九十百千".contains(c));
    let han = has_han.then(|| CHINESE.captures_iter(text)).into_iter().flatten().flat_map(|found| {
        let [from, to] = [found.get(1), found.get(2)].map(|number| number.map(|number| chinese(number.as_str())));
        // "一天" is a way of speaking, "一到两天" is not.
        [from, to.filter(|to| *to > 1.0)].into_iter().flatten()
    });
    digits.chain(han).collect()
}

/// The amounts of money, and the shares, that `text` names.
pub(super) fn amounts(text: &str) -> impl Iterator<Item = f64> {
    AMOUNTS.captures_iter(text).flat_map(|found| {
        let digits = ["a", "b", "c", "d"].map(|name| found.name(name).and_then(|number| number.as_str().parse().ok()));
        let han = found.name("han").map(|number| chinese(number.as_str()));
        digits.into_iter().chain([han]).flatten().collect::<Vec<f64>>()
    })
}

/// The sizes that `text` names, lower case.
pub(super) fn sizes(text: &str) -> impl Iterator<Item = &str> {
    let found = names_sizes(text).then(|| SIZE.captures_iter(text)).into_iter().flatten();
    found.filter_map(|found| found.name("size")).map(|size| size.as_str())
}

/// Every size has a Latin letter or a digit, but one.
fn names_sizes(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_alphanumeric()) || text.contains("均码")
}

/// "二十" is 20, "一百二十" is 120, "半" is a half.
pub(super) fn chinese(number: &str) -> f64 {
    let (mut total, mut digit) = (0.0_f64, 0.0);
    for c in number.chars() {
        let unit = match c {
            '万' | '亿' => {
                total = (total + digit).max(1.0) * if c == '万' { 10_000.0 } else { 100_000_000.0 };
                digit = 0.0;
                continue;
            }
            '十' => 10.0,
            '百' => 100.0,
            '千' => 1_000.0,
            '半' => return total + digit + 0.5,
            '两' => {
                digit = 2.0;
                continue;
            }
            c => {
                digit = "零一二三四五六七八九".chars().position(|one| one == c).unwrap_or(0) as f64;
                continue;
            }
        };
        total += if digit == 0.0 { 1.0 } else { digit } * unit;
        digit = 0.0;
    }
    total + digit
}
