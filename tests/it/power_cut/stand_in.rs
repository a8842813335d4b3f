//! A small writer in the place of the server. It commits in groups and acknowledges over a socket as the server does,
//! but how well it syncs is ours to choose. It proves that the replay notices what is lost.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::image::Files;
use super::recording::{self, Recording};
use super::verdict::judge;

const DATABASE: &str = "stand-in.db";
const GROUPS: usize = 60;
const GROUP: usize = 4;

/// Folder, address and `synchronous`, separated by spaces.
const ORDERS: &str = "POWER_CUT_STAND_IN";

#[tokio::test]
async fn with_full_syncs_nothing_acknowledged_is_lost() {
    let verdict = judge(&record(SqliteSynchronous::Full).await, DATABASE, 100, 1).await;
    assert_eq!((verdict.lost, verdict.corrupt), (0, 0), "{verdict:?}");
}

#[tokio::test]
async fn with_normal_syncs_the_replay_notices_lost_messages() {
    let verdict = judge(&record(SqliteSynchronous::Normal).await, DATABASE, 50, 2).await;
    assert!(verdict.lost > verdict.images / 2, "{verdict:?}");
}

#[tokio::test]
async fn without_syncs_the_replay_notices_broken_files() {
    let verdict = judge(&record(SqliteSynchronous::Off).await, DATABASE, 50, 3).await;
    assert!(verdict.corrupt > verdict.images / 2, "{verdict:?}");
}

/// Starts this very program again as the writer, under strace.
async fn record(synchronous: SqliteSynchronous) -> Recording {
    let folder = tempfile::tempdir().expect("a folder for the recording");
    let data = folder.path().join("data");
    std::fs::create_dir(&data).expect("a folder for the data");
    let file = folder.path().join("recording");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it has an address");
    let reader = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("the writer connects");
        tokio::io::copy(&mut socket, &mut tokio::io::sink()).await
    });

    let program = std::env::current_exe().expect("this program has a path");
    let mut writer = recording::start(&program, &file, |command| {
        let orders = format!("{} {address} {synchronous:?}", data.display());
        command.args(["--exact", "power_cut::stand_in::the_writer"]).env(ORDERS, orders);
        command.stdout(std::process::Stdio::null());
    });
    let ended = tokio::task::spawn_blocking(move || writer.wait()).await.expect("waiting is fine");
    let status = ended.expect("the writer ends");
    assert!(status.success(), "the writer failed");
    reader.await.expect("the reader ends").expect("the acknowledgements can be read");
    let recording = recording::read(&file, &data, Files::new());
    assert_eq!(recording.acks.len(), GROUPS * GROUP);
    recording
}

/// The writer's own process, where a recording gives it orders. On its own it shows that the stand-in acknowledges all
/// that it stores.
#[tokio::test]
async fn the_writer() {
    #[expect(clippy::disallowed_methods, reason = "its orders can reach a test's process in no other way")]
    if let Ok(orders) = std::env::var(ORDERS) {
        let orders: Vec<&str> = orders.split(' ').collect();
        let [folder, address, synchronous] = orders[..] else { panic!("three orders: {orders:?}") };
        let synchronous = match synchronous {
            "Full" => SqliteSynchronous::Full,
            "Normal" => SqliteSynchronous::Normal,
            _ => SqliteSynchronous::Off,
        };
        return write(Path::new(folder), TcpStream::connect(address).await.expect("the test listens"), synchronous)
            .await;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let socket = TcpStream::connect(listener.local_addr().expect("it has an address")).await.expect("it listens");
    let heard = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("the writer connects");
        let mut heard = String::new();
        socket.read_to_string(&mut heard).await.expect("text");
        heard
    });
    write(folder.path(), socket, SqliteSynchronous::Full).await;
    assert_eq!(heard.await.expect("heard").matches(r#""type":"ack""#).count(), GROUPS * GROUP);
    let mut database = open(&folder.path().join(DATABASE), SqliteSynchronous::Full).await;
    let stored: i64 = sqlx::query_scalar("select count(*) from event").fetch_one(&mut database).await.expect("counted");
    assert_eq!(stored, (GROUPS * GROUP) as i64);
}

/// Commits in groups, and acknowledges each group when it is committed.
async fn write(folder: &Path, mut socket: TcpStream, synchronous: SqliteSynchronous) {
    let mut database = open(&folder.join(DATABASE), synchronous).await;
    for group in 0..GROUPS {
        let mut transaction = database.begin().await.expect("a transaction begins");
        for member in 0..GROUP {
            let insert = sqlx::query("insert into event (client_id, text) values ($1, $2)");
            // Long enough that the write-ahead log wraps around in between.
            let insert = insert.bind(format!("{group}-{member}")).bind("尺码".repeat(300));
            insert.execute(&mut *transaction).await.expect("it inserts");
        }
        transaction.commit().await.expect("it commits");
        for member in 0..GROUP {
            let ack = format!(r#"{{"type":"ack","id":"{group}-{member}","seq":1}}"#);
            socket.write_all(ack.as_bytes()).await.expect("it acknowledges");
        }
    }
}

async fn open(path: &Path, synchronous: SqliteSynchronous) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(synchronous);
    // A small log, so that many crashes fall around the moments when it is folded into the database.
    let mut database =
        options.pragma("wal_autocheckpoint", "60").disable_statement_logging().connect().await.expect("it opens");
    let create = "create table if not exists event (client_id text primary key, text text)";
    sqlx::query(create).execute(&mut database).await.expect("the table is made");
    database
}
