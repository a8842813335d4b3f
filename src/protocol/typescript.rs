//! Makes the pages' types from ours. The test says when they are old, and how to renew them.

use std::fmt::Write;
use std::path::Path;

use ts_rs::{Config, TS};

use super::{Problem, buyer, card, desk, event, rest, transcript};
use crate::ids;

const HEAD: &str = "// Generated from src/protocol/*.rs by ts-rs; to renew it: UPDATE=1 cargo test typescript\n";

/// The wire's types as TypeScript, in the order of the protocol's files.
fn render() -> String {
    let config = Config::default().with_large_int("number");
    let mut text = String::from(HEAD);
    macro_rules! declare {
        ($($type:ty),* $(,)?) => {
            $(
                let docs = <$type>::docs().unwrap_or_default();
                write!(text, "\n{docs}export {}\n", <$type>::decl(&config)).expect("a string grows");
            )*
        };
    }
    declare![ids::StoreId, ids::BuyerId, ids::AgentId, ids::ConversationId, ids::TurnId, Problem];
    declare![event::State, event::Author, event::AuthorKind, event::Origin, event::HandoffReason];
    declare![event::PublicBody, event::DeskBody, event::Message];
    declare![card::Card, card::CardRow, card::Choice, card::Chose, card::Settled, card::CardState];
    declare![card::OfferedFor, card::OfferMade, card::OfferAnswered];
    declare![card::SizeTable, card::SizeColumn, card::SizeZone];
    declare![event::Attachment, event::Handoff, event::Rated, event::Note, event::Tool, event::Brief];
    declare![event::Transfer, event::Flag, event::Draft];
    declare![buyer::BuyerSays, buyer::Hello, buyer::Context, buyer::Send, buyer::Choose, buyer::Read, buyer::Human];
    declare![buyer::Rate, buyer::TellBuyer, buyer::Welcome, buyer::Ack, buyer::BuyerEvent, buyer::Delta];
    declare![buyer::QueuePlace];
    declare![desk::DeskSays, desk::Hello, desk::Presence, desk::SetStatus, desk::Watch, desk::About, desk::Send];
    declare![desk::NoteText, desk::Read, desk::TransferTo, desk::TellDesk, desk::Welcome, desk::Role, desk::Queue];
    declare![desk::QueueItem, desk::Person, desk::Skill, desk::Assigned, desk::Watched, desk::DeskEvent];
    declare![desk::AnyBody, desk::Delta, desk::Ack];
    declare![rest::NewVisitor, rest::Visitor, rest::SignIn, rest::SignedIn, rest::Page<rest::RowError>];
    declare![rest::ConversationSummary, rest::LoggedEvent, rest::Imported, rest::RowError, rest::ProductCard];
    declare![rest::Spending, rest::SpentToday, rest::SpentOn, rest::Stamp];
    declare![transcript::TurnPrompt, transcript::PromptEnd, transcript::PromptMessage, transcript::PromptCall];
    declare![transcript::PromptRequest];
    text.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the one switch of a test")]
fn typescript_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/protocol/src/types.ts");
    let rendered = render();
    if std::env::var("UPDATE").is_ok() {
        std::fs::write(&path, &rendered).expect("types.ts can be written");
        return;
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(there == rendered, "web/protocol/src/types.ts is old; renew it: UPDATE=1 cargo test typescript");
}
