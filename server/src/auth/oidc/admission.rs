//! The end of every login by the provider: the user is found or created, and his token stored, in one transaction.

use chrono::NaiveDateTime;
use orm::Env;
use orm::db::{Bind, Session};
use orm::error::{Code, Error, Result};

use super::super::attempt::{self, Attempt, Outcome};
use super::super::events::{self, EventKind, Whom};
use super::super::store::{self, statement};
use super::super::throttle::{self, Subjects};
use super::super::token_store::{self, NewToken};
use super::super::{Scope, Sender, TokenHash, Users, new_user};
use super::claims::Identity;
use super::{Oidc, used};
use crate::api::{self, Problem};
use crate::state::{App, Database};

/// What somebody comes with whom the provider knows.
#[derive(Debug)]
pub(super) struct Admission {
    pub(super) identity: Identity,
    /// What he comes with, which is used up, and when it expires.
    pub(super) once: (TokenHash, NaiveDateTime),
    /// The token to store.
    pub(super) token: TokenHash,
    /// The token's name.
    pub(super) name: String,
    /// When the token ends.
    pub(super) expires: NaiveDateTime,
}

/// The attempt of somebody to log in by the provider. `account` is what failures are counted for; it is apart from that
/// of passwords: who guesses Ann's password does not keep her from logging in here.
pub(super) fn attempt(app: &App, origin: &Sender, account: &str, login: &str) -> Attempt {
    Attempt {
        origin: origin.clone(),
        subjects: Subjects::provider(origin, account),
        user: None,
        login: login.to_owned(),
        config: app.login,
    }
}

/// Stores the token. Returns its user.
///
/// # Errors
/// 401 when he does not come for the first time with it, or no user here may log in with it; 429 after too many failures.
pub(super) async fn admit(app: &App, oidc: &Oidc, origin: &Sender, admission: Admission) -> Result<i64, Problem> {
    let database = oidc.database(app)?;
    let (config, program) = (app.login, app.program);
    let attempt = attempt(app, origin, &admission.identity.login, &admission.identity.login);
    may_try(database, &attempt).await?;
    let (create, groups, tried) = (oidc.config.create_users, oidc.config.groups.clone(), attempt.clone());
    let ended = database.pool.write(move |session| {
        let (now, mut attempt) = (api::now(), tried.clone());
        let Admission {
            identity,
            once,
            token,
            name,
            expires,
        } = &admission;
        let mut found = find(session, &program.users, &identity.login)?;
        if found.is_none() && create {
            // Another login of his may be about to create him.
            session.lock_name("users of the identity provider")?;
            found = find(session, &program.users, &identity.login)?;
        }
        let (user, active) = found.unzip();
        if !active.unwrap_or(create) {
            attempt.user = user;
            return attempt.failed(session, EventKind::LoginFailed, now);
        }
        if !used::take(session, &once.0, once.1, now)? {
            // Of several first requests with one JWT, another one may have stored it meanwhile.
            return match store::caller(session, &program.users, token, now, &config) {
                Ok(caller) => Ok(Outcome::Accepted(caller.user)),
                Err(error) if error.code() == Code::Unauthenticated => {
                    attempt.failed(session, EventKind::LoginFailed, now)
                }
                Err(error) => Err(error),
            };
        }
        let user = match user {
            Some(user) => user,
            None => {
                let mut env = Env::system(session, program, now);
                let user = new_user::insert(&mut env, &identity.login, &identity.name, &groups)?;
                let whom = Whom::User(user);
                events::add(session, EventKind::UserCreated, whom, None, &attempt.origin, now)?;
                user
            }
        };
        store::lock_user(session, user)?;
        throttle::succeeded(session, &attempt.subjects)?;
        session.write_for(token.client());
        let new = NewToken {
            hash: *token,
            user,
            name: name.clone(),
            api_key: false,
            expires: Some(*expires),
            scope: Scope::default(),
        };
        token_store::add(session, &new, now, &config)?;
        let whom = Whom::User(user);
        events::add(session, EventKind::Login, whom, Some(token), &attempt.origin, now)?;
        events::remove_old(session, now, config.events_kept)?;
        Ok(Outcome::Accepted(user))
    });
    match ended.await {
        Ok(Outcome::Accepted(user)) => Ok(user),
        Ok(Outcome::Refused | Outcome::Outdated) => Err(refused("no user here may log in with it")),
        Ok(Outcome::Wait(wait)) => Err(attempt::too_many(wait)),
        Err(error) if error.code() == Code::Invalid => Err(fail(database, attempt, error.detail()).await),
        Err(error) => Err(error.into()),
    }
}

/// Refuses an attempt that has to wait.
///
/// # Errors
/// 429 after too many failures.
pub(super) async fn may_try(database: &Database, attempt: &Attempt) -> Result<(), Problem> {
    let subjects = attempt.subjects.clone();
    let waits = database
        .pool
        .read(move |session| throttle::waits(session, &subjects, api::now()));
    match waits.await? {
        Some(wait) => Err(attempt.clone().refuse(database, wait).await),
        None => Ok(()),
    }
}

/// Records that an attempt failed, and refuses it.
pub(super) async fn fail(database: &Database, attempt: Attempt, why: &str) -> Problem {
    let told = database
        .pool
        .write(move |session| attempt.failed::<()>(session, EventKind::LoginFailed, api::now()));
    match told.await {
        Ok(Outcome::Wait(wait)) => attempt::too_many(wait),
        Ok(_) => refused(why),
        Err(error) => error.into(),
    }
}

/// The refusal of what the provider sent somebody with: 401.
pub(super) fn refused(why: &str) -> Problem {
    Error::new(
        Code::Unauthenticated,
        format!("what the identity provider says is refused: {why}"),
    )
    .into()
}

/// The user with this login, and whether he is active, which stays so until the transaction ends.
fn find(session: &mut Session, users: &Users, login: &str) -> Result<Option<(i64, bool)>> {
    let lock = if session.locks() { " FOR SHARE OF u" } else { "" };
    let mut found = None;
    let text = format!("{}{lock}", users.active);
    session.query(&statement(&text, [Bind::Text(Some(login.to_owned()))]), |row| {
        found = row.int(0)?.zip(row.bool(1)?);
        Ok(())
    })?;
    Ok(found)
}
