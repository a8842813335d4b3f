//! From whose page a request comes. Browsers say it truthfully; programs need not, and are no danger here.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::Front;

/// The `Origin` of a request, beside the server's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// No browser sent this.
    Absent,
    /// One of our own pages.
    Own,
    /// Another site's page, or one that hides where it comes from.
    Foreign(String),
}

impl Origin {
    pub fn of(headers: &HeaderMap, public_url: Option<&str>) -> Self {
        let Some(origin) = headers.get(header::ORIGIN) else { return Self::Absent };
        let origin = String::from_utf8_lossy(origin.as_bytes()).to_ascii_lowercase();
        let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or("").to_ascii_lowercase();
        if is_own(&origin, &host, public_url) { Self::Own } else { Self::Foreign(origin) }
    }

    /// Whether the page is ours, or there is none.
    pub fn is_ours(&self) -> bool {
        !matches!(self, Self::Foreign(_))
    }

    /// Whether a store lets this page talk to its buyers' socket.
    pub fn is_allowed_by(&self, origins: &[String]) -> bool {
        match self {
            Self::Absent | Self::Own => true,
            Self::Foreign(origin) => origins.iter().any(|o| o.trim_end_matches('/').eq_ignore_ascii_case(origin)),
        }
    }
}

fn is_own(origin: &str, host: &str, public_url: Option<&str>) -> bool {
    if public_url == Some(origin) {
        return true;
    }
    let same_host = !host.is_empty()
        && origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")).is_some_and(|o| o == host);
    // With a public address another name for this server is somebody's trick, but for the machine itself.
    same_host && (public_url.is_none() || is_this_machine(host))
}

fn is_this_machine(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

impl FromRequestParts<Front> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers, front.app.config.public_url.as_deref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(origin: &'static str, host: &'static str, public_url: Option<&str>, ours: bool) {
        let mut headers = HeaderMap::new();
        headers.insert("origin", origin.parse().unwrap());
        headers.insert("host", host.parse().unwrap());
        assert_eq!(Origin::of(&headers, public_url).is_ours(), ours, "{origin} {host} {public_url:?}");
    }

    #[test]
    fn own_pages_are_told_from_others() {
        check("http://127.0.0.1:8080", "127.0.0.1:8080", None, true);
        check("http://127.0.0.1:8081", "127.0.0.1:8080", None, false);
        check("http://evil.example", "127.0.0.1:8080", None, false);
        check("null", "127.0.0.1:8080", None, false);
        check("http://127.0.0.1:8080.evil.example", "127.0.0.1:8080", None, false);
        check("https://chat.shop.example", "127.0.0.1:8080", Some("https://chat.shop.example"), true);
        check("http://rebound.example", "rebound.example", Some("https://chat.shop.example"), false);
        assert!(Origin::of(&HeaderMap::new(), None).is_ours());
    }

    #[test]
    fn a_store_names_the_pages_that_it_trusts() {
        let foreign = Origin::Foreign("https://shop.example".into());
        assert!(foreign.is_allowed_by(&["https://Shop.example/".into()]));
        assert!(!foreign.is_allowed_by(&["https://shop.example.evil".into(), "*".into()]));
        assert!(Origin::Own.is_allowed_by(&[]));
    }
}
