//! Passwords: hashed slowly on purpose, and never more than two at once.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use super::random;
use crate::error::{Error, Result};

/// The longest password, in characters.
pub const MAX_CHARS: usize = 128;

/// Each takes 19 MB and a processor for some 30 ms.
const AT_ONCE: usize = 2;

/// Who waits behind more than these had better come again later.
const WAITING: usize = 30;

/// Hashes and checks passwords.
pub struct Passwords {
    gate: Semaphore,
    queue: Semaphore,
    /// Checked for people who do not exist, so that they take as long as those who do.
    nobody: String,
}

impl Passwords {
    /// Takes as long as one check.
    pub fn new() -> Result<Self> {
        let nobody = hash_now(&random::secret()?)?;
        Ok(Self { gate: Semaphore::new(AT_ONCE), queue: Semaphore::new(AT_ONCE + WAITING), nobody })
    }

    /// The hash of a new password, as it is stored. The password is taken as it was typed.
    pub async fn hash(&self, password: &str) -> Result<String> {
        if password.is_empty() || password.chars().count() > MAX_CHARS {
            return Err(Error::invalid("password", format!("a password has 1 to {MAX_CHARS} characters")));
        }
        let password = password.to_owned();
        self.slowly(move || hash_now(&password)).await?
    }

    /// Whether the password fits the hash; `None` (there is no such person) takes as long and never fits.
    pub async fn fits(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        let exists = hash.is_some();
        let hash = hash.unwrap_or(&self.nobody).to_owned();
        // What is too long was never a password; the check runs all the same, because of its time.
        let short = password.chars().count() <= MAX_CHARS;
        let password = if short { password.to_owned() } else { String::new() };
        let fits = self
            .slowly(move || {
                let hash = PasswordHash::new(&hash).map_err(|e| damaged(&e))?;
                Ok::<_, Error>(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
            })
            .await??;
        Ok(fits && exists && short)
    }

    async fn slowly<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let _place = self.queue.try_acquire().map_err(|_| Error::TooMany { retry_after_ms: 2_000 })?;
        let _turn = self.gate.acquire().await.map_err(|e| Error::Internal(e.into()))?;
        tokio::task::spawn_blocking(work).await.map_err(|e| Error::Internal(e.into()))
    }
}

fn hash_now(password: &str) -> Result<String> {
    Ok(Argon2::default().hash_password(password.as_bytes()).map_err(|e| damaged(&e))?.to_string())
}

fn damaged(error: &dyn std::fmt::Display) -> Error {
    Error::Internal(anyhow::anyhow!("a password could not be hashed: {error}"))
}
