//! `xiaoer serve`.

use std::net::SocketAddr;

use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{Refused, logging};
use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, Flags, ServerFlags};
use crate::http;

/// Run the server
///
/// On an empty database it first makes the store `demo` with sample data, and prints its owner's password, once.
#[derive(Args)]
pub(super) struct Serve {
    #[command(flatten)]
    flags: ServerFlags,
}

impl Serve {
    pub(super) async fn run(self, place: Flags) -> Result<(), Refused> {
        let config = Config::read(&place.and(self.flags.0))?;
        logging::start(&config)?;
        allow_many_sockets(config.max_connections);
        let mut signals = Signals::listen().map_err(|error| format!("cannot listen for signals: {error}"))?;
        // Before anything is made: whoever cannot listen must not print a password and stop.
        let listener = TcpListener::bind(config.listen)
            .await
            .map_err(|error| format!("cannot listen on {}: {error}", config.listen))?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let app = App::start(config, Clock::system()).await?;
        greet(&app, address);
        let server = tokio::spawn(http::serve(app.clone(), listener));
        signals.next().await;
        tracing::info!("Stopping");
        tokio::spawn(async move {
            signals.next().await;
            // What was acknowledged is on the disk; the rest is taken up at the next start.
            std::process::exit(0);
        });
        app.close().await;
        match server.await {
            Ok(done) => Ok(done?),
            Err(error) => Err(format!("the server ended early: {error}").into()),
        }
    }
}

fn greet(app: &App, address: SocketAddr) {
    let base = app.config.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    println!("shop     {base}/");
    println!("console  {base}/console");
    if let Some(owner) = app.take_new_owner() {
        println!("owner    {}  password {}  (store demo; shown only now)", owner.email, owner.password.expose());
    }
    tracing::info!(%address, "Listening on {address}");
}

/// Raises the number of files that may be open as far as the system lets us.
fn allow_many_sockets(connections: usize) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        tracing::debug!(%error, "The number of open files could not be raised");
    }
    let open_files = getrlimit(Resource::Nofile).current.or(current).unwrap_or(u64::MAX);
    if open_files < connections as u64 {
        tracing::info!(open_files, connections, "Of {connections} connections the system allows {open_files}");
    }
}

/// SIGTERM and Ctrl-C.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
