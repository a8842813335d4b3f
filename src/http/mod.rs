//! The front door: every route on one screen, with who may use it.
//!
//! Who may use a route stands in its handler's arguments: `Reader` (anybody who works for the store, or any of its API
//! tokens), `Staff` (the same without tokens that only read), `Overseer` (its owners and supervisors, or a token of scope
//! `admin`), `Admin` (its owners, or a token of scope `admin`), `Browser` (a signed-in page). Handlers without one of them
//! are open to the world.

mod bounds;
mod buyer_socket;
mod buyers;
mod callers;
mod caps;
mod connections;
mod conversations;
mod desk_socket;
mod faults;
mod fit;
mod health;
mod imports;
mod json;
mod origin;
mod packs;
mod pages;
mod peer;
mod people;
mod problem;
mod products;
mod server;
mod session;
mod sockets;
mod spending;
mod transcripts;
mod visitors;
mod who;

pub use server::serve;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::middleware::map_response;
use axum::routing::{delete, get, post, put};
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;

/// What a request's body may hold, in bytes, where the route does not say otherwise.
const BODY: usize = 16 * 1024;

/// And what an imported file may.
const FILE: usize = crate::catalog::imports::MAX_BYTES;

/// And a pack: its texts as JSON, where each character may take two.
const PACK: usize = 2 * crate::packs::MAX_BYTES;

/// What handlers can ask for.
#[derive(Clone)]
struct Front {
    app: Arc<App>,
    caps: Arc<caps::Caps>,
    figures: health::Figures,
}

impl FromRef<Front> for Arc<App> {
    fn from_ref(front: &Front) -> Self {
        Self::clone(&front.app)
    }
}

fn routes(front: Front) -> Router {
    // Each method of each path, and after it who may use it.
    let store = Router::new()
        .route("/visitors", post(visitors::register)) // the world: a shop's page
        .route("/conversations", get(conversations::list)) // Reader
        .route("/conversations/{id}", get(conversations::one)) // Reader
        .route("/conversations/{id}/events", get(conversations::events)) // Reader
        .route("/conversations/{id}/turns", get(conversations::turns)) // Reader
        .route("/conversations/{id}/prompts", get(transcripts::list)) // Overseer
        .route("/conversations/{id}/turns/{turn}/prompt", get(transcripts::one)) // Overseer
        .route("/connections", get(connections::list)) // Admin
        .route("/connections/{name}", delete(connections::remove)) // Admin
        .route("/connections/{name}/approve", post(connections::approve)) // Admin
        .route("/buyers/{buyer}", get(buyers::one).put(buyers::put).delete(buyers::erase)) // Staff, Admin, Admin
        .route("/people", get(people::list)) // Reader
        .route("/fit/products", get(fit::list)) // Reader
        .route("/fit/products/{sku}", get(fit::one)) // Reader
        .route("/fit/outcomes", post(fit::outcome)) // Admin
        .route("/imports/{kind}", post(imports::import).layer(DefaultBodyLimit::max(FILE))) // Admin
        .route("/packs", get(packs::list)) // Reader
        .route("/packs/{id}", get(packs::one)) // Reader
        .route("/packs/{id}/versions", get(packs::versions)) // Reader
        .route("/packs/{id}/versions/{number}", get(packs::version)) // Reader
        .route(
            "/packs/{id}/draft",
            put(packs::keep_draft).get(packs::draft).delete(packs::drop_draft).layer(DefaultBodyLimit::max(PACK)),
        ) // Admin, Reader, Admin
        .route("/packs/{id}/test", post(packs::test)) // Admin
        .route("/packs/{id}/publish", post(packs::publish)) // Admin
        .route("/packs/{id}/rollback", post(packs::roll_back)) // Admin
        .route("/spending", get(spending::report)) // Reader
        .route("/products", get(products::list)); // the world, of the store demo
    let v1 = Router::new()
        .route("/chat", get(buyer_socket::open)) // the world: says who it is in its first frame
        .route("/desk", get(desk_socket::open)) // Browser, or an API token of scope desk in the first frame
        .route("/session", post(session::sign_in).get(session::who).delete(session::sign_out)) // the world, Browser, Browser
        .nest("/stores/{store}", store)
        .fallback(problem::no_such_path)
        .method_not_allowed_fallback(problem::wrong_method);
    Router::new()
        .nest("/v1", v1)
        .route("/healthz", get(health::alive)) // the world
        .route("/readyz", get(health::ready)) // the world
        .route("/metrics", get(health::figures)) // the world: nothing in it is about a person
        .merge(pages::routes()) // the world
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(map_response(pages::harden))
        .with_state(front)
}
