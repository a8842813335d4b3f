//! Sentences that say the opposite of the store's own word.

use std::sync::LazyLock;

use regex::Regex;

use super::backing::Backing;
use super::{Held, Kind};
use crate::experts::patterns::compile;
use crate::experts::plain::Plain;

/// What shops have or have not, in their own words.
const WORDS: [&str; 8] = ["包邮", "货到付款", "自提", "实体店", "发票", "无理由", "保修", "运费险"];

/// A clause with a condition is right beside one that says the opposite: "不满59元不包邮".
static CONDITION: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        "\\d|[一二三四五六八九十百千两]|满|不足|未到|除|偏远|海外|港澳|生鲜|定制|拆|开封|贴身|超过|过了|如果|若|的话|部分|只有|仅|才|要看|为准|质量",
    )
});

/// □ stands for the word. "尺码不合适等无理由退货" denies something else.
static DENIAL: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        "(?:不(?:能|可以?|支持|提供|开|做|是|含|带|接受|享受|给|适用)?|没有?|无法|暂无|无|非)(?:任何|办理|享受|申请|使用|您|[7七][天日]内?)*□|□[^，。？]{0,6}(?:不支持|不行|不可以?|不能|没有|暂无|不提供)",
    )
});

/// Whether a sentence names anything that shops have or have not.
pub(super) fn names_any(plain: &Plain) -> bool {
    WORDS.iter().any(|word| plain.text.contains(word))
}

pub(super) fn check(plain: &Plain, backing: &Backing, held: &mut Vec<Held>) {
    for word in WORDS {
        for (at, _) in plain.text.match_indices(word) {
            let clause = &plain.text[plain.clause(at)];
            let ends = plain.clause(at).end;
            let asks = plain.text[ends..].starts_with('？') || clause.ends_with(['吗', '呢']);
            if asks || is_conditional(clause) {
                continue;
            }
            let said = denies(clause, word);
            let mut known = backing.passages_with(&[]).flat_map(|text| text.split(['，', '。']));
            let mut known = known.by_ref().filter(|known| known.contains(word)).peekable();
            // "满59元包邮" is at odds with "不包邮", and "拆封后不能退" is not with "可以退".
            let is_opposite = |known: &str| denies(known, word) != said && (said || !is_conditional(known));
            if known.peek().is_some() && known.all(is_opposite) {
                let why = "the opposite of the store's own word";
                held.push(Held { kind: Kind::Commitment, matched: clause.to_owned(), why });
                return;
            }
        }
    }
}

fn is_conditional(clause: &str) -> bool {
    // The seven days are the name of a right and no condition of it.
    let clause = ["7天", "七天", "7日", "七日"].iter().fold(clause.to_owned(), |clause, name| clause.replace(name, ""));
    CONDITION.is_match(&clause)
}

/// Whether a clause denies what `word` names; "无理由" by itself denies nothing.
fn denies(clause: &str, word: &str) -> bool {
    DENIAL.is_match(&clause.replace(word, "□"))
}
