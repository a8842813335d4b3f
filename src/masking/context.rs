//! What the words right before a number call it.

/// What a number is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Called {
    Phone,
    Document,
    Card,
    /// Of a chat service, in Chinese words or by its Latin name.
    Account,
    /// An order, a parcel, an article: the model needs it.
    Order,
}

/// The longest first where one ends in another.
const WORDS: &[(&str, Called)] = &[
    ("order number", Called::Order),
    ("tracking number", Called::Order),
    ("item number", Called::Order),
    ("order id", Called::Order),
    ("order no", Called::Order),
    ("tracking no", Called::Order),
    ("order", Called::Order),
    ("tracking", Called::Order),
    ("sku", Called::Order),
    ("订单", Called::Order),
    ("訂單", Called::Order),
    ("单", Called::Order),
    ("單", Called::Order),
    ("编", Called::Order),
    ("編", Called::Order),
    ("货", Called::Order),
    ("貨", Called::Order),
    ("条", Called::Order),
    ("條", Called::Order),
    ("card number", Called::Card),
    ("card no", Called::Card),
    ("银行卡", Called::Card),
    ("銀行卡", Called::Card),
    ("信用卡", Called::Card),
    ("储蓄卡", Called::Card),
    ("卡", Called::Card),
    ("card", Called::Card),
    ("id number", Called::Document),
    ("id card", Called::Document),
    ("passport number", Called::Document),
    ("passport no", Called::Document),
    ("passport", Called::Document),
    ("身份证", Called::Document),
    ("身分證", Called::Document),
    ("身份證", Called::Document),
    ("证件", Called::Document),
    ("證件", Called::Document),
    ("护照", Called::Document),
    ("護照", Called::Document),
    ("通行证", Called::Document),
    ("通行證", Called::Document),
    ("回乡证", Called::Document),
    ("回鄉證", Called::Document),
    ("台胞证", Called::Document),
    ("台胞證", Called::Document),
    ("phone number", Called::Phone),
    ("my number", Called::Phone),
    ("phone", Called::Phone),
    ("mobile", Called::Phone),
    ("cell", Called::Phone),
    ("tel", Called::Phone),
    ("whatsapp", Called::Phone),
    ("call me at", Called::Phone),
    ("call me on", Called::Phone),
    ("text me at", Called::Phone),
    ("手机", Called::Phone),
    ("手機", Called::Phone),
    ("电话", Called::Phone),
    ("電話", Called::Phone),
    ("座机", Called::Phone),
    ("座機", Called::Phone),
    ("联系方式", Called::Phone),
    ("聯絡方式", Called::Phone),
    ("联系我", Called::Phone),
    ("聯絡我", Called::Phone),
    ("打给我", Called::Phone),
    ("打給我", Called::Phone),
    ("微信", Called::Account),
    ("薇信", Called::Account),
    ("扣扣", Called::Account),
    ("wechat", Called::Account),
    ("weixin", Called::Account),
    ("line id", Called::Account),
    ("qq", Called::Account),
    ("wx", Called::Account),
    ("vx", Called::Account),
];

/// How many bytes before a number are looked at.
const LOOKED_AT: usize = 48;

/// What the words before `at` call what stands there, and whether something like a colon or "is" stands between.
pub(super) fn called(text: &str, at: usize) -> Option<(Called, bool)> {
    let mut from = at.saturating_sub(LOOKED_AT);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = text[from..at].to_ascii_lowercase();
    let mut words = before.as_str();
    let mut is_parted = false;
    loop {
        let shorter = words.trim_end_matches(is_filler);
        is_parted |= words[shorter.len()..].contains(|c: char| c != ' ');
        // A word of its own, so that "this" ends in no "is".
        match shorter.strip_suffix("is").filter(|rest| rest.ends_with(' ')) {
            Some(rest) => (words, is_parted) = (rest, true),
            None => {
                words = shorter;
                break;
            }
        }
    }
    let found = WORDS.iter().find(|(word, _)| {
        words
            .strip_suffix(word)
            .is_some_and(|rest| !word.is_ascii() || !rest.ends_with(|c: char| c.is_ascii_alphanumeric()))
    });
    found.map(|(_, called)| (*called, is_parted))
}

/// What may stand between the name of a number and the number.
fn is_filler(c: char) -> bool {
    matches!(
        c,
        ' ' | ':'
            | '：'
            | '='
            | '是'
            | '为'
            | '為'
            | '号'
            | '號'
            | '码'
            | '碼'
            | '就'
            | '我'
            | '+'
            | '＋'
            | '('
            | '（'
            | '#'
            | '"'
            | '\''
            | '\u{3000}'
            | ','
            | '，'
            | '.'
    )
}
