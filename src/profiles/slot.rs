//! What can be known of a person, and for which purpose it may be kept.

use serde::{Deserialize, Serialize};

macro_rules! slots {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $kind:ident, $purpose:ident;)*) => {
        /// One thing that can be known of a person. The words are those of the tools' arguments.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Slot {
            $($(#[$doc])* $name,)*
        }

        impl Slot {
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// As it is stored and sent.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            pub fn kind(self) -> Kind {
                match self {
                    $(Self::$name => Kind::$kind,)*
                }
            }

            /// What a consent must name before it is kept beyond the conversation.
            pub fn purpose(self) -> Purpose {
                match self {
                    $(Self::$name => Purpose::$purpose,)*
                }
            }
        }
    };
}

slots! {
    /// Centimetres, barefoot.
    HeightCm = "height_cm", Length, Body;
    /// Kilograms.
    WeightKg = "weight_kg", Weight, Body;
    BustCm = "bust_cm", Length, Body;
    /// Below the bust: the band of a bra.
    UnderbustCm = "underbust_cm", Length, Body;
    WaistCm = "waist_cm", Length, Body;
    HipCm = "hip_cm", Length, Body;
    ShoulderCm = "shoulder_cm", Length, Body;
    /// Crotch to floor, barefoot; of trousers: the inseam.
    LegCm = "leg_cm", Length, Body;
    /// As China marks it, `75B`: band in centimetres and cup.
    Bra = "bra", Word, Body;
    /// `A` pear, `O` apple, `V` inverted triangle, `X` hourglass, `H` straight, `N` even.
    Shape = "shape", Word, Body;
    /// `M`, `XXL`, `28`, `165/88A`.
    UsualSize = "usual_size", Word, Body;
    /// `female` or `male`.
    Sex = "sex", Word, Body;
    /// Whole years.
    Age = "age", Count, Body;
    /// `2026-01-15`, or `2026-01` where the day is not needed.
    Born = "born", Word, Baby;
    AgeDays = "age_days", Count, Baby;
    AgeWeeks = "age_weeks", Count, Baby;
    AgeMonths = "age_months", Count, Baby;
    /// Whole weeks of pregnancy at birth …
    GestationalWeeks = "gestational_weeks", Count, Baby;
    /// … and the days beyond them.
    GestationalDays = "gestational_days", Count, Baby;
    /// `breast`, `formula`, `mixed`.
    Feeding = "feeding", Word, Baby;
    /// What must not be eaten or put on; several.
    Allergy = "allergy", Words, Skin;
    /// `pregnant`, `trying`, `breastfeeding`, `sensitive`; several.
    Condition = "condition", Words, Skin;
    /// Active ingredients on the skin now; several.
    InUse = "in_use", Words, Skin;
    /// Four letters, as `assess_skin` gives them.
    SkinType = "skin_type", Word, Skin;
    OrderId = "order_id", Word, Conversation;
    Province = "province", Word, Conversation;
    City = "city", Word, Conversation;
}

/// How a slot's value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Centimetres.
    Length,
    /// Kilograms.
    Weight,
    /// A whole number.
    Count,
    Word,
    /// A word, and a person may have several.
    Words,
}

impl Kind {
    pub fn is_number(self) -> bool {
        matches!(self, Self::Length | Self::Weight | Self::Count)
    }
}

impl Slot {
    pub fn of(word: &str) -> Option<Self> {
        // The tools name lists, and a list's entry is the slot.
        let word = match word {
            "conditions" => "condition",
            "allergies" => "allergy",
            word => word,
        };
        Self::ALL.iter().copied().find(|slot| slot.word() == word)
    }

    /// The key of a list of it.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Condition => "conditions",
            Self::Allergy => "allergies",
            slot => slot.word(),
        }
    }

    /// Whether a person may have several of it.
    pub fn is_many(self) -> bool {
        self.kind() == Kind::Words
    }

    /// The purpose for this person: whatever is known of a child needs the guardian's consent (PIPL §28 and §31).
    pub fn purpose_for(self, whom: &super::Whom) -> Purpose {
        match self.purpose() {
            Purpose::Conversation => Purpose::Conversation,
            _ if whom.is_child() => Purpose::Baby,
            purpose => purpose,
        }
    }
}

impl Serialize for Slot {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for Slot {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Self::of(&word).ok_or_else(|| serde::de::Error::custom(format!("{word} is no slot")))
    }
}

/// What personal data are kept for. A consent names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Purpose {
    /// Measures, to advise a size.
    Body,
    /// Skin, pregnancy, allergies: close to health, so a consent of its own (PIPL §29).
    Skin,
    /// A child's data: the guardian's consent (PIPL §31).
    Baby,
    /// Used while the conversation lasts and not kept in a profile, so no consent is asked for.
    Conversation,
}

impl Purpose {
    /// Those that a consent can name.
    pub const ALL: [Self; 3] = [Self::Body, Self::Skin, Self::Baby];

    pub fn word(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Skin => "skin",
            Self::Baby => "baby",
            Self::Conversation => "conversation",
        }
    }

    /// The purpose that a merchant's file means: ours, or a word that is used for the same.
    pub fn meant(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase();
        match word.as_str() {
            "body" | "body_profile" | "fit" | "size" | "measures" | "profile" => Some(Self::Body),
            "skin" | "skin_profile" | "health" => Some(Self::Skin),
            "baby" | "baby_profile" | "child" | "children" | "guardian" => Some(Self::Baby),
            _ => None,
        }
    }

    /// Sensitive personal data: never without a live consent, and every look is noted.
    pub fn is_sensitive(self) -> bool {
        matches!(self, Self::Skin | Self::Baby)
    }
}

impl Serialize for Purpose {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}
