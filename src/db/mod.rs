//! All SQL: one file a table. Everybody else calls the functions here and never sees a statement.
//!
//! Two engines, one SQL text wherever it means the same; what truly differs stands in `sqlite.rs` and `postgres.rs`.
//! Functions take a [`Conn`]; several of them make one change, because whoever holds the `Conn` holds the transaction.

pub mod agent;
pub mod connection;
pub mod baby;
pub mod buyer;
pub mod confirmation;
pub mod consent;
pub mod conversation;
pub mod copies;
pub mod erasing;
pub mod event;
pub mod faq;
pub mod lane;
pub mod fit_constants;
pub mod fit_model;
pub mod fit_person;
pub mod lock;
pub mod meta;
pub mod offer;
pub mod order;
pub mod pack;
mod postgres;
pub mod presence;
pub mod product;
mod rows;
pub mod session;
pub mod size_advice;
pub mod size_chart;
pub mod slot;
pub mod spending;
mod sqlite;
pub mod store;
pub mod token;
pub mod tool_call;
pub mod transcript;
pub mod turn;

use std::path::Path;

use futures_util::future::BoxFuture;
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction};

use crate::error::{Error, Result};

/// The database. Cheap to clone.
#[derive(Clone)]
pub enum Db {
    /// One writer, because SQLite has one; readers apart, because they need not wait for it.
    Sqlite {
        write: SqlitePool,
        read: SqlitePool,
    },
    Postgres(PgPool),
}

/// A connection that statements run on: inside a transaction ([`Db::write`]) or for reading ([`Db::read`]).
pub enum Conn {
    SqliteWrite(Transaction<'static, Sqlite>),
    SqliteRead(PoolConnection<Sqlite>),
    PostgresWrite(Transaction<'static, Postgres>),
    PostgresRead(PoolConnection<Postgres>),
}

/// The native connection below a [`Conn`].
pub(crate) enum Native<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// Runs one body on whichever engine is there; it is compiled, and so checked, for both.
macro_rules! on {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn.native() {
            $crate::db::Native::Sqlite($c) => $body,
            $crate::db::Native::Postgres($c) => $body,
        }
    };
}
pub(crate) use on;

/// A statement over rows that come as one JSON list, `$1`. Each row is `value`, and `value ->> 'key'` reads it on both
/// engines; only the way to open the list differs. One statement for a whole batch costs one round trip.
macro_rules! over_rows {
    ($before:expr, $after:expr) => {
        $crate::db::PerEngine {
            sqlite: concat!($before, " json_each($1) as rows ", $after),
            postgres: concat!($before, " json_array_elements(cast($1 as json)) as rows(value) ", $after),
        }
    };
}
pub(crate) use over_rows;

/// One meaning, two texts.
pub(crate) struct PerEngine {
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

impl Conn {
    pub(crate) fn native(&mut self) -> Native<'_> {
        match self {
            Self::SqliteWrite(c) => Native::Sqlite(c),
            Self::SqliteRead(c) => Native::Sqlite(c),
            Self::PostgresWrite(c) => Native::Postgres(c),
            Self::PostgresRead(c) => Native::Postgres(c),
        }
    }

    /// The text of this connection's engine.
    pub(crate) fn text(&self, sql: &PerEngine) -> &'static str {
        match self {
            Self::SqliteWrite(_) | Self::SqliteRead(_) => sql.sqlite,
            Self::PostgresWrite(_) | Self::PostgresRead(_) => sql.postgres,
        }
    }

    fn marks(&self) -> rows::Marks {
        if self.is_postgres() { rows::Marks::Numbered } else { rows::Marks::Nameless }
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self, Self::PostgresWrite(_) | Self::PostgresRead(_))
    }

    async fn commit(self) -> Result<()> {
        match self {
            Self::SqliteWrite(t) => t.commit().await?,
            Self::PostgresWrite(t) => t.commit().await?,
            Self::SqliteRead(_) | Self::PostgresRead(_) => {}
        }
        Ok(())
    }
}

/// The file that an address names; `None` for PostgreSQL.
pub fn sqlite_path(url: &str) -> Option<&Path> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return None;
    }
    Some(Path::new(url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")).unwrap_or(url)))
}

impl Db {
    /// Opens (and for SQLite creates) the database and brings its schema up to date.
    pub async fn open(url: &str) -> Result<Self> {
        let db = match sqlite_path(url) {
            None => Self::Postgres(postgres::open(url).await?),
            Some(path) => sqlite::open(path).await?,
        };
        db.migrate().await?;
        meta::make_sure(&db).await?;
        Ok(db)
    }

    /// A connection for reading. On SQLite it cannot write.
    pub async fn read(&self) -> Result<Conn> {
        Ok(match self {
            Self::Sqlite { read, .. } => Conn::SqliteRead(read.acquire().await?),
            Self::Postgres(pool) => Conn::PostgresRead(pool.acquire().await?),
        })
    }

    /// Makes one change: all that `change` does is durable when this returns `Ok`, and undone otherwise.
    ///
    /// It runs in a task of its own, to its end, also when the caller goes away: a transaction must not be left in the
    /// middle by a client who hangs up.
    pub async fn write<T, F>(&self, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        let db = self.clone();
        tokio::spawn(async move { db.write_here(change).await })
            .await
            .map_err(|e| Error::Internal(anyhow::anyhow!("a change ended early: {e}")))?
    }

    /// Like [`Db::write`], for a caller that is itself a task which nobody cancels.
    pub async fn write_here<T, F>(&self, change: F) -> Result<T>
    where
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<T>> + Send,
    {
        let mut conn = self.begin().await?;
        let out = change(&mut conn).await?;
        conn.commit().await?;
        Ok(out)
    }

    async fn begin(&self) -> Result<Conn> {
        Ok(match self {
            // Deferred transactions that read and then write lose to SQLITE_BUSY, whatever the time-out.
            Self::Sqlite { write, .. } => Conn::SqliteWrite(write.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Conn::PostgresWrite(pool.begin().await?),
        })
    }

    async fn migrate(&self) -> Result<()> {
        let migrator = sqlx::migrate!("./migrations");
        let done = match self {
            Self::Sqlite { write, .. } => sqlite::own(migrator).run(write).await,
            Self::Postgres(pool) => migrator.run(pool).await,
        };
        done.map_err(|e| {
            Error::Internal(anyhow::Error::new(e).context("the database's schema does not fit this program"))
        })
    }

    /// Whether the database answers; what `/readyz` says.
    pub async fn ready(&self) -> Result<()> {
        let mut conn = self.read().await?;
        meta::epoch(&mut conn).await?;
        Ok(())
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    /// How many tasks may write conversations at once: SQLite has one writer, PostgreSQL commits side by side.
    pub fn writers(&self) -> usize {
        match self {
            Self::Sqlite { .. } => 1,
            Self::Postgres(_) => 4,
        }
    }

    /// Ends all connections; on SQLite the write-ahead log is folded into the file first.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { write, read } => {
                read.close().await;
                sqlite::checkpoint(write).await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}
