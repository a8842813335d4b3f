//! `pack.toml`: who a pack is for, what its assistant may call, and where its limits are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::flaw::Flaw;
use super::within::{Line, Temperature, Within, Word};
use crate::locale::Locale;
use crate::policy::{Hours, TimeOfDay};
use crate::protocol::HandoffReason;

/// The name of the file.
pub(super) const FILE: &str = "pack.toml";

/// `pack.toml`, whole and checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Names the pack in a store, and in the evidence of what it says.
    pub id: Word,
    /// The categories of goods it answers for; `aftersale` for everything about an order that went wrong.
    pub serves: Vec<Word>,
    pub name: Names,
    /// How it speaks, in one line; the template shows it as `{{ tone }}`.
    pub tone: Line<200>,
    /// The experts that the model may call.
    pub experts: Vec<Expert>,
    /// The merchant's own tools that it may call.
    #[serde(default)]
    pub tools: Vec<ToolName>,
    /// Of these, what needs the buyer's yes first, beside what the connection itself asks a yes for.
    #[serde(default)]
    pub confirm: Vec<ToolName>,
    #[serde(default)]
    pub limits: Limits,
    #[serde(default)]
    pub model: ModelSettings,
    #[serde(default)]
    pub mode: Modes,
    pub escalation: Escalation,
    #[serde(default)]
    pub forbidden: Forbidden,
}

/// The pack's name for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    #[serde(rename = "zh-Hans")]
    hans: Line<40>,
    #[serde(rename = "zh-Hant")]
    hant: Line<40>,
    en: Line<40>,
}

/// The built-in experts, by the names that a model calls them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expert {
    SearchKnowledge,
    RecommendSize,
    AssessSkin,
    CheckIngredients,
    BabyAdvice,
    PlanDelivery,
    LookUpOrder,
    OfferRemedy,
    Remember,
    HandToHuman,
}

/// `{connection}__{tool}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ToolName(String);

/// What one answer may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Times that a model may ask for tools in one turn.
    pub tool_rounds: Within<1, 8>,
    /// Calls in one turn, all rounds together.
    pub tool_calls: Within<1, 24>,
    /// Characters of one reply.
    pub reply_chars: Within<50, 2000>,
    /// The assistant's answers in one conversation before it offers a person.
    pub turns: Within<1, 100>,
}

/// How the model writes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModelSettings {
    pub temperature: Temperature,
    pub max_tokens: Within<64, 4096>,
}

/// Whether the assistant answers or drafts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// It answers.
    #[default]
    Auto,
    /// It drafts, a person sends.
    Assist,
}

/// `[mode]`: one for all, and others for some hours or categories. The first span that fits counts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Modes {
    pub default: Mode,
    pub spans: Vec<ModeSpan>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModeSpan {
    pub mode: Mode,
    /// All day without it.
    pub hours: Option<Hours>,
    /// All categories that the pack serves without it.
    pub category: Option<Word>,
}

/// Who takes over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    pub skill: Skill,
    /// Where a reason needs another skill.
    #[serde(default)]
    pub skills: BTreeMap<Reason, Skill>,
    /// The buyers' words that are such a reason, beside those that the program knows.
    #[serde(default)]
    pub phrases: BTreeMap<Reason, Vec<Line<40>>>,
}

/// A [`HandoffReason`] as a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reason(pub HandoffReason);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skill {
    ApparelFit,
    SkinConsult,
    Paediatric,
    PetLogistics,
    AftersaleSenior,
    General,
}

/// What the assistant must not say, beside what the program never lets it say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Forbidden {
    pub phrases: Vec<Line<60>>,
}

impl Manifest {
    pub(super) fn parse(text: &str) -> Result<Self, Flaw> {
        let manifest: Self = toml::from_str(text).map_err(|e| Flaw::of_toml(FILE, text, &e))?;
        let refuse = |key: &str, why: &str| Err(Flaw::at(FILE, text, text.find(key).unwrap_or(0), why));
        if manifest.serves.is_empty() {
            return refuse("serves", "a pack serves at least one category");
        }
        for (i, expert) in manifest.experts.iter().enumerate() {
            if manifest.experts[..i].contains(expert) {
                return refuse("experts", "an expert stands here twice");
            }
        }
        if let Some(name) = manifest.confirm.iter().find(|name| !manifest.tools.contains(name)) {
            return refuse("confirm", &format!("{} is not among the tools", name.as_str()));
        }
        // Without it the assistant could promise a person and none would come.
        if !manifest.experts.contains(&Expert::HandToHuman) {
            return refuse("experts", "hand_to_human is needed: a buyer can always reach a person");
        }
        Ok(manifest)
    }

    pub fn name(&self, locale: Locale) -> &str {
        match locale {
            Locale::Hans => self.name.hans.as_str(),
            Locale::Hant => self.name.hant.as_str(),
            Locale::En => self.name.en.as_str(),
        }
    }

    pub fn skill(&self, reason: HandoffReason) -> Skill {
        self.escalation.skills.get(&Reason(reason)).copied().unwrap_or(self.escalation.skill)
    }

    /// The mode for a category at a time of the store's day.
    pub fn mode_at(&self, category: Option<&str>, time: TimeOfDay) -> Mode {
        let fits =
            |span: &&ModeSpan| {
                let is_now = span.hours.is_none_or(|Hours { from, to }| {
                    if to > from { from <= time && time < to } else { time >= from || time < to }
                });
                is_now && span.category.as_ref().is_none_or(|wanted| Some(wanted.as_str()) == category)
            };
        self.mode.spans.iter().find(fits).map_or(self.mode.default, |span| span.mode)
    }
}

impl Expert {
    pub const ALL: [Self; 10] = [
        Self::SearchKnowledge,
        Self::RecommendSize,
        Self::AssessSkin,
        Self::CheckIngredients,
        Self::BabyAdvice,
        Self::PlanDelivery,
        Self::LookUpOrder,
        Self::OfferRemedy,
        Self::Remember,
        Self::HandToHuman,
    ];

    /// The tool's name.
    pub fn word(self) -> &'static str {
        match self {
            Self::SearchKnowledge => "search_knowledge",
            Self::RecommendSize => "recommend_size",
            Self::AssessSkin => "assess_skin",
            Self::CheckIngredients => "check_ingredients",
            Self::BabyAdvice => "baby_advice",
            Self::PlanDelivery => "plan_delivery",
            Self::LookUpOrder => "look_up_order",
            Self::OfferRemedy => "offer_remedy",
            Self::Remember => "remember",
            Self::HandToHuman => "hand_to_human",
        }
    }
}

impl Skill {
    /// As people of a store have it.
    pub fn word(self) -> &'static str {
        match self {
            Self::ApparelFit => "apparel_fit",
            Self::SkinConsult => "skin_consult",
            Self::Paediatric => "paediatric",
            Self::PetLogistics => "pet_logistics",
            Self::AftersaleSenior => "aftersale_senior",
            Self::General => "general",
        }
    }
}

impl ToolName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ToolName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let is_name =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        match text.split_once("__") {
            Some((connection, tool)) if text.len() <= 100 && is_name(connection) && is_name(tool) => Ok(Self(text)),
            _ => Err(format!("{text:?} is not CONNECTION__TOOL; the program's own stand under experts")),
        }
    }
}

impl From<ToolName> for String {
    fn from(name: ToolName) -> Self {
        name.0
    }
}

impl Ord for Reason {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.0 as u8).cmp(&(other.0 as u8))
    }
}

impl PartialOrd for Reason {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tool_rounds: Within::new(3),
            tool_calls: Within::new(8),
            reply_chars: Within::new(300),
            turns: Within::new(30),
        }
    }
}

impl Default for ModelSettings {
    fn default() -> Self {
        Self { temperature: Temperature(0.3), max_tokens: Within::new(600) }
    }
}
