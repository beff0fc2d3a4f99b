//! Authentication: passwords, access tokens and what they are limited to, login and logout, and the log of what happened
//! to them.
//!
//! Passwords are stored as Argon2id hashes, tokens as SHA-256 hashes, in tables that belong to no model and are
//! therefore not in the API. A token is checked in the transaction of its request.

mod attempt;
mod bodies;
pub(crate) mod by_command;
pub(crate) mod events;
mod fields;
pub(crate) mod handlers;
mod last_used;
mod membership;
pub(crate) mod new_user;
pub(crate) mod oidc;
pub(crate) mod own;
pub(crate) mod passwords;
pub(crate) mod request_rate;
mod scope;
mod sender;
pub(crate) mod store;
mod throttle;
pub(crate) mod token_store;
mod tokens;
mod users;

pub(crate) use last_used::{PendingUses, note_use_later};
pub(crate) use membership::read_switches;
pub(crate) use scope::{Scope, Wanted};
pub(crate) use sender::{ClientAddress, Sender};
pub(crate) use store::cursor_secret;
pub(crate) use tokens::{Token, TokenHash};
pub(crate) use users::Users;
