//! JWTs of the provider as access tokens, for services: `Authorization: Bearer <JWT>`.
//!
//! The first request with a JWT checks it and stores its hash as a token of its user. From then on it is a token like any
//! other: it is listed, revoked and counted like them, and a request with it costs no signature. It is stored once: who
//! revokes it, or logs out with it, ends it for good.

use std::str::FromStr as _;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use chrono::Utc;
use openidconnect::core::CoreProviderMetadata;
use openidconnect::{ClientId, IdTokenVerifier, JsonWebTokenType, Nonce};

use super::super::{Sender, TokenHash, fields, store};
use super::admission::{Admission, admit, refused};
use super::claims::{self, Claims, Identity, Jwt};
use super::exchange::{Wrong, strict};
use super::{Oidc, Refusal, unreachable, used};
use crate::api::{self, Problem};
use crate::state::{App, Shared};

/// The longest JWT in bytes.
const LONGEST: usize = 16 * 1024;
/// The types that a JWT may say it has: any, or an access token (RFC 9068).
const TYPES: [&str; 2] = ["JWT", "at+jwt"];

/// Middleware: stores a JWT that comes for the first time.
pub(crate) async fn admitted(State(app): State<Shared>, origin: Sender, request: Request, next: Next) -> Response {
    let Some((oidc, audience)) = app
        .oidc
        .as_ref()
        .and_then(|oidc| Some((oidc, oidc.config.audience.as_ref()?)))
    else {
        return next.run(request).await;
    };
    if let Some(jwt) = jwt(request.headers())
        && let Err(problem) = store_once(&app, oidc, audience, &origin, jwt).await
    {
        return problem.into_response();
    }
    next.run(request).await
}

/// The JWT in the headers: three parts with dots between, the first of which begins like every JSON object. Tokens of
/// this server have no dots.
fn jwt(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    let is_jwt = token.starts_with("eyJ") && token.bytes().filter(|byte| *byte == b'.').count() == 2;
    (scheme.eq_ignore_ascii_case("bearer") && is_jwt).then_some(token)
}

async fn store_once(app: &App, oidc: &Oidc, audience: &str, origin: &Sender, text: &str) -> Result<(), Problem> {
    let hash = TokenHash::of(text.as_bytes());
    if oidc.is_admitted(&hash) {
        return Ok(());
    }
    let (database, users, config) = (oidc.database(app)?, &app.program.users, app.login);
    let known = database.pool.read(move |session| {
        let valid = store::is_valid(session, users, &hash, api::now(), &config)?;
        Ok((valid, used::is_used(session, &hash)?))
    });
    match known.await? {
        (true, _) => {}
        (false, true) => return Err(refused("this JWT was revoked, or its user may not log in any more")),
        (false, false) => {
            let identity = identity(oidc, audience, text).await.map_err(|refusal| match refusal {
                Refusal::Unreachable(why) => unreachable(&why),
                Refusal::Refused(why) => refused(&why),
            })?;
            let admission = Admission {
                once: (hash, identity.expires),
                token: hash,
                name: fields::name_of(origin),
                expires: identity.expires.min(api::now() + config.token_max),
                identity,
            };
            admit(app, oidc, origin, admission).await?;
        }
    }
    oidc.remember(hash);
    Ok(())
}

/// Who the JWT is for.
async fn identity(oidc: &Oidc, audience: &str, text: &str) -> Result<Identity, Refusal> {
    if text.len() > LONGEST {
        return Err(Refusal::Refused(format!("a JWT has at most {LONGEST} bytes")));
    }
    let jwt = Jwt::from_str(text);
    let jwt =
        jwt.map_err(|_| Refusal::Refused("it is no JWT with the claims iss, sub, aud, exp and iat".to_owned()))?;
    let metadata = oidc.provider.metadata().await?;
    let mut checked = check(oidc, &metadata, audience, &jwt);
    if matches!(checked, Err(Wrong::Key)) {
        let metadata = oidc.provider.newer(&metadata).await?;
        checked = check(oidc, &metadata, audience, &jwt);
    }
    let claims = checked.map_err(|wrong| Refusal::Refused(wrong.text()))?;
    let all = claims::all(claims).map_err(Refusal::Refused)?;
    let (expires, now) = (claims.expiration().naive_utc(), Utc::now().naive_utc());
    claims::identity(&oidc.config, &all, expires, now).map_err(Refusal::Refused)
}

fn check<'j>(oidc: &Oidc, metadata: &CoreProviderMetadata, audience: &str, jwt: &'j Jwt) -> Result<&'j Claims, Wrong> {
    let types = TYPES.map(|name| JsonWebTokenType::new(name.to_owned()).normalize());
    let (audience, keys) = (ClientId::new(audience.to_owned()), metadata.jwks().clone());
    let verifier = IdTokenVerifier::new_public_client(audience, metadata.issuer().clone(), keys)
        .set_allowed_jose_types(types.into_iter().flatten())
        // A service may use one token with several servers.
        .set_other_audience_verifier_fn(|_| true);
    Ok(jwt.claims(&strict(verifier, &oidc.config), |_: Option<&Nonce>| Ok(()))?)
}
