//! The statements that find the user of a token, and those over the table `auth_password`.

use chrono::NaiveDateTime;
use orm::db::{Bind, Row, Session, Statement};
use orm::def::Kind;
use orm::error::{Code, Error, Result};
use orm::value::Value;

use super::membership::SEPARATOR;
use super::{Scope, TokenHash, Users};
use crate::config::LoginConfig;

/// How old `auth_token.last_used` must be, in seconds, to be written again: most requests need not write it.
const LAST_USED_INTERVAL: i64 = 60;

/// The user that a valid token belongs to.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The user's id.
    pub(crate) user: i64,
    /// The user's login.
    pub(crate) login: Option<String>,
    /// The user's company.
    pub(crate) company: Option<i64>,
    /// The full names of the user's groups.
    pub(crate) groups: Vec<String>,
    /// The companies that the user works for.
    pub(crate) companies: Vec<i64>,
    /// What administrators have switched off for the API, as [`read_switches`](super::read_switches) reads it.
    pub(crate) switches: String,
    /// The user may change other users and the groups.
    pub(crate) administrator: bool,
    /// What the token is limited to.
    pub(crate) scope: Scope,
    /// `last_used` of the token is so old that it should be written again.
    pub(crate) use_outdated: bool,
}

impl Caller {
    /// A user; groups, companies and switches are given as the statements of [`Users`] answer them.
    fn new(users: &Users, user: i64, company: Option<i64>, [groups, companies, switches]: [String; 3]) -> Self {
        let groups: Vec<String> = list(&groups).map(str::to_owned).collect();
        Caller {
            user,
            login: None,
            company,
            administrator: users
                .administrators
                .is_none_or(|name| groups.iter().any(|group| group == name)),
            groups,
            companies: list(&companies).filter_map(|id| id.parse().ok()).collect(),
            switches,
            scope: Scope::default(),
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
    let known = session.remembered(token.bytes(), |session| stored_caller(session, users, token))?;
    match known {
        Some((times, caller)) if times.valid(now, config) => Ok(Caller {
            use_outdated: (now - times.last_used).num_seconds() >= LAST_USED_INTERVAL,
            ..caller
        }),
        Some(_) | None => Err(unauthenticated()),
    }
}

/// The user of a token, which may have expired by now; `None` when no active user has it.
fn stored_caller(session: &mut Session, users: &Users, token: &TokenHash) -> Result<Option<(Times, Caller)>> {
    let mut found = None;
    session.query_text(&users.of_token, &[Bind::Text(Some(token.hex()))], |row| {
        let Some(user) = row.int(0)? else { return Ok(()) };
        let caller = Caller {
            scope: Scope::of_stored(row.text(5)?.as_deref())?,
            login: row.text(9)?,
            ..Caller::new(users, user, row.int(1)?, texts(row, [6, 7, 8])?)
        };
        found = Some((Times::read(row, [2, 3, 4])?, caller));
        Ok(())
    })?;
    Ok(found)
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
            found = Some(Caller::new(
                users,
                row.int(0)?.unwrap_or_default(),
                row.int(1)?,
                texts(row, [2, 3, 4])?,
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

/// What decides until when a token is valid.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    /// When it was last used, give or take [`LAST_USED_INTERVAL`].
    pub(super) last_used: NaiveDateTime,
    /// When it expires; only an API key may never do so.
    pub(super) expires: Option<NaiveDateTime>,
    /// It is an API key, which does not expire because nobody uses it.
    pub(super) api_key: bool,
}

impl Times {
    /// Reads these columns of a row: last use, expiry, whether it is an API key.
    pub(super) fn read(row: &Row<'_, '_, '_>, [last_used, expires, api_key]: [usize; 3]) -> Result<Self> {
        Ok(Times {
            last_used: time(row, last_used)?.ok_or_else(|| Error::internal("a token without times"))?,
            expires: time(row, expires)?,
            api_key: row.bool(api_key)?.unwrap_or(false),
        })
    }

    /// Whether the token is still valid.
    pub(super) fn valid(&self, now: NaiveDateTime, config: &LoginConfig) -> bool {
        let used = self.api_key || now - self.last_used < config.token_idle;
        used && self.expires.is_none_or(|expires| now < expires)
    }
}

/// Id and password hash of the active user with this login; `None` if there is none, or none with a password.
pub(crate) fn password_of(session: &mut Session, users: &Users, login: &str) -> Result<Option<(i64, String)>> {
    find_password(session, &users.password, Bind::Text(Some(login.to_owned())))
}

/// As [`password_of`], in a write that lets the user log in: the user is not archived before it is done.
pub(super) fn password_to_log_in(session: &mut Session, users: &Users, login: &str) -> Result<Option<(i64, String)>> {
    let lock = if session.locks() { " FOR SHARE OF u" } else { "" };
    find_password(
        session,
        &format!("{}{lock}", users.password),
        Bind::Text(Some(login.to_owned())),
    )
}

/// The password hash of a user.
pub(super) fn password_of_user(session: &mut Session, user: i64) -> Result<Option<String>> {
    let text = "SELECT user_id, hash FROM auth_password WHERE user_id = ?";
    Ok(find_password(session, text, Bind::Int(Some(user)))?.map(|(_, hash)| hash))
}

fn find_password(session: &mut Session, text: &str, of: Bind) -> Result<Option<(i64, String)>> {
    let mut found = None;
    session.query(&statement(text, [of]), |row| {
        found = row.int(0)?.zip(row.text(1)?);
        Ok(())
    })?;
    Ok(found)
}

/// Excludes other changes of the user's password and tokens until the transaction ends. What was read of them before
/// may be outdated then.
pub(super) fn lock_user(session: &mut Session, user: i64) -> Result<()> {
    if session.locks() {
        let text = "SELECT user_id FROM auth_password WHERE user_id = ? FOR UPDATE";
        session.query(&statement(text, [Bind::Int(Some(user))]), |_| Ok(()))?;
    }
    Ok(())
}

/// Sets or replaces a user's password hash. Whoever used the old password has to be logged out by
/// [`token_store::revoke_all`](super::token_store::revoke_all).
pub(crate) fn set_password(session: &mut Session, user: i64, hash: &str) -> Result<()> {
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

/// The texts in these columns; empty where there is none.
fn texts(row: &Row<'_, '_, '_>, columns: [usize; 3]) -> Result<[String; 3]> {
    let mut texts = [const { String::new() }; 3];
    for (text, column) in texts.iter_mut().zip(columns) {
        *text = row.text(column)?.unwrap_or_default();
    }
    Ok(texts)
}

/// The values of a list.
fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(SEPARATOR).filter(|value| !value.is_empty())
}

/// A statement with its bind parameters.
pub(super) fn statement<const N: usize>(text: &str, binds: [Bind; N]) -> Statement {
    Statement {
        text: text.to_owned(),
        binds: binds.into(),
    }
}

/// The time in a column, which may be empty.
pub(super) fn time(row: &Row<'_, '_, '_>, column: usize) -> Result<Option<NaiveDateTime>> {
    match row.value(column, &Kind::DateTime)? {
        Value::DateTime(time) => Ok(Some(time)),
        _ => Ok(None),
    }
}

/// The secret that seals the cursors of a database's lists; its servers share it.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn cursor_secret(session: &mut Session) -> Result<String> {
    let mut secret = None;
    let text = "SELECT secret FROM auth_secret WHERE name = ?";
    session.query(&statement(text, [Bind::Text(Some("cursor".to_owned()))]), |row| {
        secret = row.text(0)?;
        Ok(())
    })?;
    secret.ok_or_else(|| Error::internal("the database has no secret for cursors"))
}
