//! The server's own secret. Each use has a key of its own that is made from it.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::random;
use crate::error::{Error, Result};

/// What only this server (and its other nodes) knows.
#[derive(Clone)]
pub struct ServerSecret(Vec<u8>);

impl ServerSecret {
    pub fn new(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }

    /// The one that the settings give, or else the data folder's.
    pub fn read(given: Option<&str>, folder: &Path) -> Result<Self> {
        given.map_or_else(|| Self::of_folder(folder), |text| Ok(Self::new(text)))
    }

    /// The one in the data folder (`secret`), which is made when it is not there. Only its owner may read the file.
    pub fn of_folder(folder: &Path) -> Result<Self> {
        let path = folder.join("secret");
        match fs::read_to_string(&path) {
            Ok(text) if text.trim().len() >= 32 => return Ok(Self::new(text.trim())),
            Ok(_) => {
                let why = format!("{} is damaged: delete it, and everybody must sign in again", path.display());
                return Err(Error::Internal(anyhow::anyhow!(why)));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(Error::Internal(
                    anyhow::Error::new(error).context(format!("cannot read {}", path.display())),
                ));
            }
        }
        let text = random::secret()?;
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        write_private(&path, &text).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self::new(&text))
    }

    /// The key for one purpose.
    pub fn key(&self, purpose: &str) -> [u8; 32] {
        mac(&self.0, purpose.as_bytes())
    }
}

/// HMAC-SHA256.
pub fn mac(key: &[u8], message: &[u8]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "a key of any length is allowed")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
