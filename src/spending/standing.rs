//! Whether a store may go on asking models: pure.

use super::MICROS_PER_FEN;
use crate::db::spending::Spent;
use crate::policy::Budget;

/// How far a store has come with its budgets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub level: Level,
    /// The limit that is nearest to its end, and the share of it that is used, in percent; `None` without limits.
    pub nearest: Option<(Limit, i64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Fine,
    /// The share of which the policy wants to be told is reached.
    Near,
    UsedUp,
}

impl Level {
    /// `fine`, `near`, `used_up`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Near => "near",
            Self::UsedUp => "used_up",
        }
    }
}

/// What may run out, by its key in the policy's section `budget`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    DayFen,
    DayTokens,
    ConversationFen,
    ConversationTokens,
}

impl Limit {
    pub fn word(self) -> &'static str {
        match self {
            Self::DayFen => "day_fen",
            Self::DayTokens => "day_tokens",
            Self::ConversationFen => "conversation_fen",
            Self::ConversationTokens => "conversation_tokens",
        }
    }

    /// Whether it is the whole store's.
    pub fn is_of_day(self) -> bool {
        matches!(self, Self::DayFen | Self::DayTokens)
    }
}

impl Standing {
    /// Of a store and one of its conversations. A limit of 0 is none.
    pub fn of(budget: &Budget, day: Spent, conversation: Spent) -> Self {
        let limits = [
            (Limit::DayFen, day.micros, budget.day_fen.saturating_mul(MICROS_PER_FEN)),
            (Limit::DayTokens, day.tokens, budget.day_tokens),
            (Limit::ConversationFen, conversation.micros, budget.conversation_fen.saturating_mul(MICROS_PER_FEN)),
            (Limit::ConversationTokens, conversation.tokens, budget.conversation_tokens),
        ];
        let used = limits.into_iter().filter(|(_, _, most)| *most > 0).map(|(limit, used, most)| {
            let percent = i128::from(used) * 100 / i128::from(most);
            (limit, i64::try_from(percent).unwrap_or(i64::MAX))
        });
        let nearest = used.max_by_key(|(_, percent)| *percent);
        let level = match nearest {
            Some((_, percent)) if percent >= 100 => Level::UsedUp,
            Some((_, percent)) if percent >= budget.notice_percent => Level::Near,
            _ => Level::Fine,
        };
        Self { level, nearest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spent(tokens: i64, micros: i64) -> Spent {
        Spent { tokens, micros }
    }

    #[test]
    fn the_limit_that_is_nearest_to_its_end_counts() {
        let budget = Budget {
            day_fen: 10,
            day_tokens: 1_000,
            conversation_fen: 0,
            conversation_tokens: 100,
            ..Budget::default()
        };
        let none = spent(0, 0);
        for (day, conversation, level, nearest) in [
            (none, none, Level::Fine, 0),
            (spent(0, 79_999), none, Level::Fine, 79),
            (spent(0, 80_000), none, Level::Near, 80),
            (spent(0, 99_999), none, Level::Near, 99),
            (spent(0, 100_000), none, Level::UsedUp, 100),
            (spent(999, 0), spent(79, 0), Level::Near, 99),
            (spent(0, 0), spent(100, 0), Level::UsedUp, 100),
            // Without a limit in money a conversation may cost what it will.
            (spent(0, 0), spent(0, i64::MAX), Level::Fine, 0),
            (spent(i64::MAX, i64::MAX), none, Level::UsedUp, 100),
        ] {
            let standing = Standing::of(&budget, day, conversation);
            assert_eq!(standing.level, level, "{day:?} {conversation:?}");
            assert!(standing.nearest.is_some_and(|(_, percent)| percent >= nearest), "{standing:?}");
        }
    }

    #[test]
    fn without_limits_nothing_runs_out() {
        let budget = Budget { conversation_tokens: 0, ..Budget::default() };
        let all = spent(i64::MAX, i64::MAX);
        assert_eq!(Standing::of(&budget, all, all), Standing { level: Level::Fine, nearest: None });
    }
}
