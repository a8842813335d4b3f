//! The log: one event a line, on stderr. Nothing that somebody sent can begin a line or speak to a terminal.

use std::io::{self, Write};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::{Config, LogFormat, Problems};

/// Starts logging for the whole process.
pub(super) fn start(config: &Config) -> Result<(), Problems> {
    // These libraries print whole answers when they cannot read them, and those hold buyers' words.
    let filter = EnvFilter::try_new(format!("{},async_openai=off,rmcp=off", config.log))
        .map_err(|error| Problems(vec![format!("XIAOER_LOG: {error}")]))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(Lines);
    match config.log_format {
        LogFormat::Json => builder.json().flatten_event(true).init(),
        LogFormat::Text => builder.init(),
    }
    Ok(())
}

struct Lines;

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<io::Stderr>;

    fn make_writer(&'a self) -> Self::Writer {
        Line(io::stderr())
    }
}

/// Writes one event, which comes in one piece, as one line.
struct Line<W>(W);

impl<W: Write> Write for Line<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let mut line = String::with_capacity(text.len() + 1);
        for c in text.chars() {
            if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
                line.extend(c.escape_default());
            } else {
                line.push(c);
            }
        }
        line.push('\n');
        self.0.write_all(line.as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_stays_in_its_line() {
        let mut line = Line(Vec::new());
        line.write_all("WARN 你好\r\n2026 INFO admin login ok\u{1b}[2J\u{2028}\n".as_bytes()).unwrap();
        let text = String::from_utf8(line.0).unwrap();
        assert_eq!(text, "WARN 你好\\r\\n2026 INFO admin login ok\\u{1b}[2J\\u{2028}\n");
    }
}
