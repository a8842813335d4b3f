//! Buyers' tokens: `<claims>.<signature>`, both base64url. The claims are JSON, signed with HMAC-SHA256 by a key that is
//! made from the server's secret for nothing else. Who a buyer is comes from here and from nowhere else.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::identity::Identity;
use super::secret::{ServerSecret, mac};
use crate::clock::{Clock, Millis};
use crate::error::{Error, Result};
use crate::ids::{BuyerId, StoreId};

/// How long a token is good.
pub const LIFE_MS: Millis = 7 * 24 * 60 * 60_000;

/// Longer than any token that we make.
const MAX_BYTES: usize = 2_000;

/// A buyer of one store, as a token proves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    pub store: StoreId,
    pub buyer: BuyerId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// 0 to 9.
    #[serde(default)]
    pub vip_level: i64,
    /// The merchant signed who this is; otherwise it is an anonymous visitor.
    pub signed: bool,
    pub expires_at: Millis,
}

#[derive(Clone)]
pub struct Visitors {
    clock: Clock,
    key: [u8; 32],
}

impl Visitors {
    pub fn new(clock: Clock, secret: &ServerSecret) -> Self {
        Self { clock, key: secret.key("visitor token, version 1") }
    }

    /// A visitor nobody knows.
    pub fn anonymous(&self, store: &StoreId) -> Visitor {
        Visitor {
            store: store.clone(),
            buyer: BuyerId::fresh(),
            name: None,
            vip_level: 0,
            signed: false,
            expires_at: self.clock.now() + LIFE_MS,
        }
    }

    /// A buyer whom the merchant vouches for.
    pub fn signed(&self, store: &StoreId, identity: Identity) -> Visitor {
        Visitor {
            store: store.clone(),
            buyer: identity.buyer,
            name: identity.name,
            vip_level: identity.vip_level,
            signed: true,
            expires_at: self.clock.now() + LIFE_MS,
        }
    }

    pub fn token(&self, visitor: &Visitor) -> Result<String> {
        let claims = serde_json::to_vec(visitor).map_err(|e| Error::Internal(e.into()))?;
        let claims = URL_SAFE_NO_PAD.encode(claims);
        let signature = URL_SAFE_NO_PAD.encode(mac(&self.key, claims.as_bytes()));
        Ok(format!("{claims}.{signature}"))
    }

    /// Whose token this is.
    ///
    /// Errors: `unauthorized`, whatever is wrong with it: shape, signature, time, or another store's.
    pub fn read(&self, store: &StoreId, token: &str) -> Result<Visitor> {
        self.open(token).filter(|visitor| visitor.store == *store).ok_or(Error::Unauthorized)
    }

    fn open(&self, token: &str) -> Option<Visitor> {
        if token.len() > MAX_BYTES {
            return None;
        }
        let (claims, signature) = token.split_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        if !bool::from(mac(&self.key, claims.as_bytes()).as_slice().ct_eq(&signature)) {
            return None;
        }
        let visitor: Visitor = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        (visitor.expires_at > self.clock.now()).then_some(visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_unexpired_token_of_this_store_is_good() {
        let clock = Clock::at(1_000);
        let visitors = Visitors::new(clock.clone(), &ServerSecret::new("one"));
        let store = StoreId::from("demo");
        let visitor = visitors.anonymous(&store);
        let token = visitors.token(&visitor).unwrap();
        assert_eq!(visitors.read(&store, &token).unwrap(), visitor);
        assert!(visitor.buyer.as_str().starts_with("anon_"));

        assert!(visitors.read(&StoreId::from("other"), &token).is_err());
        let elsewhere = Visitors::new(clock.clone(), &ServerSecret::new("two"));
        assert!(elsewhere.read(&store, &token).is_err());
        let (claims, signature) = token.split_once('.').unwrap();
        for bad in [claims, "", ".", &format!("{claims}."), &format!("{claims}.{signature}A"), &format!(".{signature}")]
        {
            assert!(visitors.read(&store, bad).is_err(), "{bad}");
        }
        let mut richer = visitor;
        richer.vip_level = 9;
        let forged = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&richer).unwrap());
        assert!(visitors.read(&store, &format!("{forged}.{signature}")).is_err());

        clock.advance(LIFE_MS);
        assert!(visitors.read(&store, &token).is_err());
    }
}
