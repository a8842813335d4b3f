//! Where a request comes from: the connection's other end, or what a trusted proxy says.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::IpNet;

use super::Front;
use crate::error::Error;

/// The connection's other end; the server puts it on each request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub SocketAddr);

/// Whoever makes a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Caller {
    /// Of IPv6 the network of 64 bits: whoever has one address has all of those.
    pub ip: IpAddr,
    /// A program on this machine, not somebody behind a proxy on it: not counted against any limit by address.
    pub is_this_machine: bool,
}

impl Caller {
    /// The rightmost address in `X-Forwarded-For` that no trusted proxy added. What stands left of it, anybody may
    /// have written.
    pub fn of(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        let is_trusted = |ip: &IpAddr| trusted.iter().any(|network| network.contains(ip));
        let mut ip = peer.to_canonical();
        let mut forwarded = false;
        if is_trusted(&ip) {
            let lists = headers.get_all("x-forwarded-for").iter().rev().filter_map(|value| value.to_str().ok());
            for part in lists.flat_map(|list| list.rsplit(',')) {
                let Some(previous) = address(part.trim()) else { break };
                forwarded = true;
                ip = previous;
                if !is_trusted(&ip) {
                    break;
                }
            }
        }
        Self { ip: household(ip), is_this_machine: ip.is_loopback() && !forwarded }
    }
}

/// What limits by address count as one.
pub(super) fn household(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) if !v6.is_loopback() => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
        ip => ip,
    }
}

/// `203.0.113.5`, `203.0.113.5:4711`, `2001:db8::1` or `[2001:db8::1]:4711`.
fn address(text: &str) -> Option<IpAddr> {
    let ip = text.parse::<IpAddr>().or_else(|_| text.parse::<SocketAddr>().map(|a| a.ip())).ok()?;
    Some(ip.to_canonical())
}

impl FromRequestParts<Front> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Error> {
        let peer = parts.extensions.get::<Peer>().ok_or_else(|| anyhow::anyhow!("a request without its peer"))?;
        Ok(Self::of(peer.0.ip(), &parts.headers, &front.app.config.trusted_proxies))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(peer: &str, forwarded: &[&'static str], expected: &str, is_this_machine: bool) {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let trusted = ["127.0.0.0/8".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
        let caller = Caller::of(peer.parse().unwrap(), &headers, &trusted);
        assert_eq!(caller, Caller { ip: expected.parse().unwrap(), is_this_machine });
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        check("127.0.0.1", &[], "127.0.0.1", true);
        check("::ffff:127.0.0.1", &[], "127.0.0.1", true);
        check("203.0.113.5", &[], "203.0.113.5", false);
        check("::1", &[], "::1", true);
        check("2001:db8:1:2:3:4:5:6", &[], "2001:db8:1:2::", false);
        check("127.0.0.1", &["[2001:db8:1:2:ffff::1]:4711"], "2001:db8:1:2::", false);
        check("203.0.113.5", &["198.51.100.1"], "203.0.113.5", false);
        check("127.0.0.1", &["198.51.100.1"], "198.51.100.1", false);
        check("127.0.0.1", &["6.6.6.6, 198.51.100.1, 10.0.0.3"], "198.51.100.1", false);
        check("127.0.0.1", &["6.6.6.6", "198.51.100.1:99"], "198.51.100.1", false);
        check("127.0.0.1", &["127.0.0.1"], "127.0.0.1", false);
        check("127.0.0.1", &["rubbish"], "127.0.0.1", true);
    }
}
