//! Counts failed logins, for each login and each address, in a table of the database, so that all servers of a database
//! count together. After too many, further attempts wait, for longer after each further failure.
//!
//! An attempt is judged twice: before the password is checked, and again in the transaction that records its outcome.
//! Of many attempts at once, no more are answered than one after another would be.

use chrono::{NaiveDateTime, TimeDelta};
use orm::db::{Bind, Session};
use orm::error::Result;
use sha2::{Digest, Sha256};

use super::Sender;
use super::store::{statement, time};
use crate::config::LoginConfig;

/// How many old rows each failure removes, so that the table does not grow beyond the failures of one window.
const REMOVED: i64 = 20;

/// What the failures of an attempt are counted for.
#[derive(Debug, Clone)]
pub(super) struct Subjects {
    address: String,
    account: String,
}

/// An attempt that has to wait.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wait {
    /// For how many seconds.
    pub(super) seconds: i64,
    /// The log of events has this wait already: of each wait it tells one attempt.
    pub(super) told: bool,
}

impl Subjects {
    /// A login: its text may be long or secret, so that only its hash is stored.
    pub(super) fn login(origin: &Sender, login: &str) -> Self {
        Subjects::new(origin, format!("login {}", hex::encode(Sha256::digest(login))))
    }

    /// A login by the identity provider.
    pub(super) fn provider(origin: &Sender, account: &str) -> Self {
        Subjects::new(origin, format!("provider {}", hex::encode(Sha256::digest(account))))
    }

    /// A user who gives the old password to change it.
    pub(super) fn user(origin: &Sender, user: i64) -> Self {
        Subjects::new(origin, format!("user {user}"))
    }

    fn new(origin: &Sender, account: String) -> Self {
        Subjects {
            address: format!("address {}", origin.network()),
            account,
        }
    }
}

/// Whether an attempt has to wait; `None` if it need not.
pub(super) fn waits(session: &mut Session, subjects: &Subjects, now: NaiveDateTime) -> Result<Option<Wait>> {
    let mut found: Option<Wait> = None;
    let binds = [
        Bind::Text(Some(subjects.address.clone())),
        Bind::Text(Some(subjects.account.clone())),
        Bind::DateTime(Some(now)),
    ];
    let text = "SELECT waits_until, told FROM auth_failure WHERE subject IN (?, ?) AND waits_until > ?";
    session.query(&statement(text, binds), |row| {
        let wait = Wait {
            seconds: time(row, 0)?.map_or(1, |until| seconds(until - now)),
            told: row.bool(1)?.unwrap_or(false),
        };
        let longer = found.filter(|found| found.seconds >= wait.seconds);
        found = Some(longer.unwrap_or(wait));
        Ok(())
    })?;
    Ok(found)
}

/// Counts a failed attempt; tells if it has to wait instead of being answered, as too many others came first.
pub(super) fn failed(
    session: &mut Session,
    subjects: &Subjects,
    now: NaiveDateTime,
    config: &LoginConfig,
) -> Result<Option<Wait>> {
    // All transactions lock the address first, so that they do not wait for each other in a circle.
    let address = count(session, &subjects.address, config.address_failures, now, config)?;
    let account = count(session, &subjects.account, config.login_failures, now, config)?;
    let outdated = "SELECT subject FROM auth_failure WHERE last_failure < ? ORDER BY last_failure LIMIT ?";
    let text = format!(
        "DELETE FROM auth_failure WHERE subject IN ({outdated}{})",
        skip_locked(session)
    );
    let binds = [
        Bind::DateTime(Some(now - config.failure_window)),
        Bind::Int(Some(REMOVED)),
    ];
    session.execute(&statement(&text, binds))?;
    let longer = address.into_iter().chain(account).max_by_key(|wait| wait.seconds);
    Ok(longer)
}

/// Counts a failure of one subject. It is not counted, and told to wait, while the subject waits.
fn count(
    session: &mut Session,
    subject: &str,
    most: u32,
    now: NaiveDateTime,
    config: &LoginConfig,
) -> Result<Option<Wait>> {
    let text = "INSERT INTO auth_failure (subject, failures, last_failure, told) VALUES (?, 1, ?, FALSE) \
                ON CONFLICT (subject) DO UPDATE SET last_failure = excluded.last_failure, failures = CASE \
                WHEN auth_failure.last_failure < ? THEN 1 \
                WHEN auth_failure.waits_until > ? THEN auth_failure.failures \
                ELSE auth_failure.failures + 1 END \
                RETURNING failures, waits_until, told";
    let binds = [
        Bind::Text(Some(subject.to_owned())),
        Bind::DateTime(Some(now)),
        Bind::DateTime(Some(now - config.failure_window)),
        Bind::DateTime(Some(now)),
    ];
    let (mut failures, mut wait) = (0, None);
    session.query(&statement(text, binds), |row| {
        failures = row.int(0)?.unwrap_or_default();
        let told = row.bool(2)?.unwrap_or(false);
        wait = time(row, 1)?.filter(|until| *until > now).map(|until| Wait {
            seconds: seconds(until - now),
            told,
        });
        Ok(())
    })?;
    if wait.is_none() && failures >= i64::from(most) {
        let text = "UPDATE auth_failure SET waits_until = ?, told = FALSE WHERE subject = ?";
        let binds = [
            Bind::DateTime(Some(now + wait_after(failures - i64::from(most), config))),
            Bind::Text(Some(subject.to_owned())),
        ];
        session.execute(&statement(text, binds))?;
    }
    Ok(wait)
}

/// How long attempts wait after so many failures beyond the first one that makes them wait.
fn wait_after(further: i64, config: &LoginConfig) -> TimeDelta {
    let doubled = i32::try_from(further)
        .ok()
        .and_then(|further| 2_i32.checked_pow(further.unsigned_abs()));
    let wait = doubled.and_then(|times| config.login_wait.checked_mul(times));
    wait.unwrap_or(config.failure_window).min(config.failure_window)
}

/// Notes that the log of events tells of the wait. False if it did already.
pub(super) fn tell(session: &mut Session, subjects: &Subjects, now: NaiveDateTime) -> Result<bool> {
    let mut told = false;
    for subject in [&subjects.address, &subjects.account] {
        let text = "UPDATE auth_failure SET told = TRUE WHERE subject = ? AND waits_until > ? AND told = FALSE";
        let binds = [Bind::Text(Some(subject.clone())), Bind::DateTime(Some(now))];
        told |= session.execute(&statement(text, binds))? > 0;
    }
    Ok(told)
}

/// Forgets the failures of an account that has logged in. Those of its address stay.
pub(super) fn succeeded(session: &mut Session, subjects: &Subjects) -> Result<()> {
    let binds = [Bind::Text(Some(subjects.account.clone()))];
    session.execute(&statement("DELETE FROM auth_failure WHERE subject = ?", binds))?;
    Ok(())
}

/// Rows that another transaction is removing are left to it.
pub(super) fn skip_locked(session: &Session) -> &'static str {
    if session.locks() { " FOR UPDATE SKIP LOCKED" } else { "" }
}

/// Whole seconds, at least one, until so much time has passed.
fn seconds(time: TimeDelta) -> i64 {
    (time + TimeDelta::milliseconds(999)).num_seconds().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_window() {
        let config = LoginConfig::default();
        let seconds = |further| wait_after(further, &config).num_seconds();
        assert_eq!([seconds(0), seconds(1), seconds(3)], [30, 60, 240]);
        assert_eq!([seconds(5), seconds(40), seconds(i64::MAX)], [900; 3]);
    }
}
