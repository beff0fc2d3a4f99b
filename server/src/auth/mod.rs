//! Who asks: passwords, tokens, login and logout.
//!
//! Passwords are kept as Argon2id hashes, tokens as SHA-256 hashes, in tables that no model shows. A token's look-up runs
//! in the transaction of the request that it came with.

pub(crate) mod handlers;
mod last_used;
pub(crate) mod passwords;
pub(crate) mod store;
mod tokens;
mod users;

pub(crate) use last_used::{PendingUses, note_use_later};
pub(crate) use tokens::{Token, TokenHash};
pub(crate) use users::Users;
