//! Markup that could run or fetch something, and links that lead away from the shop.

use std::sync::LazyLock;

use regex::Regex;

use super::backing::Backing;
use super::{Held, Kind};
use crate::experts::patterns::compile;

/// A tool's result, or an error, given out as it stands.
static DATA: LazyLock<Regex> =
    LazyLock::new(|| compile("\\{\\s*\"[^\"\\n]{1,40}\"\\s*:|^\\s*(?:`{3}[a-z]*\\s*)?\\{\\s*\"?$"));

static ACTIVE: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        "(?i)<\\s*[a-z/!?]|!\\[|\\[[^\\]\\n]*\\]\\s*\\[|^\\s*\\[[^\\]\\n]+\\]:|\\n\\s*\\[[^\\]\\n]+\\]:|(?:java|vb|live)\\s*script\\s*:|data\\s*:\\s*[a-z]+/|(?:^|[^a-z])on[a-z]{3,16}[ \t]*=|&#x?[0-9a-f]+|&(?:lt|gt|quot|amp);|@import|\\]\\(\\s*[^)h/]|file\\s*:\\s*/|blob\\s*:|%3c|\\\\u003c",
    )
});

/// A link or a bare host. Hosts without a scheme count by their endings.
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        "(?i)(?:(?P<scheme>[a-z][a-z0-9+.-]*):)?//(?P<host>[^\\s/?#()<>\"'，。！？；、）】」]+)(?P<rest>[^\\s()<>\"'，。！？；、）】」]*)|(?P<bare>(?:[a-z0-9-]+\\.)+(?:com|cn|net|org|top|xyz|io|co|shop|vip|cc|info|invalid|example|test|me|link|app|site|online|club|ru|tk|hk|tw|jp|uk|us|biz|store|live|fun|ltd|wang|icu|work|pw|ly|gl|to|dev|page|tech|tv|la|im|local|internal|onion|中国|网址|公司))(?P<path>[/:?#][^\\s()<>，。！？；]*)?(?:$|[^a-z0-9-])|(?P<ip>\\d{1,3}(?:\\.\\d{1,3}){3})",
    )
});

pub(super) fn check(sentence: &str, backing: &Backing, held: &mut Vec<Held>) {
    // Hidden characters may not split a link, nor full width hide it.
    let text: String = sentence
        .chars()
        .filter(|c| !matches!(*c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}'))
        .map(|c| match c {
            '\u{FF01}'..='\u{FF5E}' if !matches!(c, '，' | '！' | '？' | '；' | '：' | '（' | '）') => {
                char::from_u32(c as u32 - 0xFEE0).unwrap_or(c)
            }
            c => c,
        })
        .collect();
    // Most sentences hold none of these, and then neither markup nor a link.
    if !text.contains(['<', '[', ']', '{', ':', '=', '&', '@', '%', '\\', '.', '/']) {
        return;
    }
    let mut hold = |matched: &str, why| held.push(Held { kind: Kind::Markup, matched: matched.to_owned(), why });
    if let Some(found) = ACTIVE.find(&text) {
        hold(found.as_str(), "markup that could run or fetch");
    }
    if let Some(found) = DATA.find(&text) {
        hold(found.as_str(), "data as a program writes it");
    }
    // Mail addresses are judged as people's data.
    for found in LINK.captures_iter(&text) {
        let Some(all) = found.get(0) else { continue };
        if text[..all.start()].ends_with('@') {
            continue;
        }
        let host = ["host", "bare", "ip"].iter().find_map(|name| found.name(name)).map_or("", |host| host.as_str());
        let host = host.rsplit('@').next().unwrap_or(host);
        let host = host.split(':').next().unwrap_or(host).to_lowercase();
        let rest = ["rest", "path"].iter().find_map(|name| found.name(name)).map_or("", |rest| rest.as_str());
        let scheme = found.name("scheme").map_or("https", |scheme| scheme.as_str()).to_lowercase();
        // A link inside a link would lead on from the shop's own host to anywhere.
        let leads_on = rest.contains("//") || rest.to_lowercase().contains("%2f%2f") || rest.contains('@');
        if !backing.hosts.contains(&host) || leads_on || !matches!(scheme.as_str(), "http" | "https") {
            hold(all.as_str(), "a link that does not stay with the shop");
        }
    }
}
