//! One server a SQLite file: whoever serves on it holds a lock beside it, which the system lets go when the process ends.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::error::{Error, Result};

/// Held while a server runs on a file.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "the lock lasts as long as the open file")] File);

impl Lock {
    /// Takes the lock of a database.
    ///
    /// Errors: `in_use`, when a server runs on it.
    pub fn take(database: &Path) -> Result<Self> {
        let path = path_of(database);
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        }
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .with_context(|| format!("cannot open {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(Error::conflict(
                "in_use",
                format!("a server runs on {} already; stop it first", database.display()),
            )),
            Err(TryLockError::Error(error)) => {
                Err(Error::Internal(anyhow::Error::new(error).context(format!("cannot lock {}", path.display()))))
            }
        }
    }
}

fn path_of(database: &Path) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(".lock");
    path.into()
}
