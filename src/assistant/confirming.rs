//! Asks the buyer before an act: the card, and what is written down with it. Pure.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::clock::Millis;
use crate::connections::ToolSpec;
use crate::conversation::{CardLines, YES};
use crate::db::confirmation::Confirmation;
use crate::db::conversation::Conversation;
use crate::ids::TurnId;
use crate::locale::Locale;
use crate::protocol::card::{Card, CardRow, CardState, Choice};

/// How much of a tool's description and of one argument stands on the card, in characters.
const WHAT: usize = 80;
const LABEL: usize = 24;
const VALUE: usize = 200;

/// What a card asks, and for how long.
pub(super) struct Wish<'a> {
    pub tool: &'a ToolSpec,
    /// As the model gave them; they fit the tool's schema.
    pub arguments: &'a Value,
    pub turn: &'a TurnId,
    pub locale: Locale,
    pub now: Millis,
    /// How long the buyer may take, in seconds.
    pub lasts_s: i64,
}

/// The same wish in the same turn is the same card, however often a model has it.
pub(super) fn ask(wish: &Wish<'_>, conversation: &Conversation) -> (Card, Confirmation) {
    let lines = &CardLines::of(wish.locale).confirm;
    let what = first_sentence(&wish.tool.description, &wish.tool.full_name);
    let expires_at = wish.now + wish.lasts_s * 1_000;
    let id = id_of(wish);
    let choice = |id: &str, label: &str| Choice { id: id.into(), label: label.into() };
    let card = Card {
        id: id.clone(),
        kind: "confirm".into(),
        title: Some(lines.title(&what)),
        text: Some(lines.text.clone()),
        rows: rows(wish),
        choices: vec![choice(YES, &lines.yes), choice("no", &lines.no)],
        expires_at: Some(expires_at),
        ..Card::default()
    };
    let asked = Confirmation {
        id,
        store: conversation.store.clone(),
        conversation: conversation.id.clone(),
        buyer: conversation.buyer.clone(),
        tool: wish.tool.full_name.clone(),
        what,
        arguments: wish.arguments.to_string(),
        state: CardState::Open,
        created_at: wish.now,
        expires_at,
        answered_at: None,
        answered_seq: None,
        result: None,
    };
    (card, asked)
}

fn id_of(wish: &Wish<'_>) -> String {
    let whole = format!("{}\n{}\n{}", wish.turn, wish.tool.full_name, wish.arguments);
    let hash: String = Sha256::digest(whole.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("k_{hash}")
}

/// What a tool does, in its merchant's words.
fn first_sentence(description: &str, name: &str) -> String {
    let text = description.trim();
    let end = text.char_indices().find(|(at, c)| match c {
        '。' | '！' | '；' | '\n' | ';' => true,
        '.' => text[at + 1..].chars().next().is_none_or(char::is_whitespace),
        _ => false,
    });
    let sentence = end.map_or(text, |(at, _)| &text[..at]);
    let sentence = if sentence.is_empty() { name } else { sentence };
    cut(sentence, WHAT)
}

/// The arguments by the names that the merchant's schema gives them.
fn rows(wish: &Wish<'_>) -> Vec<CardRow> {
    let Some(given) = wish.arguments.as_object() else { return Vec::new() };
    let schema: Value = serde_json::from_str(wish.tool.schema.get()).unwrap_or_default();
    let empty = Map::new();
    let known = schema["properties"].as_object().unwrap_or(&empty);
    let shown = given.iter().filter(|(_, value)| !value.is_null());
    let rows = shown.map(|(name, value)| {
        let own = known.get(name);
        let said = |key: &str| own.and_then(|own| own[key].as_str()).map(str::trim).filter(|text| !text.is_empty());
        let label = said("title").or_else(|| said("description")).unwrap_or(name);
        CardRow { label: cut(label, LABEL), value: cut(&plain(value, wish.locale), VALUE) }
    });
    rows.collect()
}

fn plain(value: &Value, locale: Locale) -> String {
    let lines = &CardLines::of(locale).confirm;
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => lines.is_true.clone(),
        Value::Bool(false) => lines.is_false.clone(),
        Value::Array(items) => items.iter().map(|item| plain(item, locale)).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{name}: {}", plain(value, locale)));
            fields.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

fn cut(text: &str, most: usize) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().count() <= most {
        return text;
    }
    let mut short: String = text.chars().take(most - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json::value::to_raw_value;

    use super::*;

    fn tool() -> ToolSpec {
        let schema = json!({"type": "object", "properties": {
            "order_id": {"type": "string", "title": "订单号"},
            "gift": {"type": "boolean", "description": "是否礼品"}, "note": {"type": "string"}}});
        ToolSpec {
            full_name: "erp__cancel".into(),
            description: "取消订单。只能取消没有发货的。".into(),
            schema: to_raw_value(&schema).unwrap(),
            needs_confirmation: true,
            read_only: false,
            connection: "erp".into(),
        }
    }

    fn wish<'a>(tool: &'a ToolSpec, arguments: &'a Value, turn: &'a TurnId) -> Wish<'a> {
        Wish { tool, arguments, turn, locale: Locale::Hans, now: 1_000, lasts_s: 900 }
    }

    #[test]
    fn the_card_says_what_will_be_done_in_plain_words() {
        let (tool, turn) = (tool(), TurnId::from("t_1"));
        let arguments = json!({"order_id": "A1", "gift": true, "note": null});
        let wish = wish(&tool, &arguments, &turn);
        assert_eq!(first_sentence(&tool.description, "x"), "取消订单");
        assert_eq!(first_sentence("Cancel v1.2 orders. Only some", "x"), "Cancel v1.2 orders");
        assert_eq!(first_sentence("", "erp__x"), "erp__x");
        let shown: Vec<(String, String)> = rows(&wish).into_iter().map(|row| (row.label, row.value)).collect();
        assert_eq!(shown, [("是否礼品".into(), "是".into()), ("订单号".into(), "A1".into())]);
    }

    #[test]
    fn the_same_wish_is_the_same_card() {
        let (tool, turn, other) = (tool(), TurnId::from("t_1"), TurnId::from("t_2"));
        let (a, b) = (json!({"order_id": "A1"}), json!({"order_id": "A2"}));
        assert_eq!(id_of(&wish(&tool, &a, &turn)), id_of(&wish(&tool, &a, &turn)));
        assert_ne!(id_of(&wish(&tool, &a, &turn)), id_of(&wish(&tool, &b, &turn)));
        assert_ne!(id_of(&wish(&tool, &a, &turn)), id_of(&wish(&tool, &a, &other)));
    }

    #[test]
    fn long_and_hidden_text_is_cut() {
        assert_eq!(cut(&"长".repeat(300), 5), "长长长长…");
        assert_eq!(cut("a\u{7}b", 5), "a b");
    }
}
