//! Login and logout.

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use orm::error::{Code, Error, Result};
use serde::Serialize;

use super::attempt::{self, Attempt, Outcome};
use super::events::{self, EventKind, Whom};
use super::own::write_own;
use super::throttle::{self, Subjects};
use super::token_store::{self, NewToken};
use super::tokens::two_tokens;
use super::{Scope, Sender, Token, TokenHash, fields, store};
use crate::api::{self, LoginBody, OptionalToken, Params, Problem};
use crate::state::{App, Database, Shared};

/// The fields of a login.
struct Credentials {
    login: String,
    password: String,
    db: Option<String>,
    /// The name of the token.
    name: Option<String>,
}

/// The body of the answer to a login.
#[derive(Serialize)]
pub(super) struct LoggedIn<'a> {
    pub(super) uid: i64,
    pub(super) access_token: &'a str,
}

/// `GET /rest/api/login/token?login=&password=&db=&name=`
pub(crate) async fn login_by_get(
    State(app): State<Shared>,
    origin: Sender,
    Params(params): Params,
) -> Result<Response, Problem> {
    if !app.login.get {
        let detail = "login by GET is switched off here: send login, password and db in the body of a POST";
        return Err(Problem::method_not_allowed(detail, "POST"));
    }
    login(&app, origin, params?).await
}

/// `HEAD /rest/api/login/token`: refused, since the answer to HEAD has no body that could hold the token.
pub(crate) async fn login_by_head(State(app): State<Shared>) -> Problem {
    let allow = if app.login.get { "GET, POST" } else { "POST" };
    Problem::method_not_allowed("a login answers a token, which the answer to HEAD cannot hold", allow)
}

/// `POST /rest/api/login/token` with a JSON object or a form.
pub(crate) async fn login_by_post(
    State(app): State<Shared>,
    origin: Sender,
    Params(query): Params,
    LoginBody(fields): LoginBody,
) -> Result<Response, Problem> {
    api::no_parameters(query)?;
    login(&app, origin, fields).await
}

/// `DELETE /rest/api/logout/token` and `/rest/api/logout`; the token is in a header or in the query.
pub(crate) async fn logout(
    State(app): State<Shared>,
    origin: Sender,
    OptionalToken(header): OptionalToken,
    Params(params): Params,
) -> Result<Response, Problem> {
    let [query] = fields::named(params?, ["access_token"])?;
    let query = query.map(|token| TokenHash::of(token.trim().as_bytes()));
    let token = match (header?, query) {
        (Some(header), Some(query)) if header != query => return Err(two_tokens().into()),
        (header, query) => header.or(query).ok_or_else(store::unauthenticated)?,
    };
    let deleted = write_own(&app, token, move |session, caller, now| {
        token_store::revoke(session, &token)?;
        let user = Whom::User(caller.user);
        events::add(session, EventKind::Logout, user, Some(&token), &origin, now)
    });
    deleted.await?;
    Ok(Json("access token successfully deleted").into_response())
}

/// Logs in. An unknown database, an unknown user and a wrong password get the same answer after the same work, so that
/// neither tells which one was wrong: for an unknown database the first one is asked, for an unknown user a dummy hash is
/// checked.
async fn login(app: &Shared, origin: Sender, fields: Vec<(String, String)>) -> Result<Response, Problem> {
    let credentials = Credentials::read(fields)?;
    for _ in 0..attempt::TRIES {
        match log_in(app, &origin, &credentials).await? {
            Outcome::Accepted((user, token)) => {
                let answer = Json(LoggedIn {
                    uid: user,
                    access_token: token.text(),
                });
                return Ok(([(CACHE_CONTROL, "no-store")], answer).into_response());
            }
            Outcome::Refused => {
                return Err(Error::new(Code::Unauthenticated, "login, password or database is wrong").into());
            }
            Outcome::Wait(wait) => return Err(attempt::too_many(wait)),
            Outcome::Outdated => {}
        }
    }
    Err(attempt::changes_each_time().into())
}

/// An attempt to log in: the user, and the token that was made and stored.
async fn log_in(app: &Shared, origin: &Sender, credentials: &Credentials) -> Result<Outcome<(i64, Token)>, Problem> {
    let (database, known) = database(app, credentials.db.as_deref())?;
    let (config, users) = (app.login, &app.program.users);
    let name = credentials.name.clone().unwrap_or_else(|| fields::name_of(origin));
    let mut attempt = Attempt {
        subjects: Subjects::login(origin, &credentials.login),
        origin: origin.clone(),
        user: None,
        login: credentials.login.clone(),
        config,
    };
    let asked = attempt.clone();
    let asked = database.pool.read(move |session| {
        let wait = throttle::waits(session, &asked.subjects, api::now())?;
        Ok((store::password_of(session, users, &asked.login)?, wait))
    });
    let (stored, wait) = asked.await?;
    attempt.user = stored.as_ref().map(|(user, _)| *user);
    if let Some(wait) = wait {
        return Err(attempt.refuse(database, wait).await);
    }
    let hash = stored.as_ref().map(|(_, hash)| hash.clone());
    let checked = attempt::check(app, credentials.password.clone(), hash, None).await?;
    // What was checked, if it was right.
    let right = stored.filter(|_| checked.right && known);

    let token = Token::random()?;
    let hash = token.hash();
    let ended = database.pool.write(move |session| {
        let now = api::now();
        let Some((user, _)) = right else {
            return attempt.failed(session, EventKind::LoginFailed, now);
        };
        store::lock_user(session, user)?;
        // The password may have been changed since, or the user archived.
        if store::password_to_log_in(session, users, &attempt.login)? != right {
            return Ok(Outcome::Outdated);
        }
        if let Some(wait) = attempt.succeeds(session, now)? {
            return attempt.waits(session, wait, now);
        }
        if let Some(hash) = &checked.rehashed {
            store::set_password(session, user, hash)?;
        }
        session.write_for(hash.client());
        let new = NewToken {
            hash,
            user,
            name: name.clone(),
            api_key: false,
            expires: Some(now + config.token_max),
            scope: Scope::default(),
        };
        token_store::add(session, &new, now, &config)?;
        let whom = Whom::User(user);
        events::add(session, EventKind::Login, whom, Some(&hash), &attempt.origin, now)?;
        events::remove_old(session, now, config.events_kept)?;
        Ok(Outcome::Accepted(user))
    });
    Ok(match ended.await? {
        Outcome::Accepted(user) => Outcome::Accepted((user, token)),
        Outcome::Refused => Outcome::Refused,
        Outcome::Wait(wait) => Outcome::Wait(wait),
        Outcome::Outdated => Outcome::Outdated,
    })
}

/// The database of a login, and whether it is the one that was named: for an unknown name it is the first one.
///
/// # Errors
/// 400 when there are several and none is named.
fn database<'a>(app: &'a App, name: Option<&str>) -> Result<(&'a Database, bool)> {
    let named = match name {
        Some(name) => app.databases.named(name),
        None => Some(app.databases.only().ok_or_else(|| {
            Error::parameter("db", "there are several databases here: name one in the parameter `db`")
        })?),
    };
    let database = named.or_else(|| app.databases.all().first());
    let database = database.ok_or_else(|| Error::internal("no database is configured"))?;
    Ok((database, named.is_some()))
}

impl Credentials {
    fn read(given: Vec<(String, String)>) -> Result<Self> {
        let [login, password, db, name] = fields::named(given, ["login", "password", "db", "name"])?;
        let missing = |name: &str| Error::parameter(name, format!("`{name}` is missing"));
        let name = name.map(|name| fields::token_name(&name)).transpose();
        Ok(Credentials {
            login: login.ok_or_else(|| missing("login"))?,
            password: password.ok_or_else(|| missing("password"))?,
            db,
            name: name.map_err(|why| Error::parameter("name", why))?,
        })
    }
}
