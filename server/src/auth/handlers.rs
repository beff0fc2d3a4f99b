//! Login and logout.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use orm::error::{Code, Error, Issue, Place, Result, nearest};
use orm::field::storable;
use serde::Serialize;

use super::tokens::two_tokens;
use super::{Token, TokenHash, passwords, store};
use crate::api::{self, LoginBody, OptionalToken, Params, Problem};
use crate::state::{App, Database, Shared};

/// How long a login waits for a permit to compute a password hash ([`App::hashing`]).
const LOGIN_WAIT: Duration = Duration::from_secs(10);

/// The fields of a login.
struct Credentials {
    login: String,
    password: String,
    db: Option<String>,
}

/// The body of the answer to a login.
#[derive(Serialize)]
struct LoggedIn<'a> {
    uid: i64,
    access_token: &'a str,
}

/// `GET /rest/api/login/token?login=&password=&db=`
pub(crate) async fn login_by_get(State(app): State<Shared>, Params(params): Params) -> Result<Response, Problem> {
    if !app.login.get {
        let detail = "login by GET is switched off here: send login, password and db in the body of a POST";
        return Err(Problem::method_not_allowed(detail, "POST"));
    }
    login(&app, params?).await
}

/// `HEAD /rest/api/login/token`: refused, since the answer to HEAD has no body that could hold the token.
pub(crate) async fn login_by_head(State(app): State<Shared>) -> Problem {
    let allow = if app.login.get { "GET, POST" } else { "POST" };
    Problem::method_not_allowed("a login answers a token, which the answer to HEAD cannot hold", allow)
}

/// `POST /rest/api/login/token` with a JSON object or a form.
pub(crate) async fn login_by_post(
    State(app): State<Shared>,
    Params(query): Params,
    LoginBody(fields): LoginBody,
) -> Result<Response, Problem> {
    api::no_parameters(query)?;
    login(&app, fields).await
}

/// `DELETE /rest/api/logout/token` and `/rest/api/logout`; the token is in a header or in the query.
pub(crate) async fn logout(
    State(app): State<Shared>,
    OptionalToken(header): OptionalToken,
    Params(params): Params,
) -> Result<Response, Problem> {
    let [query] = named(params?, ["access_token"])?;
    let query = query.map(|token| TokenHash::of(token.trim().as_bytes()));
    let token = match (header?, query) {
        (Some(header), Some(query)) if header != query => return Err(two_tokens().into()),
        (header, query) => header.or(query).ok_or_else(store::unauthenticated)?,
    };
    let database = api::database_of(&app, token).await?;
    let (config, users) = (app.login, &app.program.users);
    let deleted = database.pool.write(move |session| {
        session.write_for(token.client());
        store::caller(session, users, &token, api::now(), &config)?;
        store::delete_token(session, &token)
    });
    deleted.await?;
    Ok(Json("access token successfully deleted").into_response())
}

async fn login(app: &Shared, fields: Vec<(String, String)>) -> Result<Response, Problem> {
    let credentials = Credentials::read(fields)?;
    let (database, user) = authenticate(app, credentials).await?;
    let token = Token::random()?;
    let (hash, config) = (token.hash(), app.login);
    database
        .pool
        .write(move |session| {
            session.write_for(hash.client());
            store::add_token(session, &hash, user, api::now(), &config)
        })
        .await?;
    let answer = Json(LoggedIn {
        uid: user,
        access_token: token.text(),
    });
    Ok(([(CACHE_CONTROL, "no-store")], answer).into_response())
}

/// The user with these credentials. An unknown database, an unknown user and a wrong password get the same answer after
/// the same work, so that neither tells which one was wrong: for an unknown database the first one is asked, for an
/// unknown user a dummy hash is checked.
async fn authenticate(app: &App, credentials: Credentials) -> Result<(&Database, i64)> {
    let Credentials { login, password, db } = credentials;
    let named = match &db {
        Some(name) => app.databases.named(name),
        None => Some(app.databases.only().ok_or_else(|| {
            Error::parameter("db", "there are several databases here: name one in the parameter `db`")
        })?),
    };
    let database = named.or_else(|| app.databases.all().first());
    let database = database.ok_or_else(|| Error::internal("no database is configured"))?;
    let users = &app.program.users;
    let kept = database
        .pool
        .read(move |session| store::password_of(session, users, &login))
        .await?;

    let Ok(Ok(_permit)) = tokio::time::timeout(LOGIN_WAIT, app.hashing.acquire()).await else {
        return Err(Error::new(Code::Unavailable, "too many logins are waiting"));
    };
    let (user, hash) = kept.unzip();
    let checked = tokio::task::spawn_blocking(move || passwords::verify(&password, hash.as_deref())).await;
    let right = checked.map_err(|error| Error::internal(format!("the check of a password broke off: {error}")))?;
    match user {
        Some(user) if right && named.is_some() => Ok((database, user)),
        Some(_) | None => Err(Error::new(
            Code::Unauthenticated,
            "login, password or database is wrong",
        )),
    }
}

impl Credentials {
    fn read(fields: Vec<(String, String)>) -> Result<Self> {
        let [login, password, db] = named(fields, ["login", "password", "db"])?;
        let missing = |name: &str| Error::parameter(name, format!("`{name}` is missing"));
        Ok(Credentials {
            login: login.ok_or_else(|| missing("login"))?,
            password: password.ok_or_else(|| missing("password"))?,
            db,
        })
    }
}

/// The values of the fields with these names, in the order of `names`. Error messages never repeat a value.
///
/// # Errors
/// 400 for a field that is given twice, has another name or contains the character NUL.
fn named<const N: usize>(fields: Vec<(String, String)>, names: [&str; N]) -> Result<[Option<String>; N]> {
    let mut found = [const { None }; N];
    let mut issues = Vec::new();
    for (name, value) in fields {
        let issue = match names.iter().position(|known| *known == name) {
            Some(_) if storable(&value).is_err() => format!("`{name}` may not contain the character NUL"),
            Some(index) if found[index].is_none() => {
                found[index] = Some(value);
                continue;
            }
            Some(_) => format!("`{name}` is given twice"),
            None => format!("there is no parameter `{name}` here{}", nearest(&name, names)),
        };
        issues.push(Issue {
            place: Place::Parameter(name),
            message: issue,
        });
    }
    match issues.first() {
        Some(first) => Err(Error::new(Code::Malformed, first.message.clone()).at(issues)),
        None => Ok(found),
    }
}
