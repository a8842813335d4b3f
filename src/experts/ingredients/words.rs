//! Verdicts in sentences, each with the advice to ask a doctor at its end.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Reason, Verdict};
use crate::said::said;

/// More reasons than this are too many to say at once; all of them stand in the result.
const MOST_SAID: usize = 2;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lines {
    pub ask_products: String,
    pub no_label: String,
    between: String,
    ok: String,
    caution: String,
    avoid: String,
    notice: String,
    doctor: String,
    /// By the rule's id.
    rule: BTreeMap<String, String>,
}

said!("ingredients", Lines);

impl Lines {
    pub fn rule(&self, id: &str) -> &str {
        self.rule.get(id).map_or("", String::as_str)
    }

    pub fn verdict<'a>(&self, verdict: Verdict, reasons: &[Reason], notices: impl Iterator<Item = &'a str>) -> String {
        let line = match verdict {
            Verdict::Ok => &self.ok,
            Verdict::Caution => &self.caution,
            Verdict::Avoid => &self.avoid,
        };
        let mut parts = vec![line.clone()];
        let mut texts: Vec<&str> = reasons.iter().map(|reason| reason.text.as_str()).collect();
        texts.dedup();
        parts.extend(texts.into_iter().take(MOST_SAID).map(str::to_owned));
        parts.extend(notices.map(|notice| self.notice.replace("{notice}", notice)));
        self.with_doctor(&parts.join(&self.between))
    }

    pub fn with_doctor(&self, text: &str) -> String {
        [text, &self.doctor].join(&self.between)
    }

    #[cfg(test)]
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        self.rule.keys().map(String::as_str)
    }
}
