//! A whole server on a free port, with a database of its own. Tests talk to it as the world does.

use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use xiaoer::app::App;
use xiaoer::clock::Clock;
use xiaoer::config::{Config, Flags};
use xiaoer::http;
use xiaoer::ids::StoreId;
use xiaoer::people::agents::{self, NewAgent};
use xiaoer::people::stores::{self, Store};
use xiaoer::people::tokens::{self, Scope};
use xiaoer::protocol::desk::{Role, Skill};

use super::database::Database;

/// What everybody's password is here.
pub const PASSWORD: &str = "正确的 horse battery";

pub struct House {
    pub app: Arc<App>,
    /// The owner of the store `demo`, and the password.
    pub owner: (String, String),
    address: String,
    http: reqwest::Client,
    server: JoinHandle<()>,
    database: Database,
}

/// A buyer's token.
#[derive(Debug, Clone)]
pub struct Visitor {
    pub token: String,
    pub buyer: String,
}

/// A signed-in browser.
#[derive(Debug, Clone)]
pub struct Browser {
    /// As it is sent back: `name=value`.
    pub cookie: String,
    pub csrf: String,
    pub body: Value,
}

impl House {
    /// With the store `demo` and its sample data.
    pub async fn open() -> Self {
        Self::with(&[]).await
    }

    /// With settings other than the defaults.
    pub async fn with(settings: &[(&'static str, &str)]) -> Self {
        Self::at(Clock::system(), settings).await
    }

    /// With a clock that the test moves.
    pub async fn at(clock: Clock, settings: &[(&'static str, &str)]) -> Self {
        Self::holding(clock, settings, &[]).await
    }

    /// With files (name and text) in its data folder before it starts.
    pub async fn holding(clock: Clock, settings: &[(&'static str, &str)], files: &[(&str, &str)]) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let database = Database::fresh().await;
        let mut flags = Flags::default();
        flags.set("data_dir", database.folder.path().display().to_string());
        flags.set("database_url", &database.url);
        for (name, text) in files {
            std::fs::write(database.folder.path().join(name), text).expect("the folder can be written");
        }
        flags.set("listen", "127.0.0.1:0");
        for (key, value) in settings {
            flags.set(key, *value);
        }
        let config = Config::from(&flags, &|_| None, "").expect("these settings are good");
        let listener = TcpListener::bind(config.listen).await.expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let app = App::start(config, clock).await.expect("the server starts");
        let owner = app.take_new_owner().map_or_else(Default::default, |o| (o.email.to_owned(), o.password));
        let serving = http::serve(Arc::clone(&app), listener);
        let server = tokio::spawn(async move { serving.await.expect("the server serves") });
        let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).build().expect("a client");
        Self { app, owner, address, http, server, database }
    }

    /// `http://127.0.0.1:PORT` and the path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// `ws://127.0.0.1:PORT` and the path.
    pub fn ws(&self, path: &str) -> String {
        format!("ws://{}{path}", self.address)
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http().request(method, self.url(path))
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(body)).await
    }

    /// A store: the one that is there, or a new one.
    pub async fn store(&self, id: &str) -> Store {
        if let Some(known) = self.app.stores.find(&id.into()).await.expect("the database answers") {
            return known.store.clone();
        }
        stores::create(&self.app.db, self.app.clock.now(), id, "general", id).await.expect("a new store")
    }

    /// A person of a store, with [`PASSWORD`].
    pub async fn agent(&self, store: &str, email: &str, role: Role) -> agents::Agent {
        let skills = vec![Skill { name: "general".into(), level: 3 }];
        let new = NewAgent { store: store.into(), email: email.into(), role, skills, password: PASSWORD.into() };
        agents::add(&self.app.db, &self.app.passwords, self.app.clock.now(), new).await.expect("a new person")
    }

    /// An API token.
    pub async fn token(&self, store: &str, scope: Scope) -> String {
        let store = StoreId::from(store);
        tokens::create(&self.app.db, self.app.clock.now(), &store, scope).await.expect("a new token")
    }

    /// What a merchant's program does to the store `demo`; nothing of it may be refused.
    pub async fn as_merchant(&self, method: Method, path: &str, body: &Value) {
        let token = self.token("demo", Scope::Admin).await;
        let path = format!("/v1/stores/demo/{path}");
        let answer = Answer::of(self.request(method, &path).bearer_auth(token).json(body)).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        assert!(answer.body["rejected"].as_i64().unwrap_or(0) == 0, "{path}: {}", answer.text);
    }

    /// What is in memory of a store may be a second old: it is read anew, so that nobody waits for that.
    pub fn reads_anew(&self, store: &str) {
        self.app.stores.forget(&store.into());
    }

    /// An anonymous visitor of the store `demo`.
    pub async fn visitor(&self) -> Visitor {
        self.visitor_of("demo", json!({})).await
    }

    /// A visitor of a store: anonymous (`{}`) or with an identity.
    pub async fn visitor_of(&self, store: &str, body: Value) -> Visitor {
        let answer = self.post(&format!("/v1/stores/{store}/visitors"), &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        Visitor { token: text(&answer.body["token"]), buyer: text(&answer.body["buyer"]) }
    }

    /// A buyer whom the merchant vouches for, under the buyer's name.
    pub async fn signed(&self, store: &str, buyer: &str, name: Option<&str>) -> Visitor {
        let secret = self.store(store).await.identity_secret;
        let claims = json!({"sub": buyer, "name": name, "exp": self.app.clock.now() / 1_000 + 3_600});
        let key = EncodingKey::from_secret(secret.as_bytes());
        let jwt = encode(&Header::new(Algorithm::HS256), &claims, &key).expect("claims can be signed");
        self.visitor_of(store, json!({"identity": jwt})).await
    }

    /// Signs in.
    pub async fn sign_in(&self, store: &str, email: &str, password: &str) -> Browser {
        let body = json!({"store": store, "email": email, "password": password});
        let answer = self.post("/v1/session", &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let cookie = answer.header("set-cookie").split(';').next().expect("a cookie").to_owned();
        Browser { cookie, csrf: text(&answer.body["csrf"]), body: answer.body }
    }

    /// Stops as SIGTERM does, and gives the database for another house.
    pub async fn close(self) -> Database {
        self.app.close().await;
        drop(self.server.await);
        self.database
    }
}

/// An answer, read.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    /// `null` where it is no JSON.
    pub body: Value,
    pub text: String,
}

impl Answer {
    pub async fn of(request: RequestBuilder) -> Self {
        Self::read(request.send().await.expect("the server answers")).await
    }

    async fn read(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.expect("the answer ends");
        Self { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::Null), text }
    }

    /// A header's value; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
