//! The statements over the table `auth_token`, but for the one that finds a token's user
//! ([`store::caller`](super::store::caller)).

use std::fmt;

use chrono::NaiveDateTime;
use orm::db::{Bind, Row, Session};
use orm::error::{Error, Result};

use super::store::{Times, statement, time};
use super::{Scope, TokenHash, Users};
use crate::config::LoginConfig;

/// How many tokens of logins a user has. A further login ends the one that was not used for the longest time.
const MOST_LOGINS: i64 = 100;
/// How many API keys a user has. A further one is refused.
const MOST_API_KEYS: usize = 100;

/// A token to store.
#[derive(Debug)]
pub(super) struct NewToken {
    pub(super) hash: TokenHash,
    pub(super) user: i64,
    pub(super) name: String,
    /// It was made by another token, not by a login, and is valid without being used.
    pub(super) api_key: bool,
    pub(super) expires: Option<NaiveDateTime>,
    pub(super) scope: Scope,
}

/// A stored token.
#[derive(Debug)]
pub(crate) struct StoredToken {
    pub(super) hash: TokenHash,
    pub(crate) user: i64,
    pub(crate) name: String,
    pub(super) created: NaiveDateTime,
    pub(super) times: Times,
    pub(super) scope: Scope,
}

/// The columns of a [`StoredToken`], of the table `t`.
const COLUMNS: &str = "t.hash, t.user_id, t.name, t.created, t.last_used, t.expires, t.api_key, t.scope";

/// Stores a new token, and deletes the expired tokens of the user. The user is [locked](super::store::lock_user).
///
/// # Errors
/// 422 when the user has too many API keys.
pub(super) fn add(session: &mut Session, token: &NewToken, now: NaiveDateTime, config: &LoginConfig) -> Result<()> {
    session.execute(&statement(
        "DELETE FROM auth_token WHERE user_id = ? AND (expires <= ? OR api_key = FALSE AND last_used <= ?)",
        [
            Bind::Int(Some(token.user)),
            Bind::DateTime(Some(now)),
            Bind::DateTime(Some(now - config.token_idle)),
        ],
    ))?;
    if token.api_key {
        let keys = of_user(session, token.user)?
            .iter()
            .filter(|token| token.times.api_key)
            .count();
        if keys >= MOST_API_KEYS {
            return Err(Error::refused(format!(
                "you have {MOST_API_KEYS} API keys, and there may not be more: revoke one that is not needed any more"
            )));
        }
    } else {
        session.execute(&statement(
            "DELETE FROM auth_token WHERE hash IN (SELECT hash FROM auth_token WHERE user_id = ? AND api_key = FALSE \
             ORDER BY last_used DESC, hash LIMIT 1000000 OFFSET ?)",
            [Bind::Int(Some(token.user)), Bind::Int(Some(MOST_LOGINS - 1))],
        ))?;
    }
    session.execute(&statement(
        "INSERT INTO auth_token (hash, user_id, created, last_used, expires, name, api_key, scope) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            Bind::Text(Some(token.hash.hex())),
            Bind::Int(Some(token.user)),
            Bind::DateTime(Some(now)),
            Bind::DateTime(Some(now)),
            Bind::DateTime(token.expires),
            Bind::Text(Some(token.name.clone())),
            Bind::Bool(Some(token.api_key)),
            Bind::Text(token.scope.stored()?),
        ],
    ))?;
    Ok(())
}

/// The tokens of a user, the oldest one first, also expired ones.
pub(super) fn of_user(session: &mut Session, user: i64) -> Result<Vec<StoredToken>> {
    let text = format!("SELECT {COLUMNS} FROM auth_token t WHERE t.user_id = ? ORDER BY t.created, t.hash");
    select(session, &text, [Bind::Int(Some(user))])
}

/// The tokens of one login or of all, each with the login of its user, by user.
pub(crate) fn of_login(
    session: &mut Session,
    users: &Users,
    login: Option<&str>,
) -> Result<Vec<(StoredToken, String)>> {
    let condition = login.map_or("", |_| "WHERE u.\"login\" = ? ");
    let text = format!(
        "SELECT {COLUMNS}, u.\"login\" FROM auth_token t JOIN \"{}\" u ON u.id = t.user_id {condition}\
         ORDER BY t.user_id, t.created, t.hash",
        users.table
    );
    let binds: Vec<Bind> = login
        .map(|login| Bind::Text(Some(login.to_owned())))
        .into_iter()
        .collect();
    let mut found = Vec::new();
    session.query_text(&text, &binds, |row| {
        found.push((read(row)?, row.text(8)?.unwrap_or_default()));
        Ok(())
    })?;
    Ok(found)
}

/// The tokens with this public id: at most one, but for a coincidence.
pub(crate) fn with_id(session: &mut Session, id: &str) -> Result<Vec<StoredToken>> {
    // The id is the beginning of the hash, whose digits are all below `g`.
    let text = format!("SELECT {COLUMNS} FROM auth_token t WHERE t.hash >= ? AND t.hash < ?");
    let bounds = [id.to_owned(), format!("{id}g")];
    let mut found = select(session, &text, bounds.map(|bound| Bind::Text(Some(bound))))?;
    found.retain(|token| token.hash.id() == id);
    Ok(found)
}

fn select<const N: usize>(session: &mut Session, text: &str, binds: [Bind; N]) -> Result<Vec<StoredToken>> {
    let mut found = Vec::new();
    session.query(&statement(text, binds), |row| {
        found.push(read(row)?);
        Ok(())
    })?;
    Ok(found)
}

fn read(row: &Row<'_, '_, '_>) -> Result<StoredToken> {
    let broken = || Error::internal("a broken row of a token");
    Ok(StoredToken {
        hash: row
            .text(0)?
            .and_then(|hash| TokenHash::of_hex(&hash))
            .ok_or_else(broken)?,
        user: row.int(1)?.ok_or_else(broken)?,
        name: row.text(2)?.unwrap_or_default(),
        created: time(row, 3)?.ok_or_else(broken)?,
        times: Times::read(row, [4, 5, 6])?,
        scope: Scope::of_stored(row.text(7)?.as_deref())?,
    })
}

/// Sets the token's `last_used` to `now`, unless it is later already.
pub(crate) fn note_use(session: &mut Session, token: &TokenHash, now: NaiveDateTime) -> Result<()> {
    let binds = [
        Bind::DateTime(Some(now)),
        Bind::Text(Some(token.hex())),
        Bind::DateTime(Some(now)),
    ];
    session.execute(&statement(
        "UPDATE auth_token SET last_used = ? WHERE hash = ? AND last_used < ?",
        binds,
    ))?;
    Ok(())
}

/// Gives a token another name.
pub(super) fn rename(session: &mut Session, token: &TokenHash, name: &str) -> Result<()> {
    let binds = [Bind::Text(Some(name.to_owned())), Bind::Text(Some(token.hex()))];
    session.execute(&statement("UPDATE auth_token SET name = ? WHERE hash = ?", binds))?;
    Ok(())
}

/// Deletes a token. Where a standby answers reads, it answers none of the token's before it knows that.
pub(super) fn revoke(session: &mut Session, token: &TokenHash) -> Result<()> {
    session.write_for(token.client());
    session.execute(&statement(
        "DELETE FROM auth_token WHERE hash = ?",
        [Bind::Text(Some(token.hex()))],
    ))?;
    Ok(())
}

/// Deletes all tokens of a user but `kept`. The user is [locked](super::store::lock_user).
pub(super) fn revoke_all(session: &mut Session, user: i64, kept: Option<&TokenHash>) -> Result<()> {
    for token in of_user(session, user)? {
        if Some(&token.hash) != kept {
            revoke(session, &token.hash)?;
        }
    }
    Ok(())
}

impl fmt::Display for StoredToken {
    /// One line for a list.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const TIME: &str = "%Y-%m-%dT%H:%M:%SZ";
        let what = if self.times.api_key { "key" } else { "login" };
        write!(f, "{} {what} created={}", self.hash.id(), self.created.format(TIME))?;
        write!(f, " last_used={}", self.times.last_used.format(TIME))?;
        match self.times.expires {
            Some(expires) => write!(f, " expires={}", expires.format(TIME))?,
            None => f.write_str(" expires=never")?,
        }
        if self.scope.read_only {
            f.write_str(" read-only")?;
        }
        if let Some(models) = &self.scope.models {
            write!(f, " models={}", models.join(","))?;
        }
        write!(f, " {}", self.name)
    }
}
