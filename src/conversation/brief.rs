//! What an agent gets at a hand-over, read off the conversation itself, so that nothing is asked twice.

use crate::db::conversation::Conversation;
use crate::db::event::Entry;
use crate::locale::Locale;
use crate::protocol::AuthorKind;
use crate::protocol::event::Brief;

/// How many of the buyer's last messages stand for what the buyer wants.
const WANTS: usize = 3;
/// A message is cut to this many characters.
const CUT: usize = 120;

/// Builds the brief from the log's end.
pub fn of<'e>(conversation: &Conversation, entries: impl DoubleEndedIterator<Item = &'e Entry> + Clone) -> Brief {
    let said = |who: AuthorKind, limit: usize| {
        let mut lines: Vec<String> = entries
            .clone()
            .rev()
            .filter(|e| e.author.kind == who)
            .filter_map(|e| Some(e.message()?.text.chars().take(CUT).collect()))
            .take(limit)
            .collect();
        lines.reverse();
        lines
    };
    let evidence = entries.clone().filter_map(Entry::message).flat_map(|m| m.evidence.iter().cloned()).collect();
    let wants = said(AuthorKind::Buyer, WANTS).join(" / ");
    Brief {
        who: who(conversation),
        first_sentence: first_sentence(conversation, &wants),
        wants,
        tried: said(AuthorKind::Assistant, WANTS),
        evidence,
        ..Brief::default()
    }
}

fn who(c: &Conversation) -> String {
    let name = c.buyer_name.as_deref().unwrap_or("访客");
    let vip = if c.vip_level > 0 { format!("，VIP {}", c.vip_level) } else { String::new() };
    let sku = c.context.sku.as_deref().map(|s| format!("，正在看 {s}")).unwrap_or_default();
    let order = c.context.order_id.as_deref().map(|o| format!("，订单 {o}")).unwrap_or_default();
    format!("{name}{vip}{sku}{order}")
}

/// Something that the agent can send as it stands.
fn first_sentence(c: &Conversation, wants: &str) -> String {
    let asked: String = wants.rsplit(" / ").next().unwrap_or_default().chars().take(30).collect();
    match (c.locale, asked.is_empty()) {
        (Locale::En, true) => "Hello, I'm with you now. How can I help?".into(),
        (Locale::En, false) => format!("Hello, I'm with you now and have read what you wrote about “{asked}”."),
        (Locale::Hant, true) => "您好，我是真人客服，請問有什麼可以幫您？".into(),
        (Locale::Hant, false) => format!("您好，我是真人客服，您說的「{asked}」我已經看到了，這就為您處理。"),
        (Locale::Hans, true) => "您好，我是人工客服，请问有什么可以帮您？".into(),
        (Locale::Hans, false) => format!("您好，我是人工客服，您说的「{asked}」我已经看到了，这就为您处理。"),
    }
}
