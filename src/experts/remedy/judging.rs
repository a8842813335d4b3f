//! From a case to its choices, one question after the other.

use super::arguments::{Arguments, Problem};
use super::formula::{self, FORMULA, Flaw};
use super::words::Lines;
use super::{Answer, Authority, Basis, Choice, ChoiceId, Facts, Reason, Remedy};
use crate::catalog::{Line, Order, Product};
use crate::experts::Status;
use crate::said::yuan;

const HOUR_MS: i64 = 3_600_000;

pub(super) fn judge(arguments: &Arguments, facts: &Facts<'_>, lines: &Lines) -> Answer<Remedy> {
    let Some(order) = facts.order else { return ask(&["order_id"], &lines.ask_order, lines) };
    let Some(problem) = arguments.problem else { return ask(&["problem"], &lines.ask_problem, lines) };
    let line = match line_of(order, arguments, problem) {
        Ok(line) => line,
        Err(()) => return ask(&["sku"], &lines.ask_sku, lines),
    };
    let case = Case { arguments, facts, lines, order, problem, line };
    let paid = case.paid();
    if paid == 0 || order.is_void() {
        return case.answer(Status::Refused, None, Vec::new(), Vec::new(), &lines.nothing_left, Basis::default());
    }
    if is_about_goods(problem) && (facts.is_safety || case.product().is_some_and(is_infant_food)) {
        return case.answer(Status::Refused, None, Vec::new(), vec![Reason::Safety], &lines.safety, Basis::default());
    }
    if facts.history.line_offers >= facts.compensation.per_order {
        let reasons = vec![Reason::LineLimit];
        return case.answer(Status::Refused, None, Vec::new(), reasons, &lines.had_offer, Basis::default());
    }
    match problem {
        Problem::NotToDoor => case.not_to_door(),
        Problem::Late => case.late(),
        Problem::Spoiled if facts.compensation.spoiled_pro_rata => case.by_pieces(),
        Problem::Damaged if arguments.bad_units.is_some() && arguments.severity.is_none() => case.by_pieces(),
        Problem::Quality | Problem::Damaged | Problem::Spoiled => case.flaw(),
    }
}

struct Case<'a> {
    arguments: &'a Arguments,
    facts: &'a Facts<'a>,
    lines: &'a Lines,
    order: &'a Order,
    problem: Problem,
    /// `None`: the order as a whole.
    line: Option<&'a Line>,
}

impl Case<'_> {
    fn flaw(&self) -> Answer<Remedy> {
        let Some(severity) = self.arguments.severity.and_then(super::Severity::share) else {
            return ask(&["severity"], &self.lines.ask_severity, self.lines);
        };
        let Some(line) = self.line else { return ask(&["sku"], &self.lines.ask_sku, self.lines) };
        // Where some of several pieces are bad, it is about these.
        let pieces = self.arguments.bad_units.unwrap_or(line.qty).clamp(1, line.qty.max(1));
        let paid_fen = self.paid().min(line.price_fen.saturating_mul(pieces));
        let flaw = Flaw {
            paid_fen,
            ship_fen: self.own("return_ship_fen").unwrap_or(self.facts.compensation.return_ship_fen),
            process_fen: self.own("process_fen").unwrap_or(self.facts.compensation.process_fen),
            salvage_fen: self.salvage(paid_fen, pieces),
            severity,
            given_fen: self.facts.history.line_fen,
        };
        let basis = Basis { flaw: Some(flaw), ..Basis::default() };
        match formula::goodwill(&flaw, self.facts.compensation) {
            Some(amount) => self.money(amount, self.share_limit(paid_fen), basis, &self.lines.keep_or_return),
            None => {
                let reasons = if self.facts.history.is_repeat { vec![Reason::Repeat] } else { Vec::new() };
                self.answer(
                    Status::Ok,
                    None,
                    self.replacing().into_iter().collect(),
                    reasons,
                    &self.lines.return_only,
                    basis,
                )
            }
        }
    }

    /// Spoiled and damaged pieces are paid by their share.
    fn by_pieces(&self) -> Answer<Remedy> {
        let Some(line) = self.line else { return ask(&["sku"], &self.lines.ask_sku, self.lines) };
        let packed = self.own("units").filter(|units| *units > 0).map(|units| units.saturating_mul(line.qty));
        let counted = (self.problem == Problem::Damaged).then_some(line.qty);
        let units = self.arguments.units.or(packed).or(counted).filter(|units| *units > 0);
        let (Some(bad), Some(units)) = (self.arguments.bad_units.filter(|bad| *bad > 0), units) else {
            return ask(&["bad_units", "units"], &self.lines.ask_units, self.lines);
        };
        let paid = self.paid();
        let (amount, is_full) = formula::spoiled(paid, bad, units);
        let basis = Basis { bad_units: Some(bad), units: Some(units), ..Basis::default() };
        let line = if is_full { &self.lines.refund_or_return } else { &self.lines.keep_or_return };
        let mut answer = self.money(amount, self.share_limit(paid), basis, line);
        if is_full {
            for choice in answer.found.choices.iter_mut().filter(|choice| choice.id == ChoiceId::Keep) {
                *choice = self.lines.choice(ChoiceId::Refund, Some(amount));
            }
        }
        answer
    }

    /// First to the door after all, and if that is too late for the buyer, a red packet.
    fn not_to_door(&self) -> Answer<Remedy> {
        let floors = match (self.arguments.floor, self.arguments.lift) {
            // With a lift the floor is the same to whoever carries.
            (_, Some(true)) => 0,
            (Some(floor), _) if floor <= 1 => 0,
            // Nobody carries anything past the highest building; a larger number is a slip of the tongue.
            (Some(floor), Some(false)) => (floor - 1).clamp(0, 60),
            (Some(_), None) => return ask(&["lift"], &self.lines.ask_lift, self.lines),
            (None, Some(false)) => return ask(&["floor"], &self.lines.ask_floor, self.lines),
            (None, None) => return ask(&["floor", "lift"], &self.lines.ask_door, self.lines),
        };
        let errand = self.facts.delivery.errand_max_fen;
        let mut found = self.packet(floors, &self.lines.not_to_door);
        let ways = [(ChoiceId::Redeliver, None), (ChoiceId::Errand, Some(errand))];
        let ways = ways.map(|(id, amount)| self.lines.choice(id, amount));
        found.found.choices.splice(0..0, ways);
        if found.found.needs_approval {
            found.say = self.lines.door_to_approve.replace("{paid}", &yuan(self.paid()));
        }
        found.say = found.say.replace("{errand}", &yuan(errand));
        found
    }

    fn late(&self) -> Answer<Remedy> {
        self.packet(0, &self.lines.late)
    }

    fn packet(&self, floors: i64, line: &str) -> Answer<Remedy> {
        let weight = self.weight_g();
        let amount = formula::red_packet(weight, floors, &self.facts.delivery.ladder);
        let basis = Basis { weight_g: Some(weight), floors: Some(floors), ..Basis::default() };
        let limit = match self.facts.authority {
            Authority::Assistant => self.facts.delivery.red_packet_fen,
            Authority::Agent => self.facts.compensation.agent_max_fen,
            Authority::Lead => i64::MAX,
        };
        self.money(amount, limit, basis, line)
    }

    /// Money beside the return, if nothing says that a person must look at it first.
    fn money(&self, amount: i64, limit: i64, basis: Basis, line: &str) -> Answer<Remedy> {
        let (history, policy) = (&self.facts.history, self.facts.compensation);
        let over_buyer = history.buyer_offers >= policy.buyer_offers_90d
            || history.buyer_fen.saturating_add(amount) > policy.buyer_max_90d_fen;
        let reasons = [
            (amount > limit, Reason::OverAuthority),
            // A lead may go beyond what buyers get as a rule.
            (over_buyer && self.facts.authority != Authority::Lead, Reason::BuyerLimit),
            (history.is_repeat, Reason::Repeat),
            (self.is_late_claim(), Reason::LateClaim),
            (!self.is_on_record(), Reason::NotOnRecord),
        ];
        let reasons: Vec<Reason> = reasons.into_iter().filter(|(is_so, _)| *is_so).map(|(_, reason)| reason).collect();
        let line = if reasons.is_empty() { line } else { &self.lines.to_approve };
        let mut choices = vec![self.lines.choice(ChoiceId::Keep, Some(amount))];
        choices.extend(self.replacing());
        self.answer(Status::Ok, Some(amount), choices, reasons, line, basis)
    }

    /// Every answer about an order: with the return among its choices, and with what it rests on.
    fn answer(
        &self,
        status: Status,
        amount: Option<i64>,
        mut choices: Vec<Choice>,
        approval: Vec<Reason>,
        line: &str,
        basis: Basis,
    ) -> Answer<Remedy> {
        let paid = self.paid();
        choices.push(self.lines.choice(ChoiceId::Return, Some(paid)));
        let say = line.replace("{amount}", &yuan(amount.unwrap_or(0))).replace("{paid}", &yuan(paid));
        let evidence = [&format!("order:{}", self.order.order_id), "policy:compensation", &FORMULA.version];
        let evidence = evidence.map(str::to_owned).to_vec();
        let basis = Basis {
            formula: FORMULA.version.clone(),
            order_id: self.order.order_id.clone(),
            sku: self.line.map(|line| line.sku.clone()).unwrap_or_default(),
            problem: Some(self.problem),
            paid_fen: paid,
            approval,
            ..basis
        };
        let found =
            Remedy { amount_fen: amount, choices, needs_approval: !basis.approval.is_empty(), offer: None, basis };
        Answer { status, evidence, missing: Vec::new(), say, found }
    }

    /// What is still to be refunded for the line, or for the order.
    fn paid(&self) -> i64 {
        let all = self.order.paid_fen().saturating_sub(self.order.refunded_fen()).max(0);
        self.line.map_or(all, |line| line.price_fen.saturating_mul(line.qty).min(all))
    }

    fn product(&self) -> Option<&Product> {
        let line = self.line?;
        self.facts.products.iter().find(|product| product.sku == line.sku)
    }

    /// A number that the product brings itself.
    fn own(&self, name: &str) -> Option<i64> {
        self.product()?.attributes.get(name)?.as_i64().filter(|number| *number >= 0)
    }

    fn salvage(&self, paid_fen: i64, pieces: i64) -> i64 {
        if let Some(own) = self.own("salvage_fen") {
            return own.saturating_mul(pieces);
        }
        let kind = self.product().map(|product| product.category.as_str()).unwrap_or_default();
        formula::of(self.facts.compensation.salvage_share.get(kind).copied().unwrap_or(0.0), paid_fen)
    }

    fn share_limit(&self, paid_fen: i64) -> i64 {
        let policy = self.facts.compensation;
        match self.facts.authority {
            Authority::Assistant => policy.assistant_max_fen.min(formula::of(policy.assistant_max_share, paid_fen)),
            Authority::Agent => policy.agent_max_fen,
            Authority::Lead => i64::MAX,
        }
    }

    /// Of the line, or of the order; what is not known weighs nothing, and the ladder has a least amount.
    fn weight_g(&self) -> i64 {
        let lines = self.line.map_or(self.order.lines.as_slice(), std::slice::from_ref);
        let weight = |line: &Line| {
            let product = self.facts.products.iter().find(|product| product.sku == line.sku);
            product.and_then(|product| product.weight_g).unwrap_or(0).saturating_mul(line.qty)
        };
        lines.iter().map(weight).fold(0, i64::saturating_add).min(1_000_000)
    }

    fn replacing(&self) -> Option<Choice> {
        (self.problem == Problem::Damaged).then(|| self.lines.choice(ChoiceId::Replace, None))
    }

    fn is_late_claim(&self) -> bool {
        let hours = self.own("claim_hours").unwrap_or(FORMULA.spoiled.claim_h);
        let is_over = |at: i64| self.facts.now > at.saturating_add(hours.saturating_mul(HOUR_MS));
        self.problem == Problem::Spoiled && self.order.delivered_at.is_some_and(is_over)
    }

    /// Whether the order's times and marks bear out what is said, as far as they can.
    fn is_on_record(&self) -> bool {
        match self.problem {
            Problem::NotToDoor => self.order.doorstep != Some(true),
            Problem::Late => {
                let taken = self.order.picked_up_at.unwrap_or(self.facts.now);
                taken > self.order.paid_at.saturating_add(FORMULA.late.pick_up_h * HOUR_MS)
            }
            Problem::Quality | Problem::Spoiled | Problem::Damaged => true,
        }
    }
}

/// The line that it is about. Doors and dates may be about the order as a whole.
fn line_of<'a>(order: &'a Order, arguments: &Arguments, problem: Problem) -> Result<Option<&'a Line>, ()> {
    match (&arguments.sku, order.lines.as_slice()) {
        (Some(sku), lines) => lines.iter().find(|line| line.sku == *sku).map(Some).ok_or(()),
        (None, _) if !is_about_goods(problem) => Ok(None),
        (None, [only]) => Ok(Some(only)),
        (None, _) => Err(()),
    }
}

fn is_about_goods(problem: Problem) -> bool {
    matches!(problem, Problem::Quality | Problem::Spoiled | Problem::Damaged)
}

/// Formula has its stage; other food for babies is marked by the merchant.
fn is_infant_food(product: &Product) -> bool {
    let is_marked = product.attributes.get("infant_food").and_then(serde_json::Value::as_bool) == Some(true);
    is_marked || (product.category == "mother_baby" && product.attributes.contains_key("stage"))
}

fn ask(missing: &[&str], say: &str, lines: &Lines) -> Answer<Remedy> {
    let found = Remedy { choices: vec![lines.choice(ChoiceId::Return, None)], ..Remedy::default() };
    let missing = missing.iter().map(|&slot| slot.to_owned()).collect();
    Answer { status: Status::Ask, evidence: Vec::new(), missing, say: say.to_owned(), found }
}
