//! Hello: who this is, which conversation, and from where it reads on.

use std::sync::Arc;

use futures_util::stream::FuturesOrdered;

use super::super::bounds;
use super::super::origin::Origin;
use super::super::peer::{Peer, Refused};
use super::{Line, problem};
use crate::app::App;
use crate::conversation::BuyerCommand;
use crate::db;
use crate::db::conversation::{Conversation, Opening};
use crate::error::{Error, Result};
use crate::ids::{ConversationId, MAX_ID_BYTES};
use crate::locale::Locale;
use crate::people::visitors::Visitor;
use crate::protocol::buyer::{BuyerSays, Context, Hello, Welcome};

/// Longest hint of where in the shop the buyer is, in characters each.
const CONTEXT_CHARS: usize = 300;

/// The first frame, which must be a hello.
pub(super) async fn hello(peer: &mut Peer) -> Result<Hello, Refused> {
    match peer.first().await? {
        BuyerSays::Hello(hello) => Ok(hello),
        _ => Err(Refused::Problem(Box::new(problem("hello_expected", "the first frame must be a hello")))),
    }
}

/// Finds or opens the conversation and takes a seat at it.
pub(super) async fn sit_down(app: &Arc<App>, origin: &Origin, hello: Hello) -> Result<(Line, Welcome)> {
    let visitor = app.visitors.read(&hello.store, &hello.token)?;
    let settings = app.stores.find(&hello.store).await?.ok_or(Error::Unauthorized)?;
    if !origin.is_allowed_by(&settings.origins) {
        return Err(Error::Forbidden("this page may not speak for the store: the store must allow its origin"));
    }
    if hello.after.is_some_and(|after| after < 0) {
        return Err(Error::invalid("after", "after is a number of an event, or 0"));
    }
    let context = within(hello.context.unwrap_or_default())?;
    let locale = hello.locale.as_deref().and_then(Locale::of_tag);
    let conversation = match &hello.conversation {
        Some(id) => own(app, &visitor, id).await?,
        None => open(app, &visitor, locale.unwrap_or_default(), context.clone()).await?,
    };
    // First the seat, then the log: what is stored in between is seen either way.
    let seat = app.live.sit(&conversation.id);
    let epoch = app.epoch.clone();
    let after = hello.after.unwrap_or(0);
    let same_log = hello.epoch.as_ref().is_none_or(|e| *e == epoch);
    let resumed = hello.conversation.is_some() && same_log && after <= conversation.last_public;
    if context != Context::default() && context != conversation.context {
        let moved = BuyerCommand::Moved { context };
        app.log.buyer(&hello.store, &conversation.id, &visitor.buyer, moved).await?;
    }
    let welcome = Welcome {
        conversation: conversation.id.clone(),
        buyer: visitor.buyer.clone(),
        epoch,
        seq: conversation.last_public,
        state: conversation.state,
        resumed,
        store_name: settings.store.name.clone(),
    };
    let line = Line {
        app: app.clone(),
        visitor,
        settings,
        conversation: conversation.id.clone(),
        seat,
        told: if resumed { after } else { 0 },
        behind: true,
        state: conversation.state,
        desk_read: 0,
        place: None,
        board: None,
        acks: FuturesOrdered::new(),
        rate: bounds::frames(app.config.frames_per_second),
        typed_at: None,
    };
    Ok((line, welcome))
}

/// The conversation that the buyer names; one of somebody else is as absent as one that never was.
async fn own(app: &App, visitor: &Visitor, id: &ConversationId) -> Result<Arc<Conversation>> {
    let mut conn = app.db.read().await?;
    db::conversation::find(&mut conn, &visitor.store, id)
        .await?
        .filter(|c| c.buyer == visitor.buyer)
        .map(Arc::new)
        .ok_or(Error::NotFound("conversation"))
}

async fn open(app: &App, visitor: &Visitor, locale: Locale, context: Context) -> Result<Arc<Conversation>> {
    app.log
        .open(Opening {
            id: ConversationId::fresh(),
            store: visitor.store.clone(),
            buyer: visitor.buyer.clone(),
            signed: visitor.signed,
            name: visitor.name.clone(),
            vip_level: visitor.vip_level,
            locale,
            context,
            at: app.clock.now(),
        })
        .await
}

/// Hints are kept with the conversation, so they are bounded.
fn within(context: Context) -> Result<Context> {
    for (field, value) in [
        ("context.sku", &context.sku),
        ("context.order_id", &context.order_id),
        ("context.page", &context.page),
        ("context.quiz", &context.quiz),
    ] {
        let Some(value) = value else { continue };
        if value.chars().count() > CONTEXT_CHARS || (field != "context.page" && value.len() > MAX_ID_BYTES) {
            return Err(Error::invalid(field, "too long"));
        }
        if value.contains('\0') {
            return Err(Error::invalid(field, "a NUL character"));
        }
    }
    Ok(context)
}
