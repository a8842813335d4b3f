//! Playing a pack's sample conversations. Who plays them stands above (the assistant); what is judged stands here.

use std::collections::BTreeSet;

use futures_util::future::BoxFuture;
use serde::Serialize;

use super::Pack;
use super::case::{Case, Turn};
use super::manifest::Expert;
use crate::error::Result;
use crate::protocol::HandoffReason;

/// Plays a case: everything that the buyer says, in order, on the case's own data.
pub trait Rehearsal: Send + Sync {
    /// One answer for each turn. After a handoff the rest may be left out.
    fn play<'a>(&'a self, pack: &'a Pack, case: &'a Case) -> BoxFuture<'a, Result<Vec<Answered>>>;

    /// The pack's own lines and answers that its guard would hold: in force, each would only send buyers to a person.
    fn held(&self, pack: &Pack) -> Vec<Failure>;
}

/// What came of one turn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answered {
    /// All that the buyer reads.
    pub text: String,
    pub called: BTreeSet<Expert>,
    /// Slots that were asked for.
    pub asked: BTreeSet<String>,
    pub handoff: Option<HandoffReason>,
}

/// How all cases went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    pub cases: usize,
    pub failures: Vec<Failure>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The case's name, or where the line stands.
    pub case: String,
    /// Which turn, or which of the lines there. Counts from 1.
    pub turn: usize,
    pub why: String,
}

/// Plays all cases of a pack, and looks for lines that could not be said.
pub async fn rehearse(pack: &Pack, rehearsal: &dyn Rehearsal) -> Result<Report> {
    let mut report = Report { cases: pack.cases.len(), failures: rehearsal.held(pack) };
    for case in &pack.cases {
        let answers = rehearsal.play(pack, case).await?;
        report.failures.extend(judge(case, &answers));
    }
    Ok(report)
}

/// What a case expects and did not get.
pub fn judge(case: &Case, answers: &[Answered]) -> Vec<Failure> {
    let mut failures = Vec::new();
    for (i, turn) in case.turn.iter().enumerate() {
        let whys = match answers.get(i) {
            Some(answer) => judge_turn(turn, answer),
            None => vec!["no answer".into()],
        };
        failures.extend(whys.into_iter().map(|why| Failure { case: case.name.as_str().into(), turn: i + 1, why }));
    }
    failures
}

fn judge_turn(turn: &Turn, answer: &Answered) -> Vec<String> {
    let mut whys = Vec::new();
    let text = answer.text.to_lowercase();
    let has = |part: &String| text.contains(&part.to_lowercase());
    whys.extend(turn.contains.iter().filter(|part| !has(part)).map(|part| format!("the answer lacks {part:?}")));
    if !turn.contains_any.is_empty() && !turn.contains_any.iter().any(has) {
        whys.push(format!("the answer has none of {:?}", turn.contains_any));
    }
    whys.extend(turn.lacks.iter().filter(|part| has(part)).map(|part| format!("the answer has {part:?}")));
    let not_called = turn.calls.iter().filter(|call| !answer.called.contains(call));
    whys.extend(not_called.map(|call| format!("{} was not called", call.word())));
    let not_asked = turn.asks.iter().filter(|slot| !answer.asked.contains(*slot));
    whys.extend(not_asked.map(|slot| format!("{slot} was not asked for")));
    match (turn.handoff, answer.handoff) {
        (Some(wanted), got) if got != Some(wanted) => {
            whys.push(format!("it should go to a person for {wanted:?}, not {got:?}"));
        }
        (None, Some(reason)) if turn.stays => whys.push(format!("it went to a person for {reason:?}")),
        _ => {}
    }
    whys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packs::built_in;

    /// Says what the built-in reply for a greeting is, whatever is asked.
    struct OneLine(&'static str);

    impl Rehearsal for OneLine {
        fn play<'a>(&'a self, _: &'a Pack, case: &'a Case) -> BoxFuture<'a, Result<Vec<Answered>>> {
            let answer = || Answered { text: self.0.into(), ..Answered::default() };
            Box::pin(async move { Ok(case.turn.iter().map(|_| answer()).collect()) })
        }

        fn held(&self, _: &Pack) -> Vec<Failure> {
            Vec::new()
        }
    }

    #[tokio::test]
    async fn an_assistant_that_only_greets_fails() {
        let pack = &built_in()["apparel"];
        let report = rehearse(pack, &OneLine("您好")).await.unwrap();
        assert_eq!(report.cases, pack.cases.len());
        let failed: BTreeSet<&str> = report.failures.iter().map(|f| f.case.as_str()).collect();
        assert!(failed.len() + 2 > report.cases, "{failed:?}");
    }

    #[test]
    fn each_expectation_is_judged() {
        let turn = |text: &str| {
            let case = format!("[[case]]\nname = \"x\"\n[[case.turn]]\nbuyer = \"b\"\n{text}\n");
            crate::packs::case::parse("cases/x.toml", &case, &Expert::ALL).unwrap().remove(0)
        };
        let answer = Answered {
            text: "建议 S 码，略宽松".into(),
            called: [Expert::RecommendSize].into(),
            asked: ["bust_cm".to_owned()].into(),
            handoff: None,
        };
        let person = Answered { handoff: Some(HandoffReason::Angry), ..answer.clone() };
        for (expected, answer, failures) in [
            ("contains = [\"s 码\", \"宽松\"]", &answer, 0),
            ("contains = [\"M\", \"L\"]", &answer, 2),
            ("contains_any = [\"M\", \"宽松\"]", &answer, 0),
            ("contains_any = [\"M\"]", &answer, 1),
            ("lacks = [\"胖\"]", &answer, 0),
            ("lacks = [\"宽松\"]", &answer, 1),
            ("calls = [\"recommend_size\"]", &answer, 0),
            ("calls = [\"offer_remedy\"]", &answer, 1),
            ("asks = [\"bust_cm\"]", &answer, 0),
            ("asks = [\"waist_cm\"]", &answer, 1),
            ("stays = true", &answer, 0),
            ("stays = true", &person, 1),
            ("handoff = \"angry\"", &person, 0),
            ("handoff = \"angry\"", &answer, 1),
            ("handoff = \"no_evidence\"", &person, 1),
        ] {
            assert_eq!(judge(&turn(expected), std::slice::from_ref(answer)).len(), failures, "{expected}");
        }
        assert_eq!(judge(&turn("stays = true"), &[])[0].why, "no answer");
    }
}
