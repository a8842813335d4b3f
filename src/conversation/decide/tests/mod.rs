//! Every case of a decision, without a database.

mod desk;

use super::*;
use crate::conversation::{AgentCommand, AssistantCommand, BuyerCommand, Duty, Hold, Reply};
use crate::db::event::SentKey;
use crate::ids::AgentId;
use crate::protocol::HandoffReason;
use crate::protocol::event::{Brief, Flag};
use crate::spending::{Bill, Tokens};

const RULES: TurnRules = TurnRules { burst_ms: 1_200, burst_max_ms: 4_000, deadline_ms: 15_000 };

/// A conversation that commands are tried on, one after the other, a second apart.
struct Try {
    c: Conversation,
    now: Millis,
    log: Vec<Entry>,
    ended: Vec<Turn>,
    /// The card that commands are about.
    card: Option<Held>,
    charges: Vec<Charged>,
    /// Who waits already: priority and how many.
    waiting: Vec<(i64, i64)>,
}

impl Try {
    fn new() -> Self {
        let c = Conversation { id: "c_1".into(), buyer_signed: true, vip_level: 3, ..Conversation::blank() };
        let (log, ended, charges) = (Vec::new(), Vec::new(), Vec::new());
        Self { c, now: 1_000_000, log, ended, card: None, charges, waiting: vec![(0, 2)] }
    }

    fn does(&mut self, command: Command) -> Result<Outcome> {
        self.now += 1_000;
        let sent = client_id(&command).and_then(|id| self.log.iter().find(|e| e.client_id.as_ref() == Some(id)));
        let sent = sent.map(|e| Sent {
            key: SentKey { conversation: e.conversation.clone(), author: String::new(), client_id: String::new() },
            seq: e.seq,
            at: e.at,
            body: e.body.clone(),
        });
        let node = NodeId::from("n_1");
        let facts =
            Facts { now: self.now, node: &node, waiting: &self.waiting, sent: sent.as_ref(), card: self.card.as_ref() };
        let mut change = Change::new(self.c.clone());
        let outcome = decide(&mut change, &command, &facts)?;
        self.c = change.conversation;
        self.log.extend(change.entries);
        self.ended.extend(change.ended);
        self.charges.extend(change.charges);
        Ok(outcome)
    }

    fn buyer_writes(&mut self, id: &str, text: &str) -> Result<Outcome> {
        self.does(send(id, text))
    }

    fn agent(&mut self, who: &str, does: AgentCommand) -> Result<Outcome> {
        self.does(Command::Agent { agent: AgentId::from(who), name: who.to_owned(), does })
    }

    fn hold(&self) -> Hold {
        let turn = self.c.turn.as_ref().expect("an answer is owed");
        Hold { turn: turn.id.clone(), attempt: turn.attempt }
    }

    fn answers(&mut self, hold: Hold, covers: i64) -> Result<Outcome> {
        let reply = Reply { text: "好的".into(), ..Reply::default() };
        let answer =
            AssistantCommand::Answer { hold, covers, reply, notes: vec![], bill: Bill::default(), rules: RULES };
        self.does(Command::Assistant(answer))
    }

    #[track_caller]
    fn check_log(&self, expected: &[(&str, i64)]) {
        let got: Vec<_> = self.log.iter().map(|e| (crate::db::event::kind_of(&e.body), e.prev_public)).collect();
        assert_eq!(got, expected);
        for (i, entry) in self.log.iter().enumerate() {
            assert_eq!(entry.seq, i as i64 + 1, "numbered without gaps");
        }
    }
}

fn send(id: &str, text: &str) -> Command {
    Command::Buyer(BuyerCommand::Send {
        client_id: id.into(),
        text: text.into(),
        attachments: vec![],
        chose: None,
        locale: None,
        rules: RULES,
    })
}

fn handover(reason: HandoffReason) -> Handover {
    let duty = Duty { opens_at: None, zone: "Asia/Shanghai".into() };
    Handover { reason, skill: None, words: None, notes: vec![], stamp: None, brief: Brief::default(), duty }
}

fn human(id: &str) -> Command {
    let handover = Box::new(handover(HandoffReason::HumanRequested));
    Command::Buyer(BuyerCommand::Human { client_id: id.into(), handover })
}

fn client_id(command: &Command) -> Option<&String> {
    match command {
        Command::Buyer(
            BuyerCommand::Send { client_id, .. }
            | BuyerCommand::Human { client_id, .. }
            | BuyerCommand::Rate { client_id, .. },
        )
        | Command::Agent { does: AgentCommand::Send { client_id, .. }, .. } => Some(client_id),
        Command::Agent {
            does:
                AgentCommand::Return { client_id, .. }
                | AgentCommand::TransferToAgent { client_id, .. }
                | AgentCommand::TransferToSkill { client_id, .. },
            ..
        } => client_id.as_ref(),
        _ => None,
    }
}

#[track_caller]
fn check_refused(result: Result<Outcome>, code: &str) {
    assert_eq!(result.expect_err("it must be refused").code(), code);
}

fn agent_text(id: &str) -> AgentCommand {
    AgentCommand::Send { client_id: id.into(), text: "我来处理".into(), origin: Origin::Human, draft: None }
}

#[test]
fn a_message_and_the_turn_it_causes_are_one_change() {
    let mut t = Try::new();
    let outcome = t.buyer_writes("1", "有货吗").expect("stored");
    assert_eq!((outcome.seq, outcome.duplicate), (1, false));
    let turn = t.c.turn.as_ref().expect("an answer is owed");
    assert_eq!((turn.due_at - t.now, turn.deadline_at - t.now, turn.covers()), (1_200, 15_000, 1));
}

#[test]
fn a_burst_is_one_turn_and_does_not_wait_forever() {
    let mut t = Try::new();
    let begun = t.now + 1_000;
    for id in ["1", "2", "3", "4", "5", "6"] {
        t.buyer_writes(id, "在吗").expect("stored");
    }
    let turn = t.c.turn.as_ref().expect("an answer is owed");
    assert_eq!((turn.asked.len(), turn.due_at - begun, turn.deadline_at - begun), (6, 4_000, 15_000));
}

#[test]
fn the_same_id_is_the_same_event_and_other_words_are_refused() {
    let mut t = Try::new();
    let first = t.buyer_writes("1", "有货吗").expect("stored");
    let again = t.buyer_writes("1", "有货吗").expect("acknowledged again");
    assert_eq!(again, Outcome { duplicate: true, ..first });
    check_refused(t.buyer_writes("1", "没货吗"), "idempotency_conflict");
    assert_eq!(t.log.len(), 1);
}

#[test]
fn an_answer_closes_its_turn_once() {
    let mut t = Try::new();
    t.buyer_writes("1", "有货吗").expect("stored");
    let hold = t.hold();
    let answer = t.answers(hold.clone(), 1).expect("stored");
    assert_eq!(t.ended[0].state, TurnState::Answered);
    assert_eq!(t.ended[0].answer_seq, Some(answer.seq));
    assert!(t.c.introduced);
    check_refused(t.answers(hold, 1), "stale_turn");
    t.check_log(&[("message", 0), ("message", 1)]);
}

#[test]
fn what_came_while_an_answer_was_written_is_owed_the_next() {
    let mut t = Try::new();
    t.buyer_writes("1", "有货吗").expect("stored");
    t.buyer_writes("2", "几天到").expect("stored");
    let asked_at = t.now;
    let hold = t.hold();
    t.answers(hold.clone(), 1).expect("stored");
    let next = t.c.turn.as_ref().expect("the second message is owed an answer");
    assert_ne!(next.id, hold.turn);
    assert_eq!((next.asked.as_slice(), next.asked_at), ([(2, asked_at)].as_slice(), asked_at));
    assert_eq!(next.deadline_at, asked_at + RULES.deadline_ms, "its time runs since it was written");
}

#[test]
fn a_turn_that_was_taken_up_again_shuts_out_who_had_it_before() {
    let mut t = Try::new();
    t.buyer_writes("1", "有货吗").expect("stored");
    let old = t.hold();
    let take = |turn| Command::Assistant(AssistantCommand::Take { turn, node: NodeId::from("n_2") });
    check_refused(t.does(take(old.turn.clone())), "stale_turn");
    t.now += 20_000;
    t.does(take(old.turn.clone())).expect("its lease has run out");
    check_refused(t.does(take(old.turn.clone())), "stale_turn");
    check_refused(t.answers(old, 1), "stale_turn");
    let hold = t.hold();
    t.answers(hold, 1).expect("the new holder answers");
}

#[test]
fn a_handoff_is_one_step_and_silences_the_assistant() {
    let mut t = Try::new();
    t.buyer_writes("1", "转人工").expect("stored");
    let hold = t.hold();
    t.does(human("2")).expect("handed off");
    t.check_log(&[("message", 0), ("handoff", 1), ("message", 2), ("brief", 3)]);
    assert_eq!((t.c.state, t.c.priority, t.c.turn.is_none()), (State::Queued, 3, true));
    assert_eq!((t.c.waiting_seq, t.c.last_public), (Some(1), 3));
    assert_eq!(t.ended[0].state, TurnState::HandedOff);
    check_refused(t.answers(hold, 1), "stale_turn");
    assert!(t.does(human("3")).expect("acknowledged").duplicate, "pressing twice keeps the one place");
    assert!(t.does(human("2")).expect("acknowledged").duplicate);
    t.buyer_writes("4", "快点").expect("stored");
    assert!(t.c.turn.is_none(), "the assistant owes nothing while people have it");
}

#[test]
fn notes_leave_the_buyers_numbers_alone() {
    let mut t = Try::new();
    t.buyer_writes("1", "在").expect("stored");
    let note = AgentCommand::Note { client_id: None, text: "老客户".into() };
    t.agent("ann", note).expect("stored");
    assert_eq!((t.c.last_seq, t.c.last_public), (2, 1));
    t.buyer_writes("2", "在").expect("stored");
    assert_eq!(t.log[2].prev_public, 1, "the buyer's reader sees no hole where the note is");
}

#[test]
fn a_closed_conversation_takes_a_rating_and_nothing_else() {
    let mut t = Try::new();
    t.buyer_writes("1", "在").expect("stored");
    t.agent("ann", AgentCommand::Claim).expect("claimed");
    t.agent("ann", AgentCommand::Close { of_others: false }).expect("closed");
    check_refused(t.buyer_writes("2", "在"), "conversation_closed");
    check_refused(t.does(human("3")), "conversation_closed");
    check_refused(t.agent("ann", AgentCommand::Claim), "conversation_closed");
    let rate = |id: &str, stars| Command::Buyer(BuyerCommand::Rate { client_id: id.into(), stars, comment: None });
    t.does(rate("4", 5)).expect("rated");
    assert!(t.does(rate("4", 5)).expect("acknowledged again").duplicate);
    check_refused(t.does(rate("5", 1)), "already_rated");
}

#[test]
fn a_clock_set_back_makes_no_answer_older_than_its_question() {
    let mut t = Try::new();
    t.buyer_writes("1", "在").expect("stored");
    t.now -= 3_600_000;
    let hold = t.hold();
    t.answers(hold, 1).expect("stored");
    assert!(t.log[1].at >= t.log[0].at);
    assert!(t.ended[0].ended_at >= Some(t.ended[0].asked_at));
}

#[test]
fn the_desk_learns_what_the_assistant_did_before_its_outcome() {
    let mut t = Try::new();
    t.buyer_writes("a", "脸上起疹子了").unwrap();
    let flag = DeskBody::Flag(Flag { kind: "safety".into(), level: Some("E1".into()), text: None });
    let handover = Handover {
        skill: Some("skin_consult".into()),
        words: Some("请先停用。".into()),
        notes: vec![flag],
        ..handover(HandoffReason::SafetyAllergy)
    };
    let hold = t.hold();
    t.does(Command::Assistant(AssistantCommand::HandOff { hold, handover: Box::new(handover), bill: Bill::default() }))
        .unwrap();
    t.check_log(&[("message", 0), ("flag", 1), ("handoff", 1), ("message", 3), ("brief", 4)]);
    assert_eq!(t.c.skill.as_deref(), Some("skin_consult"));
    // One line: what to do now, and that a person comes.
    let line = t.log[3].message().unwrap();
    assert!(line.text.starts_with("请先停用。\n") && line.text.contains("人工"), "{}", line.text);
}

#[test]
fn what_models_cost_is_on_the_conversations_account_and_the_stores() {
    let mut t = Try::new();
    let mut bill = Bill::of("2026-11-23".into());
    bill.add("small", Tokens { prompt: 100, cached: 0, completion: 20 }, 7, false);
    bill.add("small", Tokens { prompt: 50, cached: 40, completion: 10 }, 3, true);
    for (spent, does) in [("once", 1), ("twice", 2)] {
        t.does(Command::Assistant(AssistantCommand::Spend { bill: bill.clone() })).unwrap();
        assert_eq!((t.c.spent.tokens, t.c.spent.micros), (180 * does, 10 * does), "{spent}");
    }
    assert_eq!(t.charges.len(), 2);
    let charge = &t.charges[0].charge;
    assert_eq!((charge.turns, charge.requests, charge.estimated, charge.cached_tokens), (1, 2, 1, 40));
    assert_eq!((t.charges[0].store.as_str(), t.charges[0].day.as_str()), ("demo", "2026-11-23"));
    t.check_log(&[]);
}
