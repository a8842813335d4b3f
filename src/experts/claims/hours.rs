//! Hours as sentences name them.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::numbers::chinese;
use crate::experts::patterns::compile;

/// "下午4点" is one word for 16; the part of the day stands by itself where no hour follows it.
static HOUR: LazyLock<Regex> = LazyLock::new(|| {
    compile("(?P<part>凌晨|早上|上午|中午|下午|傍晚|晚上)(?P<hour>\\d{1,2}|[一二三四五六七八九十两]+)(?:点|:)")
});

/// `text` with its hours on a clock of 24.
pub(super) fn on_24(text: &str) -> Cow<'_, str> {
    if !text.contains(['点', ':']) {
        return Cow::Borrowed(text);
    }
    HOUR.replace_all(text, |found: &regex::Captures| {
        let hour = found["hour"].parse().unwrap_or_else(|_| chinese(&found["hour"]));
        let late = matches!(&found["part"], "下午" | "傍晚" | "晚上") && hour < 12.0;
        format!("{}点", if late { hour + 12.0 } else { hour })
    })
}
