//! The system message: a pack's instructions as they read for a store, made once for each version of both.

use std::sync::Arc;

use super::subject::canary;
use crate::at_hand::AtHand;
use crate::error::Result;
use crate::ids::StoreId;
use crate::locale::Locale;
use crate::packs::{Facts, Pack};
use crate::people::stores::Settings;

/// Whatever is in the text: the pack's files, the store as of a version, the buyer's language.
type Key = (String, StoreId, i64, Locale);

pub(super) struct Instructions(AtHand<Key, Arc<str>>);

impl Default for Instructions {
    fn default() -> Self {
        Self(AtHand::new(256))
    }
}

impl Instructions {
    pub fn of(&self, pack: &Pack, store: &Settings, locale: Locale) -> Result<Arc<str>> {
        let key = (pack.version.hash.clone(), store.id.clone(), store.version, locale);
        if let Some(text) = self.0.get(&key) {
            return Ok(text);
        }
        let facts = Facts { store: &store.name, locale, policy: &store.policy };
        let text: Arc<str> = format!("{}\n{}", pack.system(facts)?, canary(&store.id)).into();
        self.0.put(key, Arc::clone(&text));
        Ok(text)
    }
}
