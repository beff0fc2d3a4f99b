//! The operations on the user's own access tokens and password.

use serde_json::{Value as Json, json};
use utoipa::openapi::path::{OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::{
    HttpMethod, KnownFormat, ObjectBuilder, Paths, Ref, RefOr, Required, Schema, SchemaFormat, Type,
};

use super::catalog::Catalog;
use super::content;
use super::problem::{ALWAYS, BODY, refusals};
use super::session::SESSION;
use super::value;

const TOKENS: &str = "/rest/api/tokens";

/// Adds the operations.
pub(super) fn add(catalog: &mut Catalog<'_>, paths: &mut Paths) {
    let example = example_scope(catalog);
    let scope = catalog.named("AccessTokenScope", |_| scope(&example));
    let token = catalog.named("AccessToken", |_| token(scope.clone(), &example, false));
    let made = catalog.named("NewAccessToken", |_| self::token(scope.clone(), &example, true));
    let asked = catalog.named("AccessTokenRequest", |_| asked(scope, &example));
    let renaming = catalog.named("AccessTokenName", |_| {
        named(ObjectBuilder::new()).examples([json!({ "name": "Nightly export" })])
    });
    let passwords = catalog.named("PasswordChange", |_| passwords());

    let list = operation("list_tokens", "List your access tokens").response(
        "200",
        content::json("Those that are valid, the oldest first", value::list(token.clone())),
    );
    let create = operation("create_token", "Make an API key")
        .description(Some(
            "The key is answered this once. Several are valid at a time, so that a new one can replace an old one before \
             that is revoked. A limited token makes none with a wider scope.",
        ))
        .request_body(Some(content::body(asked, true)))
        .response("200", content::json("The key", made));
    let rename = operation("rename_token", "Rename an access token of yours")
        .parameter(id())
        .request_body(Some(content::body(renaming, true)))
        .response("200", content::json("The token", token));
    let revoke = operation("revoke_token", "Revoke an access token of yours, at once")
        .parameter(id())
        .response("200", content::json("It is no longer valid", text()));
    let change = operation(
        "change_password",
        "Change your password; your other access tokens are revoked",
    )
    .request_body(Some(content::body(passwords, true)))
    .response("200", content::json("It is changed", text()));
    let one = format!("{TOKENS}/{{token_id}}");
    for (path, method, operation, more) in [
        (TOKENS, HttpMethod::Get, list, &[][..]),
        (TOKENS, HttpMethod::Post, create, &BODY),
        (&one, HttpMethod::Patch, rename, &[404, 408, 413, 415, 422]),
        (&one, HttpMethod::Delete, revoke, &[404]),
        ("/rest/api/password", HttpMethod::Post, change, &BODY),
    ] {
        let statuses = ALWAYS.into_iter().chain(more.iter().copied());
        paths.add_path_operation(path, vec![method], refusals(operation, statuses).build());
    }
}

fn operation(id: &str, summary: &str) -> OperationBuilder {
    OperationBuilder::new()
        .tag(SESSION)
        .operation_id(Some(id))
        .summary(Some(summary))
}

fn id() -> Parameter {
    ParameterBuilder::new()
        .name("token_id") // `id` is that of a record, which most operations share
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("The `id` of the token in the list"))
        .schema(Some(text()))
        .example(Some(json!(ID)))
        .build()
}

const ID: &str = "9f86d081884c7d65";

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// A schema of this type whose value may be null.
fn or_null(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::from_iter([kind, Type::Null]))
}

fn named(object: ObjectBuilder) -> ObjectBuilder {
    let name = text().max_length(Some(100)).min_length(Some(1));
    object.property("name", name).required("name")
}

fn scope(example: &Json) -> ObjectBuilder {
    let read_only = ObjectBuilder::new().schema_type(Type::Boolean);
    let models: RefOr<Schema> =
        value::one_of([value::list(text()), ObjectBuilder::new().schema_type(Type::Null).into()]);
    ObjectBuilder::new()
        .description(Some("What a token is limited to; what it leaves out is not limited"))
        .property("read_only", read_only.description(Some("The token changes nothing")))
        .property(
            "models",
            value::described(models, "The models that its URLs may name; `null`: all of them"),
        )
        .examples([example.clone()])
}

/// A scope with the first model that HTTP reaches.
fn example_scope(catalog: &Catalog<'_>) -> Json {
    let mut models = catalog.registry.models().iter().filter(|model| model.def.api);
    let first: Vec<&str> = models.next().map(|model| model.def.name).into_iter().collect();
    json!({ "read_only": true, "models": first })
}

/// The schema of a token; of a new one, with the token itself.
fn token(scope: Ref, scope_example: &Json, new: bool) -> ObjectBuilder {
    let time = || SchemaFormat::KnownFormat(KnownFormat::DateTime);
    let boolean = || ObjectBuilder::new().schema_type(Type::Boolean);
    let mut example = json!({
        "id": ID, "name": "Nightly export", "created": "2026-01-26T13:37:58.701565",
        "last_used": "2026-01-26T13:37:58.701565", "expires": "2026-04-26T13:37:58.701565", "api_key": true,
        "scope": scope_example, "current": false,
    });
    let object = named(
        ObjectBuilder::new()
            .property("id", text().description(Some("Names the token, and is not secret")))
            .required("id"),
    )
    .property("created", text().format(Some(time())))
    .required("created")
    .property(
        "last_used",
        text().format(Some(time())).description(Some("To the minute")),
    )
    .required("last_used")
    .property(
        "expires",
        or_null(Type::String).format(Some(time())).description(Some(
            "`null`: never. The token of a login expires earlier if it is not used",
        )),
    )
    .required("expires")
    .property(
        "api_key",
        boolean().description(Some("It was made by `create_token`, not by a login")),
    )
    .required("api_key")
    .property("scope", scope)
    .required("scope")
    .property(
        "current",
        boolean().description(Some("It is the token of this request")),
    )
    .required("current");
    if !new {
        return object.examples([example]);
    }
    example["access_token"] = json!("access_token_c12010c3c56abf81345358020678f8c277554f41");
    object
        .property(
            "access_token",
            text().description(Some("The token itself, which is not answered again")),
        )
        .required("access_token")
        .examples([example])
}

fn asked(scope: Ref, scope_example: &Json) -> ObjectBuilder {
    let days = or_null(Type::Integer)
        .minimum(Some(1))
        .maximum(Some(3650))
        .description(Some("After so many days it expires; `null`: never"));
    named(ObjectBuilder::new())
        .property("expires_in_days", days)
        .required("expires_in_days")
        .property("scope", scope)
        .examples([json!({ "name": "Nightly export", "expires_in_days": 90, "scope": scope_example })])
}

fn passwords() -> ObjectBuilder {
    let password = || text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)));
    ObjectBuilder::new()
        .property("old", password())
        .required("old")
        .property("new", password().min_length(Some(1)))
        .required("new")
        .examples([json!({ "old": "the old password", "new": "a new password" })])
}
