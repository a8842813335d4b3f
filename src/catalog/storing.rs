//! Puts what a merchant's file holds into the store, all of it or nothing.

use sha2::{Digest, Sha256};

use super::imports::{self, Reading, Row};
use super::{Faq, FitModel, Lane, Order, Product, SizeChart, outcomes};
use crate::db::{self, Conn, Db};
use crate::error::{Error, Result};
use crate::ids::StoreId;
use crate::policy::Policy;
use crate::protocol::rest::{Imported, RowError};

/// Rows of one statement.
const BATCH: usize = 500;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Products,
    /// Garments' own measures.
    SizeCharts,
    /// People who tried garments.
    FitModels,
    Faq,
    Orders,
    Lanes,
    /// The store's own numbers. What a file leaves out has its default.
    Policy,
    /// Profiles with their consents; `profiles` reads them.
    Buyers,
}

impl Kind {
    pub const ALL: [Self; 8] = [
        Self::Products,
        Self::SizeCharts,
        Self::FitModels,
        Self::Faq,
        Self::Orders,
        Self::Lanes,
        Self::Policy,
        Self::Buyers,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::Products => "products",
            Self::SizeCharts => "size_charts",
            Self::FitModels => "fit_models",
            Self::Faq => "faq",
            Self::Orders => "orders",
            Self::Lanes => "lanes",
            Self::Policy => "policy",
            Self::Buyers => "buyers",
        }
    }

    /// Errors: `not_found`.
    pub fn of(word: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word).ok_or(Error::NotFound("kind of import"))
    }
}

/// How much of a file is to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// All rows, or none if one is refused.
    Whole,
    /// The good rows.
    KeepGood,
    /// None: only say what would be refused.
    DryRun,
}

/// A file as it came. `name` tells its format by its ending.
#[derive(Debug, Clone)]
pub struct File {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Reads a file and stores it in one transaction. The same file again changes nothing. `progress` hears how many of
/// how many rows are written.
///
/// `accepted` counts good rows (a policy is one), also where they were not stored because others were refused ([`Mode::Whole`]).
pub async fn import(
    db: &Db,
    store: &StoreId,
    kind: Kind,
    file: File,
    mode: Mode,
    progress: impl Fn(usize, usize) + Send + 'static,
) -> Result<Imported> {
    match kind {
        Kind::Products => table::<Product>(db, store, file, mode, progress).await,
        Kind::SizeCharts => table::<SizeChart>(db, store, file, mode, progress).await,
        Kind::FitModels => table::<FitModel>(db, store, file, mode, progress).await,
        Kind::Faq => table::<Faq>(db, store, file, mode, progress).await,
        Kind::Orders => table::<Order>(db, store, file, mode, progress).await,
        Kind::Lanes => table::<Lane>(db, store, file, mode, progress).await,
        Kind::Policy => policy(db, store, &file, mode).await,
        Kind::Buyers => Err(Error::NotFound("kind of import")), // `profiles::importing` takes these.
    }
}

/// A row that is kept in a table.
trait Kept: Row + Clone + Send + Sync + 'static {
    /// Whether copies in memory hold such rows and must hear of a change.
    const IN_COPIES: bool = true;

    /// Stores rows in one statement; gives how many changed.
    fn keep(conn: &mut Conn, store: &StoreId, rows: &[Self]) -> impl Future<Output = Result<u64>> + Send;
}

impl Kept for Product {
    async fn keep(conn: &mut Conn, store: &StoreId, rows: &[Self]) -> Result<u64> {
        db::product::upsert(conn, store, rows).await
    }
}

impl Kept for SizeChart {
    async fn keep(conn: &mut Conn, store: &StoreId, rows: &[Self]) -> Result<u64> {
        let sizes: Vec<_> = rows.iter().map(|row| row.size.clone()).collect();
        db::size_chart::upsert(conn, store, &sizes).await
    }
}

impl Kept for FitModel {
    async fn keep(conn: &mut Conn, store: &StoreId, rows: &[Self]) -> Result<u64> {
        let models: Vec<_> = rows.iter().map(|row| row.model.clone()).collect();
        db::fit_model::upsert(conn, store, &models).await
    }
}

impl Kept for Faq {
    async fn keep(conn: &mut Conn, store: &StoreId, rows: &[Self]) -> Result<u64> {
        let rows: Vec<_> = rows.iter().map(numbered).collect();
        db::faq::upsert(conn, store, &rows).await
    }
}

impl Kept for Order {
    /// They are looked up one by one, and come by the thousand every day.
    const IN_COPIES: bool = false;

    async fn keep(conn: &mut Conn, store: &StoreId, rows: &[Self]) -> Result<u64> {
        let changed = db::order::upsert(conn, store, rows).await?;
        for order in rows.iter().filter(|order| !order.refunds.is_empty()) {
            outcomes::refunded(conn, store, order).await?;
        }
        Ok(changed)
    }
}

impl Kept for Lane {
    async fn keep(conn: &mut Conn, store: &StoreId, rows: &[Self]) -> Result<u64> {
        db::lane::upsert(conn, store, rows).await
    }
}

async fn table<T: Kept>(
    db: &Db,
    store: &StoreId,
    file: File,
    mode: Mode,
    progress: impl Fn(usize, usize) + Send + 'static,
) -> Result<Imported> {
    // A large file takes seconds to read; sockets must not wait for it.
    let Reading { rows, errors, rejected } =
        tokio::task::spawn_blocking(move || imports::read::<T>(&file.name, &file.bytes))
            .await
            .map_err(|e| Error::Internal(e.into()))?;
    let rows: Vec<T> = rows.into_iter().map(|(_, row)| row).collect();
    // A file that cannot be read at all has an error and no rows.
    let rejected = rejected.max(u64::from(!errors.is_empty()));
    let report = Imported { accepted: rows.len() as u64, rejected, errors };
    let refused = mode == Mode::Whole && rejected > 0;
    if mode == Mode::DryRun || refused || rows.is_empty() {
        return Ok(report);
    }
    let store = store.clone();
    db.write(move |conn| {
        Box::pin(async move {
            let mut changed = 0;
            for (n, batch) in rows.chunks(BATCH).enumerate() {
                changed += T::keep(conn, &store, batch).await?;
                progress(n * BATCH + batch.len(), rows.len());
            }
            if changed > 0 && T::IN_COPIES {
                db::store::touch(conn, &store).await?;
            }
            Ok(())
        })
    })
    .await?;
    Ok(report)
}

/// A policy has no good part: half of it is another policy.
async fn policy(db: &Db, store: &StoreId, file: &File, mode: Mode) -> Result<Imported> {
    let read = match std::str::from_utf8(&file.bytes) {
        Ok(text) => Policy::parse(text),
        Err(_) => Err(vec![RowError { line: 1, field: String::new(), why: "not UTF-8: save as UTF-8".into() }]),
    };
    let policy = match read {
        Ok(policy) => serde_json::to_string(&policy).map_err(|e| Error::Internal(e.into()))?,
        Err(errors) => return Ok(Imported { accepted: 0, rejected: errors.len() as u64, errors }),
    };
    if mode != Mode::DryRun {
        let store = store.clone();
        db.write(move |conn| {
            Box::pin(async move {
                let held = db::store::find(conn, &store).await?.ok_or(Error::NotFound("store"))?;
                if held.policy == policy { Ok(()) } else { db::store::set_policy(conn, &store, &policy).await }
            })
        })
        .await?;
    }
    Ok(Imported { accepted: 1, rejected: 0, errors: Vec::new() })
}

/// A question's id is made from the question, so that it is the same wherever the file is imported.
fn numbered(row: &Faq) -> db::faq::Faq {
    let hash = Sha256::digest(row.question.as_bytes());
    let id: String = hash.iter().take(8).map(|b| format!("{b:02x}")).collect();
    db::faq::Faq {
        id: format!("q_{id}"),
        question: row.question.clone(),
        answer: row.answer.clone(),
        category: row.category.clone(),
        tags: row.tags.clone(),
    }
}
