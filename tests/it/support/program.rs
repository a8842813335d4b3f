//! The program itself, as a user runs it.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use super::database::Database;

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// Runs a command in a folder, with a database and nothing else from the environment.
pub fn run(database: &Database, arguments: &[&str]) -> Ended {
    run_with(database, arguments, "")
}

/// The same with something to read.
pub fn run_with(database: &Database, arguments: &[&str], input: &str) -> Ended {
    let mut child = command(database, arguments).stdin(Stdio::piped()).spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("its input");
    // A program that refuses does not read.
    drop(stdin.write_all(input.as_bytes()));
    drop(stdin);
    let output = child.wait_with_output().expect("the program ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Ended { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn command(database: &Database, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xiaoer"));
    command
        .args(arguments)
        .current_dir(database.folder.path())
        .env_clear()
        .env("XIAOER_DATABASE_URL", &database.url)
        .env("XIAOER_DATA_DIR", database.folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// A running server.
pub struct Server {
    pub child: Child,
    /// `127.0.0.1:PORT`
    pub address: String,
    /// What it printed when it began.
    pub greeting: Vec<String>,
    out: BufReader<ChildStdout>,
}

impl Server {
    /// Serves on a free port; returns when it has said where.
    pub fn start(database: &Database, arguments: &[&str]) -> Self {
        Self::start_at("127.0.0.1:0", database, arguments)
    }

    /// Serves at an address; returns when it has said so. What it logs is in `server.log` in the database's folder.
    pub fn start_at(address: &str, database: &Database, arguments: &[&str]) -> Self {
        let listen = ["serve", "--listen", address];
        let all: Vec<&str> = listen.iter().chain(arguments).copied().collect();
        let log = File::options().create(true).append(true).open(database.folder.path().join("server.log"));
        let log = log.expect("a file for the log");
        let mut child = command(database, &all).stderr(log).spawn().expect("the program starts");
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        let mut greeting = Vec::new();
        let mut address = None;
        while address.is_none() {
            let mut line = String::new();
            assert_ne!(out.read_line(&mut line).expect("a line"), 0, "the server ended: {greeting:?}");
            address = line.strip_prefix("console  http://").map(|rest| rest.trim_end().replace("/console", ""));
            greeting.push(line.trim_end().to_owned());
        }
        Self { child, address: address.expect("an address"), greeting, out }
    }

    /// The next line that it prints.
    pub fn next_line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }

    /// The exit code, if it ends in time.
    pub fn wait(&mut self, longest: Duration) -> Option<i32> {
        let end = Instant::now() + longest;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status.code();
            }
            if Instant::now() > end {
                return None;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// SIGTERM.
    pub fn stop(&self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("the signal arrives");
    }

    /// SIGKILL; returns when nothing of it is left.
    pub fn kill(&mut self) {
        self.child.kill().expect("the signal arrives");
        self.child.wait().expect("a child");
    }

    /// What it holds in memory, in bytes.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux tells");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Writes a file into the database's folder.
pub fn write(database: &Database, name: &str, text: &str) -> String {
    let path: &Path = database.folder.path();
    std::fs::write(path.join(name), text).expect("a file");
    name.to_owned()
}
