//! The login of a browser: to the provider and back.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, HeaderMap, HeaderValue, LOCATION, SET_COOKIE};
use axum::response::{IntoResponse as _, Response};
use openidconnect::core::CoreAuthenticationFlow;
use openidconnect::url::Url;
use openidconnect::url::form_urlencoded::Serializer;
use openidconnect::{CsrfToken, PkceCodeChallenge, Scope};
use orm::error::{Code, Error, Result};

use super::super::handlers::LoggedIn;
use super::super::{Sender, Token, TokenHash, fields};
use super::admission::{self, Admission, admit};
use super::pending::{self, Pending};
use super::{Oidc, Refusal, exchange, unreachable};
use crate::api::{self, Params, Problem};
use crate::config::OidcClient;
use crate::state::{App, Shared};

/// The longest text that the provider sends with an error that is told on.
const LONGEST_ERROR: usize = 100;

/// `GET /rest/api/login/oidc?return_to=&name=`: sends the browser to the provider.
pub(crate) async fn start(State(app): State<Shared>, Params(params): Params) -> Result<Response, Problem> {
    let (oidc, client) = configured(&app)?;
    let [return_to, name] = fields::named(params?, ["return_to", "name"])?;
    let name = name.map(|name| fields::token_name(&name)).transpose();
    let name = name.map_err(|why| Error::parameter("name", why))?;
    if return_to.as_ref().is_some_and(|page| page_of(client, page).is_none()) {
        return Err(Error::parameter("return_to", "this page is none of those that --oidc-return-to names").into());
    }
    let metadata = oidc.provider.metadata().await.map_err(answer)?;
    let pending = Pending::begin(api::now(), name, return_to)?;
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let known = exchange::client(&metadata, client)?;
    let (state, nonce) = (pending.state(), pending.nonce());
    let request = known
        .authorize_url(flow, move || state, move || nonce)
        .add_scopes(client.scopes.iter().cloned().map(Scope::new))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&pending.verifier()));
    let (url, ..) = request.url();
    redirect(url.as_str(), pending.cookie(is_secure(client))?)
}

/// `GET /rest/api/login/oidc/callback?code=&state=`: the browser comes back from the provider, and is logged in.
pub(crate) async fn callback(
    State(app): State<Shared>,
    origin: Sender,
    headers: HeaderMap,
    Params(params): Params,
) -> Result<Response, Problem> {
    let (oidc, client) = configured(&app)?;
    let [code, state, error, issuer] = known(params?, ["code", "state", "error", "iss"])?;
    let pending = Pending::of(&headers, is_secure(client), api::now());
    let pending = pending
        .zip(state)
        .filter(|(pending, state)| same(&pending.state(), state));
    let Some((pending, state)) = pending else {
        let why = "this browser has not begun this login, or more than ten minutes ago; begin again at \
                   /rest/api/login/oidc";
        return Err(Error::new(Code::Malformed, why).into());
    };
    let database = oidc.database(&app)?;
    // It counts for this login only: whoever begins logins and spoils them keeps nobody else out.
    let attempt = admission::attempt(&app, &origin, &state, "");
    admission::may_try(database, &attempt).await?;
    let once = TokenHash::of(state.as_bytes());
    if database
        .pool
        .read(move |session| super::used::is_used(session, &once))
        .await?
    {
        return Err(admission::fail(database, attempt, "this login has come back before; begin again").await);
    }
    let answered = match (code, error) {
        (_, Some(error)) => Err(Refusal::Refused(format!("it answers `{}`", shown(&error)))),
        (None, None) => Err(Refusal::Refused("it sends no code".to_owned())),
        (Some(_), None) if issuer.is_some_and(|issuer| issuer != oidc.config.issuer) => {
            Err(Refusal::Refused("the answer is another provider's".to_owned()))
        }
        (Some(code), None) => exchange::identity(oidc, client, code, &pending).await,
    };
    let identity = match answered {
        Ok(identity) => identity,
        Err(Refusal::Unreachable(why)) => return Err(unreachable(&why)),
        Err(Refusal::Refused(why)) => {
            tracing::info!(why, "a login by the identity provider is refused");
            return Err(admission::fail(database, attempt, &why).await);
        }
    };
    let token = Token::random()?;
    let admission = Admission {
        identity,
        once: (once, pending.ends().unwrap_or_else(api::now)),
        token: token.hash(),
        name: pending.name.clone().unwrap_or_else(|| fields::name_of(&origin)),
        expires: api::now() + app.login.token_max,
    };
    let user = admit(&app, oidc, &origin, admission).await?;
    let no_cookie = pending::no_cookie(is_secure(client))?;
    match pending.return_to.as_ref().and_then(|page| page_of(client, page)) {
        // After `#` it reaches the page, and no server or log on the way.
        Some(page) => {
            let mut pairs = Serializer::new(String::new());
            let pairs = pairs
                .append_pair("access_token", token.text())
                .append_pair("uid", &user.to_string());
            redirect(&format!("{page}#{}", pairs.finish()), no_cookie)
        }
        None => {
            let answer = Json(LoggedIn {
                uid: user,
                access_token: token.text(),
            });
            let headers = [
                (CACHE_CONTROL, HeaderValue::from_static("no-store")),
                (SET_COOKIE, no_cookie),
            ];
            Ok((headers, answer).into_response())
        }
    }
}

/// The settings for browsers.
fn configured(app: &App) -> Result<(&Oidc, &OidcClient), Problem> {
    let oidc = app.oidc.as_ref();
    let found = oidc.and_then(|oidc| Some((oidc, oidc.config.client.as_ref()?)));
    found.ok_or_else(|| Problem::not_found("this server has no identity provider by which browsers log in"))
}

fn is_secure(client: &OidcClient) -> bool {
    client.public_url.scheme() == "https"
}

/// The page to which a browser may be sent, if this is one of those that the settings name.
fn page_of<'a>(client: &'a OidcClient, page: &str) -> Option<&'a Url> {
    let page = Url::parse(page).ok()?;
    client.return_to.iter().find(|allowed| **allowed == page)
}

/// Whether `state` is the one that was sent; how long that takes tells nothing.
fn same(sent: &CsrfToken, came: &str) -> bool {
    TokenHash::of(sent.secret().as_bytes()) == TokenHash::of(came.as_bytes())
}

/// The values of these parameters. Providers send others besides.
fn known<const N: usize>(params: Vec<(String, String)>, names: [&str; N]) -> Result<[Option<String>; N]> {
    let ours = params.into_iter().filter(|(name, _)| names.contains(&name.as_str()));
    fields::named(ours.collect(), names)
}

/// A short code of the provider, without what no code has.
fn shown(error: &str) -> String {
    let letters = error
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '_');
    letters.take(LONGEST_ERROR).collect()
}

fn answer(refusal: Refusal) -> Problem {
    let (Refusal::Unreachable(why) | Refusal::Refused(why)) = refusal;
    unreachable(&why)
}

/// Sends the browser elsewhere, with another cookie. The URL has a secret: nobody keeps it.
fn redirect(url: &str, cookie: HeaderValue) -> Result<Response, Problem> {
    let url = HeaderValue::try_from(url).map_err(|error| Error::internal(format!("a redirect: {error}")))?;
    let headers = [
        (LOCATION, url),
        (SET_COOKIE, cookie),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}
