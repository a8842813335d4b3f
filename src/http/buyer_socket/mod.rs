//! The buyer socket: one connection, one task, one loop.
//!
//! What was stored is pulled from the log by number, a streaming reply by how much of it was taken: a slow reader holds
//! no queue here. The order in each round is fixed: stop, what is acknowledged, pieces of a reply, what was stored,
//! and only then what the buyer says; the other way round a stored answer would overtake its own pieces.

mod greet;
mod hear;
mod record;
mod tell;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::WebSocket;
use axum::response::Response;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;
use governor::DefaultDirectRateLimiter;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

use super::bounds;
use super::origin::Origin;
use super::peer::{Heard, Over, Peer, Refused, close};
use super::sockets::Upgrade;
use crate::app::App;
use crate::conversation::Stored;
use crate::desk::Board;
use crate::error::{Error, Result};
use crate::ids::ConversationId;
use crate::live::Seat;
use crate::people::stores::Settings;
use crate::people::visitors::Visitor;
use crate::protocol::buyer::TellBuyer;
use crate::protocol::{self, Problem};

/// The first frame must come within this time.
const HELLO: Duration = Duration::from_secs(5);
/// A silent peer is asked for a sign of life this often, and is gone when none came in between.
const SIGN: Duration = Duration::from_secs(40);
/// How many sends may wait for their acknowledgement; then the buyer is not listened to until some are stored.
const UNACKNOWLEDGED: usize = 32;

/// One buyer's connection, once we know who it is.
struct Line {
    app: Arc<App>,
    visitor: Visitor,
    settings: Arc<Settings>,
    conversation: ConversationId,
    seat: Seat,
    /// The number of the newest entry that was told.
    told: i64,
    /// Whether the log must be read from the database before what is at hand can be trusted to be all.
    behind: bool,
    state: protocol::State,
    desk_read: i64,
    place: Option<i64>,
    /// The store's board, while the buyer waits in its queue.
    board: Option<watch::Receiver<Arc<Board>>>,
    acks: FuturesOrdered<BoxFuture<'static, Answered>>,
    rate: DefaultDirectRateLimiter,
    typed_at: Option<Instant>,
}

/// A send that was stored or refused.
struct Answered {
    id: String,
    result: Result<Stored>,
}

/// `GET /v1/chat`: anybody; who it is stands in the first frame.
pub(super) async fn open(State(app): State<Arc<App>>, origin: Origin, upgrade: Upgrade) -> Response {
    upgrade.open("buyer", move |socket| speak(app, origin, socket))
}

/// Speaks with one buyer until either side has had enough.
///
/// Most sockets are silent most of the time, and each holds the whole of this future, at the size of its largest step:
/// so what happens once, or when the buyer does something rare, has a box of its own while it lasts.
async fn speak(app: Arc<App>, origin: Origin, socket: WebSocket) {
    let Some((mut line, mut peer)) = Box::pin(begin(app, origin, Peer::new(socket))).await else { return };
    let over = line.converse(&mut peer).await;
    Box::pin(finish(peer, over)).await;
}

/// From hello to welcome; `None` when the connection is over already.
async fn begin(app: Arc<App>, origin: Origin, mut peer: Peer) -> Option<(Line, Peer)> {
    let hello = tokio::select! {
        () = app.stop.cancelled() => {
            peer.close(close::RESTART, "restart").await;
            return None;
        }
        hello = timeout(HELLO, greet::hello(&mut peer)) => hello,
    };
    let refusal = match hello {
        Ok(Ok(hello)) => match greet::sit_down(&app, &origin, hello).await {
            Ok((line, welcome)) => {
                return match peer.tell(&TellBuyer::Welcome(welcome)).await {
                    Ok(()) => Some((line, peer)),
                    Err(over) => {
                        peer.end(&over).await;
                        None
                    }
                };
            }
            Err(error) => {
                if let Error::Internal(cause) = &error {
                    tracing::error!(error = ?cause, "A buyer could not be greeted");
                }
                error.problem()
            }
        },
        Ok(Err(Refused::Over(over))) => {
            peer.end(&over).await;
            return None;
        }
        Ok(Err(Refused::Problem(problem))) => *problem,
        Err(_) => problem("hello_expected", "say hello within 5 seconds"),
    };
    refuse(peer, refusal).await;
    None
}

/// Hangs up in the way that fits.
async fn finish(mut peer: Peer, over: Result<Finish, Over>) {
    match over {
        Ok(Finish::Stop) => {
            let going = TellBuyer::GoingAway { reconnect_after_ms: bounds::spread(5_000) };
            let _ = peer.tell(&going).await;
            peer.close(close::RESTART, "restart").await;
        }
        Ok(Finish::TooMuch) => peer.close(close::TOO_MUCH, "too much").await,
        Err(over) => peer.end(&over).await,
    }
}

impl Line {
    async fn converse(&mut self, peer: &mut Peer) -> Result<Finish, Over> {
        let stop = self.app.stop.clone();
        let mut sign = interval_at(Instant::now() + SIGN, SIGN);
        sign.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard_since = true;
        loop {
            self.tell_news(peer).await?;
            peer.flush().await?;
            tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(Finish::Stop),
                Some(answered) = self.acks.next(), if !self.acks.is_empty() => self.acknowledge(peer, answered).await?,
                () = self.seat.changed() => {}
                () = board_changed(&mut self.board) => {}
                heard = peer.hear(), if self.acks.len() < UNACKNOWLEDGED => {
                    heard_since = true;
                    if let Heard::Text(text) = heard? && !self.hear(peer, &text).await? {
                        return Ok(Finish::TooMuch);
                    }
                }
                _ = sign.tick() => {
                    if !std::mem::take(&mut heard_since) {
                        return Err(Over::Gone);
                    }
                    peer.ping().await?;
                }
            }
        }
    }
}

/// Why we hang up on a peer that did nothing wrong in its frames.
enum Finish {
    Stop,
    TooMuch,
}

/// Waits for the board to change; forever where there is none.
async fn board_changed(board: &mut Option<watch::Receiver<Arc<Board>>>) {
    if let Some(board) = board
        && board.changed().await.is_ok()
    {
        return;
    }
    std::future::pending().await
}

async fn refuse(mut peer: Peer, problem: Problem) {
    let code = if problem.code == "retry_later" { close::RESTART } else { close::UNAUTHORIZED };
    let told = peer.tell(&TellBuyer::Error(problem)).await;
    match told {
        Ok(()) => peer.close(code, "refused").await,
        Err(over) => peer.end(&over).await,
    }
}

fn problem(code: &str, message: &str) -> Problem {
    Problem { code: code.into(), message: message.into(), id: None, field: None, line: None, retry_after_ms: None }
}
