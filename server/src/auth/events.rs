//! The log of events: what happened to users, passwords and tokens, in the table `auth_event`. An event is written in
//! the transaction of what it tells.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{NaiveDateTime, TimeDelta};
use orm::db::{Bind, Session};
use orm::env::UserChange;
use orm::error::Result;

use super::store::{statement, time};
use super::throttle::skip_locked;
use super::{Sender, TokenHash, Users};

/// The maximum number of events, beside how long they are kept: an attacker can cause many.
const MOST: i64 = 1_000_000;
/// How many old events each new one removes at most.
const REMOVED: i64 = 20;
/// The maximum number of characters of a login that belongs to no user.
const LONGEST_LOGIN: usize = 100;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EventKind {
    Login,
    LoginFailed,
    /// An attempt had to wait. Of each wait one attempt is told, however many come.
    LoginThrottled,
    Logout,
    TokenCreated,
    TokenRenamed,
    TokenRevoked,
    PasswordChanged,
    /// Somebody with a token of the user did not know the old password.
    PasswordRefused,
    /// A login by the identity provider created the user.
    UserCreated,
    UserArchived,
    /// Somebody took groups from the user.
    GroupsTaken,
}

impl EventKind {
    fn as_str(self) -> &'static str {
        match self {
            EventKind::Login => "login",
            EventKind::LoginFailed => "login_failed",
            EventKind::LoginThrottled => "login_throttled",
            EventKind::Logout => "logout",
            EventKind::TokenCreated => "token_created",
            EventKind::TokenRenamed => "token_renamed",
            EventKind::TokenRevoked => "token_revoked",
            EventKind::PasswordChanged => "password_changed",
            EventKind::PasswordRefused => "password_refused",
            EventKind::UserCreated => "user_created",
            EventKind::UserArchived => "user_archived",
            EventKind::GroupsTaken => "groups_taken",
        }
    }
}

/// Whom an event is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Whom<'a> {
    User(i64),
    /// What was given as a login, if no user has it.
    Login(&'a str),
}

/// Writes an event. `token` is the token that it is about.
pub(super) fn add(
    session: &mut Session,
    kind: EventKind,
    whom: Whom<'_>,
    token: Option<&TokenHash>,
    origin: &Sender,
    now: NaiveDateTime,
) -> Result<()> {
    let (user, login) = match whom {
        Whom::User(user) => (Some(user), None),
        Whom::Login(login) => (None, Some(login.chars().take(LONGEST_LOGIN).collect())),
    };
    session.execute(&statement(
        "INSERT INTO auth_event (happened, kind, user_id, login, address, token, request) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            Bind::DateTime(Some(now)),
            Bind::Text(Some(kind.as_str().to_owned())),
            Bind::Int(user),
            Bind::Text(login),
            Bind::Text(origin.address.map(|address| address.to_string())),
            Bind::Text(token.map(TokenHash::id)),
            Bind::Text(origin.request.clone()),
        ],
    ))?;
    Ok(())
}

/// Writes an event for each user whom a write over the API has archived or taken groups from. `by` is the token of who
/// did it.
pub(crate) fn add_user_changes(
    session: &mut Session,
    changes: BTreeSet<UserChange>,
    by: &TokenHash,
    (now, kept): (NaiveDateTime, TimeDelta),
) -> Result<()> {
    for change in &changes {
        let (kind, user) = match *change {
            UserChange::Archived(user) => (EventKind::UserArchived, user),
            UserChange::LostGroups(user) => (EventKind::GroupsTaken, user),
        };
        add(session, kind, Whom::User(user), Some(by), &Sender::default(), now)?;
    }
    match changes.is_empty() {
        true => Ok(()),
        false => remove_old(session, now, kept),
    }
}

/// Removes some of the events that are too old or too many. Each write that adds an event calls it last.
pub(super) fn remove_old(session: &mut Session, now: NaiveDateTime, kept: TimeDelta) -> Result<()> {
    // Of the oldest events only, so that the statement never has much to look at.
    let oldest = "SELECT id FROM auth_event ORDER BY id LIMIT ?";
    let text = format!(
        "DELETE FROM auth_event WHERE id IN (SELECT id FROM auth_event WHERE id IN ({oldest}) \
         AND (happened < ? OR id <= (SELECT max(id) - ? FROM auth_event)){})",
        skip_locked(session)
    );
    let binds = [
        Bind::Int(Some(REMOVED)),
        Bind::DateTime(Some(now - kept)),
        Bind::Int(Some(MOST)),
    ];
    session.execute(&statement(&text, binds))?;
    Ok(())
}

/// An event as it is printed.
#[derive(Debug)]
pub(crate) struct StoredEvent {
    happened: NaiveDateTime,
    kind: String,
    user: Option<i64>,
    login: Option<String>,
    address: Option<String>,
    token: Option<String>,
    request: Option<String>,
}

/// The last events, of one login or of all, the oldest one first.
pub(crate) fn last(session: &mut Session, users: &Users, login: Option<&str>, most: u32) -> Result<Vec<StoredEvent>> {
    let table = users.table;
    let condition = match login {
        Some(_) => format!("WHERE e.user_id = (SELECT id FROM \"{table}\" WHERE \"login\" = ?) OR e.login = ?"),
        None => String::new(),
    };
    let text = format!(
        "SELECT e.happened, e.kind, e.user_id, COALESCE(e.login, u.\"login\"), e.address, e.token, e.request \
         FROM auth_event e LEFT JOIN \"{table}\" u ON u.id = e.user_id {condition} ORDER BY e.id DESC LIMIT ?"
    );
    let login = login.map(|login| Bind::Text(Some(login.to_owned())));
    let binds: Vec<Bind> = login
        .clone()
        .into_iter()
        .chain(login)
        .chain([Bind::Int(Some(most.into()))])
        .collect();
    let mut found = Vec::new();
    session.query_text(&text, &binds, |row| {
        found.push(StoredEvent {
            happened: time(row, 0)?.unwrap_or_default(),
            kind: row.text(1)?.unwrap_or_default(),
            user: row.int(2)?,
            login: row.text(3)?,
            address: row.text(4)?,
            token: row.text(5)?,
            request: row.text(6)?,
        });
        Ok(())
    })?;
    found.reverse();
    Ok(found)
}

impl fmt::Display for StoredEvent {
    /// One line. A login may hold anything: control characters are escaped.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.happened.format("%Y-%m-%dT%H:%M:%SZ"), self.kind)?;
        if let Some(user) = self.user {
            write!(f, " user={user}")?;
        }
        for (name, value) in [
            ("login", &self.login),
            ("address", &self.address),
            ("token", &self.token),
            ("request", &self.request),
        ] {
            if let Some(value) = value {
                write!(f, " {name}={}", value.escape_debug())?;
            }
        }
        Ok(())
    }
}
