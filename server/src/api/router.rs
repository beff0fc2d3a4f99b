//! Every route of the server.

use axum::Router;
use axum::http::Uri;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{delete, get, patch, post};

use super::conditional::{tagged, unconditional};
use super::context::Context;
use super::problem::Problem;
use super::{methods, records};
use crate::auth::oidc::bearer::admitted;
use crate::auth::request_rate::limited;
use crate::auth::{handlers as auth, oidc, own};
use crate::docs;
use crate::ops::compression::{Encoders, compressed};
use crate::ops::health;
use crate::state::Shared;

/// Every route of the server.
pub(crate) fn router(app: Shared) -> Router {
    let encoders = Encoders::new();
    let login = Router::new()
        // Login and logout, with a password or by an identity provider.
        .route(
            "/rest/api/login/token",
            get(auth::login_by_get)
                .head(auth::login_by_head)
                .post(auth::login_by_post),
        )
        .route("/rest/api/login/oidc", get(oidc::handlers::start))
        .route("/rest/api/login/oidc/callback", get(oidc::handlers::callback));
    let logout = Router::new()
        .route("/rest/api/logout/token", delete(auth::logout))
        .route("/rest/api/logout", delete(auth::logout))
        .route_layer(from_fn_with_state(app.clone(), admitted));
    // Records and methods of every exposed model. `{id_or_method}` is a record's id or a method's name.
    let records = Router::new()
        .route("/restful/api/v1/{model}", get(records::list).post(records::create))
        .route(
            "/restful/api/v1/{model}/{id_or_method}",
            get(records::read_one)
                .put(records::update)
                .patch(records::update)
                .delete(records::delete)
                .post(methods::call_on_model),
        )
        .route(
            "/restful/api/v1/{model}/{id}/{method}",
            get(methods::get_on_record)
                .patch(methods::call_on_record)
                .post(methods::call_on_record),
        )
        .route_layer(from_fn(tagged))
        .route_layer(from_fn_with_state(encoders.clone(), compressed));
    let with_token = Router::new()
        // The user's own tokens and password.
        .route("/rest/api/tokens", get(own::list).post(own::create))
        .route("/rest/api/tokens/{id}", patch(own::rename).delete(own::revoke))
        .route("/rest/api/password", post(own::change_password))
        .merge(records);
    let with_token = for_tokens(with_token, &app);
    let own_routes = (app.program.application.routes)(Context::new(app.clone()));
    let own_routes = for_tokens(own_routes, &app);
    let docs = docs::routes(app.program)
        .layer(from_fn(tagged))
        .layer(from_fn_with_state(encoders, compressed))
        .layer(from_fn_with_state(app.clone(), admitted));
    login
        .merge(logout)
        .merge(with_token)
        .route_layer(from_fn(unconditional))
        // Health checks.
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        // The application's own routes.
        .merge(own_routes.with_state(()))
        // The OpenAPI document and Swagger UI.
        .merge(docs)
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(nothing_here)
        .with_state(app)
}

/// Routes whose callers have a token, with the middleware that the settings ask for: each layer costs every request
/// something, and by default there is none.
fn for_tokens<S: Clone + Send + Sync + 'static>(mut routes: Router<S>, app: &Shared) -> Router<S> {
    if app.oidc.is_some() {
        routes = routes.layer(from_fn_with_state(app.clone(), admitted));
    }
    if app.request_rate.is_limited() {
        routes = routes.layer(from_fn_with_state(app.clone(), limited));
    }
    routes
}

async fn nothing_here(uri: Uri) -> Problem {
    Problem::not_found(format!(
        "there is nothing at {}; records are at /restful/api/v1/{{model}}, the login at /rest/api/login/token, the \
         documents at /docs",
        uri.path()
    ))
}

/// The fallback for 405; the router adds the header `Allow`.
async fn method_not_allowed() -> Problem {
    Problem::method_not_allowed(
        "this URL exists, but not for this HTTP method; the header Allow lists those it has",
        "",
    )
}
