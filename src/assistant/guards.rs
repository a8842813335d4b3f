//! What of packs is made once: compiling a pack's own phrases takes as long as judging some hundred sentences.

use std::sync::Arc;

use super::heed::Escalating;
use crate::at_hand::AtHand;
use crate::experts::claims::Claims;
use crate::packs::Pack;

/// The guards of all packs, by the hash of their files.
pub(super) struct Guards(AtHand<String, Arc<Guard>>);

/// What stands between a pack and its buyers.
pub(super) struct Guard {
    /// What must not be said.
    pub claims: Claims,
    /// For which of the buyer's words a person takes over.
    pub escalating: Escalating,
}

impl Default for Guards {
    fn default() -> Self {
        Self(AtHand::new(256))
    }
}

impl Guards {
    pub fn of(&self, pack: &Pack) -> Arc<Guard> {
        if let Some(guard) = self.0.get(&pack.version.hash) {
            return guard;
        }
        let guard = Arc::new(Guard::of(pack));
        self.0.put(pack.version.hash.clone(), Arc::clone(&guard));
        guard
    }
}

impl Guard {
    fn of(pack: &Pack) -> Self {
        let forbidden: Vec<&str> = pack.manifest.forbidden.phrases.iter().map(|phrase| phrase.as_str()).collect();
        Self { claims: Claims::with_more(&forbidden), escalating: Escalating::of(pack) }
    }
}
