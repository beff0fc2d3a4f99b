//! An attempt to log in, or to change a password: whether it has to wait, the check of the password, and what is
//! recorded of it.

use std::time::Duration;

use chrono::NaiveDateTime;
use orm::db::Session;
use orm::error::{Code, Error, Result};

use super::Sender;
use super::events::{self, EventKind, Whom};
use super::passwords::{self, Checked};
use super::throttle::{self, Subjects, Wait};
use crate::api::{Problem, now};
use crate::config::LoginConfig;
use crate::state::{App, Database};

/// How long an attempt waits for a permit to compute a password hash ([`App::hashing`]).
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// What came of an attempt.
#[derive(Debug)]
pub(super) enum Outcome<T = ()> {
    Accepted(T),
    /// What was given is wrong.
    Refused,
    /// Others that failed came first: it has to wait, right or wrong.
    Wait(Wait),
    /// The stored hash is not the one any more that the password was checked against: it has to be checked again. Not
    /// only a change of the password does that, but also another login at once that [makes the hash
    /// anew](passwords::check).
    Outdated,
}

/// How often a password is checked if its hash changes each time.
pub(super) const TRIES: usize = 3;

/// The error for an attempt that was outdated [so often](TRIES): 503.
pub(super) fn changes_each_time() -> Error {
    Error::new(Code::Unavailable, "the password is being changed again and again")
}

/// Who attempts what.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) origin: Sender,
    pub(super) subjects: Subjects,
    /// The user, if one has the login.
    pub(super) user: Option<i64>,
    /// The login that was given.
    pub(super) login: String,
    pub(super) config: LoginConfig,
}

impl Attempt {
    fn whom(&self) -> Whom<'_> {
        self.user.map_or(Whom::Login(&self.login), Whom::User)
    }

    /// Records that the attempt failed.
    pub(super) fn failed<T>(&self, session: &mut Session, kind: EventKind, now: NaiveDateTime) -> Result<Outcome<T>> {
        match throttle::failed(session, &self.subjects, now, &self.config)? {
            Some(wait) => self.waits(session, wait, now),
            None => {
                self.tell(session, kind, now)?;
                Ok(Outcome::Refused)
            }
        }
    }

    /// Records that the attempt has to wait, if no other one has had to in this wait.
    pub(super) fn waits<T>(&self, session: &mut Session, wait: Wait, now: NaiveDateTime) -> Result<Outcome<T>> {
        if throttle::tell(session, &self.subjects, now)? {
            self.tell(session, EventKind::LoginThrottled, now)?;
        }
        Ok(Outcome::Wait(wait))
    }

    /// Forgets the failures before an attempt that succeeds; it has to wait all the same if they came first.
    pub(super) fn succeeds(&self, session: &mut Session, now: NaiveDateTime) -> Result<Option<Wait>> {
        let wait = throttle::waits(session, &self.subjects, now)?;
        if wait.is_none() {
            throttle::succeeded(session, &self.subjects)?;
        }
        Ok(wait)
    }

    fn tell(&self, session: &mut Session, kind: EventKind, now: NaiveDateTime) -> Result<()> {
        events::add(session, kind, self.whom(), None, &self.origin, now)?;
        events::remove_old(session, now, self.config.events_kept)
    }

    /// The refusal of an attempt that has to wait, without any check of its password.
    pub(super) async fn refuse(self, database: &Database, wait: Wait) -> Problem {
        if !wait.told {
            let told = database
                .pool
                .write(move |session| self.waits::<()>(session, wait, now()));
            if let Err(error) = told.await {
                return error.into();
            }
        }
        too_many(wait)
    }
}

/// The refusal of an attempt that has to wait: 429.
pub(super) fn too_many(wait: Wait) -> Problem {
    Problem::too_many_requests("too many attempts have failed: wait before the next one", wait.seconds)
}

/// Checks a password, and if it is right hashes the one that is to replace it.
///
/// # Errors
/// 503 when too many passwords are being checked.
pub(super) async fn check(app: &App, password: String, stored: Option<String>, new: Option<String>) -> Result<Checked> {
    let Ok(Ok(_permit)) = tokio::time::timeout(LONGEST_WAIT, app.hashing.acquire()).await else {
        return Err(Error::new(Code::Unavailable, "too many logins are waiting"));
    };
    let check = move || {
        let checked = passwords::check(&password, stored.as_deref());
        match new.filter(|_| checked.right) {
            None => Ok(checked),
            Some(new) => passwords::hash(&new).map(|hash| Checked {
                right: true,
                rehashed: Some(hash),
            }),
        }
    };
    let checked = tokio::task::spawn_blocking(check).await;
    let checked = checked.map_err(|error| Error::internal(format!("the check of a password broke off: {error}")))?;
    checked.map_err(|failure| Error::internal(failure.to_string()))
}
