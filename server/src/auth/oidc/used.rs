//! What may be used once, on all servers of a database together: the way back of a browser, and a JWT, which is stored
//! as a token once, so that it stays revoked when that token is gone. Only hashes are stored, and each is forgotten when
//! what it stands for has expired.

use chrono::NaiveDateTime;
use orm::db::{Bind, Session};
use orm::error::Result;

use super::super::TokenHash;
use super::super::store::statement;
use super::super::throttle::skip_locked;

/// How many old rows each new one removes, so that the table does not grow beyond what is in use.
const REMOVED: i64 = 20;

/// Notes the use of something that expires at `until`. False if it was used before.
pub(super) fn take(session: &mut Session, hash: &TokenHash, until: NaiveDateTime, now: NaiveDateTime) -> Result<bool> {
    let oldest = "SELECT hash FROM auth_used WHERE until < ? ORDER BY until LIMIT ?";
    let text = format!("DELETE FROM auth_used WHERE hash IN ({oldest}{})", skip_locked(session));
    let binds = [Bind::DateTime(Some(now)), Bind::Int(Some(REMOVED))];
    session.execute(&statement(&text, binds))?;
    let binds = [Bind::Text(Some(hash.hex())), Bind::DateTime(Some(until))];
    let text = "INSERT INTO auth_used (hash, until) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING";
    Ok(session.execute(&statement(text, binds))? == 1)
}

/// Whether it was used.
pub(super) fn is_used(session: &mut Session, hash: &TokenHash) -> Result<bool> {
    let mut used = false;
    let text = "SELECT hash FROM auth_used WHERE hash = ?";
    session.query(&statement(text, [Bind::Text(Some(hash.hex()))]), |_| {
        used = true;
        Ok(())
    })?;
    Ok(used)
}
