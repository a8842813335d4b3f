//! Which addresses a merchant's connection may have: pure. The connection itself is made by `client`, to exactly the
//! address that was judged here.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use url::{Host, Url};

/// Networks of version 4 that are nobody's public server (IANA special-purpose registry), and one that is public and
/// yet a cloud's own.
const NOT_PUBLIC_V4: [(Ipv4Addr, u8); 17] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
    (Ipv4Addr::new(255, 255, 255, 255), 32),
];

/// What is public in version 6 at all, and what of that is not: protocols' own (Teredo among them), documentation, and
/// 6to4, which hides an address of version 4.
const PUBLIC_V6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
const NOT_PUBLIC_V6: [(Ipv6Addr, u8); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Where clouds tell machines their secrets: never reached, whatever the settings say.
const METADATA: [IpAddr; 5] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
];

/// Ports from 1024 on where something else than a web server is at home.
const NOT_WEB: [u16; 7] = [3306, 5432, 5984, 6379, 9200, 11211, 27017];

/// Reads the address of a connection and refuses what can never be one. Whether it may be reached is asked when it is:
/// a name stands for other addresses tomorrow.
pub(super) fn read(text: &str) -> Result<Url, String> {
    // The URL standard drops line ends and tabs, and takes `\` for `/`: whoever writes these hides something.
    if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return Err("must not hold blanks, control characters or \\".into());
    }
    let url = Url::parse(text).map_err(|error| format!("is no address: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("must begin with https:// or http://".into());
    }
    if !url.username().is_empty() || url.password().is_some() || text.contains('@') {
        return Err("must not hold a user name or password: put them into headers".into());
    }
    if url.fragment().is_some() {
        return Err("must not have a part after #".into());
    }
    match url.port_or_known_default() {
        Some(80 | 443) => {}
        Some(port) if port >= 1024 && !NOT_WEB.contains(&port) => {}
        _ => return Err("this port is not one of a web server".into()),
    }
    match literal(&url) {
        Some(ip) if is_never(ip) => Err(format!("{ip} is not an address of a server")),
        _ => Ok(url),
    }
}

/// The address in a URL that names none. The URL standard has read all its spellings (`2130706433`, `0x7f.1`, `017…`,
/// full-width digits) by now.
pub(super) fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(ip) => Some(ip.into()),
        Host::Ipv6(ip) => Some(plain(ip.into())),
        Host::Domain(_) => None,
    }
}

/// Whether a connection may be made to this address: a public one, or one of the networks that the settings allow.
pub(super) fn may_reach(ip: IpAddr, allowed: &[IpNet]) -> bool {
    let ip = plain(ip);
    !is_never(ip) && (is_public(ip) || allowed.iter().any(|network| network.contains(&ip)))
}

/// The address of version 4 that one of version 6 only wraps (`::ffff:…`, and NAT64's `64:ff9b::…`).
fn plain(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = ip else { return ip };
    let [a, b, c, d, e, f, high, low] = v6.segments();
    let wraps = matches!([a, b, c, d, e, f], [0, 0, 0, 0, 0, 0xffff] | [0x64, 0xff9b, 0, 0, 0, 0]);
    if !wraps {
        return ip;
    }
    let ([w, x], [y, z]) = (high.to_be_bytes(), low.to_be_bytes());
    Ipv4Addr::new(w, x, y, z).into()
}

fn is_never(ip: IpAddr) -> bool {
    METADATA.contains(&plain(ip)) || ip.is_multicast() || ip.is_unspecified()
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !NOT_PUBLIC_V4.iter().any(|(at, bits)| Ipv4Net::new_assert(*at, *bits).contains(&ip)),
        IpAddr::V6(ip) => {
            let within = |(at, bits): (Ipv6Addr, u8)| Ipv6Net::new_assert(at, bits).contains(&ip);
            within(PUBLIC_V6) && !NOT_PUBLIC_V6.into_iter().any(within)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn judge(text: &str, allowed: &str) -> Result<bool, String> {
        let networks: Vec<IpNet> = allowed.split_whitespace().map(|n| n.parse().unwrap()).collect();
        let url = read(text)?;
        Ok(may_reach(literal(&url).expect("an address"), &networks))
    }

    #[test]
    fn private_addresses_are_closed_in_every_spelling() {
        for url in [
            "http://127.0.0.1",
            "http://0.0.0.1/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0x7f000001/",
            "http://017700000001/",
            "http://①②⑦.⓪.⓪.①/",
            "http://127.0.0.1./",
            "http://%31%32%37.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://[::127.0.0.1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[64:ff9b:1::a00:1]/",
            "http://[2002:7f00:1::]/",
            "http://[2001:0:7f00:1::]/",
            "http://[fe80::1]/",
            "http://[fec0::1]/",
            "http://[fd00:1::1]/",
            "http://10.0.0.1/",
            "http://172.16.0.1/",
            "http://172.31.255.255/",
            "http://192.168.0.1/",
            "http://100.64.0.1/",
            "http://169.254.1.1/",
            "http://198.18.0.1/",
            "http://240.0.0.1/",
            "https://255.255.255.255/",
        ] {
            assert_eq!(judge(url, ""), Ok(false), "{url}");
        }
    }

    #[test]
    fn public_addresses_are_open() {
        for url in ["http://8.8.8.8/", "https://172.32.0.1/", "https://[2400:3200::1]/", "http://[64:ff9b::808:808]/"] {
            assert_eq!(judge(url, ""), Ok(true), "{url}");
        }
    }

    #[test]
    fn the_settings_open_networks_but_never_metadata() {
        assert_eq!(judge("http://127.0.0.1:9000/", "127.0.0.0/8"), Ok(true));
        assert_eq!(judge("http://[::ffff:127.0.0.1]:9000/", "127.0.0.0/8"), Ok(true));
        assert_eq!(judge("http://10.1.2.3/", "127.0.0.0/8"), Ok(false));
        assert_eq!(judge("http://[fd00::7]/", "fd00::/8"), Ok(true));
        for url in [
            "http://169.254.169.254/latest/meta-data/",
            "http://[::ffff:169.254.169.254]/",
            "http://[64:ff9b::a9fe:a9fe]/",
            "http://[fd00:ec2::254]/",
            "http://100.100.100.200/",
            "http://0/",
            "http://224.0.0.1/",
            "http://[ff02::1]/",
            "http://[::]/",
        ] {
            let refused = judge(url, "0.0.0.0/0 ::/0");
            assert!(refused.is_err(), "{url}: {refused:?}");
        }
        assert!(!may_reach("169.254.169.254".parse().unwrap(), &["0.0.0.0/0".parse().unwrap()]));
        assert!(!may_reach("::ffff:169.254.169.254".parse().unwrap(), &["::/0".parse().unwrap()]));
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        for url in [
            "",
            "shop.example/mcp",
            "file:///etc/passwd",
            "gopher://shop.example/",
            "unix:/run/x.sock",
            "ftp://shop.example/",
            "jar:http://shop.example!/x",
            "http://user@shop.example/",
            "http://user:pw@shop.example/",
            "http://good.example@127.0.0.1/",
            "http://good.example:80\\@127.0.0.1/",
            "http://127.0.0.1#good.example",
            "http://shop.example/\r\nX-Evil: 1",
            "http://shop.example:22/",
            "http://shop.example:25/",
            "http://shop.example:6379/",
        ] {
            assert!(read(url).is_err(), "{url}");
        }
        for url in ["https://shop.example/mcp", "http://shop.example:8080/api/?v=2", "https://商店.example/mcp"] {
            assert!(read(url).is_ok(), "{url}");
        }
    }
}
