//! Secrets that nobody can guess, and their hashes.

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// 32 random bytes, in hex.
pub fn secret() -> Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)
        .map_err(|e| Error::Internal(anyhow::anyhow!("the system gives no random numbers: {e}")))?;
    Ok(hex(&bytes))
}

/// The SHA-256 of a secret of ours, in hex: what is stored instead of it. Enough for what has 256 random bits; people's
/// passwords need [`super::password`].
pub fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// A password that a person can type: 20 letters and digits without those that look alike, some 98 bits.
pub fn password() -> Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0_u8; 20];
    getrandom::fill(&mut bytes)
        .map_err(|e| Error::Internal(anyhow::anyhow!("the system gives no random numbers: {e}")))?;
    // 32 divides 256, so each letter is equally likely.
    Ok(bytes.iter().map(|b| char::from(LETTERS[usize::from(b % 32)])).collect())
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}
