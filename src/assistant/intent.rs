//! What a buyer plainly asks for, read off the words in code, before any model.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Words for a person, as [`squeezed`] leaves them.
static ASKS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let chinese = [
        "转人工",
        "轉人工",
        "转接人工",
        "轉接人工",
        "人工客服",
        "人工服务",
        "人工服務",
        "找人工",
        "要人工",
        "叫人工",
        "真人",
        "转客服",
        "轉客服",
        "找客服",
        "叫客服",
        "活人",
    ];
    let english = [
        "talktoahuman",
        "humanagent",
        "realperson",
        "realhuman",
        "speaktoahuman",
        "speaktosomeone",
        "customerservicerep",
    ];
    AhoCorasick::new(chinese.iter().chain(&english)).ok()
});

/// Whether the buyer asks for a person. A no in front of it counts.
pub fn asks_for_person(text: &str) -> bool {
    const NO: [&str; 8] = ["不要", "不用", "别", "別", "不需要", "不想", "无需", "無需"];
    let text = squeezed(text);
    if matches!(text.as_str(), "人工" | "客服" | "human" | "agent" | "人工人工" | "人工!" | "人工！") {
        return true;
    }
    let asks = ASKS.as_ref().into_iter().flat_map(|asks| asks.find_overlapping_iter(&text));
    asks.map(|ask| &text[..ask.start()]).any(|before| {
        !NO.iter().any(|no| before.ends_with(no) || before.trim_end_matches(['给', '給', '我']).ends_with(no))
    })
}

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
        ] {
            assert!(asks_for_person(yes), "{yes}");
        }
        for no in [
            "不要转人工",
            "别给我转人工",
            "不用人工客服",
            "人工费多少",
            "这是手工的吗",
            "客服态度很好",
            "你好",
            "",
            "这款是人工皮吗",
        ] {
            assert!(!asks_for_person(no), "{no}");
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
