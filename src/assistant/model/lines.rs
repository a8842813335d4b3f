//! Server-sent events: packets in, the contents of `data:` lines out.

use memchr::memchr;

use super::ModelError;

/// The longest line that is taken, in bytes.
const MAX_LINE: usize = 64 * 1024;

/// Cuts packets into lines wherever they break, within a character too, and holds at most one unfinished line.
#[derive(Default)]
pub(super) struct Lines {
    rest: Vec<u8>,
}

impl Lines {
    /// Gives `on` the content of each `data:` line that `packet` completes. Comments, other fields and blank lines say
    /// nothing to us: the servers that we know put one JSON value on one line.
    pub(super) fn feed(
        &mut self,
        packet: &[u8],
        mut on: impl FnMut(&[u8]) -> Result<(), ModelError>,
    ) -> Result<(), ModelError> {
        let mut packet = packet;
        while let Some(line) = next_line(&mut packet) {
            if self.rest.is_empty() {
                check(line.len())?;
                give(line, &mut on)?;
            } else {
                check(self.rest.len() + line.len())?;
                self.rest.extend_from_slice(line);
                give(&self.rest, &mut on)?;
                self.rest.clear();
            }
        }
        check(self.rest.len() + packet.len())?;
        self.rest.extend_from_slice(packet);
        Ok(())
    }

    /// Gives `on` the last line when the stream ended without a line end.
    pub(super) fn end(&mut self, mut on: impl FnMut(&[u8]) -> Result<(), ModelError>) -> Result<(), ModelError> {
        let rest = std::mem::take(&mut self.rest);
        give(&rest, &mut on)
    }
}

/// Takes the first line off `packet`; `None` when it has no end.
fn next_line<'a>(packet: &mut &'a [u8]) -> Option<&'a [u8]> {
    let end = memchr(b'\n', packet)?;
    let (line, rest) = packet.split_at(end);
    *packet = &rest[1..];
    Some(line)
}

fn check(length: usize) -> Result<(), ModelError> {
    if length > MAX_LINE { Err(ModelError::broken("a line is longer than 64 kB")) } else { Ok(()) }
}

fn give(line: &[u8], on: &mut impl FnMut(&[u8]) -> Result<(), ModelError>) -> Result<(), ModelError> {
    let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
    match line.strip_prefix(b"data:") {
        Some(data) => on(data.trim_ascii()),
        None => Ok(()),
    }
}
