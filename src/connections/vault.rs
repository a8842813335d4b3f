//! Headers for merchants' servers hold keys. They are kept sealed (ChaCha20-Poly1305) with a key made from the server's
//! secret, so that a copy of the database opens nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::error::{Error, Result};
use crate::ids::StoreId;
use crate::people::secret::ServerSecret;

/// Seals and opens; nothing of it prints.
pub(super) struct Vault(LessSafeKey);

impl Vault {
    pub(super) fn new(secret: &ServerSecret) -> Result<Self> {
        let key = UnboundKey::new(&CHACHA20_POLY1305, &secret.key("connection headers"))
            .map_err(|_| Error::Internal(anyhow::anyhow!("a key of 32 bytes was refused")))?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// Seals a text for one connection of one store: moved to another it does not open. The nonce is random; 96 bits are
    /// plenty for what merchants type.
    pub(super) fn seal(&self, store: &StoreId, connection: &str, text: &str) -> Result<String> {
        let failed = || Error::Internal(anyhow::anyhow!("a text could not be sealed"));
        let mut nonce = [0_u8; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(|_| failed())?;
        let mut sealed = text.as_bytes().to_vec();
        let whose = Aad::from(format!("{store}/{connection}"));
        let unique = Nonce::assume_unique_for_key(nonce);
        self.0.seal_in_place_append_tag(unique, whose, &mut sealed).map_err(|_| failed())?;
        Ok(STANDARD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// `None` when it was sealed with another secret, for another connection, or is damaged.
    pub(super) fn open(&self, store: &StoreId, connection: &str, sealed: &str) -> Option<String> {
        let bytes = STANDARD.decode(sealed).ok()?;
        let (nonce, rest) = bytes.split_at_checked(NONCE_LEN)?;
        let whose = Aad::from(format!("{store}/{connection}"));
        let mut rest = rest.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let text = self.0.open_in_place(nonce, whose, &mut rest).ok()?;
        String::from_utf8(text.to_vec()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_server_opens_it_for_the_same_connection() {
        let vault = Vault::new(&ServerSecret::new("one")).unwrap();
        let (store, other) = (StoreId::from("a"), StoreId::from("b"));
        let sealed = vault.seal(&store, "erp", "Bearer sk-1").unwrap();
        assert!(!sealed.contains("sk-1"));
        assert_ne!(sealed, vault.seal(&store, "erp", "Bearer sk-1").unwrap());
        assert_eq!(vault.open(&store, "erp", &sealed).as_deref(), Some("Bearer sk-1"));
        assert_eq!(vault.open(&store, "crm", &sealed), None);
        assert_eq!(vault.open(&other, "erp", &sealed), None);
        assert_eq!(Vault::new(&ServerSecret::new("two")).unwrap().open(&store, "erp", &sealed), None);
        for damaged in ["", "AAAA", "no base64!"] {
            assert_eq!(vault.open(&store, "erp", damaged), None);
        }
    }
}
