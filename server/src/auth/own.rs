//! What users do with their own tokens and password: `/rest/api/tokens` and `/rest/api/password`.

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDateTime;
use orm::db::Session;
use orm::error::{Error, Issue, Result};
use serde::Serialize;

use super::attempt::{self, Attempt, Outcome};
use super::events::{self, EventKind, Whom};
use super::store::{self, Caller};
use super::throttle::{self, Subjects};
use super::token_store::{self, NewToken, StoredToken};
use super::{Scope, Sender, Token, TokenHash, Wanted, bodies, note_use_later};
use crate::api::{self, JsonBody, Params, PathSegments, Problem, RequiredToken};
use crate::state::Shared;

/// A token as it is answered. The token itself is answered once, when it is made.
#[derive(Serialize)]
struct DescribedToken {
    id: String,
    name: String,
    created: NaiveDateTime,
    last_used: NaiveDateTime,
    expires: Option<NaiveDateTime>,
    api_key: bool,
    scope: Scope,
    /// It is the token of this request.
    current: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<String>,
}

impl DescribedToken {
    fn of(token: StoredToken, current: &TokenHash) -> Self {
        DescribedToken {
            id: token.hash.id(),
            name: token.name,
            created: token.created,
            last_used: token.times.last_used,
            expires: token.times.expires,
            api_key: token.times.api_key,
            scope: token.scope,
            current: token.hash == *current,
            access_token: None,
        }
    }
}

/// `GET /rest/api/tokens`: the user's valid tokens.
pub(crate) async fn list(
    State(app): State<Shared>,
    RequiredToken(token): RequiredToken,
    Params(params): Params,
) -> Result<Response, Problem> {
    let nothing = api::no_parameters(params);
    let database = api::database_of(&app, token).await?;
    let (config, users) = (app.login, &app.program.users);
    let found = database.pool.read(move |session| {
        let now = api::now();
        let caller = store::caller(session, users, &token, now, &config)?;
        api::checked(&nothing)?;
        let mut tokens = token_store::of_user(session, caller.user)?;
        tokens.retain(|token| token.times.valid(now, &config));
        Ok((tokens, caller.use_outdated))
    });
    let (found, use_outdated) = found.await?;
    if use_outdated {
        note_use_later(&app, database, token);
    }
    let described = found.into_iter().map(|found| DescribedToken::of(found, &token));
    Ok(Json(described.collect::<Vec<_>>()).into_response())
}

/// `POST /rest/api/tokens` with `{name, expires_in_days, scope}`: makes an API key, and answers it once.
pub(crate) async fn create(
    State(app): State<Shared>,
    RequiredToken(token): RequiredToken,
    origin: Sender,
    Params(params): Params,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let (config, program) = (app.login, app.program);
    let body = api::no_parameters(params).and_then(|()| bodies::given(body));
    let asked = body.and_then(|body| bodies::new_key(&body, program));
    let made = Token::random()?;
    let hash = made.hash();
    let created = write_own(&app, token, move |session, caller, now| {
        caller.scope.permit(Wanted::Tokens, true)?;
        let asked = api::checked(&asked)?;
        caller.scope.covers(&asked.scope)?;
        session.write_for(hash.client());
        let key = NewToken {
            hash,
            user: caller.user,
            name: asked.name.clone(),
            api_key: true,
            expires: asked.life.map(|life| now + life),
            scope: asked.scope.clone(),
        };
        token_store::add(session, &key, now, &config)?;
        let user = Whom::User(caller.user);
        events::add(session, EventKind::TokenCreated, user, Some(&hash), &origin, now)?;
        own_token(session, caller.user, &hash.id())
    });
    let mut described = DescribedToken::of(created.await?, &token);
    described.access_token = Some(made.text().to_owned());
    Ok(([(CACHE_CONTROL, "no-store")], Json(described)).into_response())
}

/// `PATCH /rest/api/tokens/{id}` with `{name}`.
pub(crate) async fn rename(
    State(app): State<Shared>,
    RequiredToken(token): RequiredToken,
    PathSegments(id): PathSegments<String>,
    origin: Sender,
    Params(params): Params,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let body = api::no_parameters(params).and_then(|()| bodies::given(body));
    let name = body.and_then(|body| bodies::name(&body));
    let renamed = write_own(&app, token, move |session, caller, now| {
        caller.scope.permit(Wanted::Tokens, true)?;
        let name = api::checked(&name)?;
        let found = own_token(session, caller.user, &id)?;
        caller.scope.covers(&found.scope)?;
        token_store::rename(session, &found.hash, name)?;
        let user = Whom::User(caller.user);
        events::add(session, EventKind::TokenRenamed, user, Some(&found.hash), &origin, now)?;
        own_token(session, caller.user, &id)
    });
    Ok(Json(DescribedToken::of(renamed.await?, &token)).into_response())
}

/// `DELETE /rest/api/tokens/{id}`: the token is no longer valid. Every token may revoke itself.
pub(crate) async fn revoke(
    State(app): State<Shared>,
    RequiredToken(token): RequiredToken,
    PathSegments(id): PathSegments<String>,
    origin: Sender,
    Params(params): Params,
) -> Result<Response, Problem> {
    let nothing = api::no_parameters(params);
    let revoked = write_own(&app, token, move |session, caller, now| {
        api::checked(&nothing)?;
        if id != token.id() {
            caller.scope.permit(Wanted::Tokens, true)?;
        }
        let found = own_token(session, caller.user, &id)?;
        caller.scope.covers(&found.scope)?;
        token_store::revoke(session, &found.hash)?;
        let user = Whom::User(caller.user);
        events::add(session, EventKind::TokenRevoked, user, Some(&found.hash), &origin, now)
    });
    revoked.await?;
    Ok(Json("access token successfully deleted").into_response())
}

/// `POST /rest/api/password` with `{old, new}`. The user's other tokens are no longer valid.
pub(crate) async fn change_password(
    State(app): State<Shared>,
    RequiredToken(token): RequiredToken,
    origin: Sender,
    Params(params): Params,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let body = api::no_parameters(params).and_then(|()| bodies::given(body));
    let passwords = body.and_then(|body| bodies::passwords(&body));
    for _ in 0..attempt::TRIES {
        match attempt_change(&app, token, &origin, &passwords).await? {
            Outcome::Accepted(()) => {
                let done = "password successfully changed; your other access tokens are no longer valid";
                return Ok(Json(done).into_response());
            }
            Outcome::Refused => {
                return Err(Error::invalid(vec![Issue::field("old", "the old password is wrong")]).into());
            }
            Outcome::Wait(wait) => return Err(attempt::too_many(wait)),
            Outcome::Outdated => {}
        }
    }
    Err(attempt::changes_each_time().into())
}

/// An attempt to change the password from the old to the new one.
async fn attempt_change(
    app: &Shared,
    token: TokenHash,
    origin: &Sender,
    passwords: &Result<(String, String)>,
) -> Result<Outcome, Problem> {
    let database = api::database_of(app, token).await?;
    let (config, users) = (app.login, &app.program.users);
    let asked = origin.clone();
    let asked = database.pool.read(move |session| {
        let now = api::now();
        let caller = store::caller(session, users, &token, now, &config)?;
        caller.scope.permit(Wanted::Other, true)?;
        let wait = throttle::waits(session, &Subjects::user(&asked, caller.user), now)?;
        Ok((caller.user, store::password_of_user(session, caller.user)?, wait))
    });
    let (user, stored, wait) = asked.await?;
    let (old, new) = api::checked(passwords)?.clone();
    let attempt = Attempt {
        subjects: Subjects::user(origin, user),
        origin: origin.clone(),
        user: Some(user),
        login: String::new(),
        config,
    };
    if let Some(wait) = wait {
        return Err(attempt.refuse(database, wait).await);
    }
    let checked = attempt::check(app, old, stored.clone(), Some(new)).await?;
    let ended = write_own(app, token, move |session, caller, now| {
        caller.scope.permit(Wanted::Other, true)?;
        let Some(hash) = &checked.rehashed else {
            return attempt.failed(session, EventKind::PasswordRefused, now);
        };
        // The password may have been changed since it was checked.
        if store::password_of_user(session, user)? != stored {
            return Ok(Outcome::Outdated);
        }
        if let Some(wait) = attempt.succeeds(session, now)? {
            return attempt.waits(session, wait, now);
        }
        store::set_password(session, user, hash)?;
        token_store::revoke_all(session, user, Some(&token))?;
        let whom = Whom::User(user);
        events::add(
            session,
            EventKind::PasswordChanged,
            whom,
            Some(&token),
            &attempt.origin,
            now,
        )?;
        Ok(Outcome::Accepted(()))
    });
    Ok(ended.await?)
}

/// Runs `job` as the token's user in a transaction that excludes other changes of the user's password and tokens. The
/// caller's scope is for `job` to check.
pub(super) async fn write_own<T: Send + 'static>(
    app: &Shared,
    token: TokenHash,
    job: impl Fn(&mut Session, &Caller, NaiveDateTime) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (config, users) = (app.login, &app.program.users);
    let database = api::database_of(app, token).await?;
    let done = database.pool.write(move |session| {
        session.write_for(token.client());
        let now = api::now();
        let user = store::caller(session, users, &token, now, &config)?.user;
        store::lock_user(session, user)?;
        // The token may have been revoked before the lock was free.
        let caller = store::caller(session, users, &token, now, &config)?;
        if caller.use_outdated {
            token_store::note_use(session, &token, now)?;
        }
        let done = job(session, &caller, now)?;
        events::remove_old(session, now, config.events_kept)?;
        Ok(done)
    });
    done.await
}

/// The user's token with this public id.
///
/// # Errors
/// 404 when the user has none.
fn own_token(session: &mut Session, user: i64, id: &str) -> Result<StoredToken> {
    let mut tokens = token_store::of_user(session, user)?.into_iter();
    let found = tokens.find(|token| token.hash.id() == id);
    found.ok_or_else(|| Error::not_found("you have no access token with this id; GET /rest/api/tokens lists them"))
}
