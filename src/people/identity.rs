//! Who a merchant says that a buyer is: a JWT that the merchant's server signed with the store's `identity_secret`.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;

use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::ids::BuyerId;

/// How far ahead an identity may end.
const LONGEST_MS: Millis = 24 * 60 * 60_000;

/// How much the merchant's clock may differ from ours.
const LEEWAY_MS: Millis = 60_000;

const MAX_BYTES: usize = 4_000;

/// A buyer whom the merchant vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub buyer: BuyerId,
    pub name: Option<String>,
    /// 0 to 9.
    pub vip_level: i64,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    /// Seconds since 1970; a JWT may give parts of them.
    exp: f64,
    name: Option<String>,
    vip_level: Option<i64>,
}

/// Reads an identity.
///
/// Errors: `unauthorized`, whatever is wrong with it, so that an answer teaches nothing.
pub fn read(jwt: &str, identity_secret: &str, now: Millis) -> Result<Identity> {
    if jwt.len() > MAX_BYTES {
        return Err(Error::Unauthorized);
    }
    // The algorithm is ours and not the header's. The time is checked below, by our own clock.
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.set_required_spec_claims(&["exp", "sub"]);
    let key = DecodingKey::from_secret(identity_secret.as_bytes());
    let claims = decode::<Claims>(jwt, &key, &validation).map_err(|_| Error::Unauthorized)?.claims;
    check(claims, now).ok_or(Error::Unauthorized)
}

fn check(claims: Claims, now: Millis) -> Option<Identity> {
    // A float that is no number, or far too large, becomes one that no check lets pass.
    let exp = (claims.exp * 1_000.0) as Millis;
    let in_time = exp > now - LEEWAY_MS && exp <= now + LONGEST_MS + LEEWAY_MS;
    let sub_fits = (1..=64).contains(&claims.sub.chars().count())
        && !claims.sub.chars().any(char::is_control)
        // These are ours: nobody may sign themselves into an anonymous visitor's conversation.
        && !claims.sub.starts_with("anon_");
    let name_fits = claims.name.as_ref().is_none_or(|n| n.chars().count() <= 80 && !n.chars().any(char::is_control));
    let vip_level = claims.vip_level.unwrap_or(0);
    (in_time && sub_fits && name_fits && (0..=9).contains(&vip_level)).then(|| Identity {
        buyer: claims.sub.into(),
        name: claims.name.filter(|name| !name.trim().is_empty()),
        vip_level,
    })
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::json;

    use super::*;

    const NOW: Millis = 1_700_000_000_000;

    #[track_caller]
    fn check(claims: serde_json::Value) -> Option<Identity> {
        let jwt = encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(b"key")).unwrap();
        assert!(read(&jwt, "another", NOW).is_err());
        read(&jwt, "key", NOW).ok()
    }

    #[test]
    fn claims_are_checked() {
        let now = NOW / 1_000;
        assert_eq!(
            check(json!({"sub": "u1", "exp": now + 60, "name": "小王", "vip_level": 3})),
            Some(Identity { buyer: "u1".into(), name: Some("小王".into()), vip_level: 3 })
        );
        assert!(check(json!({"sub": "u1", "exp": now as f64 + 0.5})).is_some());
        assert!(check(json!({"sub": "u1", "exp": now - 59})).is_some(), "clocks differ a little");
        for bad in [
            json!({"sub": "u1"}),
            json!({"exp": now + 60}),
            json!({"sub": "u1", "exp": now - 61}),
            json!({"sub": "u1", "exp": now + 86_400 + 61}),
            json!({"sub": "u1", "exp": (now + 60).to_string()}),
            json!({"sub": "u1", "exp": 1e300}),
            json!({"sub": "", "exp": now + 60}),
            json!({"sub": "x".repeat(65), "exp": now + 60}),
            json!({"sub": "anon_1", "exp": now + 60}),
            json!({"sub": 7, "exp": now + 60}),
            json!({"sub": "u\u{0}1", "exp": now + 60}),
            json!({"sub": "u1", "exp": now + 60, "vip_level": 10}),
            json!({"sub": "u1", "exp": now + 60, "vip_level": -1}),
            json!({"sub": "u1", "exp": now + 60, "name": "x".repeat(81)}),
        ] {
            assert_eq!(check(bad.clone()), None, "{bad}");
        }
    }
}
