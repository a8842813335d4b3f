//! What a buyer says.

use std::time::Duration;

use tokio::time::Instant;

use super::{Answered, Line};
use crate::assistant;
use crate::conversation::{BuyerCommand, Duty, Handover, Terms, TurnRules};
use crate::error::{Error, Result};
use crate::http::bounds;
use crate::http::peer::{Over, Peer, parse};
use crate::protocol::HandoffReason;
use crate::protocol::buyer::{BuyerSays, Choose, Rate, Send, TellBuyer};
use crate::protocol::event::Chose;

/// Typing is passed on at most so often.
const TYPING: Duration = Duration::from_millis(800);

impl Line {
    /// Takes in one frame; false when this buyer has sent far too much.
    pub(super) async fn hear(&mut self, peer: &mut Peer, text: &str) -> Result<bool, Over> {
        if self.rate.check().is_err() {
            bounds::count_refused();
            self.complain(peer, None, &Error::TooMany { retry_after_ms: 1_000 }).await?;
            peer.flush().await?;
            return Ok(false);
        }
        match parse(text) {
            Err(problem) => peer.tell(&TellBuyer::Error(*problem)).await?,
            Ok(says) => {
                let id = id_of(&says);
                if let Err(error) = self.take(peer, says).await? {
                    self.complain(peer, id, &error).await?;
                }
            }
        }
        Ok(true)
    }

    async fn take(&mut self, peer: &mut Peer, says: BuyerSays) -> Result<Result<()>, Over> {
        Ok(match says {
            BuyerSays::Hello(_) => Err(Error::conflict("hello_again", "you have said hello already")),
            BuyerSays::Send(send) => self.send(send),
            BuyerSays::Choose(choose) => Box::pin(self.choose(choose)).await,
            BuyerSays::Typing {} => {
                if self.typed_at.is_none_or(|at| at.elapsed() >= TYPING) {
                    self.typed_at = Some(Instant::now());
                    self.seat.topic().buyer_typed();
                }
                Ok(())
            }
            BuyerSays::Read(read) => Box::pin(self.read(read.seq)).await,
            BuyerSays::Human(human) => Box::pin(self.human(human.id)).await,
            BuyerSays::Rate(rate) => self.rate(rate),
            BuyerSays::Ping {} => {
                let seq = self.seat.conversation().map_or(self.told, |c| c.last_public);
                peer.tell(&TellBuyer::Pong { seq }).await?;
                Ok(())
            }
        })
    }

    fn send(&mut self, send: Send) -> Result<()> {
        let client_id = bounds::client_id(send.id)?;
        let text = bounds::message_text(send.text)?;
        bounds::attachments(&send.attachments)?;
        let locale = assistant::locale_of(&text);
        let rules = TurnRules::of(&self.settings.policy);
        let command = BuyerCommand::Send {
            client_id: client_id.clone(),
            text,
            attachments: send.attachments,
            chose: None,
            locale,
            rules,
        };
        self.store(client_id, command);
        Ok(())
    }

    /// A choice on a card becomes the buyer's message, in the words of the choice. What depends on the card is decided
    /// where the message is stored.
    async fn choose(&mut self, choose: Choose) -> Result<()> {
        let client_id = bounds::client_id(choose.id)?;
        let found = self.find_choice(&choose.card, &choose.choice).await?;
        let rules = TurnRules::of(&self.settings.policy);
        let chose = Chose { card: choose.card, choice: choose.choice };
        let command = if found.is_binding {
            // The connection may be older than the store's numbers.
            let settings = self.app.stores.find(&self.visitor.store).await?.ok_or(Error::NotFound("store"))?;
            let terms = Terms::of(&settings.policy, self.app.clock.now());
            BuyerCommand::Choose { client_id: client_id.clone(), label: found.label, chose, terms, rules }
        } else {
            BuyerCommand::Send {
                client_id: client_id.clone(),
                text: found.label,
                attachments: Vec::new(),
                chose: Some(chose),
                locale: None,
                rules,
            }
        };
        self.store(client_id, command);
        Ok(())
    }

    async fn human(&mut self, id: String) -> Result<()> {
        let client_id = bounds::client_id(id)?;
        let brief = self.brief().await?;
        let duty = Duty::of(&self.settings.policy, self.app.clock.now());
        let reason = HandoffReason::HumanRequested;
        let handover =
            Box::new(Handover { reason, skill: None, words: None, notes: Vec::new(), stamp: None, brief, duty });
        self.store(client_id.clone(), BuyerCommand::Human { client_id, handover });
        Ok(())
    }

    fn rate(&mut self, rate: Rate) -> Result<()> {
        let client_id = bounds::client_id(rate.id)?;
        if !(1..=5).contains(&rate.stars) {
            return Err(Error::invalid("stars", "1 to 5 stars"));
        }
        let comment = rate.comment.map(bounds::comment).transpose()?.filter(|c| !c.is_empty());
        self.store(client_id.clone(), BuyerCommand::Rate { client_id, stars: rate.stars, comment });
        Ok(())
    }

    async fn read(&mut self, seq: i64) -> Result<()> {
        let unread = self.seat.conversation().is_none_or(|c| c.buyer_read < seq.min(c.last_public));
        if unread {
            let (store, buyer) = (&self.visitor.store, &self.visitor.buyer);
            self.app.log.buyer(store, &self.conversation, buyer, BuyerCommand::Read { seq }).await?;
        }
        Ok(())
    }

    /// Hands a command in; its acknowledgement follows when it is stored.
    fn store(&mut self, id: String, command: BuyerCommand) {
        let app = self.app.clone();
        let (store, conversation, buyer) =
            (self.visitor.store.clone(), self.conversation.clone(), self.visitor.buyer.clone());
        self.acks.push_back(Box::pin(async move {
            let result = app.log.buyer(&store, &conversation, &buyer, command).await;
            Answered { id, result }
        }));
    }
}

fn id_of(says: &BuyerSays) -> Option<String> {
    let id = match says {
        BuyerSays::Send(s) => &s.id,
        BuyerSays::Choose(c) => &c.id,
        BuyerSays::Human(h) => &h.id,
        BuyerSays::Rate(r) => &r.id,
        BuyerSays::Hello(_) | BuyerSays::Typing {} | BuyerSays::Read(_) | BuyerSays::Ping {} => return None,
    };
    (id.chars().count() <= bounds::MAX_CLIENT_ID).then(|| id.clone())
}
