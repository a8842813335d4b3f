//! What is PostgreSQL's own.

use std::time::Duration;

use anyhow::Context;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Executor, PgPool, Row};

use crate::error::{Error, Result};

pub(super) async fn open(url: &str) -> Result<PgPool> {
    let options: PgConnectOptions = url.parse().context("XIAOER_DATABASE_URL is not a PostgreSQL address")?;
    // A statement over many rows is one for each size of its pieces.
    let options = options.statement_cache_capacity(300).options([
        ("statement_timeout", "20000"),
        ("lock_timeout", "10000"),
        ("idle_in_transaction_session_timeout", "30000"),
        // A session must not weaken what an acknowledgement means.
        ("synchronous_commit", "on"),
    ]);
    let pool = PgPoolOptions::new()
        .max_connections(20)
        .acquire_timeout(Duration::from_secs(2))
        // sqlx 0.9.0 leaves a connection inside a transaction when `begin` is cancelled (fixed after it, in #4394).
        .after_release(|conn, _| {
            Box::pin(async move {
                conn.execute("rollback").await?;
                Ok(true)
            })
        })
        .connect_with(options)
        .await
        .context("cannot connect to PostgreSQL")?;
    assert_durable(&pool).await?;
    Ok(pool)
}

/// Refuses to serve on a server that would not keep what it acknowledges.
async fn assert_durable(pool: &PgPool) -> Result<()> {
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        let row = sqlx::query("select current_setting($1)").bind(setting).fetch_one(pool).await?;
        let value: String = row.try_get(0)?;
        if value == "off" {
            return Err(Error::Internal(anyhow::anyhow!(
                "PostgreSQL runs with {setting}={value}: an acknowledged message could be lost; set it on"
            )));
        }
    }
    Ok(())
}
