//! What an agent gets at a hand-over, read off the conversation itself, so that nothing is asked twice.

use super::{Handover, urgency};
use crate::db::conversation::Conversation;
use crate::db::event::Entry;
use crate::locale::Locale;
use crate::profiles::Ledger;
use crate::profiles::asking::Questions;
use crate::protocol::event::Brief;
use crate::protocol::{AuthorKind, HandoffReason};

/// How many of the buyer's last messages stand for what the buyer wants.
const WANTS: usize = 3;
/// A message is cut to this many characters.
const CUT: usize = 120;

/// What the opening line says again of the buyer's words, in characters.
const SAID_BACK: usize = 30;

/// Builds the brief from the log's end. `is_bare` tells messages that name no matter, "hello" or "a person please":
/// nobody wants to hear that they were read.
pub fn of<'e>(
    conversation: &Conversation,
    entries: impl DoubleEndedIterator<Item = &'e Entry> + Clone,
    is_bare: impl Fn(&str) -> bool,
) -> Brief {
    let said = |who: AuthorKind, limit: usize| {
        let mut lines: Vec<String> = entries
            .clone()
            .rev()
            .filter(|e| e.author.kind == who)
            .filter_map(|e| Some(cut(&e.message()?.text, CUT)))
            .take(limit)
            .collect();
        lines.reverse();
        lines
    };
    let evidence = entries.clone().filter_map(Entry::message).flat_map(|m| m.evidence.iter().cloned()).collect();
    let wants = said(AuthorKind::Buyer, WANTS);
    let matter = wants.iter().rev().find(|said| !is_bare(said)).map_or("", String::as_str);
    Brief {
        who: who(conversation),
        first_sentence: first_sentence(conversation, &cut(matter, SAID_BACK)),
        wants: wants.join(" / "),
        tried: said(AuthorKind::Assistant, WANTS),
        evidence,
        ..Brief::default()
    }
}

/// What is known of the buyer's people, and need not be asked again.
pub fn slots(ledger: &Ledger) -> Vec<String> {
    let known = ledger.entries().iter().filter(|entry| entry.superseded_by.is_none() && !entry.sureness.asks());
    known.map(|entry| Questions::of(Locale::Hans).known(entry)).collect()
}

/// What the hand-over itself says: how dangerous it is, and in which mood the buyer is.
pub fn with_reason(brief: &Brief, handover: &Handover) -> Brief {
    Brief { mood: mood(handover.reason).into(), risk: risk(handover), ..brief.clone() }
}

fn mood(reason: HandoffReason) -> &'static str {
    if reason == HandoffReason::Angry { "情绪激动，对店铺不满" } else { "" }
}

/// Of what kind, and how high: the level of the gravest red flag.
fn risk(handover: &Handover) -> String {
    let level = urgency::gravest(&handover.notes).and_then(|flag| flag.level.as_deref());
    let kind = match handover.reason {
        HandoffReason::SafetyAllergy => "过敏或不良反应",
        HandoffReason::SafetyInfant => "婴幼儿健康",
        HandoffReason::SafetyPet => "宠物健康",
        _ if level.is_some() => "人身安全",
        _ => return String::new(),
    };
    match level {
        Some("E0") => format!("{kind}：E0 紧急，应立即就医"),
        Some("E1") => format!("{kind}：E1 应停用并当天就医"),
        Some("E2") => format!("{kind}：E2 须由人工处理"),
        Some(level) => format!("{kind}：{level} 须谨慎"),
        None => kind.into(),
    }
}

fn who(c: &Conversation) -> String {
    let name = c.buyer_name.as_deref().unwrap_or("访客");
    let vip = if c.vip_level > 0 { format!("，VIP {}", c.vip_level) } else { String::new() };
    let sku = c.context.sku.as_deref().map(|s| format!("，正在看 {s}")).unwrap_or_default();
    let order = c.context.order_id.as_deref().map(|o| format!("，订单 {o}")).unwrap_or_default();
    format!("{name}{vip}{sku}{order}")
}

/// So many characters of a text, and a mark where there are more.
fn cut(text: &str, most: usize) -> String {
    let mut start: String = text.chars().take(most).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    start
}

/// Something that the agent can send as it stands.
fn first_sentence(c: &Conversation, asked: &str) -> String {
    match (c.locale, asked.is_empty()) {
        (Locale::En, true) => "Hello, I'm with you now. How can I help?".into(),
        (Locale::En, false) => format!("Hello, I'm with you now and have read what you wrote about “{asked}”."),
        (Locale::Hant, true) => "您好，我是真人客服，請問有什麼可以幫您？".into(),
        (Locale::Hant, false) => format!("您好，我是真人客服，您說的「{asked}」我已經看到了，這就為您處理。"),
        (Locale::Hans, true) => "您好，我是人工客服，请问有什么可以帮您？".into(),
        (Locale::Hans, false) => format!("您好，我是人工客服，您说的「{asked}」我已经看到了，这就为您处理。"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::Duty;
    use crate::protocol::DeskBody;
    use crate::protocol::event::Flag;

    #[test]
    fn an_agent_reads_how_dangerous_it_is_and_who_is_angry() {
        use HandoffReason::{Angry, HumanRequested, Policy, SafetyAllergy, SafetyInfant, SafetyPet};
        for (reason, level, mood, risk) in [
            (SafetyInfant, Some("E0"), "", "婴幼儿健康：E0 紧急，应立即就医"),
            (SafetyAllergy, Some("E1"), "", "过敏或不良反应：E1 应停用并当天就医"),
            (SafetyPet, Some("E2"), "", "宠物健康：E2 须由人工处理"),
            (SafetyPet, None, "", "宠物健康"),
            (Policy, Some("E0"), "", "人身安全：E0 紧急，应立即就医"),
            (HumanRequested, Some("E3"), "", "人身安全：E3 须谨慎"),
            (Angry, None, "情绪激动，对店铺不满", ""),
            (HumanRequested, None, "", ""),
        ] {
            let flag = |level: &str| Flag { kind: "safety".into(), level: Some(level.into()), text: None };
            let handover = Handover {
                reason,
                skill: None,
                words: None,
                notes: level.map(flag).map(DeskBody::Flag).into_iter().collect(),
                stamp: None,
                brief: Brief { wants: "转人工".into(), ..Brief::default() },
                duty: Duty { opens_at: None, zone: String::new() },
            };
            let brief = with_reason(&handover.brief, &handover);
            assert_eq!((brief.mood.as_str(), brief.risk.as_str()), (mood, risk), "{reason:?} {level:?}");
            assert_eq!(brief.wants, "转人工");
        }
    }
}
