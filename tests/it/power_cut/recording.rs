//! A run of a program, recorded at its system calls.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::image::Files;
use super::trace::{self, Act, Step};

/// What the acknowledgement of a client's id looks like on the wire, up to the id.
const ACK: &str = r#"{"type":"ack","id":""#;

pub struct Recording {
    /// What was in the folder when it began.
    pub before: Files,
    pub steps: Vec<Step>,
    /// Each acknowledged id, with the line at which it began to leave.
    pub acks: Vec<(usize, String)>,
}

impl Recording {
    /// How often the file was written after the first acknowledgement.
    pub fn writes_to(&self, name: &str) -> usize {
        let first = self.acks.first().map_or(0, |(at, _)| *at);
        let later = self.steps.iter().filter(|step| step.began > first);
        later.filter(|step| matches!(&step.act, Act::Write { file, .. } if file == name)).count()
    }
}

/// Runs `program` under strace, which writes to `file`.
pub fn start(program: &Path, file: &Path, prepare: impl FnOnce(&mut Command)) -> Child {
    let mut command = Command::new("strace");
    // Threads too; calls that we do not look at cost nothing; bytes in hexadecimal, descriptors with their paths.
    command.args(["-f", "--seccomp-bpf", "-xx", "-y", "-s", "100000000", "-e"]);
    command.arg(format!("trace={}", trace::CALLS)).arg("-o").arg(file).arg(program);
    command.stdin(Stdio::null());
    prepare(&mut command);
    command.spawn().expect("strace starts (Debian package strace)")
}

/// Reads what strace wrote about the files in `folder`, which held `before`, and about the sockets.
pub fn read(file: &Path, folder: &Path, before: Files) -> Recording {
    let recorded = std::fs::read_to_string(file).expect("strace wrote a recording");
    let folder = folder.to_str().expect("the folder's name is UTF-8");
    let steps = trace::steps(&recorded, folder);
    let acks = steps.iter().flat_map(|step| match &step.act {
        Act::Say { bytes, .. } => acks_in(bytes).into_iter().map(|id| (step.began, id)).collect(),
        _ => Vec::new(),
    });
    let acks = acks.collect();
    Recording { before, steps, acks }
}

/// The ids that are acknowledged in one write to a socket: servers do not mask frames, and frames this small are
/// written in one piece.
fn acks_in(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    text.split(ACK).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
}

#[test]
fn acks_are_found_between_other_bytes() {
    let frames = b"\x81\x2f{\"type\":\"ack\",\"id\":\"a-1\",\"seq\":1}\x81\x05{\"type\":\"pong\"}\xff{\"type\":\"ack\",\"id\":\"b\"}";
    assert_eq!(acks_in(frames), ["a-1", "b"]);
}
