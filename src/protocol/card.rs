//! What a buyer presses below a message, and what comes of it.

use serde::{Deserialize, Serialize};

/// Something to press or to look at, below a message.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Card {
    pub id: String,
    /// `quick_replies`, `offer`, `confirm`, `size`, `verdict`, `consent`.
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub title: Option<String>,
    /// A sentence below the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub text: Option<String>,
    /// What exactly would be done, in plain words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(as = "Option<Vec<CardRow>>", optional))]
    pub rows: Vec<CardRow>,
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// An answer counts until then, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub expires_at: Option<i64>,
    /// What an offer is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub offer: Option<OfferedFor>,
    /// Sizes side by side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub size: Option<SizeTable>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CardRow {
    pub label: String,
    pub value: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Choice {
    pub id: String,
    pub label: String,
}

/// The choice of an earlier card that a message is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Chose {
    pub card: String,
    pub choice: String,
}

/// Where a card stands that something depends on. Told with the message that says it in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Settled {
    pub card: String,
    pub state: CardState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CardState {
    /// It waits for the buyer.
    Open,
    /// The buyer said yes, and it is being done.
    Agreed,
    Done,
    /// It was not done.
    Failed,
    /// It may have been done: a person looks.
    Unknown,
    Declined,
    Expired,
    /// A newer card has taken its place.
    Superseded,
    /// A person has the conversation and sees the answer.
    PassedOn,
    /// An offer: the buyer takes it.
    Accepted,
    /// An offer: the goods go back.
    Returned,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OfferedFor {
    pub order_id: String,
    /// Absent where it is about the order as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub sku: Option<String>,
    /// What the buyer would get and keep the goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub amount_fen: Option<i64>,
}

/// A remedy was offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OfferMade {
    /// The card that answers it has the same id.
    pub offer: String,
    #[serde(flatten)]
    pub about: OfferedFor,
    pub choices: Vec<Choice>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub expires_at: Option<i64>,
}

/// A buyer answered an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OfferAnswered {
    pub offer: String,
    pub choice: String,
    /// `accepted`, `returned` or `declined`.
    pub state: CardState,
    #[serde(flatten)]
    pub about: OfferedFor,
}

/// A garment's sizes beside each other, as they would sit on one body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SizeTable {
    pub sku: String,
    pub name: String,
    /// Whose body, in the buyer's words: `160 cm · 48 kg`.
    pub body: String,
    /// From the smallest on; the advised one and its neighbours.
    pub sizes: Vec<SizeColumn>,
    /// How many records of people built alike stand behind it, and how many of them are buyers'.
    #[cfg_attr(test, ts(type = "number"))]
    pub records: usize,
    #[cfg_attr(test, ts(type = "number"))]
    pub records_of_buyers: usize,
    /// One to three of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(as = "Option<Vec<String>>", optional))]
    pub shown: Vec<String>,
    /// Ids of what it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(as = "Option<Vec<String>>", optional))]
    pub evidence: Vec<String>,
    /// What is only estimated, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SizeColumn {
    pub size: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(test, ts(as = "Option<bool>", optional))]
    pub advised: bool,
    /// How it sits as a whole, in words.
    pub look: String,
    /// The chance that it is too small, fits, is too large: 0 to 1, 1 in all.
    pub p_small: f64,
    pub p_fit: f64,
    pub p_large: f64,
    pub zones: Vec<SizeZone>,
    /// Records of people built alike in this size.
    #[cfg_attr(test, ts(type = "number"))]
    pub records: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SizeZone {
    pub zone: String,
    /// Garment less body.
    pub ease_cm: f64,
    /// In words; absent where the chart alone says nothing of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub look: Option<String>,
}
