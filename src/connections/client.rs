//! The only way from here to a merchant's server: to addresses that are allowed, without detours, and never for more
//! than was agreed.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_ENCODING, HeaderMap};
use reqwest::{RequestBuilder, Response, Url, redirect};

use super::address::{literal, may_reach};
use super::failure::{Failure, FailureKind};

/// How long connecting may take, of the time that the whole has.
const CONNECT: Duration = Duration::from_secs(2);
/// The largest head of an answer, in bytes of names and values; the library reads at most 100 headers.
const MAX_HEAD: usize = 16 * 1024;

/// Finds the addresses of a name.
pub(super) type Names = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// As the system does it.
pub(super) fn system_names() -> Names {
    Arc::new(|name| {
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect()) })
    })
}

/// Cheap to clone.
#[derive(Clone)]
pub(super) struct Client {
    http: reqwest::Client,
    allowed: Arc<[IpNet]>,
    max_answer: usize,
}

impl Client {
    /// `allowed`: private networks that may be reached; `total`: from the first step to the last byte; `max_answer`:
    /// bytes of an answer's body.
    pub(super) fn new(allowed: &[IpNet], names: Names, total: Duration, max_answer: usize) -> anyhow::Result<Self> {
        // The first to call wins; all of them choose the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let allowed: Arc<[IpNet]> = allowed.into();
        let http = reqwest::Client::builder()
            .dns_resolver(Arc::new(Guard { names, allowed: Arc::clone(&allowed) }))
            .connect_timeout(CONNECT.min(total))
            .timeout(total)
            // A redirect would be followed with the merchant's headers, to wherever it says.
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            // What comes is what is counted: nothing is unpacked.
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .pool_max_idle_per_host(4)
            .pool_idle_timeout(Duration::from_secs(30))
            .tcp_nodelay(true)
            .user_agent(concat!("xiaoer/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http, allowed, max_answer })
    }

    /// The library's client, for a URL that [`Client::check`] has passed.
    pub(super) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    pub(super) fn max_answer(&self) -> usize {
        self.max_answer
    }

    /// An address in the URL itself never asks for names, so it is judged here; names are judged when they are looked up.
    pub(super) fn check(&self, url: &Url) -> Result<(), Failure> {
        match literal(url) {
            Some(ip) if !may_reach(ip, &self.allowed) => {
                Err(Failure::before(FailureKind::Unreachable, NotAllowed::new(&ip.to_string()).to_string()))
            }
            _ => Ok(()),
        }
    }

    /// Sends a request and gives the answer's status and body.
    pub(super) async fn send(&self, url: &Url, request: RequestBuilder) -> Result<(u16, HeaderMap, Vec<u8>), Failure> {
        self.check(url)?;
        let response = request.send().await.map_err(|error| failure(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        if status.is_redirection() {
            return Err(Failure::after(FailureKind::Redirected, "it answers with a redirect, which is not followed"));
        }
        let head: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if head > MAX_HEAD {
            return Err(Failure::after(FailureKind::TooLarge, "the head of its answer is too large"));
        }
        if headers.get(CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
            return Err(Failure::after(FailureKind::BadAnswer, "its answer is packed, though it was not asked to be"));
        }
        let body = self.body(response).await?;
        Ok((status.as_u16(), headers, body))
    }

    async fn body(&self, mut response: Response) -> Result<Vec<u8>, Failure> {
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(|error| failure(&error))? {
            if body.len() + part.len() > self.max_answer {
                let most = self.max_answer / 1024;
                return Err(Failure::after(FailureKind::TooLarge, format!("its answer is larger than {most} kB")));
            }
            body.extend_from_slice(&part);
        }
        Ok(body)
    }
}

/// Looks a name up and lets only those of its addresses through that are allowed; the connection goes to one of them, so
/// a second look-up cannot give another.
struct Guard {
    names: Names,
    allowed: Arc<[IpNet]>,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (names, allowed) = (Arc::clone(&self.names), Arc::clone(&self.allowed));
        Box::pin(async move {
            let name = name.as_str().to_owned();
            let found = names(name.clone()).await?;
            let reachable: Vec<SocketAddr> =
                found.into_iter().filter(|ip| may_reach(*ip, &allowed)).map(|ip| SocketAddr::new(ip, 0)).collect();
            if reachable.is_empty() {
                return Err(NotAllowed::new(&name).into());
            }
            Ok(Box::new(reachable.into_iter()) as Addrs)
        })
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{0} is no public address: XIAOER_TOOL_NETWORKS names the private networks that may be reached")]
struct NotAllowed(String);

impl NotAllowed {
    fn new(what: &str) -> Self {
        Self(what.to_owned())
    }
}

/// What it means that a request failed. The library's own words are left out: they hold the URL.
pub(super) fn failure(error: &reqwest::Error) -> Failure {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(inner) = cause {
        if let Some(refused) = inner.downcast_ref::<NotAllowed>() {
            return Failure::before(FailureKind::Unreachable, refused.to_string());
        }
        cause = inner.source();
    }
    if error.is_connect() {
        return Failure::before(FailureKind::Unreachable, "no connection can be made to it");
    }
    if error.is_builder() {
        return Failure::before(FailureKind::Unreachable, "the request cannot be made");
    }
    if error.is_timeout() {
        return Failure::after(FailureKind::TimedOut, "it takes too long");
    }
    Failure::after(FailureKind::BadAnswer, "the connection was lost")
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// Names whose answers change with each look-up.
    fn names(answers: &[&[&str]]) -> Names {
        let answers: Vec<Vec<IpAddr>> =
            answers.iter().map(|ips| ips.iter().map(|ip| ip.parse().unwrap()).collect()).collect();
        let left = Arc::new(Mutex::new(answers.into_iter()));
        Arc::new(move |_| {
            let next = left.lock().unwrap().next().unwrap_or_default();
            Box::pin(async move { Ok(next) })
        })
    }

    async fn resolved(guard: &Guard) -> Result<Vec<String>, String> {
        let found = guard.resolve("shop.example".parse().unwrap()).await.map_err(|error| error.to_string())?;
        Ok(found.map(|address| address.ip().to_string()).collect())
    }

    #[tokio::test]
    async fn names_lead_to_public_addresses_alone() {
        let answers: [&[&str]; 5] = [
            &["8.8.8.8"],
            &["127.0.0.1", "8.8.8.8", "::ffff:10.0.0.1", "2400:3200::1"],
            // The name is bound to something else a moment later.
            &["127.0.0.1"],
            &["169.254.169.254", "fd00:ec2::254"],
            &[],
        ];
        let guard = Guard { names: names(&answers), allowed: Arc::new([]) };
        assert_eq!(resolved(&guard).await.unwrap(), ["8.8.8.8"]);
        assert_eq!(resolved(&guard).await.unwrap(), ["8.8.8.8", "2400:3200::1"]);
        for _ in 2..5 {
            assert!(resolved(&guard).await.unwrap_err().contains("no public address"));
        }
        let opened = Guard {
            names: names(&[&["127.0.0.1", "169.254.169.254"]]),
            allowed: Arc::new(["0.0.0.0/0".parse().unwrap()]),
        };
        assert_eq!(resolved(&opened).await.unwrap(), ["127.0.0.1"]);
    }

    /// A name that is good once and then leads inside: the request goes to where the check looked, or nowhere.
    #[tokio::test]
    async fn a_request_goes_where_the_check_looked() {
        let inside = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url: Url = format!("http://shop.example:{}/", inside.local_addr().unwrap().port()).parse().unwrap();
        let client = Client::new(&[], names(&[&["127.0.0.1"], &["127.0.0.1"]]), Duration::from_secs(2), 1_000).unwrap();
        let failed = client.send(&url, client.http().get(url.clone())).await.unwrap_err();
        assert_eq!((failed.kind, failed.reached), (FailureKind::Unreachable, false));
        assert!(failed.why.contains("no public address"), "{}", failed.why);
        let nobody = tokio::time::timeout(Duration::from_millis(50), inside.accept()).await;
        assert!(nobody.is_err(), "nobody came");
    }
}
