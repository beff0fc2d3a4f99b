//! One request, one transaction: the token is checked in the same transaction in which the request's work is done.

use std::time::Instant;

use chrono::{NaiveDateTime, Timelike, Utc};
use orm::Env;
use orm::db::Session;
use orm::env::too_long;
use orm::error::{Error, Result};
use orm::registry::ModelInfo;

use super::WIRE;
use super::answer::{Answer, Content, Cost};
use super::credentials::Credentials;
use super::problem::Problem;
use crate::auth::{Scope, TokenHash, Wanted, events, note_use_later, read_switches, store, token_store};
use crate::memory_budget::Reserved;
use crate::state::{App, Database, Shared};

/// Answers shorter than this do not count against the memory budget of answers.
const SHORT: usize = 64 * 1024;

/// The current time (UTC), truncated to microseconds, the precision that the databases store.
pub(crate) fn now() -> NaiveDateTime {
    let now = Utc::now().naive_utc();
    now.with_nanosecond(now.nanosecond() / 1000 * 1000).unwrap_or(now)
}

/// The database that issued the token. If there is only one database, the token is not looked up: the request's
/// transaction checks it.
///
/// # Errors
/// 401 when none of several databases knows the token.
pub(crate) async fn database_of(app: &App, token: TokenHash) -> Result<&Database> {
    match app.databases.only().or_else(|| app.databases.remembered(&token)) {
        Some(database) => Ok(database),
        None => find(app, token).await,
    }
}

/// Checks a token before the request's body is read: without a valid token it is not read. The request's transaction
/// checks the token again.
///
/// # Errors
/// 401 when no database knows the token.
pub(super) async fn check_token(app: &App, token: TokenHash) -> Result<()> {
    match app.databases.found_lately(&token) {
        true => Ok(()),
        false => find(app, token).await.map(|_| ()),
    }
}

async fn find(app: &App, token: TokenHash) -> Result<&Database> {
    let (now, config, users) = (now(), app.login, &app.program.users);
    for (index, database) in app.databases.all().iter().enumerate() {
        let found = database
            .pool
            .read(move |session| store::is_valid(session, users, &token, now, &config));
        if found.await? {
            app.databases.remember(token, index);
            return Ok(database);
        }
    }
    Err(store::unauthenticated())
}

/// Runs `job`, which only reads `model` and what it leads to, as the token's user, with [`read`].
///
/// # Errors
/// 401 when the token is not valid; 403 when it is not for this model; 404 when HTTP reaches no such model; else the
/// error of `job`.
pub(super) async fn read_model<T: Into<Content>>(
    app: &Shared,
    caller: Credentials,
    model: String,
    job: impl Fn(&mut Env<'_>, &ModelInfo, &App) -> Result<T> + Send + Sync + 'static,
) -> Result<Answer, Problem> {
    let name = model.clone();
    let job = move |env: &mut Env<'_>, app: &App| {
        let model = env.registry.exposed(&name)?;
        job(env, model, app)
    };
    read(app, caller, Some(model), job).await
}

/// As [`read_model`], for a `job` that may write, with [`write`].
///
/// # Errors
/// As [`read_model`]; 403 when the token is read-only.
pub(super) async fn write_model(
    app: &Shared,
    caller: Credentials,
    model: String,
    job: impl Fn(&mut Env<'_>, &ModelInfo) -> Result<Vec<u8>> + Send + 'static,
) -> Result<Answer, Problem> {
    let name = model.clone();
    let job = move |env: &mut Env<'_>| {
        let model = env.registry.exposed(&name)?;
        job(env, model)
    };
    write(app, caller, Some(model), job).await
}

/// Runs `job`, which only reads, as the token's user. It sees everything that was written with the same token before,
/// also when a standby answers. From where `job` calls [`Session::snapshot`], all statements see one snapshot. `model`
/// is the model that the URL names, if it names one: the token may be limited to others.
///
/// # Errors
/// 401 when the token is not valid; 403 when it is not for this; else the error of `job`.
pub(crate) async fn read<T: Into<Content>>(
    app: &Shared,
    caller: Credentials,
    model: Option<String>,
    job: impl Fn(&mut Env<'_>, &App) -> Result<T> + Send + Sync + 'static,
) -> Result<Answer, Problem> {
    let permit = move |scope: &Scope| permitted(model.as_deref(), false)(scope);
    read_if(app, caller, permit, move |env, app, _| job(env, app)).await
}

/// As [`read`], where `permit` says whether the token may; `job` gets what the token is limited to.
///
/// # Errors
/// As [`read`], and what `permit` answers.
pub(crate) async fn read_if<T: Into<Content>>(
    app: &Shared,
    caller: Credentials,
    permit: impl Fn(&Scope) -> Result<()> + Send + Sync + 'static,
    job: impl Fn(&mut Env<'_>, &App, &Scope) -> Result<T> + Send + Sync + 'static,
) -> Result<Answer, Problem> {
    let database = database_of(app, caller.token).await?;
    let (shared, client) = (app.clone(), caller.clone());
    let ran = database.pool.read_for(caller.token.client(), move |session| {
        let use_outdated;
        let result = {
            let (mut env, user) = authenticate(session, &shared, &client, &permit, false)?;
            use_outdated = user.use_outdated;
            counted(&mut env, |env| {
                let Content { json, headers } = job(env, &shared, &user.scope)?.into();
                Ok((reserve_answer(&shared, json)?, headers))
            })
        };
        Ok((result, use_outdated))
    });
    let (result, use_outdated) = ran.await?;
    if use_outdated {
        note_use_later(app, database, caller.token);
    }
    let ((json, headers), cost) = result?;
    Ok(Answer {
        json,
        headers,
        cost,
        caller,
    })
}

/// Runs `job`, which may write, as the token's user, in a transaction that is committed if `job` succeeds. `model` as
/// for [`read`].
///
/// # Errors
/// 401 when the token is not valid; 403 when it is read-only or not for this; else the error of `job`.
pub(super) async fn write(
    app: &Shared,
    caller: Credentials,
    model: Option<String>,
    job: impl Fn(&mut Env<'_>) -> Result<Vec<u8>> + Send + 'static,
) -> Result<Answer, Problem> {
    let database = database_of(app, caller.token).await?;
    let (shared, client) = (app.clone(), caller.clone());
    let ran = database.pool.write(move |session| {
        let model = model.as_deref();
        write_in(session, &shared, &client, model, |env| {
            reserve_answer(&shared, job(env)?)
        })
    });
    let (json, cost) = ran.await?;
    Ok(Answer {
        json,
        headers: Vec::new(),
        cost,
        caller,
    })
}

/// Runs `job` as the token's user in a writing transaction that has begun already. Also returns what `job` took.
///
/// # Errors
/// As [`write`].
pub(super) fn write_in<T>(
    session: &mut Session,
    app: &App,
    caller: &Credentials,
    model: Option<&str>,
    job: impl FnOnce(&mut Env<'_>) -> Result<T>,
) -> Result<(T, Cost)> {
    session.write_for(caller.token.client());
    let (mut env, user) = authenticate(session, app, caller, permitted(model, true), true)?;
    if user.use_outdated {
        token_store::note_use(env.session, &caller.token, env.now)?;
    }
    let done = counted(&mut env, job)?;
    let (changes, now) = (env.take_user_changes(), env.now);
    events::add_user_changes(env.session, changes, &caller.token, (now, app.login.events_kept))?;
    Ok(done)
}

/// Takes memory for an answer from the budget of answers, until the client has received it. Short answers take none:
/// the number of connections bounds them.
///
/// # Errors
/// 413 when the answer is longer than the limit; 503 when too many other answers are being sent.
pub(super) fn reserve_answer(app: &App, json: Vec<u8>) -> Result<Reserved<Vec<u8>>> {
    let most = app.limits.max_answer;
    if json.len() > most {
        return Err(too_long(most));
    }
    let room = if json.len() < SHORT { 0 } else { json.len() };
    Ok(app.answers.take(room)?.map(|()| json))
}

/// The result of a check that was made before the transaction. Its error is returned only here, in the transaction, so
/// that an invalid token is reported first.
pub(crate) fn checked<T>(result: &Result<T>) -> Result<&T> {
    result.as_ref().map_err(Error::clone)
}

/// Says whether a token may be used for a request for this model, or for one for none.
pub(super) fn permitted(model: Option<&str>, writes: bool) -> impl FnOnce(&Scope) -> Result<()> + '_ {
    move |scope| scope.permit(model.map_or(Wanted::Other, Wanted::Model), writes)
}

/// Checks the token and, with `permit`, what it is limited to, and makes the environment of its user, under his access
/// rights.
///
/// # Errors
/// 401 when the token is not valid; what `permit` answers; 403 for a company that the user does not work for.
pub(super) fn authenticate<'a>(
    session: &'a mut Session,
    app: &App,
    caller: &Credentials,
    permit: impl FnOnce(&Scope) -> Result<()>,
    writes: bool,
) -> Result<(Env<'a>, store::Caller)> {
    if writes {
        Env::keep_rights(session)?;
    }
    let now = now();
    let user = store::caller(session, &app.program.users, &caller.token, now, &app.login)?;
    permit(&user.scope)?;
    let (companies, company) = caller.companies(user.companies.clone(), user.company)?;
    let mut env = Env::new(session, app.program, user.user, company, now);
    env.administrator = user.administrator;
    env.origin = caller.origin(user.login.clone());
    let env = env.under_rights(
        user.groups.iter().map(String::as_str),
        companies,
        read_switches(app.program, &user.switches),
    )?;
    env.session.allow_statements(Some(app.limits.max_statements));
    Ok((env.speaking(WIRE).answering(app.limits.max_answer), user))
}

/// Runs `job`, and returns its result with what it took.
fn counted<T>(env: &mut Env<'_>, job: impl FnOnce(&mut Env<'_>) -> Result<T>) -> Result<(T, Cost)> {
    let (started, before, spent) = (Instant::now(), env.session.statements(), env.session.time_in_database());
    let answer = job(env)?;
    let database = env.session.time_in_database() - spent;
    let cost = Cost {
        statements: env.session.statements() - before,
        database,
        render: started.elapsed().saturating_sub(database),
    };
    Ok((answer, cost))
}
