//! Authentication: passwords, access tokens, login and logout.
//!
//! Passwords are stored as Argon2id hashes, tokens as SHA-256 hashes, in tables that belong to no model and are
//! therefore not in the API. A token is checked in the transaction of its request.

pub(crate) mod handlers;
mod last_used;
mod membership;
pub(crate) mod passwords;
pub(crate) mod store;
mod tokens;
mod users;

pub(crate) use last_used::{PendingUses, note_use_later};
pub(crate) use tokens::{Token, TokenHash};
pub(crate) use users::Users;
