//! `/v1/session`: signing in and out.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};

use super::Front;
use super::callers::Caller;
use super::json::Json;
use super::origin::Origin;
use super::who::{Browser, cookie_name};
use crate::app::App;
use crate::error::Error;
use crate::people::agents::Agent;
use crate::people::sessions::Session;
use crate::protocol::rest::{SignIn, SignedIn};

/// Opens a session, and ends the one that the browser had.
pub(super) async fn sign_in(
    State(front): State<Front>,
    State(app): State<Arc<App>>,
    caller: Caller,
    origin: Origin,
    jar: CookieJar,
    Json(SignIn { store, email, password }): Json<SignIn>,
) -> Result<(CookieJar, axum::Json<SignedIn>), Error> {
    if !origin.is_ours() {
        return Err(Error::Forbidden("this page may not sign anybody in"));
    }
    front.caps.sign_in(caller)?;
    let agent = app.sign_in.check(&store, &email, &password, caller.ip).await?;
    let name = cookie_name(app.config.is_secure());
    if let Some(old) = jar.get(name)
        && let Some((session, _)) = app.sessions.find(old.value()).await?
    {
        app.sessions.close(&session).await?;
    }
    let (cookie, session) = app.sessions.open(&agent).await?;
    let signed_in = describe(&app, &session, &agent).await?;
    // Without an end of its own the browser forgets it when it closes; the server does after twelve quiet hours.
    let cookie = Cookie::build((name, cookie))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(app.config.is_secure())
        .build();
    Ok((jar.add(cookie), axum::Json(signed_in)))
}

/// Who is signed in.
pub(super) async fn who(State(app): State<Arc<App>>, browser: Browser) -> Result<axum::Json<SignedIn>, Error> {
    Ok(axum::Json(describe(&app, &browser.session, &browser.agent).await?))
}

/// Ends the session.
pub(super) async fn sign_out(
    State(app): State<Arc<App>>,
    browser: Browser,
    jar: CookieJar,
) -> Result<(StatusCode, CookieJar), Error> {
    app.sessions.close(&browser.session).await?;
    let name = cookie_name(app.config.is_secure());
    let gone = Cookie::build(name).path("/").secure(app.config.is_secure()).build();
    Ok((StatusCode::NO_CONTENT, jar.remove(gone)))
}

async fn describe(app: &App, session: &Session, agent: &Agent) -> Result<SignedIn, Error> {
    let store = app.stores.get(&session.store).await?;
    Ok(SignedIn {
        agent: agent.id.clone(),
        store: store.id.clone(),
        store_name: store.name.clone(),
        name: agent.name.clone(),
        email: agent.email.clone(),
        role: agent.role,
        csrf: session.csrf.clone(),
    })
}
