//! What to say: heeds what must be heeded, then asks the model, or answers without one.

use super::Assistant;
use super::acting::{Acted, told_first};
use super::asking::{Asking, Said, Spoken};
use super::builtin::{self, Heard, Voice};
use super::endings::{as_ending, over, stamped};
use super::heed::{self, Alarm, Asked, Caution, Heeded};
use super::library::Passage;
use super::meter::tell_the_desk;
use super::model::Models;
use super::prompt;
use super::subject::{
    Before, Subject, answers, baby_months, backing, buyers, first, heard_of_formula, one_yes, question,
};
use super::toolbox::{Kept, Toolbox};
use super::transcript::{Keeping, Talk};
use super::verdicts::{Noted, with_note};
use super::work::{Ending, Handing, Job, RECENT};
use crate::connections::ToolSpec;
use crate::conversation::{Lines, Reply};
use crate::db::turn::Turn;
use crate::error::Result;
use crate::experts::safety::SafetyContext;
use crate::live::Seat;
use crate::masking::Masks;
use crate::packs::{Expert, Mode};
use crate::poison;
use crate::policy::{TimeOfDay, UsedUp};
use crate::profiles::Ledger;
use crate::protocol::event::Draft;
use crate::protocol::rest::Stamp;
use crate::protocol::{DeskBody, HandoffReason};
use crate::spending::Limit;

impl Assistant {
    /// Whether the newest words cannot wait for the end of the burst.
    pub(super) async fn is_urgent(&self, seat: &Seat, turn: &Turn, job: &Job<'_>) -> Result<bool> {
        let c = job.conversation;
        let entries = seat.last(&self.shared.db, &c.store, RECENT).await?;
        let question = question(&entries, first(turn), turn.covers());
        let known = SafetyContext { baby_months: &[], category: &job.settings.store.industry };
        Ok(heed::is_urgent(&question, &known))
    }

    pub(super) async fn compose(&self, seat: &mut Seat, turn: &Turn, job: &Job<'_>) -> Result<Ending> {
        let (c, shared) = (job.conversation, &*self.shared);
        let entries = seat.last(&shared.db, &c.store, RECENT).await?;
        let (asked_from, covers) = (first(turn), one_yes(turn, &entries));
        let question = question(&entries, asked_from, covers);
        poison::taste("turn", &question);
        // The newest state says in which language to speak, and whether the buyer knows that this is an AI.
        let at_hand = seat.conversation();
        let now = at_hand.as_deref().unwrap_or(c);
        let shelf = shared.library.shelf(&shared.db, &c.store, job.settings.store.version).await?;
        let before = Before::of(&entries, asked_from);
        let spoken_of = before.spoken_of(&shelf, c.context.sku.as_deref(), &question);
        let category = spoken_of.and_then(|sku| shelf.category(sku));
        let (pack, general) = shared.packs.in_force(&job.settings.store, category).await?;
        let category = category.unwrap_or_else(|| pack.goods());
        let messages: Vec<(i64, &str)> = buyers(&entries, asked_from, covers).collect();
        let said: Vec<&str> = answers(&entries).collect();
        let heard = (messages.as_slice(), said.as_slice());
        let erasings = shared.live.erasings();
        let (ledger, facts) = shared.memory.hear((&shared.db, &shared.log), &c.store, &c.id, heard, now.locale).await?;
        let acted = self.act(job, turn, &entries).await?;
        if self.current(seat, turn).is_none() {
            return Ok(Ending::Gone);
        }
        let months = baby_months(&ledger);
        let known = SafetyContext { baby_months: &months, category };
        let earlier = before.messages.as_slice();
        let asked = Asked { question: &question, earlier, answers: said.len(), locale: now.locale, known };
        let guard = shared.guards.of(&pack);
        let caution = match heed::heed(&asked, &guard.escalating, &pack) {
            Heeded::Person(alarm) => return Ok(told_first(acted.as_ref(), over(alarm, &pack))),
            Heeded::Answer(caution) => caution,
        };
        if acted.as_ref().is_some_and(Acted::needs_person) {
            let alarm = Alarm { reason: HandoffReason::Policy, words: None, note: None };
            return Ok(told_first(acted.as_ref(), over(alarm, &pack)));
        }
        let shelf = shared.library.with_packs(&shelf, &[&pack, &general], now.locale).await?;
        let introduction = if now.introduced { "" } else { Lines::of(now.locale).introduction.as_str() };
        let subject = Subject {
            entries: &entries,
            asked_from,
            covers,
            erasings,
            question: &question,
            locale: now.locale,
            introduction,
            before: &before,
            category,
            pack: &pack,
            claims: &guard.claims,
            general: &general,
            shelf: &shelf,
            passages: shelf.look_up(&question),
            on_page: c.context.sku.as_deref().and_then(|sku| shelf.product(sku)),
            facts: &facts,
            acted: acted.as_ref(),
            caution,
        };
        let noted = match subject.acted {
            None => self.hear_verdict(job, turn, &subject, &ledger).await?,
            Some(_) => None,
        };
        let noted = match noted {
            Some(Noted::Said(reply, note)) => {
                let reply = Reply { stamp: stamped(Stamp::default(), subject.pack, 0), ..reply };
                let ending = Ending::Answer { reply, notes: vec![note], covers: subject.covers };
                return Ok(self.as_the_pack_says(ending, turn, job, &subject));
            }
            Some(Noted::Kept(note)) => Some(note),
            None => None,
        };
        let used_up = self.used_up(job, now).await?;
        let ending = match (shared.models.as_ref().filter(|models| models.is_available()), used_up) {
            (_, Some(_)) if job.settings.policy.budget.used_up == UsedUp::Person => Some(HandoffReason::Policy.into()),
            (Some(models), None) => self.with_model(seat, turn, job, models, &subject, ledger.clone()).await?,
            _ => None,
        };
        let ending = match ending {
            Some(ending) => ending,
            None => self.without_model(turn, job, &subject, ledger, used_up).await?,
        };
        let mut ending = self.as_the_pack_says(with_note(ending, noted), turn, job, &subject);
        if let Some(limit) = used_up {
            tell_the_desk(&mut ending, limit, &entries);
        }
        Ok(ending)
    }

    /// Asks the model; `None` where it failed and the built-in assistant must do.
    async fn with_model(
        &self,
        seat: &mut Seat,
        turn: &Turn,
        job: &Job<'_>,
        models: &Models,
        subject: &Subject<'_>,
        ledger: Ledger,
    ) -> Result<Option<Ending>> {
        let (c, shared) = (job.conversation, &*self.shared);
        let instructed = shared.instructions.of(subject.pack, job.settings, subject.locale)?;
        let spoken = subject.entries.iter().filter(|e| e.seq() <= subject.covers);
        let (passages, on_page) = (&subject.passages, subject.on_page.as_ref());
        let mut masks = Masks::default();
        let mut messages =
            prompt::messages(&instructed.text, spoken, subject.asked_from, passages, on_page, &mut masks);
        let allowed = &subject.pack.manifest.tools;
        let own_tools: Vec<ToolSpec> = match allowed.as_slice() {
            [] => Vec::new(),
            _ => {
                let all = shared.connections.tools(&c.store).await;
                all.into_iter().filter(|tool| allowed.iter().any(|name| name.as_str() == tool.full_name)).collect()
            }
        };
        let cite = |sentence: &str| subject.shelf.cite(sentence);
        let asking = Asking {
            models,
            pack: subject.pack,
            claims: subject.claims,
            introduction: subject.introduction,
            own_tools: &own_tools,
            cite: &cite,
            cleared: subject.acted.is_none().then_some((&subject.shelf.cleared, &subject.shelf.behind)),
        };
        let records = self.records(job, subject.covers);
        let mut toolbox = self.toolbox(&records, turn, job, subject, ledger);
        let begun = shared.clock.now();
        let mut backing = backing(subject, &shared.heard, &instructed.canary, job, begun);
        if let Some(acted) = subject.acted {
            acted.tell_the_model(&mut messages, &mut masks);
            backing = backing.evidence(&acted.result);
        }
        let keeping = Keeping { keeper: &shared.keeper, job, turn, asking: &asking, clock: &shared.clock };
        let talk = Talk::new(messages, backing, masks, keeping);
        let said = self.ask(seat, turn, job, &asking, &mut toolbox, talk).await;
        shared.memory.keep(&c.id, toolbox.ledger, subject.erasings);
        Ok(match said {
            Ok(Said::Whole(Spoken { text, mut evidence, cards, asks, notes, model, served_as })) => {
                evidence.extend(subject.passages.iter().map(Passage::evidence));
                evidence.dedup();
                let stamp = Stamp { model: Some(model), served_as, ..job.meter.stamp() };
                let stamp = stamped(stamp, subject.pack, shared.clock.now() - begun);
                let settles = subject.acted.map(|acted| acted.settles.clone());
                let reply = Reply { text, cards, asks, settles, evidence, stamp };
                Some(Ending::Answer { reply, notes, covers: subject.covers })
            }
            Ok(Said::HandOff(reason, skill, notes)) => {
                let skill = skill.or_else(|| Some(subject.pack.manifest.skill(reason).word().to_owned()));
                let stamp = stamped(job.meter.stamp(), subject.pack, shared.clock.now() - begun);
                let handing = Handing { reason: Some(reason), skill, notes, stamp, ..Handing::default() };
                Some(Ending::HandOff(Box::new(handing)))
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
    async fn without_model(
        &self,
        turn: &Turn,
        job: &Job<'_>,
        subject: &Subject<'_>,
        ledger: Ledger,
        used_up: Option<Limit>,
    ) -> Result<Ending> {
        let shared = &*self.shared;
        if let Some(acted) = subject.acted {
            let text = format!("{}{}", subject.introduction, acted.line);
            let stamp = stamped(job.meter.stamp(), subject.pack, 0);
            let reply = Reply { text, settles: Some(acted.settles.clone()), stamp, ..Reply::default() };
            return Ok(Ending::Answer { reply, notes: Vec::new(), covers: subject.covers });
        }
        let records = self.records(job, subject.covers);
        let mut toolbox = self.toolbox(&records, turn, job, subject, ledger);
        let heard = Heard {
            question: subject.question,
            facts: subject.facts,
            passages: &subject.passages,
            on_page: subject.on_page.as_ref(),
            before: subject.before,
        };
        let store = Some(job.settings.store.name.as_str());
        let voice = Voice { pack: subject.pack, general: subject.general, store, claims: subject.claims };
        let begun = shared.clock.now();
        let told = builtin::answer(&mut toolbox, &heard, voice).await?;
        shared.memory.keep(&job.conversation.id, toolbox.ledger, subject.erasings);
        // A model may have been asked before it failed.
        let stamp = Stamp { used_up: used_up.map(|limit| limit.word().to_owned()), ..job.meter.stamp() };
        let stamp = stamped(stamp, subject.pack, shared.clock.now() - begun);
        // With a model it is the model that is missing, not the knowledge.
        let missing = match used_up {
            Some(_) => Some(HandoffReason::Policy),
            None => shared.models.is_some().then_some(HandoffReason::AssistantUnavailable),
        };
        Ok(as_ending(told, subject, stamp, missing))
    }

    fn records<'a>(&'a self, job: &'a Job<'_>, asked: i64) -> Kept<'a> {
        Kept {
            db: &self.shared.db,
            store: job.settings,
            buyer: &job.conversation.buyer,
            wardrobes: &self.shared.wardrobes,
            asked,
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
            heard_of_formula: subject.pack.manifest.experts.contains(&Expert::BabyAdvice)
                && heard_of_formula(subject.entries),
        }
    }

    /// Adds the caution that goes with the question; and where a person sends, the answer becomes a draft.
    fn as_the_pack_says(&self, ending: Ending, turn: &Turn, job: &Job<'_>, subject: &Subject<'_>) -> Ending {
        let time = TimeOfDay::of(&job.settings.policy.service.timezone, self.shared.clock.now());
        // What was done is told, whoever answers otherwise.
        let is_auto =
            subject.acted.is_some() || subject.pack.manifest.mode_at(Some(subject.category), time) == Mode::Auto;
        match ending {
            Ending::Answer { mut reply, mut notes, covers } => {
                if let Some(caution) = &subject.caution {
                    notes.insert(0, caution.note.clone());
                    reply.text = caution.added_to(reply.text);
                }
                if is_auto {
                    return Ending::Answer { reply, notes, covers };
                }
                notes.push(DeskBody::Draft(Draft { text: reply.text, turn: turn.id.clone() }));
                let reason = HandoffReason::Policy;
                let skill = Some(subject.pack.manifest.skill(reason).word().to_owned());
                Ending::HandOff(Box::new(Handing {
                    reason: Some(reason),
                    skill,
                    notes,
                    words: None,
                    stamp: reply.stamp,
                }))
            }
            Ending::HandOff(mut handing) => {
                let reason = handing.reason.unwrap_or(HandoffReason::AssistantUnavailable);
                handing.skill =
                    handing.skill.take().or_else(|| Some(subject.pack.manifest.skill(reason).word().to_owned()));
                if let Some(text) = handing.words.take_if(|_| !is_auto) {
                    handing.notes.push(DeskBody::Draft(Draft { text, turn: turn.id.clone() }));
                }
                if let Some(Caution { words, note }) = &subject.caution {
                    // Whoever takes over sees it, and the buyer has it before anybody is there.
                    handing.notes.insert(0, note.clone());
                    handing.words.get_or_insert_with(|| (*words).to_owned());
                }
                Ending::HandOff(handing)
            }
            other => other,
        }
    }
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
        let shelf = Shelf::new(faq.collect(), Vec::new());
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
