//! `POST /v1/stores/{store}/visitors`: a buyer's token.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::Front;
use super::callers::Caller;
use super::json::Json;
use crate::app::App;
use crate::error::Error;
use crate::ids::StoreId;
use crate::people::identity;
use crate::protocol::rest::{NewVisitor, Visitor};

/// With an identity that the merchant signed, that buyer; without, a visitor nobody knows.
pub(super) async fn register(
    State(front): State<Front>,
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(store): Path<StoreId>,
    Json(new): Json<NewVisitor>,
) -> Result<(StatusCode, axum::Json<Visitor>), Error> {
    front.caps.visitor(caller)?;
    let store = app.stores.get(&store).await?;
    let visitor = match new.identity {
        None => app.visitors.anonymous(&store.id),
        Some(jwt) => {
            let identity = identity::read(&jwt, &store.identity_secret, app.clock.now())?;
            app.visitors.signed(&store.id, identity)
        }
    };
    let token = app.visitors.token(&visitor)?;
    Ok((StatusCode::CREATED, axum::Json(Visitor { token, buyer: visitor.buyer, expires_at: visitor.expires_at })))
}
