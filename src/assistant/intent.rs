//! What a buyer plainly asks for, read off the words in code, before any model.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::experts::knowledge::normalise;
use crate::experts::patterns::{Names, Patterns};

/// `intent.toml`, compiled.
struct Rules {
    asks: Patterns,
    not: Regex,
    alone: Regex,
    no: Regex,
    what: Regex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    person: String,
    not: Vec<String>,
    asks: Vec<String>,
    alone: String,
    no: String,
    what: Vec<String>,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
    let file: File = toml::from_str(include_str!("intent.toml")).expect("intent.toml");
    #[expect(clippy::expect_used, reason = "as above")]
    let regex = |pattern: &str| Regex::new(pattern).expect("intent.toml");
    let names = Names::from([("person".to_owned(), file.person)]);
    #[expect(clippy::expect_used, reason = "as above")]
    let asks = Patterns::new(file.asks.iter().map(String::as_str), &names).expect("intent.toml");
    Rules {
        asks,
        not: regex(&file.not.join("|")),
        alone: regex(&file.alone),
        no: regex(&file.no),
        what: regex(&file.what.join("|")),
    }
});

/// Whether the buyer asks for a person. A no in front of it counts, and to ask what this is is no wish for another.
pub fn asks_for_person(text: &str) -> bool {
    let rules = &*RULES;
    let (has_words, normal) = (text.is_ascii(), normalise(text));
    // A blank parts Chinese clauses, and English words.
    let mut clauses = normal.split(|c: char| c.is_whitespace() && !has_words || MARKS.contains(&c));
    if clauses.any(|clause| rules.alone.is_match(&squeezed(clause))) {
        return true;
    }
    let text = squeezed(&normal);
    // What is taken out leaves a mark that no wish holds, so that where none occurs now none does then.
    if !rules.asks.occurs(&text) {
        return false;
    }
    let text = rules.what.replace_all(&text, "？");
    let text = rules.not.replace_all(&text, "？");
    let found = rules.asks.occurring(&text).flat_map(|asks| rules.asks.one(asks).find_iter(&text));
    found.into_iter().any(|ask| !rules.no.is_match(&text[..ask.start()]))
}

/// Whether the buyer asks if this is a person or a machine.
pub fn asks_what_it_is(text: &str) -> bool {
    RULES.what.is_match(&squeezed(&normalise(text)))
}

/// The longest clause that is a bare wish for a person, in characters of Chinese; English needs more for the same.
const BARE_WISH: usize = 8;

/// Whether a message is made of greetings, thanks and wishes for a person, and says nothing of what it is about.
pub fn names_no_matter(text: &str) -> bool {
    let is_wish = |clause: &str| {
        let most = if clause.is_ascii() { 4 * BARE_WISH } else { BARE_WISH };
        clause.chars().count() <= most && asks_for_person(clause)
    };
    let clauses = text.split(MARKS).map(str::trim).filter(|clause| !clause.is_empty());
    clauses.into_iter().all(|clause| only_greets(clause) || only_thanks(clause) || is_wish(clause))
}

/// Compiles the rules; the first call takes a while.
pub(super) fn ready() {
    LazyLock::force(&RULES);
}

/// What parts clauses.
const MARKS: [char; 12] = ['，', ',', '。', '.', '！', '!', '？', '?', '；', ';', '~', '～'];

/// Whether the words are a greeting and nothing else.
pub fn only_greets(text: &str) -> bool {
    const GREETINGS: [&str; 16] = [
        "你好",
        "您好",
        "hi",
        "hello",
        "在吗",
        "在嗎",
        "在么",
        "在不在",
        "哈喽",
        "哈囉",
        "嗨",
        "有人吗",
        "有人嗎",
        "早上好",
        "晚上好",
        "亲",
    ];
    only_of(text, &GREETINGS)
}

/// Whether the words are thanks and nothing else.
pub fn only_thanks(text: &str) -> bool {
    const THANKS: [&str; 14] = [
        "谢谢",
        "謝謝",
        "多谢",
        "多謝",
        "感谢",
        "感謝",
        "好的",
        "好",
        "知道了",
        "明白了",
        "ok",
        "thanks",
        "thankyou",
        "嗯",
    ];
    only_of(text, &THANKS)
}

/// Whether the words say yes and nothing else.
pub fn only_agrees(text: &str) -> bool {
    const YES: [&str; 14] =
        ["好的", "好", "行", "可以", "同意", "没问题", "要", "是的", "就这样", "就这个", "yes", "ok", "sure", "嗯"];
    only_of(&normalise(text), &YES)
}

/// Lower case, without spaces and full stops.
fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '。' | '.' | ',' | '，' | '~' | '～' | '、'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether nothing is left when the words are taken away.
fn only_of(text: &str, words: &[&str]) -> bool {
    let mut rest: String = squeezed(text);
    rest.retain(|c| !matches!(c, '!' | '！' | '?' | '？' | '啊' | '呀' | '哦' | '呢' | '了' | '吧' | '您' | '啦'));
    if rest.is_empty() {
        return text.chars().any(|c| matches!(c, '?' | '？' | '您'));
    }
    let mut words: Vec<_> = words.to_vec();
    words.sort_by_key(|w| std::cmp::Reverse(w.len()));
    for word in words {
        let word: String = word.chars().filter(|c| *c != '您').collect();
        if rest == "好" && word == "好" {
            return true;
        }
        if !word.is_empty() {
            rest = rest.replace(&word, "");
        }
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asking_for_a_person_in_many_words() {
        for yes in [
            "转人工",
            "人工",
            "轉 人工",
            "我要人工客服！",
            "帮我转接人工",
            "有没有真人啊",
            "叫客服来",
            "客服",
            "I want to talk to a human",
            "can I get a real person?",
            "能不能转人工服务",
            "請幫我轉真人",
            "喂 能不能来个真的客服小姐姐",
            "有人吗 人工",
            "不要机器人",
            "我要找店长",
            "麻烦转线上专员",
            "接线员在吗 給我轉線上專員",
            "不想跟机器说 叫你们管事的出来",
            "换个会说人话的来",
            "你别自动回复了行不行 我要找店主",
            "麻烦叫个真人过来",
            "唔該幫我搵個真人傾下",
            "有没有活人啊",
            "让你们经理跟我说",
            "别用机器人敷衍我",
            "你是机器人吧 给我转人工",
            "不要机器人，我要真人",
            "speak to your manager",
            "I need a human",
            "Let me chat with someone",
        ] {
            assert!(asks_for_person(yes), "{yes}");
        }
        for no in [
            "不要转人工",
            "别给我转人工",
            "不用人工客服",
            "不需要找店长",
            "人工费多少",
            "这是手工的吗",
            "客服态度很好",
            "你好",
            "",
            "这款是人工皮吗",
            "有真人试穿图吗",
            "要店长推荐的那款",
            "找店长推荐款",
            "有没有真人秀",
            "人工智能音箱有货吗",
            "扫地机器人多少钱",
            "我不要扫地机器人",
            "不要机器人玩具",
            "送领导用什么好",
            "见领导穿什么好",
            "派专人送货上门吗",
            "换个人来收货行吗",
            "is this real human hair",
            "来个人均三十的套餐",
            "换个人收货可以吗",
            "你是人还是机器人？",
            "你是真人吗",
            "are you a real person?",
            "客服几点上班",
        ] {
            assert!(!asks_for_person(no), "{no}");
        }
    }

    #[test]
    fn who_asks_what_this_is_is_heard() {
        for yes in [
            "你是人还是机器人？",
            "你是AI吗",
            "你是不是机器人",
            "您是真人吗",
            "你係唔係真人㗎",
            "你是機器人嗎",
            "你系人定系机器人",
            "你是ai还是人工",
            "在跟我说话的是真人吗",
            "Are you a bot?",
            "am I talking to a real person",
            "is this a robot",
            "你是AI客服吗",
            "are you human or a bot",
        ] {
            assert!(asks_what_it_is(yes), "{yes}");
            assert!(!asks_for_person(yes), "{yes}");
        }
        for no in [
            "你是哪里人",
            "你是人工客服那个小王吗我要转人工",
            "这是机器人吗多少钱",
            "你家是厂家吗",
            "are you open",
            "Is this machine washable",
            "is this human hair",
        ] {
            assert!(!asks_what_it_is(no), "{no}");
        }
    }

    #[test]
    fn a_bare_wish_names_no_matter() {
        for yes in ["转人工", "你好", "我要人工客服！", "有没有真人啊", "谢谢", "你好，转人工", "I need a human", ""]
        {
            assert!(names_no_matter(yes), "{yes}");
        }
        for no in ["想搭一双鞋，转人工帮我看看", "裙子破了，叫客服来", "什么时候发货"] {
            assert!(!names_no_matter(no), "{no}");
        }
    }

    #[test]
    fn greetings_and_thanks_alone() {
        for yes in ["你好", "您好！", "在吗？", "hello", "亲，在吗", "？"] {
            assert!(only_greets(yes), "{yes}");
        }
        for no in ["你好，有货吗", "在吗 我想退货", "", "1"] {
            assert!(!only_greets(no), "{no}");
        }
        for yes in ["谢谢", "好的，谢谢啦", "ok", "嗯嗯", "好"] {
            assert!(only_thanks(yes), "{yes}");
        }
        for no in ["好的，那几天能到", "谢谢，还有个问题：能退吗"] {
            assert!(!only_thanks(no), "{no}");
        }
    }
}
