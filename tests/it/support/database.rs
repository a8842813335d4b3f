//! A database of one's own: a SQLite file, or with `XIAOER_TEST_ENGINE=postgres` a fresh database on
//! `TEST_POSTGRES_URL`.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;

pub struct Database {
    pub url: String,
    /// Also where the server may keep its files.
    pub folder: TempDir,
    /// The PostgreSQL server and the database to drop at the end.
    postgres: Option<(String, String)>,
}

impl Database {
    pub async fn fresh() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        if variable("XIAOER_TEST_ENGINE").as_deref() != Some("postgres") {
            let url = folder.path().join("xiaoer.db").display().to_string();
            return Self { url, folder, postgres: None };
        }
        let server = variable("TEST_POSTGRES_URL").expect("TEST_POSTGRES_URL names a PostgreSQL server");
        let name = format!("it_{}", uuid::Uuid::new_v4().simple());
        let mut conn = PgConnection::connect(&server).await.expect("the PostgreSQL server answers");
        conn.execute(AssertSqlSafe(format!("create database {name}"))).await.expect("a fresh database");
        let (address, options) = server.split_once('?').map_or((server.as_str(), ""), |(a, o)| (a, o));
        let host = address.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
        let url = if options.is_empty() { format!("{host}/{name}") } else { format!("{host}/{name}?{options}") };
        Self { url, folder, postgres: Some((server, name)) }
    }
}

impl Database {
    pub fn is_postgres(&self) -> bool {
        self.postgres.is_some()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some((server, name)) = self.postgres.take() else { return };
        // In a thread of its own, because the test's runtime is about to end.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut conn = PgConnection::connect(&server).await?;
                conn.execute(AssertSqlSafe(format!("drop database if exists {name} with (force)"))).await?;
                Ok::<_, anyhow::Error>(())
            })
        });
        drop(dropped.join());
    }
}

/// A variable of the environment that the tests run in.
pub fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "tests are told so which engine to use")]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
