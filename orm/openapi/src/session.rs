//! The operations that belong to no model: login, logout, health.

use serde_json::json;
use utoipa::openapi::path::{Operation, OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{
    ContentBuilder, HttpMethod, KnownFormat, ObjectBuilder, Paths, Ref, Required, ResponseBuilder, SchemaFormat, Type,
};

use super::catalog::Catalog;
use super::content;
use super::examples::LoginExample;
use super::problem::refusals;
use super::value;

/// The tag of login, logout, and what users do with their tokens and password.
pub(super) const SESSION: &str = "session";
/// The tag of the health checks.
pub(super) const HEALTH: &str = "health";

const LOGIN: &str = "/rest/api/login/token";
const PROVIDER: &str = "/rest/api/login/oidc";

/// Adds login, logout and the health checks.
pub(super) fn add(catalog: &mut Catalog<'_>, paths: &mut Paths) {
    let (credentials, session) = (
        catalog.named("Login", |catalog| credentials(catalog.examples.login.as_ref())),
        catalog.named("Session", |_| session()),
    );
    paths.add_path_operation(
        LOGIN,
        vec![HttpMethod::Get],
        login_get(session.clone(), catalog.examples.login.as_ref()),
    );
    paths.add_path_operation(LOGIN, vec![HttpMethod::Post], login(credentials, session));
    paths.add_path_operation(PROVIDER, vec![HttpMethod::Get], provider_login());
    let back = provider_callback(catalog.named("Session", |_| self::session()));
    paths.add_path_operation(format!("{PROVIDER}/callback"), vec![HttpMethod::Get], back);
    for (path, id) in [
        ("/rest/api/logout/token", "logout_token"),
        ("/rest/api/logout", "logout"),
    ] {
        paths.add_path_operation(path, vec![HttpMethod::Delete], logout(id));
    }
    for (path, id, summary, statuses) in [
        ("/livez", "livez", "Whether the process runs", &[][..]),
        ("/readyz", "readyz", "Whether requests can be served", &[503][..]),
    ] {
        let operation = open(HEALTH, id, summary).response("200", ResponseBuilder::new().description("Yes").build());
        paths.add_path_operation(
            path,
            vec![HttpMethod::Get],
            refusals(operation, statuses.iter().copied()),
        );
    }
}

/// Login by `GET`, as clients of the Odoo add-on do it.
fn login_get(session: Ref, example: Option<&LoginExample>) -> Operation {
    let parameter = |name: &str, description: &str, required: Required, example: Option<&String>| {
        let text = ObjectBuilder::new().schema_type(Type::String);
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Query)
            .required(required);
        parameter
            .description(Some(description))
            .schema(Some(text))
            .example(example.map(|example| json!(example)))
    };
    let operation = open(
        SESSION,
        "login_get",
        "Log in by URL; prefer POST, which keeps the password out of URLs",
    )
    .parameter(parameter(
        "login",
        "Name of the user",
        Required::True,
        example.map(|example| &example.login),
    ))
    .parameter(parameter(
        "password",
        "The user's password",
        Required::True,
        example.map(|example| &example.password),
    ))
    .parameter(parameter(
        "db",
        DATABASE,
        Required::False,
        example.map(|example| &example.database),
    ))
    .parameter(parameter("name", NAME, Required::False, None))
    .response("200", content::json("A new token", session));
    refusals(operation, [400, 401, 405, 429, 503]).build()
}

fn login(credentials: Ref, session: Ref) -> Operation {
    let content = || ContentBuilder::new().schema(Some(credentials.clone())).build();
    let body = RequestBodyBuilder::new()
        .content("application/json", content())
        .content("application/x-www-form-urlencoded", content())
        .required(Some(Required::True));
    let operation = open(SESSION, "login", "Log in")
        .request_body(Some(body.build()))
        .response("200", content::json("A new token", session));
    refusals(operation, [400, 401, 408, 413, 415, 429, 503]).build()
}

/// The beginning of a login by an identity provider.
fn provider_login() -> Operation {
    let operation = open(
        SESSION,
        "login_oidc",
        "Log in by the identity provider (OpenID Connect): sends the browser there; 404 where the server has none",
    )
    .parameter(text(
        "return_to",
        "The page that gets the token, after `#`; one that the server's settings name",
    ))
    .parameter(text("name", NAME))
    .response(
        "303",
        ResponseBuilder::new().description("To the identity provider").build(),
    );
    refusals(operation, [400, 404, 503]).build()
}

/// The end of a login by an identity provider.
fn provider_callback(session: Ref) -> Operation {
    let operation = open(
        SESSION,
        "login_oidc_callback",
        "Where the identity provider sends the browser back, with the cookie that it got at the beginning",
    )
    .parameter(text("code", "What the provider gives a token for"))
    .parameter(text("state", "Which login comes back"))
    .parameter(text("error", "Why the provider logs nobody in"))
    .parameter(text("iss", "The provider"))
    .response("200", content::json("A new token", session))
    .response(
        "303",
        ResponseBuilder::new().description("To the page of `return_to`").build(),
    );
    refusals(operation, [400, 401, 404, 429, 503]).build()
}

/// A parameter that may be left out.
fn text(name: &str, description: &str) -> ParameterBuilder {
    let text = ObjectBuilder::new().schema_type(Type::String);
    let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Query);
    parameter
        .required(Required::False)
        .description(Some(description))
        .schema(Some(text))
}

fn logout(id: &str) -> Operation {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let parameter = ParameterBuilder::new()
        .name("access_token")
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some("The token, where it is in no header"))
        .schema(Some(text()));
    let operation = OperationBuilder::new()
        .tag(SESSION)
        .operation_id(Some(id))
        .summary(Some("Log out: the token is no longer valid"))
        .parameter(parameter)
        .response("200", content::json("It is no longer valid", text()));
    refusals(operation, [400, 401, 503]).build()
}

/// An operation that needs no token.
fn open(tag: &str, id: &str, summary: &str) -> OperationBuilder {
    let operation = OperationBuilder::new()
        .tag(tag)
        .operation_id(Some(id))
        .summary(Some(summary));
    operation.securities(Some([SecurityRequirement::default()]))
}

const NAME: &str = "Name of the token, for the list of tokens; by default the name of the user agent";
const DATABASE: &str = "Name of the database; may be left out where there is one";

fn credentials(example: Option<&LoginExample>) -> ObjectBuilder {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let password = text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)));
    ObjectBuilder::new()
        .property("login", text())
        .required("login")
        .property("password", password)
        .required("password")
        .property("db", text().description(Some(DATABASE)))
        .property("name", text().max_length(Some(100)).description(Some(NAME)))
        .examples(
            example
                .map(|example| json!({ "login": example.login, "password": example.password, "db": example.database })),
        )
}

fn session() -> ObjectBuilder {
    let token = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("Goes into the header `access-token`"));
    ObjectBuilder::new()
        .property("uid", value::described(value::id().into(), "Id of the user"))
        .required("uid")
        .property("access_token", token)
        .required("access_token")
        .examples([json!({ "uid": 2, "access_token": "access_token_c12010c3c56abf81345358020678f8c277554f41" })])
}
