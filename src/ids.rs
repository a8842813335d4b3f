//! One type per kind of id, because all ids look alike to a compiler that sees strings.
//!
//! An id is an opaque string. Those that we make are `<prefix>_<32 hex digits>` of a version 7 UUID, so that rows
//! written together lie together; nothing may read a meaning out of one.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The longest id that is taken from outside, in bytes.
pub const MAX_ID_BYTES: usize = 128;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(test, derive(ts_rs::TS))]
        #[cfg_attr(test, ts(type = "string"))]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// A fresh id that nobody has used.
            pub fn fresh() -> Self {
                Self(format!(concat!($prefix, "_{}"), uuid::Uuid::now_v7().simple()).into())
            }

            /// The id as it stands in the database and on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The same for a statement that is handed to another thread: SQLite's takes it without a copy.
            pub fn shared(&self) -> Arc<str> {
                Arc::clone(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), &self.0)
            }
        }
    };
}

id!(
    /// A merchant's shop; chosen by whoever creates it (`[a-z0-9-]{1,40}`).
    StoreId,
    "store"
);
id!(
    /// A shopper of one store: the merchant's own id for a signed identity, ours for an anonymous visitor.
    BuyerId,
    "anon"
);
id!(
    /// A person who works for a store.
    AgentId,
    "a"
);
id!(
    /// One conversation of one buyer with one store.
    ConversationId,
    "c"
);
id!(
    /// One answer owed to a buyer.
    TurnId,
    "t"
);
id!(
    /// One running process of this program.
    NodeId,
    "n"
);
id!(
    /// One remedy that was proposed to a buyer.
    OfferId,
    "o"
);
