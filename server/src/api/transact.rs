//! One request, one transaction: the token's look-up and the work run in the same one.

use chrono::{NaiveDateTime, Timelike, Utc};
use orm::Env;
use orm::db::Session;
use orm::env::too_long;
use orm::error::{Error, Result};

use super::answer::Answer;
use super::problem::Problem;
use crate::auth::{TokenHash, note_use_later, store};
use crate::room::Held;
use crate::state::{App, Database, Shared};

/// Answers that are shorter take no room of those that are on their way.
const SHORT: usize = 64 * 1024;

/// The time, to the microsecond, which is what databases keep.
pub(crate) fn now() -> NaiveDateTime {
    let now = Utc::now().naive_utc();
    now.with_nanosecond(now.nanosecond() / 1000 * 1000).unwrap_or(now)
}

/// The database that the token was issued in.
///
/// # Errors
/// 401 when none of several databases knows it. Where there is one, its own look-up says so.
pub(crate) async fn database_of(app: &App, token: TokenHash) -> Result<&Database> {
    match app.databases.only().or_else(|| app.databases.remembered(&token)) {
        Some(database) => Ok(database),
        None => find(app, token).await,
    }
}

/// Looks at a token before the body that came with it is read. What is done with the body looks at it again.
///
/// # Errors
/// 401 when no database knows it.
pub(super) async fn look_at(app: &App, token: TokenHash) -> Result<()> {
    match app.databases.knew(&token) {
        true => Ok(()),
        false => find(app, token).await.map(|_| ()),
    }
}

async fn find(app: &App, token: TokenHash) -> Result<&Database> {
    let (now, config, users) = (now(), app.login, &app.program.users);
    for (index, database) in app.databases.all().iter().enumerate() {
        let found = database
            .pool
            .read(move |session| store::knows(session, users, &token, now, &config));
        if found.await? {
            app.databases.remember(token, index);
            return Ok(database);
        }
    }
    Err(store::unauthenticated())
}

/// Reads for the token's user, from a snapshot that holds whatever was written with the token: one snapshot from where
/// `job` asks for it.
///
/// # Errors
/// 401 for the token; else what `job` answers.
pub(super) async fn read(
    app: &Shared,
    token: TokenHash,
    job: impl Fn(&mut Env<'_>, &App) -> Result<Vec<u8>> + Send + Sync + 'static,
) -> Result<Answer, Problem> {
    let database = database_of(app, token).await?;
    let shared = app.clone();
    let ran = database.pool.read_for(token.client(), move |session| {
        let stale;
        let result = {
            let (mut env, caller) = enter(session, &shared, &token, false)?;
            stale = caller.stale;
            counted(&mut env, |env| held(&shared, job(env, &shared)?))
        };
        Ok((result, stale))
    });
    let (result, stale) = ran.await?;
    if stale {
        note_use_later(app, database, token);
    }
    let (json, statements) = result?;
    Ok(Answer { json, statements })
}

/// Writes for the token's user; kept exactly when `job` succeeds.
///
/// # Errors
/// 401 for the token; else what `job` answers.
pub(super) async fn write(
    app: &Shared,
    token: TokenHash,
    job: impl Fn(&mut Env<'_>) -> Result<Vec<u8>> + Send + 'static,
) -> Result<Answer, Problem> {
    let database = database_of(app, token).await?;
    let shared = app.clone();
    let ran = database
        .pool
        .write(move |session| write_in(session, &shared, &token, |env| held(&shared, job(env)?)));
    let (json, statements) = ran.await?;
    Ok(Answer { json, statements })
}

/// Writes for the token's user in a transaction that is under way; answers how many statements the job took, too.
///
/// # Errors
/// As [`write`].
pub(super) fn write_in<T>(
    session: &mut Session,
    app: &App,
    token: &TokenHash,
    job: impl FnOnce(&mut Env<'_>) -> Result<T>,
) -> Result<(T, u64)> {
    session.write_for(token.client());
    let (mut env, caller) = enter(session, app, token, true)?;
    if caller.stale {
        store::note_use(env.session, token, env.now)?;
    }
    counted(&mut env, job)
}

/// An answer with the room that it takes until its client has it. Short ones are bounded by the number of connections.
///
/// # Errors
/// 413 when it is longer than an answer may be; 503 when too many others are on their way.
pub(super) fn held(app: &App, json: Vec<u8>) -> Result<Held<Vec<u8>>> {
    let most = app.limits.max_answer;
    if json.len() > most {
        return Err(too_long(most));
    }
    let room = if json.len() < SHORT { 0 } else { json.len() };
    Ok(app.answers.take(room)?.map(|()| json))
}

/// What was checked before the transaction, said after the token has been looked at.
pub(super) fn checked<T>(result: &Result<T>) -> Result<&T> {
    result.as_ref().map_err(Error::clone)
}

/// The environment of the token's user, for a read or a write.
fn enter<'a>(session: &'a mut Session, app: &App, token: &TokenHash, writes: bool) -> Result<(Env<'a>, store::Caller)> {
    let now = now();
    let caller = store::caller(session, &app.program.users, token, now, &app.login, writes)?;
    let mut env = Env::new(session, app.program, caller.user, caller.company, now);
    env.administrator = caller.administrator;
    Ok((env.answering(app.limits.max_answer), caller))
}

/// What the job answers, and how many statements it took.
fn counted<T>(env: &mut Env<'_>, job: impl FnOnce(&mut Env<'_>) -> Result<T>) -> Result<(T, u64)> {
    let before = env.session.statements();
    let answer = job(env)?;
    Ok((answer, env.session.statements() - before))
}
