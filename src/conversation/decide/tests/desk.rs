//! What people at the desk do, and who of those that wait they take first.

use super::*;

fn to_skill(id: &str, reason: &str) -> AgentCommand {
    AgentCommand::TransferToSkill { client_id: Some(id.into()), skill: "skin_consult".into(), reason: reason.into() }
}

#[test]
fn an_emergency_is_taken_before_all_others() {
    let waiting = vec![(31, 1), (20, 2), (13, 4), (9, 8), (3, 16), (0, 32)];
    for (reason, level, priority, position) in [
        (HandoffReason::SafetyInfant, Some("E0"), 33, 1),
        (HandoffReason::SafetyInfant, Some("E1"), 23, 2),
        (HandoffReason::SafetyAllergy, Some("E2"), 13, 8),
        (HandoffReason::HumanRequested, None, 3, 32),
    ] {
        let mut t = Try::new();
        t.waiting.clone_from(&waiting);
        t.buyer_writes("1", "在吗").expect("stored");
        let flag = |level: &str| DeskBody::Flag(Flag { kind: "safety".into(), level: Some(level.into()), text: None });
        let handover = Handover { notes: level.map(flag).into_iter().collect(), ..handover(reason) };
        let (hold, handover) = (t.hold(), Box::new(handover));
        let hand_off = AssistantCommand::HandOff { hold, handover, bill: Bill::default() };
        t.does(Command::Assistant(hand_off)).expect("handed off");
        let handoff = t.log.iter().find_map(|entry| match &entry.body {
            AnyBody::Public(PublicBody::Handoff(handoff)) => Some(handoff),
            _ => None,
        });
        assert_eq!(
            (t.c.priority, handoff.and_then(|h| h.queue_position)),
            (priority, Some(position)),
            "{reason:?} {level:?}"
        );
        // Wherever it is passed on to, it keeps its priority.
        t.agent("ann", AgentCommand::Claim).expect("claimed");
        let to_skill = to_skill("t", "发烧");
        t.agent("ann", to_skill).expect("queued again");
        assert_eq!(t.c.priority, priority);
        t.agent("bob", AgentCommand::Claim).expect("claimed");
        t.does(Command::Requeue { from: AgentId::from("bob") }).expect("queued again");
        assert_eq!((t.c.state, t.c.priority), (State::Queued, priority));
    }
}

#[test]
fn one_of_two_agents_gets_it() {
    let mut t = Try::new();
    t.buyer_writes("1", "有货吗").expect("stored");
    let hold = t.hold();
    t.agent("ann", AgentCommand::Claim).expect("claimed");
    assert!(t.c.turn.is_none(), "a turn that stays open comes back when she hands back");
    assert_eq!(t.ended[0].state, TurnState::Person);
    check_refused(t.agent("bob", AgentCommand::Claim), "taken");
    assert!(t.agent("ann", AgentCommand::Claim).expect("still hers").duplicate);
    check_refused(t.answers(hold, 1), "stale_turn");
    check_refused(t.agent("bob", agent_text("x")), "not_yours");
    assert_eq!(t.c.waiting_seq, Some(1), "the buyer still waits for words");
    t.agent("ann", agent_text("x")).expect("stored");
    assert_eq!((t.c.waiting_since, t.c.waiting_seq), (None, None));
}

#[test]
fn handing_back_gives_the_assistant_what_is_unanswered() {
    let mut t = Try::new();
    t.does(human("1")).expect("handed off");
    t.agent("ann", AgentCommand::Claim).expect("claimed");
    t.agent("ann", agent_text("x")).expect("stored");
    t.agent("ann", AgentCommand::Return { client_id: None, rules: RULES }).expect("handed back");
    assert_eq!((t.c.state, t.c.turn.is_none(), t.c.priority), (State::Assistant, true, 0));
    t.does(human("2")).expect("handed off again");
    t.agent("ann", AgentCommand::Claim).expect("claimed");
    t.buyer_writes("3", "几天到").expect("stored");
    t.agent("ann", AgentCommand::Return { client_id: None, rules: RULES }).expect("handed back");
    assert!(t.c.turn.is_some(), "the open question is the assistant's now");
}

#[test]
fn a_transfer_keeps_it_with_people() {
    let mut t = Try::new();
    t.does(human("1")).expect("handed off");
    t.agent("ann", AgentCommand::Claim).expect("claimed");
    let to_bob = AgentCommand::TransferToAgent {
        client_id: Some("t".into()),
        to: AgentId::from("bob"),
        name: "Bob".into(),
        reason: "过敏".into(),
    };
    let first = t.agent("ann", to_bob.clone()).expect("transferred");
    assert_eq!(t.agent("ann", to_bob).expect("acknowledged again"), Outcome { duplicate: true, ..first });
    check_refused(t.agent("ann", agent_text("x")), "not_yours");
    t.agent("bob", agent_text("y")).expect("stored");
    let to_skill = to_skill("u", "成分");
    let first = t.agent("bob", to_skill.clone()).expect("queued again");
    assert_eq!((t.c.state, t.c.skill.as_deref(), t.c.agent.is_none()), (State::Queued, Some("skin_consult"), true));
    assert_eq!(t.agent("bob", to_skill).expect("acknowledged again"), Outcome { duplicate: true, ..first });
    check_refused(t.agent("bob", self::to_skill("u", "别的")), "idempotency_conflict");
    t.agent("ann", AgentCommand::Claim).expect("claimed");
    let back = AgentCommand::Return { client_id: Some("v".into()), rules: RULES };
    let first = t.agent("ann", back.clone()).expect("handed back");
    assert_eq!(t.agent("ann", back).expect("acknowledged again"), Outcome { duplicate: true, ..first });
}

#[test]
fn only_who_has_it_or_who_leads_closes_it() {
    let (agent, leader) = (AgentCommand::Close { of_others: false }, AgentCommand::Close { of_others: true });
    for (claimed_by, closed_by, does, refused) in [
        (Some("ann"), "ann", &agent, None),
        (Some("ann"), "bob", &agent, Some("not_yours")),
        (Some("ann"), "bob", &leader, None),
        (None, "bob", &agent, None),
    ] {
        let mut t = Try::new();
        t.does(human("1")).expect("handed off");
        if let Some(who) = claimed_by {
            t.agent(who, AgentCommand::Claim).expect("claimed");
        }
        let closed = t.agent(closed_by, does.clone());
        assert_eq!(closed.err().map(|error| error.code()), refused, "{claimed_by:?} {closed_by} {does:?}");
        assert_eq!(t.c.state == State::Closed, refused.is_none());
    }
    let mut t = Try::new();
    t.buyer_writes("1", "在").expect("stored");
    t.agent("bob", agent).expect("the assistant has it, so nobody does");
}
