//! The desk socket: an agent's connection. Like the buyer socket it is one task with one loop that pulls; it reads as
//! many conversations as the agent watches.

mod greet;
mod hear;
mod queue;
mod tell;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::WebSocket;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;
use governor::DefaultDirectRateLimiter;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_stream::StreamMap;
use tokio_stream::wrappers::WatchStream;

use super::bounds;
use super::origin::Origin;
use super::peer::{Heard, Over, Peer, Refused, close};
use super::sockets::Upgrade;
use super::who::Browser;
use crate::app::App;
use crate::db::agent::Agent;
use crate::desk::{BEAT, Board};
use crate::error::{Error, Result};
use crate::ids::ConversationId;
use crate::live::Seat;
use crate::people::sessions::Session;
use crate::people::stores::Settings;
use crate::protocol::desk::{Ack, Person, Presence, QueueItem, TellDesk};

const HELLO: Duration = Duration::from_secs(5);
/// How often it is checked that the agent may still be here.
const CHECK: Duration = Duration::from_secs(4);
const UNACKNOWLEDGED: usize = 32;
/// How long a new line waits for the store's board to be read.
const FIRST_BOARD: Duration = Duration::from_secs(2);

/// One agent's connection.
struct Line {
    app: Arc<App>,
    agent: Agent,
    settings: Arc<Settings>,
    /// The browser's session; a program has none and is checked by its token alone.
    session: Option<Session>,
    status: Presence,
    watched: HashMap<ConversationId, Reader>,
    wakes: StreamMap<ConversationId, WatchStream<()>>,
    board: watch::Receiver<Arc<Board>>,
    /// The queue as it was told last.
    told_queue: HashMap<ConversationId, QueueItem>,
    told_people: Vec<Person>,
    /// For each conversation the mark (seconds left) that was warned of last.
    warned: HashMap<ConversationId, i64>,
    acks: FuturesOrdered<BoxFuture<'static, Answered>>,
    rate: DefaultDirectRateLimiter,
}

/// How far one conversation was told.
struct Reader {
    seat: Seat,
    told: i64,
    behind: bool,
    buyer_read: i64,
}

/// A command that was stored or refused.
struct Answered {
    id: Option<String>,
    conversation: ConversationId,
    result: Result<crate::conversation::Stored>,
}

/// `GET /v1/desk`: a signed-in page, or a program that shows its token in the first frame.
pub(super) async fn open(
    State(app): State<Arc<App>>,
    origin: Origin,
    browser: Result<Browser, Error>,
    upgrade: Upgrade,
) -> Response {
    if !origin.is_ours() {
        return Error::Forbidden("this page may not speak for you").into_response();
    }
    upgrade.open("desk", move |socket| speak(app, socket, browser.ok()))
}

/// Speaks with one agent until either side has had enough.
async fn speak(app: Arc<App>, socket: WebSocket, browser: Option<Browser>) {
    let mut peer = Peer::new(socket);
    let greeted = match browser {
        Some(Browser { session, agent }) => Line::new(&app, agent, Some(session)).await,
        None => match timeout(HELLO, greet::hello(&mut peer)).await {
            Ok(Ok(hello)) => match greet::agent_of(&app, hello).await {
                Ok(agent) => Line::new(&app, agent, None).await,
                Err(error) => Err(error),
            },
            Ok(Err(Refused::Over(over))) => return peer.end(&over).await,
            Ok(Err(Refused::Problem(problem))) => {
                let _ = peer.tell(&TellDesk::Error(*problem)).await;
                return peer.close(close::UNAUTHORIZED, "refused").await;
            }
            Err(_) => Err(Error::Unauthorized),
        },
    };
    let mut line = match greeted {
        Ok(line) => line,
        Err(error) => {
            let _ = peer.tell(&TellDesk::Error(error.problem())).await;
            return peer.close(close::UNAUTHORIZED, "refused").await;
        }
    };
    let over = line.converse(&mut peer).await;
    line.leave().await;
    match over {
        Ok(Finish::Stop) => {
            let _ = peer.tell(&TellDesk::GoingAway { reconnect_after_ms: bounds::spread(2_000) }).await;
            peer.close(close::RESTART, "restart").await;
        }
        Ok(Finish::TooMuch) => peer.close(close::TOO_MUCH, "too much").await,
        Ok(Finish::SignedOut) => peer.close(close::UNAUTHORIZED, "signed out").await,
        Err(over) => peer.end(&over).await,
    }
}

enum Finish {
    Stop,
    TooMuch,
    SignedOut,
}

impl Line {
    async fn converse(&mut self, peer: &mut Peer) -> Result<Finish, Over> {
        let stop = self.app.stop.clone();
        peer.tell(&TellDesk::Welcome(self.welcome())).await?;
        let every = |period| {
            let mut tick = interval_at(Instant::now() + period, period);
            tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
            tick
        };
        let (mut second, mut beat, mut check) = (every(Duration::from_secs(1)), every(BEAT), every(CHECK));
        let mut heard_at = Instant::now();
        // An empty board that was not read yet would make everything look new a moment later.
        let _ = timeout(FIRST_BOARD, self.board.wait_for(|board| board.read)).await;
        self.tell_board(peer, true).await?;
        loop {
            peer.flush().await?;
            tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(Finish::Stop),
                Some(answered) = self.acks.next(), if !self.acks.is_empty() => self.acknowledge(peer, answered).await?,
                Some((id, ())) = self.wakes.next(), if !self.wakes.is_empty() => self.tell_news(peer, &id).await?,
                Ok(()) = self.board.changed() => self.tell_board(peer, false).await?,
                heard = peer.hear(), if self.acks.len() < UNACKNOWLEDGED => {
                    heard_at = Instant::now();
                    if let Heard::Text(text) = heard? && !self.hear(peer, &text).await? {
                        return Ok(Finish::TooMuch);
                    }
                }
                _ = second.tick() => self.warn(peer).await?,
                _ = beat.tick() => {
                    if heard_at.elapsed() > BEAT * 4 {
                        return Err(Over::Gone);
                    }
                    peer.ping().await?;
                    self.note_presence(false).await;
                }
                _ = check.tick() => if !self.may_stay().await { return Ok(Finish::SignedOut) },
            }
        }
    }

    async fn acknowledge(&mut self, peer: &mut Peer, answered: Answered) -> Result<(), Over> {
        match (answered.result, answered.id) {
            (Ok(_), None) => Ok(()),
            (Ok(stored), Some(id)) => {
                let ack = Ack {
                    id,
                    seq: Some(stored.seq),
                    at: stored.at,
                    duplicate: stored.duplicate,
                    conversation: Some(answered.conversation),
                };
                peer.tell(&TellDesk::Ack(ack)).await
            }
            (Err(error), id) => self.complain(peer, id, &error).await,
        }
    }

    async fn complain(&mut self, peer: &mut Peer, id: Option<String>, error: &Error) -> Result<(), Over> {
        if let Error::Internal(cause) = error {
            tracing::error!(error = ?cause, "An agent's frame could not be served");
        }
        let mut problem = error.problem();
        problem.id = id;
        peer.tell(&TellDesk::Error(problem)).await
    }
}
