//! The program itself, which is stopped in every way and comes back at the same address with the same data.

use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicU16, Ordering};

use serde_json::Value;
use sqlx::{Connection, SqliteConnection};
use xiaoer::db::Db;

use super::database::Database;
use super::program::{self, Server};
use super::shop::set_rules;

pub struct Revived {
    pub server: Server,
    pub address: String,
    /// An API token of scope `read`.
    pub token: String,
    pub database: Database,
    arguments: Vec<String>,
}

impl Revived {
    /// Serves the store `demo` without sample data; `answer` are the numbers of the policy's section of this name.
    pub async fn open(answer: Value, arguments: &[&str]) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let database = Database::fresh().await;
        let make = ["store", "create", "demo", "--industry", "general", "--name", "小店"];
        let made = program::run(&database, &make);
        assert_eq!(made.code, Some(0), "{made:?}");
        let token = program::run(&database, &["token", "create", "--store", "demo", "--scope", "read"]);
        let db = Db::open(&database.url).await.expect("a database");
        set_rules(&db, answer).await;
        db.close().await;
        let address = free_address();
        let server = Server::start_at(&address, &database, arguments);
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Self { server, address, token: token.out.trim().to_owned(), database, arguments }
    }

    /// Begins again after the program has ended; returns when it listens.
    pub fn revive(&mut self) {
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        self.server = Server::start_at(&self.address, &self.database, &arguments);
    }

    /// Whether a database that the program left behind is sound; on PostgreSQL the server sees to that.
    pub async fn is_sound(&self) -> bool {
        if self.database.is_postgres() {
            return true;
        }
        // A copy, because whoever looks at the original repairs it.
        let copy = tempfile::tempdir().expect("a folder");
        for entry in std::fs::read_dir(self.database.folder.path()).expect("the folder is there") {
            let path = entry.expect("it can be listed").path();
            let name = path.file_name().expect("a name");
            if name.to_string_lossy().starts_with("xiaoer.db") {
                std::fs::copy(&path, copy.path().join(name)).expect("a copy");
            }
        }
        is_sound(&copy.path().join("xiaoer.db")).await
    }

    /// Fails the test when something in the program has panicked.
    #[track_caller]
    pub fn has_not_panicked(&self) {
        let log = std::fs::read_to_string(self.database.folder.path().join("server.log")).expect("a log");
        let panics: Vec<&str> = log.lines().filter(|line| line.contains("panicked")).collect();
        assert!(panics.is_empty(), "{panics:#?}");
    }
}

async fn is_sound(file: &Path) -> bool {
    let mut conn = SqliteConnection::connect(&file.display().to_string()).await.expect("the copy opens");
    let verdict: Result<Vec<String>, _> = sqlx::query_scalar("pragma integrity_check").fetch_all(&mut conn).await;
    verdict.expect("SQLite looks") == ["ok"]
}

/// An address that nobody else is given: below the ports that the system hands out, because clients that knock at a
/// free one of those may end up connected to themselves.
fn free_address() -> String {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 10_000).expect("it is small") + 15_000;
    loop {
        let port = start + NEXT.fetch_add(1, Ordering::Relaxed);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return format!("127.0.0.1:{port}");
        }
    }
}
