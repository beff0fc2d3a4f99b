//! The statements over the tables `auth_password` and `auth_token`.

use chrono::NaiveDateTime;
use orm::db::{Bind, Row, Session, Statement};
use orm::def::Kind;
use orm::error::{Code, Error, Result};
use orm::value::Value;

use super::membership::SEPARATOR;
use super::{TokenHash, Users};
use crate::config::LoginConfig;

/// How old `auth_token.last_used` must be, in seconds, to be written again: most requests need not write it.
const LAST_USED_INTERVAL: i64 = 60;

/// The user that a valid token belongs to.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The user's id.
    pub(crate) user: i64,
    /// The user's company.
    pub(crate) company: Option<i64>,
    /// The full names of the user's groups.
    pub(crate) groups: Vec<String>,
    /// The companies that the user works for.
    pub(crate) companies: Vec<i64>,
    /// The user may change other users and the groups.
    pub(crate) administrator: bool,
    /// `last_used` of the token is so old that it should be written again.
    pub(crate) use_outdated: bool,
}

impl Caller {
    /// A user; groups and companies are given as the statements of [`Users`] answer them.
    fn new(users: &Users, user: i64, company: Option<i64>, groups: &str, companies: &str) -> Self {
        let groups: Vec<String> = list(groups).map(str::to_owned).collect();
        Caller {
            user,
            company,
            administrator: users
                .administrators
                .is_none_or(|name| groups.iter().any(|group| group == name)),
            groups,
            companies: list(companies).filter_map(|id| id.parse().ok()).collect(),
            use_outdated: false,
        }
    }
}

/// The user of a token.
///
/// # Errors
/// 401 when the token is unknown or has expired, or its user is archived.
pub(crate) fn caller(
    session: &mut Session,
    users: &Users,
    token: &TokenHash,
    now: NaiveDateTime,
    config: &LoginConfig,
) -> Result<Caller> {
    let (mut found, mut groups, mut companies) = (None, String::new(), String::new());
    session.query(&statement(&users.of_token, [Bind::Text(Some(token.hex()))]), |row| {
        found = Some((row.int(0)?, row.int(1)?, time(row, 2)?, time(row, 3)?));
        groups = row.text(4)?.unwrap_or_default();
        companies = row.text(5)?.unwrap_or_default();
        Ok(())
    })?;
    match found {
        Some((Some(user), company, last_used, expires)) if now < expires && now - last_used < config.token_idle => {
            Ok(Caller {
                use_outdated: (now - last_used).num_seconds() >= LAST_USED_INTERVAL,
                ..Caller::new(users, user, company, &groups, &companies)
            })
        }
        Some(_) | None => Err(unauthenticated()),
    }
}

/// The user with this login, as if he had logged in; `None` if there is none.
///
/// # Errors
/// When the database cannot be asked.
pub(crate) fn user(session: &mut Session, users: &Users, login: &str) -> Result<Option<Caller>> {
    let mut found = None;
    session.query(
        &statement(&users.of_login, [Bind::Text(Some(login.to_owned()))]),
        |row| {
            let (groups, companies) = (row.text(2)?.unwrap_or_default(), row.text(3)?.unwrap_or_default());
            found = Some(Caller::new(
                users,
                row.int(0)?.unwrap_or_default(),
                row.int(1)?,
                &groups,
                &companies,
            ));
            Ok(())
        },
    )?;
    Ok(found)
}

/// Whether [`caller`] accepts the token.
///
/// # Errors
/// When the database cannot be asked.
pub(crate) fn is_valid(
    session: &mut Session,
    users: &Users,
    token: &TokenHash,
    now: NaiveDateTime,
    config: &LoginConfig,
) -> Result<bool> {
    match caller(session, users, token, now, config) {
        Ok(_) => Ok(true),
        Err(error) if error.code() == Code::Unauthenticated => Ok(false),
        Err(error) => Err(error),
    }
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

/// Stores a new token, and deletes the expired tokens of the user.
pub(crate) fn add_token(
    session: &mut Session,
    token: &TokenHash,
    user: i64,
    now: NaiveDateTime,
    config: &LoginConfig,
) -> Result<()> {
    session.execute(&statement(
        "DELETE FROM auth_token WHERE user_id = ? AND (expires <= ? OR last_used <= ?)",
        [
            Bind::Int(Some(user)),
            Bind::DateTime(Some(now)),
            Bind::DateTime(Some(now - config.token_idle)),
        ],
    ))?;
    session.execute(&statement(
        "INSERT INTO auth_token (hash, user_id, created, last_used, expires) VALUES (?, ?, ?, ?, ?)",
        [
            Bind::Text(Some(token.hex())),
            Bind::Int(Some(user)),
            Bind::DateTime(Some(now)),
            Bind::DateTime(Some(now)),
            Bind::DateTime(Some(now + config.token_max)),
        ],
    ))?;
    Ok(())
}

/// Deletes a token.
pub(crate) fn delete_token(session: &mut Session, token: &TokenHash) -> Result<()> {
    session.execute(&statement(
        "DELETE FROM auth_token WHERE hash = ?",
        [Bind::Text(Some(token.hex()))],
    ))?;
    Ok(())
}

/// Deletes all tokens of a user.
pub(crate) fn delete_tokens(session: &mut Session, user: i64) -> Result<()> {
    session.execute(&statement(
        "DELETE FROM auth_token WHERE user_id = ?",
        [Bind::Int(Some(user))],
    ))?;
    Ok(())
}

/// Id and password hash of the active user with this login; `None` if there is none, or none with a password.
pub(crate) fn password_of(session: &mut Session, users: &Users, login: &str) -> Result<Option<(i64, String)>> {
    let mut found = None;
    let statement = statement(&users.password, [Bind::Text(Some(login.to_owned()))]);
    session.query(&statement, |row| {
        found = row.int(0)?.zip(row.text(1)?);
        Ok(())
    })?;
    Ok(found)
}

/// Sets or replaces a user's password hash, and deletes the user's tokens: whoever used the old password is logged out.
pub(crate) fn set_password(session: &mut Session, user: i64, hash: &str) -> Result<()> {
    delete_tokens(session, user)?;
    session.execute(&statement(
        "INSERT INTO auth_password (user_id, hash) VALUES (?, ?) \
         ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash",
        [Bind::Int(Some(user)), Bind::Text(Some(hash.to_owned()))],
    ))?;
    Ok(())
}

/// The number of users, archived ones included, and the id of the one with `login`.
pub(crate) fn count(session: &mut Session, users: &Users, login: &str) -> Result<(i64, Option<i64>)> {
    let mut found = (0, None);
    let statement = statement(&users.count, [Bind::Text(Some(login.to_owned()))]);
    session.query(&statement, |row| {
        found = (row.int(0)?.unwrap_or_default(), row.int(1)?);
        Ok(())
    })?;
    Ok(found)
}

/// The error for a request without a valid token (401).
pub(crate) fn unauthenticated() -> Error {
    Error::new(
        Code::Unauthenticated,
        "a valid access token is needed: log in at /rest/api/login/token and send it in the header access-token",
    )
}

/// The values of a list.
fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(SEPARATOR).filter(|value| !value.is_empty())
}

/// A statement with its bind parameters.
fn statement<const N: usize>(text: &str, binds: [Bind; N]) -> Statement {
    Statement {
        text: text.to_owned(),
        binds: binds.into(),
    }
}

fn time(row: &Row<'_, '_, '_>, column: usize) -> Result<NaiveDateTime> {
    match row.value(column, &Kind::DateTime)? {
        Value::DateTime(time) => Ok(time),
        _ => Err(Error::internal("a token without times")),
    }
}
