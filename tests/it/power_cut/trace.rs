//! Reads what strace recorded: which bytes a process gave to which file, what it synced, and what left on its sockets.

use std::collections::HashMap;

/// One system call that succeeded. The places are lines of the recording: the call was made at `began`, and what it
/// promises holds from `ended` on.
#[derive(Debug, PartialEq)]
pub struct Step {
    pub began: usize,
    pub ended: usize,
    pub act: Act,
}

/// Files are named without their folder.
#[derive(Debug, PartialEq)]
pub enum Act {
    Write {
        file: String,
        at: usize,
        bytes: Vec<u8>,
    },
    Resize {
        file: String,
        length: usize,
    },
    Sync {
        file: String,
    },
    Remove {
        file: String,
    },
    /// These bytes left on the socket.
    Say {
        socket: String,
        bytes: Vec<u8>,
    },
}

/// The calls that [`steps`] understands, for strace's `-e trace=`.
pub const CALLS: &str = "openat,lseek,pwrite64,write,writev,sendto,sendmsg,fsync,fdatasync,ftruncate,unlink,unlinkat,\
                         rename,renameat,renameat2,close";

/// What happened to the files in `folder` and on the sockets, in the order in which the calls were made. The recording
/// is made with `strace -f -xx -y -s` and a length that nothing reaches.
pub fn steps(recording: &str, folder: &str) -> Vec<Step> {
    let mut reader = Reader { folder: format!("{folder}/"), offsets: HashMap::new() };
    let mut unfinished: HashMap<&str, (usize, &str)> = HashMap::new();
    let mut steps = Vec::new();
    for (line_number, line) in recording.lines().enumerate() {
        let Some((process, call)) = line.split_once(' ') else { continue };
        let call = call.trim_start();
        if let Some(begin) = call.strip_suffix(" <unfinished ...>") {
            unfinished.insert(process, (line_number, begin));
            continue;
        }
        let (began, act) = match call.strip_prefix("<... ") {
            Some(resumed) => {
                let (_, end) = resumed.split_once(" resumed>").expect("strace ends a resumed call's name so");
                let Some((began, begin)) = unfinished.remove(process) else { continue };
                (began, reader.act(&format!("{begin}{end}")))
            }
            None => (line_number, reader.act(call)),
        };
        steps.extend(act.map(|act| Step { began, ended: line_number, act }));
    }
    steps.sort_by_key(|step| step.began);
    steps
}

struct Reader {
    folder: String,
    /// Where the next `write` of a descriptor goes.
    offsets: HashMap<String, usize>,
}

impl Reader {
    /// Nothing for calls that failed or that touch neither our files nor a socket.
    fn act(&mut self, call: &str) -> Option<Act> {
        let (name, rest) = call.split_once('(')?;
        let (arguments, result) = rest.rsplit_once(" = ")?;
        // A path may follow the number of a descriptor.
        let result: usize = result.split(['<', ' ']).next()?.parse().ok()?;
        let arguments = arguments.trim_end().strip_suffix(')')?;
        let mut fields = arguments.split(", ");
        let first = fields.next()?;
        match name {
            "openat" => {
                self.offsets.insert(result.to_string(), 0);
                None
            }
            "lseek" => {
                self.offsets.insert(descriptor(first).0.to_owned(), result);
                None
            }
            "pwrite64" => {
                let at = arguments.rsplit(", ").next()?.parse().ok()?;
                Some(Act::Write { file: self.file(first)?, at, bytes: quoted(arguments, result) })
            }
            "write" | "writev" | "sendto" | "sendmsg" => {
                let (number, target) = descriptor(first);
                if target.starts_with("socket:") {
                    return Some(Act::Say { socket: target, bytes: quoted(arguments, result) });
                }
                let file = self.file(first)?;
                let offset = self.offsets.entry(number.to_owned()).or_default();
                let at = *offset;
                *offset += result;
                Some(Act::Write { file, at, bytes: quoted(arguments, result) })
            }
            "ftruncate" => Some(Act::Resize { file: self.file(first)?, length: fields.next()?.parse().ok()? }),
            "fsync" | "fdatasync" => Some(Act::Sync { file: self.file(first)? }),
            "unlink" | "unlinkat" => Some(Act::Remove { file: self.in_folder(&text(&last_quoted(arguments)?))? }),
            "rename" | "renameat" | "renameat2" => {
                let moved = self.in_folder(&text(&last_quoted(arguments)?));
                assert!(moved.is_none(), "a database file was renamed, which the replay does not know: {call}");
                None
            }
            _ => None,
        }
    }

    fn file(&self, argument: &str) -> Option<String> {
        self.in_folder(&descriptor(argument).1)
    }

    fn in_folder(&self, path: &str) -> Option<String> {
        let name = path.strip_prefix(&self.folder)?;
        (!name.contains('/')).then(|| name.to_owned())
    }
}

/// The number and the target of `9<\x2f\x74>`.
fn descriptor(argument: &str) -> (&str, String) {
    match argument.split_once('<') {
        Some((number, rest)) => (number, text(&unhex(rest.trim_end_matches("(deleted)").trim_end_matches('>')))),
        None => (argument, String::new()),
    }
}

/// Everything between quotes, as far as the call took it.
fn quoted(arguments: &str, taken: usize) -> Vec<u8> {
    assert!(!arguments.contains("\"..."), "strace cut a text short");
    let mut bytes: Vec<u8> = arguments.split('"').skip(1).step_by(2).flat_map(unhex).collect();
    bytes.truncate(taken);
    bytes
}

fn last_quoted(arguments: &str) -> Option<Vec<u8>> {
    arguments.rsplit('"').nth(1).map(unhex)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The bytes of `\x00\xff`.
fn unhex(text: &str) -> Vec<u8> {
    let digit = |c: u8| (c as char).to_digit(16).unwrap_or(0) as u8;
    let bytes = text.as_bytes().chunks_exact(4).map(|escape| digit(escape[2]) << 4 | digit(escape[3]));
    bytes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> String {
        text.bytes().map(|byte| format!("\\x{byte:02x}")).collect()
    }

    #[test]
    fn a_recording_becomes_steps() {
        let (wal, socket) = (hex("/d/x.db-wal"), hex("socket:[7]"));
        let recording = format!(
            "11 openat(AT_FDCWD<{d}>, \"{wal}\", O_RDWR|O_CREAT, 0644) = 9<{wal}>\n\
             11 pwrite64(9<{wal}>, \"\\x01\\x02\", 2, 32) = 2\n\
             11 fdatasync(9<{wal}> <unfinished ...>\n\
             12 lseek(9<{wal}>, 100, SEEK_SET) = 100\n\
             12 write(9<{wal}>, \"\\x03\\x04\", 2) = 1\n\
             12 write(9<{wal}>, \"\\x05\", 1) = 1\n\
             11 <... fdatasync resumed>)          = 0\n\
             11 writev(5<{socket}>, [{{iov_base=\"\\x61\", iov_len=1}}, {{iov_base=\"\\x62\", iov_len=1}}], 2) = 2\n\
             11 ftruncate(9<{wal}>, 64) = 0\n\
             11 unlink(\"{wal}\") = 0\n\
             11 +++ exited with 0 +++\n",
            d = hex("/d"),
        );
        let file = || "x.db-wal".to_owned();
        let step = |began, ended, act| Step { began, ended, act };
        assert_eq!(
            steps(&recording, "/d"),
            [
                step(1, 1, Act::Write { file: file(), at: 32, bytes: vec![1, 2] }),
                step(2, 6, Act::Sync { file: file() }),
                step(4, 4, Act::Write { file: file(), at: 100, bytes: vec![3] }),
                step(5, 5, Act::Write { file: file(), at: 101, bytes: vec![5] }),
                step(7, 7, Act::Say { socket: "socket:[7]".into(), bytes: b"ab".to_vec() }),
                step(8, 8, Act::Resize { file: file(), length: 64 }),
                step(9, 9, Act::Remove { file: file() }),
            ]
        );
    }

    #[test]
    fn other_files_and_failed_calls_are_left_out() {
        let other = hex("/elsewhere/x.db");
        let recording = format!(
            "11 fsync(9<{other}>) = 0\n11 unlink(\"{}\") = -1 ENOENT (No such file or directory)\n",
            hex("/d/x.db")
        );
        assert_eq!(steps(&recording, "/d"), []);
    }
}
