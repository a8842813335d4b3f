//! The program as a user runs it.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::support::database::Database;
use crate::support::program::{Ended, Server, run, run_with, write};

#[track_caller]
fn check(ended: &Ended, code: i32, err: &str) {
    assert_eq!(ended.code, Some(code), "{ended:?}");
    assert!(ended.err.contains(err), "{ended:?}");
}

#[tokio::test]
async fn a_store_its_people_and_its_tokens_are_made() {
    let database = Database::fresh().await;
    let create = ["store", "create", "pets", "--industry", "pet", "--name", "宠物店"];
    let made = run(&database, &create);
    check(&made, 0, "");
    let secret = made.out.lines().find_map(|l| l.strip_prefix("identity_secret: ")).unwrap();
    assert_eq!(secret.len(), 64);
    check(&run(&database, &create), 1, "the store pets exists already");
    check(&run(&database, &["store", "create", "Pets", "--industry", "pet", "--name", "x"]), 1, "id: ");
    check(&run(&database, &["store", "create", "x", "--industry", "cars", "--name", "x"]), 2, "invalid value");

    let add = ["user", "add", "a@b.example", "--store", "pets", "--role", "agent", "--password-stdin"];
    let skilled = [&add[..], &["--skill", "general:3", "--skill", "pet_logistics:5"]].concat();
    check(&run_with(&database, &skilled, "一个密码\n"), 0, "");
    check(&run_with(&database, &add, "x\n"), 1, "already");
    check(
        &run_with(
            &database,
            &["user", "add", "c@d.example", "--store", "pets", "--role", "agent", "--password-stdin"],
            "",
        ),
        1,
        "password: ",
    );
    check(&run(&database, &add[..7]), 2, "--password-stdin");
    check(&run_with(&database, &[&add[..], &["--skill", "general:9"]].concat(), "x\n"), 2, "1 to 5");

    let token = run(&database, &["token", "create", "--store", "pets", "--scope", "desk"]);
    check(&token, 0, "");
    assert!(token.out.starts_with("xo_desk_"));
    check(&run(&database, &["token", "create", "--store", "nowhere", "--scope", "desk"]), 1, "no such store");
    let keys = run(&database, &["import", "--help", "policy"]);
    assert!(keys.out.contains("turn_deadline_s"), "{}", keys.out);
    check(&run(&database, &["dance"]), 2, "unrecognized");
    for command in ["serve", "store", "user", "token", "import", "pack", "backup", "restore"] {
        check(&run(&database, &[command, "--help"]), 0, "");
    }
}

#[tokio::test]
async fn an_import_says_what_it_did() {
    let database = Database::fresh().await;
    run(&database, &["store", "create", "s", "--industry", "general", "--name", "S"]);
    let good = write(&database, "good.csv", "question,answer\n几点开门,九点\n");
    let bad = write(&database, "bad.jsonl", "{\"question\":\"a\",\"answer\":\"b\"}\n{\"question\":\"c\"}\n");
    let import = |file: &str, more: &[&str]| run(&database, &[&["import", "--store", "s", "faq", file], more].concat());

    for _ in 0..2 {
        let done = import(&good, &[]);
        check(&done, 0, "");
        assert_eq!(done.out, "accepted 1, rejected 0\n");
    }
    for more in [&[][..], &["--dry-run"]] {
        let refused = import(&bad, more);
        check(&refused, 1, "bad.jsonl:2 answer: ");
        assert_eq!(refused.out, "accepted 1, rejected 1\n");
    }
    check(&import(&bad, &["--keep-good"]), 0, "bad.jsonl:2 answer: ");
    let open = write(&database, "open.csv", "question,answer\nd,e\nf,\"g\nh,i\n");
    let refused = import(&open, &["--dry-run"]);
    check(&refused, 1, "open.csv:3 a quotation mark opens here and is not closed");
    assert_eq!(refused.out, "accepted 1, rejected 2\n");
    check(&import("nothing.csv", &[]), 1, "nothing.csv: ");
    check(&run(&database, &["import", "--store", "nowhere", "faq", &good]), 1, "no such store");
    check(&run(&database, &["import", "--store", "s", "dreams", &good]), 2, "invalid value");
}

#[tokio::test]
async fn settings_that_cannot_be_are_refused_before_anything_starts() {
    let database = Database::fresh().await;
    check(&run(&database, &["serve", "--listen", "0.0.0.0:0"]), 1, "--listen: the world can reach this address");
    check(&run(&database, &["serve", "--drain-s", "99"]), 1, "--drain-s: ");
    write(&database, "xiaoer.toml", "listen = \"0.0.0.0:80\"\n");
    check(&run(&database, &["serve"]), 1, "xiaoer.toml:1 listen: the world can reach this address");
    let create = ["store", "create", "s", "--industry", "pet", "--name", "S"];
    check(&run(&database, &create), 0, ""); // Where to listen is not its affair.
    write(&database, "xiaoer.toml", "listen = \"127.0.0.1:0\"\n\nsockets = 3\n");
    check(&run(&database, &["serve"]), 1, "xiaoer.toml:3 sockets: there is no such setting");
}

#[tokio::test]
async fn sigterm_ends_it_in_order() {
    let database = Database::fresh().await;
    let mut server = Server::start(&database, &[]);
    assert!(server.greeting[0].starts_with("shop "));
    assert!(server.next_line().starts_with("owner    owner@demo.example  password "));
    let mut half = TcpStream::connect(&server.address).unwrap();
    half.write_all(b"GET / HTTP/1.1\r\nhost:").unwrap();
    let begun = Instant::now();
    server.stop();
    assert_eq!(server.wait(Duration::from_secs(15)), Some(0), "after {:?}", begun.elapsed());

    let again = Server::start(&database, &[]);
    assert!(again.greeting.iter().all(|line| !line.contains("password")), "it is shown once");
    again.stop();
    again.stop();
    let mut again = again;
    assert_eq!(again.wait(Duration::from_secs(15)), Some(0));
}

#[tokio::test]
async fn a_backup_is_taken_while_it_serves_and_comes_back() {
    let database = Database::fresh().await;
    if database.is_postgres() {
        check(&run(&database, &["backup", "copy.db"]), 1, "pg_dump");
        check(&run(&database, &["restore", "copy.db"]), 1, "pg_restore");
        return;
    }
    let mut server = Server::start(&database, &[]);
    check(&run(&database, &["serve", "--listen", "127.0.0.1:0"]), 1, "a server runs on");
    check(&run(&database, &["backup", "copy.db"]), 0, "");
    check(&run(&database, &["backup", "copy.db"]), 1, "exists already");
    run(&database, &["store", "create", "later", "--industry", "pet", "--name", "x"]);
    check(&run(&database, &["restore", "copy.db"]), 1, "a server runs on");
    server.stop();
    assert_eq!(server.wait(Duration::from_secs(15)), Some(0));

    let epoch = epoch(&database).await;
    write(&database, "junk.db", &"junk".repeat(5_000));
    check(&run(&database, &["restore", "junk.db"]), 1, "junk.db");
    check(&run(&database, &["restore", "nothing.db"]), 1, "nothing.db");
    assert_eq!(self::epoch(&database).await, epoch, "nothing has changed");
    check(&run(&database, &["restore", "copy.db"]), 0, "");
    assert_ne!(self::epoch(&database).await, epoch, "clients ahead of the copy start over");
    let token = ["token", "create", "--scope", "read", "--store"];
    check(&run(&database, &[&token[..], &["demo"]].concat()), 0, "");
    check(&run(&database, &[&token[..], &["later"]].concat()), 1, "no such store");
}

async fn epoch(database: &Database) -> String {
    let db = xiaoer::db::Db::open(&database.url).await.unwrap();
    let epoch = xiaoer::db::meta::epoch(&mut db.read().await.unwrap()).await.unwrap();
    db.close().await;
    epoch
}
