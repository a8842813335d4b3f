//! The accept loop. Ours and not axum's, whose header time-out is inert and whose shutdown waits for half-sent headers.

use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tower::ServiceExt;

use super::callers::Peer;
use super::caps::{Caps, Place};
use super::health::Figures;
use super::{Front, routes};
use crate::app::App;
use crate::error::Result;

/// How long a stopping server waits for an answer to be written that has been made.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// The body ends with the connection, so no length is needed.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 5\r\n\
content-type: application/json\r\n\r\n{\"code\":\"retry_later\",\"message\":\"the server is full just now\"}";

const TOO_MANY: &[u8] = b"HTTP/1.1 429 Too Many Requests\r\nconnection: close\r\nretry-after: 10\r\n\
content-type: application/json\r\n\r\n{\"code\":\"rate_limited\",\"message\":\"too many connections from one place\"}";

/// Serves on the listener until `app.stop`; then nobody new is let in, and this returns. Connections and sockets that
/// still run are counted in `app.tasks`.
pub async fn serve(app: Arc<App>, listener: TcpListener) -> Result<()> {
    let config = &app.config;
    let caps = Arc::new(Caps::new(config.sockets_per_ip, config.visitors_per_minute));
    let front = Front { app: Arc::clone(&app), caps: Arc::clone(&caps), figures: Figures::collect() };
    let door =
        Arc::new(Door { router: routes(front), caps, places: Arc::new(Semaphore::new(config.max_connections)), app });
    loop {
        let (stream, peer) = tokio::select! {
            biased;
            () = door.app.stop.cancelled() => return Ok(()),
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, mostly: those who hold them need a moment to let go.
                    tracing::warn!(%error, "A connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        Arc::clone(&door).admit(stream, peer);
    }
}

/// What every connection needs.
struct Door {
    app: Arc<App>,
    router: Router,
    caps: Arc<Caps>,
    places: Arc<Semaphore>,
}

impl Door {
    fn admit(self: Arc<Self>, stream: TcpStream, peer: SocketAddr) {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            return turn_away(stream, FULL);
        };
        let own_place = match self.place_of(peer.ip()) {
            Ok(own_place) => own_place,
            Err(()) => return turn_away(stream, TOO_MANY),
        };
        let tasks = self.app.tasks.clone();
        tasks.spawn(async move {
            let _held = (place, own_place);
            self.talk(stream, peer).await;
        });
    }

    /// The machine itself and trusted proxies are not counted by connection: of the latter's clients, sockets are.
    fn place_of(&self, peer: IpAddr) -> std::result::Result<Option<Place>, ()> {
        let peer = peer.to_canonical();
        if peer.is_loopback() || self.app.config.trusted_proxies.iter().any(|network| network.contains(&peer)) {
            return Ok(None);
        }
        self.caps.connection(peer).map(Some).ok_or(())
    }

    async fn talk(&self, stream: TcpStream, peer: SocketAddr) {
        // Frames are small and wait for nobody.
        if stream.set_nodelay(true).is_err() {
            return;
        }
        let answering = Arc::new(AtomicUsize::new(0));
        let service = service_fn(|mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(peer));
            let router = self.router.clone();
            let busy = Busy::up(&answering);
            async move {
                let response = router.oneshot(request.map(Body::new)).await;
                drop(busy);
                let status = response.as_ref().map_or(0, |r| r.status().as_u16() / 100);
                metrics::counter!("xiaoer_http_requests_total", "status" => format!("{status}xx")).increment(1);
                response
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.app.config.header_timeout)
            .max_buf_size(32 * 1024)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut connection = pin!(connection);
        tokio::select! {
            biased;
            () = self.app.stop.cancelled() => {}
            // Whatever ended it, the other side knows it already.
            _ = connection.as_mut() => return,
        }
        connection.as_mut().graceful_shutdown();
        loop {
            // Nothing is owed to a client that has sent half a header.
            let ended = timeout(LAST_WORDS, connection.as_mut()).await.is_ok();
            if ended || answering.load(Ordering::Relaxed) == 0 {
                return;
            }
        }
    }
}

/// Says why and closes, without waiting for whether it is read.
fn turn_away(mut stream: TcpStream, answer: &'static [u8]) {
    metrics::counter!("xiaoer_connections_refused_total").increment(1);
    tokio::spawn(async move {
        drop(timeout(LAST_WORDS, stream.write_all(answer)).await);
        drop(timeout(LAST_WORDS, stream.shutdown()).await);
    });
}

/// Counts requests that are being answered on one connection.
struct Busy(Arc<AtomicUsize>);

impl Busy {
    fn up(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
