//! Everything that is logged, from the lowest level up, for tests of what must and must not be in it.

use std::io;
use std::sync::{Arc, Mutex};

use tracing::subscriber::DefaultGuard;

/// Listens on the thread that made it, which is the whole of a `#[tokio::test]`, until it is dropped.
pub struct Log {
    written: Written,
    _listening: DefaultGuard,
}

impl Log {
    pub fn listen() -> Self {
        let written = Written::default();
        let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
        let subscriber = subscriber.with_writer({
            let written = written.clone();
            move || written.clone()
        });
        Self { written, _listening: tracing::subscriber::set_default(subscriber.finish()) }
    }

    /// All lines so far.
    pub fn text(&self) -> String {
        String::from_utf8(self.written.0.lock().unwrap().clone()).unwrap()
    }
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
