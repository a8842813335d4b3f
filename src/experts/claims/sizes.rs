//! Sizes that somebody advises, which is more than to name them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::numbers;
use crate::experts::patterns::compile;

/// What the expert on sizes gives: those it advises stand beside all that there are.
#[derive(Deserialize)]
struct Advice {
    size: Option<String>,
    alternative: Option<String>,
    #[serde(rename = "sizes")]
    _sizes: Vec<serde::de::IgnoredAny>,
}

static ADVISES: LazyLock<Regex> =
    LazyLock::new(|| compile("选|穿|拍|适合|建议|推荐|对应|公斤|kg|斤|身高|choose|wear|fits?|take|recommend"));

/// The sizes that a tool's result advises; `None` where it is not one of the expert on sizes.
pub(super) fn of_result(result: &str) -> Option<BTreeSet<String>> {
    let Advice { size, alternative, .. } = serde_json::from_str(result).ok()?;
    Some([size, alternative].into_iter().flatten().map(|size| size.to_lowercase()).collect())
}

/// The sizes of a passage's clauses that say for whom they are.
pub(super) fn of_passage(text: &str) -> BTreeSet<String> {
    let clauses = text.split(['，', '。', '？']).filter(|clause| ADVISES.is_match(clause));
    clauses.flat_map(numbers::sizes).map(str::to_owned).collect()
}
