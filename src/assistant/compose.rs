//! What to say: heeds what must be heeded, then asks the model, or answers without one.

use std::borrow::Cow;

use super::Assistant;
use super::asking::{Asking, Said, Spoken};
use super::builtin::experts::{self, Told};
use super::builtin::{self, Say};
use super::heed::{self, Alarm, Asked};
use super::library::Passage;
use super::model::{Message, Model};
use super::prompt;
use super::subject::{Subject, baby_months, backing, buyers, canary, first, heard_of_formula, known_slots, question};
use super::toolbox::{Called, Kept, Toolbox};
use super::verdicts::Noted;
use super::work::{Ending, Handing, Job, RECENT};
use crate::connections::ToolSpec;
use crate::conversation::{Lines, Reply};
use crate::db::turn::Turn;
use crate::error::Result;
use crate::experts::claims;
use crate::experts::safety::{self, SafetyContext};
use crate::live::{Logged, Seat};
use crate::locale::Locale;
use crate::packs::{Facts, Mode, Pack};
use crate::poison;
use crate::policy::TimeOfDay;
use crate::profiles::Ledger;
use crate::protocol::event::{Draft, Tool};
use crate::protocol::rest::Stamp;
use crate::protocol::{AuthorKind, DeskBody, HandoffReason};

impl Assistant {
    /// Whether the newest words cannot wait for the end of the burst.
    pub(super) async fn is_urgent(&self, seat: &Seat, turn: &Turn, job: &Job<'_>) -> Result<bool> {
        let c = job.conversation;
        let entries = seat.last(&self.shared.db, &c.store, RECENT).await?;
        let question = question(&entries, first(turn), turn.covers());
        let known = SafetyContext { baby_months: &[], category: &job.settings.store.industry };
        Ok(heed::red_flag(&question, c.locale, &known).is_some())
    }

    pub(super) async fn compose(&self, seat: &mut Seat, turn: &Turn, job: &Job<'_>) -> Result<Ending> {
        let (c, shared) = (job.conversation, &*self.shared);
        let entries = seat.last(&shared.db, &c.store, RECENT).await?;
        let (asked_from, covers) = (first(turn), turn.covers());
        let question = question(&entries, asked_from, covers);
        poison::taste("turn", &question);
        // The newest state says in which language to speak, and whether the buyer knows that this is an AI.
        let at_hand = seat.conversation();
        let now = at_hand.as_deref().unwrap_or(c);
        let shelf = shared.library.shelf(&shared.db, &c.store, job.settings.store.version).await?;
        let category = c.context.sku.as_deref().and_then(|sku| shelf.category(sku));
        let pack = shared.packs.in_force(&job.settings.store, category).await?;
        let messages: Vec<(i64, &str)> = buyers(&entries, asked_from, covers).collect();
        let (ledger, facts) = shared.memory.hear(&shared.db, &c.store, &c.id, &messages, now.locale).await?;
        let acted = self.act(job, turn, &entries).await?;
        if self.current(seat, turn).is_none() {
            return Ok(Ending::Gone);
        }
        if let Some(alarm) = alarm(&entries, (asked_from, &question), now.locale, &pack, category, &ledger) {
            let mut ending = over(alarm, &pack, &ledger);
            if let (Ending::HandOff(handing), Some(acted)) = (&mut ending, &acted) {
                handing.words = Some(
                    [Some(acted.line.clone()), handing.words.take()]
                        .into_iter()
                        .flatten()
                        .collect::<Vec<_>>()
                        .join("\n"),
                );
            }
            return Ok(ending);
        }
        if let Some(acted) = acted.as_ref().filter(|acted| acted.needs_person()) {
            let handing = Handing { words: Some(acted.line.clone()), ..HandoffReason::Policy.into() };
            return Ok(Ending::HandOff(Box::new(Handing { slots: known_slots(&ledger), ..handing })));
        }
        let introduction = if now.introduced { "" } else { Lines::of(now.locale).introduction.as_str() };
        let subject = Subject {
            entries: &entries,
            asked_from,
            covers,
            question: &question,
            locale: now.locale,
            introduction,
            category,
            pack: &pack,
            shelf: &shelf,
            passages: shelf.look_up(&question),
            on_page: c.context.sku.as_deref().and_then(|sku| shelf.product(sku)),
            facts: &facts,
            acted: acted.as_ref(),
            baby_months: baby_months(&ledger),
        };
        let slots = known_slots(&ledger);
        let noted = match subject.acted {
            None => self.hear_verdict(job, turn, &subject, &ledger).await?,
            Some(_) => None,
        };
        let mut heard = None;
        if let Some(noted) = noted {
            match noted {
                Noted::Said(reply, note) => {
                    let stamp = stamped(Stamp::default(), subject.pack, 0);
                    let ending =
                        Ending::Answer { reply: Reply { stamp, ..reply }, notes: vec![note], covers: subject.covers };
                    return Ok(self.as_the_pack_says(ending, turn, job, &subject, slots));
                }
                Noted::Kept(note) => heard = Some(note),
            }
        }
        let ending = match shared.model.as_ref().filter(|m| m.is_available()) {
            Some(model) => self.with_model(seat, turn, job, model, &subject, ledger.clone()).await?,
            None => None,
        };
        let ending = match ending {
            Some(ending) => ending,
            None => self.without_model(turn, job, &subject, ledger).await?,
        };
        let ending = with_note(ending, heard);
        Ok(self.as_the_pack_says(ending, turn, job, &subject, slots))
    }

    /// Asks the model; `None` where it failed and the built-in assistant must do.
    async fn with_model(
        &self,
        seat: &mut Seat,
        turn: &Turn,
        job: &Job<'_>,
        model: &Model,
        subject: &Subject<'_>,
        ledger: Ledger,
    ) -> Result<Option<Ending>> {
        let (c, shared) = (job.conversation, &*self.shared);
        let facts = Facts { store: &job.settings.store.name, locale: subject.locale, policy: &job.settings.policy };
        let canary = canary(&c.store);
        let system = format!("{}\n{canary}", subject.pack.system(facts)?);
        let spoken = subject.entries.iter().map(Logged::entry).filter(|e| e.seq <= subject.covers);
        let mut messages =
            prompt::messages(&system, spoken, subject.asked_from, &subject.passages, subject.on_page.as_ref());
        let allowed = &subject.pack.manifest.tools;
        let own_tools: Vec<ToolSpec> = match allowed.as_slice() {
            [] => Vec::new(),
            _ => {
                let all = shared.connections.tools(&c.store).await;
                all.into_iter().filter(|tool| allowed.iter().any(|name| name.as_str() == tool.full_name)).collect()
            }
        };
        let claims = shared.guards.of(subject.pack);
        let cite = |sentence: &str| subject.shelf.cite(sentence);
        let asking = Asking {
            model,
            pack: subject.pack,
            claims: &claims,
            introduction: subject.introduction,
            own_tools: &own_tools,
            cite: &cite,
        };
        let records = self.records(job);
        let mut toolbox = self.toolbox(&records, turn, job, subject, ledger);
        let begun = shared.clock.now();
        let mut backing = backing(subject, &canary, job, begun);
        if let Some(acted) = subject.acted {
            messages.push(Message::Assistant { text: "".into(), calls: Cow::Owned(vec![acted.call.clone()]) });
            let (call, result) = (Cow::Borrowed(acted.call.id.as_str()), Cow::Borrowed(acted.result.as_str()));
            messages.push(Message::Tool { call, result });
            backing = backing.evidence(&acted.result);
        }
        let said = self.ask(seat, turn, job, &asking, &mut toolbox, (messages, backing)).await;
        shared.memory.keep(&c.id, toolbox.ledger);
        Ok(match said {
            Ok(Said::Whole(Spoken { text, mut evidence, cards, asks, notes, stamp })) => {
                evidence.extend(subject.passages.iter().map(Passage::evidence));
                evidence.dedup();
                let stamp = stamped(stamp, subject.pack, shared.clock.now() - begun);
                let settles = subject.acted.map(|acted| acted.settles.clone());
                let reply = Reply { text, cards, asks, settles, evidence, stamp };
                Some(Ending::Answer { reply, notes, covers: subject.covers })
            }
            Ok(Said::HandOff(reason, skill, notes)) => {
                let skill = skill.or_else(|| Some(subject.pack.manifest.skill(reason).word().to_owned()));
                Some(Ending::HandOff(Box::new(Handing { reason: Some(reason), skill, notes, ..Handing::default() })))
            }
            Ok(Said::BuyerWroteOn) => Some(Ending::Again),
            Ok(Said::Gone) => Some(Ending::Gone),
            Err(error) => {
                metrics::counter!("xiaoer_model_failures_total", "kind" => error.kind()).increment(1);
                tracing::warn!(turn.id = %turn.id, %error, "The model gave no reply for turn {}", turn.id);
                None
            }
        })
    }

    /// Answers from what the store knows and what experts say.
    async fn without_model(&self, turn: &Turn, job: &Job<'_>, subject: &Subject<'_>, ledger: Ledger) -> Result<Ending> {
        let shared = &*self.shared;
        if let Some(acted) = subject.acted {
            let text = format!("{}{}", subject.introduction, acted.line);
            let (settles, stamp) = (Some(acted.settles.clone()), stamped(Stamp::default(), subject.pack, 0));
            let reply = Reply { text, settles, stamp, ..Reply::default() };
            return Ok(Ending::Answer { reply, notes: Vec::new(), covers: subject.covers });
        }
        let is_garment = match &subject.on_page {
            Some(product) => {
                let wardrobe = shared.wardrobes.of(&shared.db, job.settings, shared.clock.now()).await?;
                wardrobe.garment(&product.sku).is_some()
            }
            None => false,
        };
        if let Some(expert) = experts::expert_for(subject.question, subject.facts, is_garment, subject.pack) {
            let records = self.records(job);
            let mut toolbox = self.toolbox(&records, turn, job, subject, ledger);
            let told = experts::ask(&mut toolbox, expert, subject.question, subject.facts).await?;
            shared.memory.keep(&job.conversation.id, toolbox.ledger);
            if let Some(told) = told {
                return Ok(answered_by_experts(told, subject));
            }
        }
        let said = builtin::answer(subject.question, subject.locale, &subject.passages, subject.on_page.as_ref());
        Ok(match said {
            Say::Words { text, evidence } => {
                let text = format!("{}{text}", subject.introduction);
                let stamp = stamped(Stamp::default(), subject.pack, 0);
                let reply = Reply { text, evidence, stamp, ..Reply::default() };
                Ending::Answer { reply, notes: Vec::new(), covers: subject.covers }
            }
            // With a model it is the model that is missing, not the knowledge.
            Say::HandOff(_) if shared.model.is_some() => HandoffReason::AssistantUnavailable.into(),
            Say::HandOff(reason) => reason.into(),
        })
    }

    fn records<'a>(&'a self, job: &'a Job<'_>) -> Kept<'a> {
        Kept {
            db: &self.shared.db,
            store: job.settings,
            buyer: &job.conversation.buyer,
            wardrobes: &self.shared.wardrobes,
            now: self.shared.clock.now(),
        }
    }

    fn toolbox<'a>(
        &self,
        records: &'a Kept<'a>,
        turn: &'a Turn,
        job: &'a Job<'_>,
        subject: &'a Subject<'_>,
        ledger: Ledger,
    ) -> Toolbox<'a> {
        let c = job.conversation;
        Toolbox {
            records,
            shelf: subject.shelf,
            policy: &job.settings.policy,
            locale: subject.locale,
            now: self.shared.clock.now(),
            conversation: &c.id,
            turn: &turn.id,
            context: &c.context,
            is_signed: c.buyer_signed,
            ledger,
            heard_of_formula: heard_of_formula(subject.entries),
        }
    }

    /// Adds the caution that goes with the question; and where a person sends, the answer becomes a draft.
    fn as_the_pack_says(
        &self,
        ending: Ending,
        turn: &Turn,
        job: &Job<'_>,
        subject: &Subject<'_>,
        slots: Vec<String>,
    ) -> Ending {
        let months: &[u32] = &subject.baby_months;
        let known = SafetyContext { baby_months: months, category: subject.category.unwrap_or(subject.pack.id()) };
        let caution = heed::caution(subject.question, subject.locale, &known);
        match ending {
            Ending::Answer { mut reply, mut notes, covers } => {
                if let Some(caution) = caution {
                    notes.insert(0, caution.note);
                    if !reply.text.contains(caution.words) {
                        reply.text = format!("{}\n{}", reply.text, caution.words);
                    }
                }
                let zone = &job.settings.policy.service.timezone;
                let time = TimeOfDay::of(zone, self.shared.clock.now());
                // What was done is told, whoever answers otherwise.
                if reply.settles.is_some() || subject.pack.manifest.mode_at(subject.category, time) == Mode::Auto {
                    return Ending::Answer { reply, notes, covers };
                }
                notes.push(DeskBody::Draft(Draft { text: reply.text, turn: turn.id.clone() }));
                let reason = HandoffReason::Policy;
                let skill = Some(subject.pack.manifest.skill(reason).word().to_owned());
                Ending::HandOff(Box::new(Handing { reason: Some(reason), skill, notes, slots, words: None }))
            }
            Ending::HandOff(mut handing) => {
                let reason = handing.reason.unwrap_or(HandoffReason::AssistantUnavailable);
                handing.skill =
                    handing.skill.take().or_else(|| Some(subject.pack.manifest.skill(reason).word().to_owned()));
                handing.slots = slots;
                if let Some(caution) = caution {
                    // Whoever takes over sees it, and the buyer has it before anybody is there.
                    handing.notes.insert(0, caution.note);
                    handing.words.get_or_insert_with(|| caution.words.to_owned());
                }
                Ending::HandOff(handing)
            }
            other => other,
        }
    }
}

/// Tells the desk one thing more.
fn with_note(mut ending: Ending, note: Option<DeskBody>) -> Ending {
    match &mut ending {
        Ending::Answer { notes, .. } => notes.extend(note),
        Ending::HandOff(handing) => handing.notes.extend(note),
        Ending::Again | Ending::Gone => {}
    }
    ending
}

/// What experts said, as an answer or as a hand-over.
fn answered_by_experts(told: Told, subject: &Subject<'_>) -> Ending {
    let Told { text, called } = told;
    let note = |called: &Called| {
        let (name, arguments, result) =
            (called.expert.word().to_owned(), called.arguments.clone(), called.result.clone());
        DeskBody::Tool(Tool { name, arguments, result, ms: 0 })
    };
    let notes: Vec<DeskBody> = called.iter().map(note).collect();
    if let Some((reason, skill)) = called.iter().find_map(|called| called.hands_over.clone()) {
        return Ending::HandOff(Box::new(Handing { reason: Some(reason), skill, notes, ..Handing::default() }));
    }
    let mut evidence: Vec<String> = called.iter().flat_map(|called| called.evidence.clone()).collect();
    evidence.dedup();
    let reply = Reply {
        text: format!("{}{text}", subject.introduction),
        cards: called.into_iter().filter_map(|called| called.card).collect(),
        evidence,
        stamp: stamped(Stamp::default(), subject.pack, 0),
        ..Reply::default()
    };
    Ending::Answer { reply, notes, covers: subject.covers }
}

/// How an answer was made, as it is kept with its turn.
fn stamped(stamp: Stamp, pack: &Pack, took_ms: i64) -> Option<String> {
    let rules = format!("{} {}", safety::version(), claims::version());
    serde_json::to_string(&Stamp { pack: pack.version.to_string(), took_ms, rules, ..stamp }).ok()
}

/// Why a person takes over before anything is answered. `asked`: the first message that waits, and all their words.
fn alarm(
    entries: &[Logged],
    asked: (i64, &str),
    locale: Locale,
    pack: &Pack,
    category: Option<&str>,
    ledger: &Ledger,
) -> Option<Alarm> {
    let (asked_from, question) = asked;
    // A card is answered in the same words each time.
    let chosen =
        |seq: i64| entries.iter().any(|e| e.seq() == seq && e.entry().message().is_some_and(|m| m.chose.is_some()));
    let earlier: Vec<&str> =
        buyers(entries, 0, asked_from - 1).filter(|(seq, _)| !chosen(*seq)).map(|(_, text)| text).collect();
    let answers = entries.iter().filter(|e| e.entry().author.kind == AuthorKind::Assistant).count();
    let months: Vec<u32> = baby_months(ledger);
    let known = SafetyContext { baby_months: &months, category: category.unwrap_or(pack.id()) };
    heed::heed(&Asked { question, earlier: &earlier, answers, locale, known }, pack)
}

/// What an alarm means for the turn.
fn over(alarm: Alarm, pack: &Pack, ledger: &Ledger) -> Ending {
    Ending::HandOff(Box::new(Handing {
        reason: Some(alarm.reason),
        skill: Some(pack.manifest.skill(alarm.reason).word().to_owned()),
        words: alarm.words,
        notes: alarm.note.into_iter().collect(),
        slots: known_slots(ledger),
    }))
}

#[cfg(test)]
mod tests {
    use super::super::library::Shelf;
    use super::super::screen::Screen;
    use crate::catalog::{Faq, imports};
    use crate::experts::claims::{Backing, Claims};

    /// What a model that keeps to the demo store's own policies says must reach the buyer.
    #[test]
    fn what_the_demo_store_says_of_itself_may_be_said() {
        let (name, text) = crate::demo::FAQ;
        let rows = imports::read::<Faq>(name, text.as_bytes()).rows.into_iter();
        let faq = rows.map(|(line, Faq { question, answer, category, tags })| crate::db::faq::Faq {
            id: line.to_string(),
            question,
            answer,
            category,
            tags,
        });
        let shelf = Shelf::new(1, faq.collect(), Vec::new());
        let cite = |sentence: &str| shelf.cite(sentence);
        let claims = Claims::default();
        let reply = "亲，您好！感谢您的咨询。这款商品目前有现货，付款后四十八小时内由顺丰发出，一般两到三天送达。如果收到后不满意，七天内可以无理由退换，\
                     质量问题由我们承担来回运费。请问还有什么可以帮您的吗？";
        let mut screen = Screen::new(&claims, Backing::default(), &cite);
        let mut shown = String::new();
        screen.push(reply, &mut shown).expect("nothing is held");
        screen.finish(&mut shown).expect("nothing is held");
        assert_eq!(shown, reply);
        assert!(!screen.cited.is_empty());
    }
}
