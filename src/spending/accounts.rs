//! What each store has spent today, at hand.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Level, Limit};
use crate::db::spending::Spent;
use crate::db::{self, Db};
use crate::error::Result;
use crate::ids::StoreId;

/// Where other processes write too, what was read is believed for so long.
const FRESH: Duration = Duration::from_secs(5);

/// The accounts of the stores. Requests that are on their way are not known yet: those that run at once may together
/// go over a limit by what they cost.
#[derive(Default)]
pub struct Accounts {
    held: Mutex<HashMap<StoreId, Account>>,
}

struct Account {
    day: String,
    spent: Spent,
    read: Instant,
    /// What was said of this day in the log, so that it is said once.
    told: HashSet<(Limit, Level)>,
}

impl Accounts {
    /// What the store has spent on a day of its calendar. It asks the database with the first turn of a day, and where
    /// several processes share one (PostgreSQL) every few seconds.
    pub async fn of_day(&self, db: &Db, store: &StoreId, day: &str) -> Result<Spent> {
        if let Some(account) = self.lock().get(store)
            && account.day == day
            && (db.is_sqlite() || account.read.elapsed() < FRESH)
        {
            return Ok(account.spent);
        }
        let mut conn = db.read().await?;
        let spent = db::spending::of_day(&mut conn, store, day).await?;
        let mut held = self.lock();
        match held.get_mut(store).filter(|account| account.day == day) {
            // What was added meanwhile may not be stored yet; a sum never shrinks within a day.
            Some(account) => {
                let most = |a: i64, b: i64| a.max(b);
                let (tokens, micros) =
                    (most(account.spent.tokens, spent.tokens), most(account.spent.micros, spent.micros));
                account.spent = Spent { tokens, micros };
                account.read = Instant::now();
                Ok(account.spent)
            }
            None => {
                let account = Account { day: day.to_owned(), spent, read: Instant::now(), told: HashSet::new() };
                held.insert(store.clone(), account);
                Ok(spent)
            }
        }
    }

    /// Adds what was spent just now; it is stored with its turn.
    pub fn add(&self, store: &StoreId, day: &str, spent: Spent) {
        if let Some(account) = self.lock().get_mut(store).filter(|account| account.day == day) {
            account.spent = account.spent.and(spent);
        }
    }

    /// Whether this is the first time today that a level of a limit is spoken of.
    pub fn tell_once(&self, store: &StoreId, limit: Limit, level: Level) -> bool {
        self.lock().get_mut(store).is_some_and(|account| account.told.insert((limit, level)))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<StoreId, Account>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
