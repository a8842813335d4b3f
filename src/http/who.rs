//! Who may use a route: the types that stand in handlers' arguments.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum_extra::extract::CookieJar;

use super::Front;
use super::origin::Origin;
use crate::error::{Error, Result};
use crate::ids::StoreId;
use crate::people::agents::Agent;
use crate::people::sessions::{Session, same};
use crate::people::tokens::{self, Scope};
use crate::protocol::desk::Role;

/// The header in which a page sends back the word that only it was told.
const CSRF: &str = "x-xiaoer-csrf";

/// A signed-in page. With a method that changes something it has proved to be one of ours.
pub(super) struct Browser {
    pub session: Session,
    pub agent: Agent,
}

/// Anybody who works for the path's store, or any of its API tokens.
pub(super) struct Reader {
    pub store: StoreId,
}

/// An owner of the path's store, or its API token of scope `admin`.
pub(super) struct Admin {
    pub store: StoreId,
    /// Who it is, for the record: an e-mail address, or that it is a token.
    pub by: String,
}

/// A person who works for the path's store, or its API token of scope `admin`: for what tokens that only read must not
/// see.
pub(super) struct Staff {
    pub store: StoreId,
    /// The person's id, or `token`.
    pub who: String,
    /// An owner or such a token.
    pub is_admin: bool,
}

/// An owner or a supervisor of the path's store, or its API token of scope `admin`: for what shows how the assistant is
/// instructed.
pub(super) struct Overseer {
    pub store: StoreId,
}

/// The cookie's name. `__Host-` makes browsers refuse it from a subdomain or without TLS.
pub(super) fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-xiaoer" } else { "xiaoer" }
}

impl FromRequestParts<Front> for Browser {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self> {
        let jar = CookieJar::from_headers(&parts.headers);
        let cookie = jar.get(cookie_name(front.app.config.is_secure())).ok_or(Error::Unauthorized)?;
        let (session, agent) = front.app.sessions.find(cookie.value()).await?.ok_or(Error::Unauthorized)?;
        if !Origin::of(&parts.headers, front.app.config.public_url.as_deref()).is_ours() {
            return Err(Error::Forbidden("this page may not speak for you"));
        }
        let only_reads = matches!(parts.method, Method::GET | Method::HEAD);
        let csrf = parts.headers.get(CSRF).and_then(|value| value.to_str().ok()).unwrap_or("");
        if !only_reads && !same(csrf, &session.csrf) {
            return Err(Error::Forbidden("the header X-Xiaoer-Csrf is missing or wrong"));
        }
        Ok(Self { session, agent })
    }
}

impl FromRequestParts<Front> for Reader {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self> {
        let store = Who::of(parts, front).await?.store_of_path(parts).await?;
        Ok(Self { store })
    }
}

impl FromRequestParts<Front> for Admin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self> {
        let who = Who::of(parts, front).await?;
        let may = match &who {
            Who::Person(person) => person.agent.role == Role::Owner,
            Who::Token(_, scope) => *scope == Scope::Admin,
        };
        let by = match &who {
            Who::Person(person) => person.agent.email.clone(),
            Who::Token(..) => "API token".into(),
        };
        let store = who.store_of_path(parts).await?;
        if may {
            Ok(Self { store, by })
        } else {
            Err(Error::Forbidden("this needs an owner, or an API token of scope admin"))
        }
    }
}

impl FromRequestParts<Front> for Staff {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self> {
        let who = Who::of(parts, front).await?;
        let (name, is_admin) = match &who {
            Who::Person(person) => (person.agent.id.to_string(), person.agent.role == Role::Owner),
            Who::Token(_, scope) => ("token".to_owned(), *scope == Scope::Admin),
        };
        let may = matches!(&who, Who::Person(_)) || is_admin;
        let store = who.store_of_path(parts).await?;
        if may {
            Ok(Self { store, who: name, is_admin })
        } else {
            Err(Error::Forbidden("this needs a person of the store, or an API token of scope admin"))
        }
    }
}

impl FromRequestParts<Front> for Overseer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self> {
        let who = Who::of(parts, front).await?;
        let may = match &who {
            Who::Person(person) => matches!(person.agent.role, Role::Owner | Role::Supervisor),
            Who::Token(_, scope) => *scope == Scope::Admin,
        };
        let store = who.store_of_path(parts).await?;
        if may {
            Ok(Self { store })
        } else {
            Err(Error::Forbidden("this needs an owner or a supervisor, or an API token of scope admin"))
        }
    }
}

enum Who {
    Person(Box<Browser>),
    Token(StoreId, Scope),
}

impl Who {
    /// An API token if there is one, otherwise the cookie. A request that shows a token never falls back to the cookie.
    async fn of(parts: &mut Parts, front: &Front) -> Result<Self> {
        let Some(value) = parts.headers.get(header::AUTHORIZATION) else {
            return Ok(Self::Person(Box::new(Browser::from_request_parts(parts, front).await?)));
        };
        let (scheme, token) = value.to_str().ok().and_then(|v| v.split_once(' ')).ok_or(Error::Unauthorized)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Error::Unauthorized);
        }
        let (store, scope) = tokens::find(&front.app.db, token.trim()).await?.ok_or(Error::Unauthorized)?;
        Ok(Self::Token(store, scope))
    }

    /// The store of the path, which must be one's own: another's looks like one that is not there.
    async fn store_of_path(self, parts: &mut Parts) -> Result<StoreId> {
        let own = match self {
            Self::Person(person) => person.session.store,
            Self::Token(store, _) => store,
        };
        let params = RawPathParams::from_request_parts(parts, &()).await.map_err(|e| Error::Internal(e.into()))?;
        match params.iter().find(|(name, _)| *name == "store") {
            Some((_, store)) if store == own.as_str() => Ok(own),
            _ => Err(Error::NotFound("store")),
        }
    }
}
