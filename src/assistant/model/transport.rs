//! The way to the model: async-openai makes the request, reqwest carries it, and the answer's bytes come to us.
//!
//! async-openai's own reader is left out on purpose. It puts what it reads into a channel without bounds, copies the
//! rest of its buffer for each line, knows no end to lines, loses the status of many errors and logs their bodies.
//! Its seam for middleware lets a service of ours send the request that it made and keep the answer.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use anyhow::Context as _;
use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use reqwest::header::{AUTHORIZATION, HeaderValue, RETRY_AFTER};
use reqwest::{Body as Bytes, Response, Url, redirect};
use serde::Serialize;

use super::{ModelConfig, ModelError, Stage, wire};

/// So much of an error's body is read, in bytes, and not for longer than [`ERROR_TIME`].
const MAX_ERROR: usize = 16 * 1024;
const ERROR_TIME: Duration = Duration::from_millis(500);

/// Sends requests; cheap to use from many tasks.
pub(super) struct Transport {
    client: Client<OpenAIConfig>,
    http: reqwest::Client,
    has_key: bool,
}

/// A refusal that came as an HTTP status.
pub(super) struct Refusal {
    pub error: ModelError,
    /// The value of `Retry-After`.
    pub retry_after: Option<String>,
}

impl From<ModelError> for Refusal {
    fn from(error: ModelError) -> Self {
        Self { error, retry_after: None }
    }
}

impl Transport {
    /// Fails when the address or key cannot be used at all.
    pub(super) fn new(config: &ModelConfig) -> anyhow::Result<Self> {
        let base = config.base_url.trim_end_matches('/');
        let url = Url::parse(base).with_context(|| format!("the model's address {base:?} is no URL"))?;
        anyhow::ensure!(matches!(url.scheme(), "http" | "https"), "the model's address {base:?} must begin with http");
        let key = config.api_key.as_ref().map_or("", |key| key.reveal());
        HeaderValue::from_str(key).context("the model's API key has characters that no header may have")?;

        // The first to call wins; all of them choose the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .connect_timeout(config.connect)
            .tcp_nodelay(true)
            .pool_max_idle_per_host(usize::MAX)
            // Shorter than a minute, after which common gateways hang up on their side.
            .pool_idle_timeout(Duration::from_secs(50))
            // Where a prompt may go is the owner's choice alone: no redirects, no proxy from the environment.
            .redirect(redirect::Policy::none())
            .no_proxy()
            .user_agent(concat!("xiaoer/", env!("CARGO_PKG_VERSION")))
            .build()?;
        // Each field is set, because the defaults come from the environment.
        let settings = OpenAIConfig::new().with_api_base(base).with_api_key(key).with_org_id("").with_project_id("");
        Ok(Self { client: Client::build(http.clone(), settings), http, has_key: !key.is_empty() })
    }

    /// Sends `body` and waits for the head of a good answer. Dropping the future hangs up.
    pub(super) async fn send(&self, body: &wire::Body<'_>) -> Result<Response, Refusal> {
        let response = self.exchange(body).await?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let code = wire::error_code(&beginning(response).await);
        Err(Refusal { error: ModelError::Refused { status: status.as_u16(), code }, retry_after })
    }

    async fn exchange(&self, body: impl Serialize) -> Result<Response, ModelError> {
        let answer = Arc::default();
        let service = Sender { http: self.http.clone(), has_key: self.has_key, answer: Arc::clone(&answer) };
        let client = self.client.clone().with_http_service(service);
        let handed: Result<(), OpenAIError> = client.chat().create_byot(body).await;
        let answer = answer.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (answer, handed) {
            (Some(answer), _) => answer.map_err(|error| lost(&error)),
            (None, _) => Err(ModelError::Unavailable { why: "the request could not be made" }),
        }
    }
}

/// The HTTP service under async-openai. It keeps the answer, and gives async-openai an empty one in its place.
#[derive(Clone)]
struct Sender {
    http: reqwest::Client,
    has_key: bool,
    answer: Arc<Mutex<Option<reqwest::Result<Response>>>>,
}

impl tower::Service<HttpRequestFactory> for Sender {
    type Response = Response;
    type Error = OpenAIError;
    type Future = Pin<Box<dyn Future<Output = Result<Response, OpenAIError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), OpenAIError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, factory: HttpRequestFactory) -> Self::Future {
        let Self { http, has_key, answer } = self.clone();
        Box::pin(async move {
            let mut request = factory.build().await?;
            if !has_key {
                // async-openai would send "Bearer " without a key, which some servers take for a wrong one.
                request.headers_mut().remove(AUTHORIZATION);
            }
            let response = http.execute(request).await;
            *answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(response);
            Ok(hyper::Response::new(Bytes::from("null")).into())
        })
    }
}

/// What it means that the connection failed before or within an answer.
pub(super) fn lost(error: &reqwest::Error) -> ModelError {
    if error.is_connect() && error.is_timeout() {
        ModelError::TimedOut { stage: Stage::Connect }
    } else if error.is_connect() {
        ModelError::Unavailable { why: "no connection" }
    } else if error.is_builder() {
        ModelError::Unavailable { why: "the request could not be made" }
    } else {
        ModelError::Unavailable { why: "the connection was lost" }
    }
}

/// The first bytes of an error's body, as many as come soon.
async fn beginning(mut response: Response) -> Vec<u8> {
    let mut body = Vec::new();
    let read = async {
        while let Ok(Some(part)) = response.chunk().await {
            body.extend_from_slice(&part);
            if body.len() >= MAX_ERROR {
                break;
            }
        }
    };
    // Whatever has come by then has to do.
    let _ = tokio::time::timeout(ERROR_TIME, read).await;
    body.truncate(MAX_ERROR);
    body
}
