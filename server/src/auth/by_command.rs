//! What commands do to passwords and tokens. Events that they cause have no address and no request.

use chrono::NaiveDateTime;
use orm::db::Session;
use orm::error::Result;

use super::events::{self, EventKind, Whom};
use super::token_store::StoredToken;
use super::{Sender, store, token_store};

/// Sets a user's password, and ends all tokens of the user: whoever used the old password is logged out.
pub(crate) fn set_password(session: &mut Session, user: i64, hash: &str, now: NaiveDateTime) -> Result<()> {
    store::lock_user(session, user)?;
    store::set_password(session, user, hash)?;
    token_store::revoke_all(session, user, None)?;
    let whom = Whom::User(user);
    events::add(session, EventKind::PasswordChanged, whom, None, &Sender::default(), now)
}

/// Ends a token.
pub(crate) fn revoke(session: &mut Session, token: &StoredToken, now: NaiveDateTime) -> Result<()> {
    token_store::revoke(session, &token.hash)?;
    let (whom, origin) = (Whom::User(token.user), Sender::default());
    events::add(session, EventKind::TokenRevoked, whom, Some(&token.hash), &origin, now)
}

/// Ends all tokens of a user who is being archived.
pub(crate) fn log_out(session: &mut Session, user: i64, now: NaiveDateTime) -> Result<()> {
    store::lock_user(session, user)?;
    token_store::revoke_all(session, user, None)?;
    let whom = Whom::User(user);
    events::add(session, EventKind::UserArchived, whom, None, &Sender::default(), now)
}
