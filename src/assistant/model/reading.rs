//! Reads one answer as it comes: packets, deadlines, and everything that is ready at once.

use std::pin::Pin;
use std::time::Duration;

use futures_util::FutureExt;
use reqwest::Response;
use tokio::time::{Instant, Sleep};

use super::error::CUT;
use super::stream::Assembly;
use super::transport::lost;
use super::{ModelError, Stage};

/// After the last word of a reply, so long is waited for the usage and the end of the body. Servers send them with the
/// last word; one that keeps the connection open without them does not keep the buyer waiting.
const GRACE: Duration = Duration::from_millis(250);

type Packet = reqwest::Result<Option<bytes::Bytes>>;

pub(super) struct Reading {
    response: Response,
    pub assembly: Assembly,
    idle: Duration,
    deadline: Instant,
    /// When something last came.
    heard: Instant,
    /// Something came since `heard`.
    fresh: bool,
    /// Rings at the next time that may be too late. It is not moved with each packet; see [`Reading::ring`].
    alarm: Pin<Box<Sleep>>,
    stage: Stage,
}

impl Reading {
    /// Reads `response`, whose first byte is due at `first_byte`.
    pub(super) fn new(response: Response, first_byte: Instant, idle: Duration, deadline: Instant) -> Self {
        Self {
            response,
            assembly: Assembly::default(),
            idle,
            deadline,
            heard: Instant::now(),
            fresh: false,
            alarm: Box::pin(tokio::time::sleep_until(first_byte.min(deadline))),
            stage: if first_byte < deadline { Stage::FirstByte } else { Stage::Deadline },
        }
    }

    /// Reads until the reply has grown or ended, then everything that can be had without waiting. `true` when there
    /// is more to come. Nothing is lost when the future is dropped.
    pub(super) async fn advance(&mut self) -> Result<bool, ModelError> {
        let before = self.size();
        let mut yielded = false;
        loop {
            let packet = match self.response.chunk().now_or_never() {
                Some(packet) => packet,
                None if self.size() == before => match self.wait().await? {
                    Some(packet) => packet,
                    None => return self.assembly.end().map(|()| false),
                },
                // There is something to tell and the body gives no more. The task that reads the connection hands on
                // one packet at a time, so let it run before believing that.
                None if !yielded => {
                    yielded = true;
                    yield_once().await;
                    continue;
                }
                None => {
                    self.hear();
                    return Ok(true);
                }
            };
            match packet {
                Ok(Some(packet)) => {
                    self.assembly.feed(&packet)?;
                    self.fresh = true;
                    yielded = false;
                }
                Err(error) if self.assembly.is_untouched() => return Err(lost(&error)),
                Err(_) if !self.assembly.is_finished() => {
                    return Err(ModelError::broken(CUT).after(self.assembly.has_said_something()));
                }
                Ok(None) | Err(_) => return self.assembly.end().map(|()| false),
            }
        }
    }

    /// The next packet, or `None` when a finished reply's grace is over.
    async fn wait(&mut self) -> Result<Option<Packet>, ModelError> {
        self.hear();
        let finished = self.assembly.is_finished();
        if finished {
            self.alarm.as_mut().reset(self.deadline.min(self.heard + GRACE));
        }
        loop {
            tokio::select! {
                biased;
                packet = self.response.chunk() => return Ok(Some(packet)),
                () = &mut self.alarm => {}
            }
            if finished {
                return Ok(None);
            }
            self.ring()?;
        }
    }

    /// Notes the time once for all packets that came together.
    fn hear(&mut self) {
        if !std::mem::take(&mut self.fresh) {
            return;
        }
        self.heard = Instant::now();
        if self.stage != Stage::Idle {
            self.stage = Stage::Idle;
            self.alarm.as_mut().reset(self.deadline.min(self.heard + self.idle));
        }
    }

    /// The alarm has rung: it is too late, or something was heard since it was set, and it is set anew. Setting it
    /// once in a while is cheaper than with each packet.
    fn ring(&mut self) -> Result<(), ModelError> {
        let now = Instant::now();
        if now >= self.deadline {
            return Err(ModelError::TimedOut { stage: Stage::Deadline });
        }
        let due = self.heard + self.idle;
        if self.stage != Stage::Idle || now >= due {
            return Err(ModelError::TimedOut { stage: self.stage });
        }
        self.alarm.as_mut().reset(due.min(self.deadline));
        Ok(())
    }

    fn size(&self) -> usize {
        self.assembly.reply.text.len() + self.assembly.reply.tool_calls.len()
    }
}

/// Goes to the end of the queue of tasks that are ready. Unlike tokio's own, it does not look at the sockets first,
/// which would cost a system call for each packet.
async fn yield_once() {
    let mut yielded = false;
    std::future::poll_fn(|context| {
        if yielded {
            return std::task::Poll::Ready(());
        }
        yielded = true;
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}
