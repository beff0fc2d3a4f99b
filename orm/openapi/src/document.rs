//! The whole document: introduction, tags, security, paths, components.

use utoipa::openapi::info::{Info, InfoBuilder, LicenseBuilder};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::tag::{Tag, TagBuilder};
use utoipa::openapi::{ComponentsBuilder, OpenApi, OpenApiBuilder, Paths, Server};

use super::catalog::Catalog;
use super::examples::Examples;
use super::{components, identity, method, names, operation, problem, session};
use orm_definition::registry::{ModelInfo, Registry};

/// The request header with the access token.
const TOKEN: &str = "access-token";
const BEARER: &str = "bearer";

const INTRODUCTION: &str = include_str!("introduction.md");

/// An OpenAPI 3.1 document of version 1 of the wire format, with this title and everything of the registry's models
/// that HTTP may reach.
pub fn document(title: &str, registry: &Registry, examples: &Examples) -> OpenApi {
    let mut catalog = Catalog::new(registry, examples);
    let mut paths = Paths::new();
    session::add(&mut catalog, &mut paths);
    identity::add(&mut catalog, &mut paths);
    let exposed: Vec<&ModelInfo> = registry.models().iter().filter(|model| model.def.api).collect();
    for model in &exposed {
        operation::add(&mut catalog, model, &mut paths);
    }
    method::of_every_model(&mut catalog, &mut paths);
    let responses = problem::responses(&mut catalog)
        .into_iter()
        .chain(operation::responses());
    let parameters = components::parameters(&mut paths);

    let token = "What a login answers as `access_token`";
    let header = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(TOKEN, token)));
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The same token"));
    let mut components = ComponentsBuilder::new()
        .security_scheme(TOKEN, header)
        .security_scheme(BEARER, SecurityScheme::Http(bearer.build()))
        .schemas_from_iter(catalog.into_schemas());
    for (name, response) in responses {
        components = components.response(name, response);
    }
    for (name, parameter) in parameters {
        components = components.parameter(name, parameter);
    }
    OpenApiBuilder::new()
        .info(info(title))
        .servers(Some([Server::new("/")]))
        .tags(Some(tags(&exposed)))
        .security(Some(
            [TOKEN, BEARER].map(|scheme| SecurityRequirement::new(scheme, Vec::<String>::new())),
        ))
        .paths(paths)
        .components(Some(components.build()))
        .build()
}

fn info(title: &str) -> Info {
    let license = LicenseBuilder::new()
        .name("MIT OR Apache-2.0")
        .identifier(Some("MIT OR Apache-2.0"))
        .build();
    InfoBuilder::new()
        .title(title)
        .version("1")
        .description(Some(INTRODUCTION))
        .license(Some(license))
        .build()
}

fn tags(models: &[&ModelInfo]) -> Vec<Tag> {
    let own = [
        (session::SESSION, "Login and logout, access tokens, the password"),
        (session::HEALTH, "For whoever watches the server"),
        (method::EVERY_MODEL, "What can be called on every model"),
    ];
    let own = own.map(|(name, description)| tag(name, description.to_owned()));
    let models = models.iter().map(|model| {
        let def = model.def;
        tag(def.name, names::sentences([def.label, def.help]))
    });
    own.into_iter().chain(models).collect()
}

fn tag(name: &str, description: String) -> Tag {
    TagBuilder::new().name(name).description(Some(description)).build()
}
