//! Error responses: the one body that they all have, and which operations may answer which of them.

use serde_json::json;
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::{
    ContentBuilder, HeaderBuilder, ObjectBuilder, Ref, Response, ResponseBuilder, SchemaFormat, Type,
};

use super::catalog::Catalog;
use super::value;

struct Refusal {
    status: u16,
    code: &'static str,
    title: &'static str,
    description: &'static str,
}

const REFUSALS: [Refusal; 12] = [
    Refusal {
        status: 400,
        code: "invalid",
        title: "Bad Request",
        description: "The URL, a parameter or the body's syntax is wrong; each mistake is named with its place.",
    },
    Refusal {
        status: 401,
        code: "unauthenticated",
        title: "Unauthorized",
        description: "No token, or one that is unknown or expired; of a login: the credentials are not right.",
    },
    Refusal {
        status: 403,
        code: "access_denied",
        title: "Forbidden",
        description: "This user, or this access token, may not do it.",
    },
    Refusal {
        status: 404,
        code: "not_found",
        title: "Not Found",
        description: "There is no such model, record or method.",
    },
    Refusal {
        status: 405,
        code: "method_not_allowed",
        title: "Method Not Allowed",
        description: "The operation is switched off here; the header `Allow` names what is allowed.",
    },
    Refusal {
        status: 408,
        code: "request_timeout",
        title: "Request Timeout",
        description: "The body did not come in time.",
    },
    Refusal {
        status: 409,
        code: "conflict",
        title: "Conflict",
        description: "A value that must be unique is taken, or other records still need this one.",
    },
    Refusal {
        status: 413,
        code: "payload_too_large",
        title: "Payload Too Large",
        description: "The body is larger than the server takes, the answer would be larger than it gives, or the request takes \
                      more statements than one may.",
    },
    Refusal {
        status: 415,
        code: "unsupported_media_type",
        title: "Unsupported Media Type",
        description: "The body is of another type than the operation takes.",
    },
    Refusal {
        status: 422,
        code: "invalid",
        title: "Unprocessable Entity",
        description: "Values of the body are refused; all of them are named, each with a JSON pointer. Nothing was written.",
    },
    Refusal {
        status: 429,
        code: "too_many_requests",
        title: "Too Many Requests",
        description: "The access token has made too many requests, or too many logins have failed.",
    },
    Refusal {
        status: 503,
        code: "unavailable",
        title: "Service Unavailable",
        description: "The server or its database is busy or away; nothing was written.",
    },
];

/// The statuses with which any request with a token may be refused.
pub(super) const ALWAYS: [u16; 5] = [400, 401, 403, 429, 503];
/// The additional statuses of a request with a body.
pub(super) const BODY: [u16; 4] = [408, 413, 415, 422];
/// The additional statuses of a request that names a model.
pub(super) const MODEL: [u16; 2] = [404, 413];
/// The status of a write that does not fit what is stored.
pub(super) const CONFLICT: u16 = 409;
/// All statuses of a write with a body.
pub(super) const WRITE: [u16; 11] = [400, 401, 403, 404, 408, CONFLICT, 413, 415, 422, 429, 503];

/// The statuses whose answer says when to come again.
const LATER: [u16; 2] = [429, 503];

/// Adds the error responses of these statuses to an operation.
pub(super) fn refusals(operation: OperationBuilder, statuses: impl IntoIterator<Item = u16>) -> OperationBuilder {
    let known = |status: u16| REFUSALS.iter().find(|refusal| refusal.status == status);
    statuses
        .into_iter()
        .filter_map(known)
        .fold(operation, |operation, refusal| {
            let status = refusal.status.to_string();
            operation.response(&status, Ref::from_response_name(&status))
        })
}

/// Every error response as a component. Its name is the status: a short one, as every operation refers to most of them.
pub(super) fn responses(catalog: &mut Catalog<'_>) -> Vec<(String, Response)> {
    let problem = catalog.named("Problem", |_| problem());
    let response = |refusal: &Refusal| {
        let content = ContentBuilder::new().schema(Some(problem.clone())).example(Some(json!({
            "type": "about:blank",
            "title": refusal.title,
            "status": refusal.status,
            "code": refusal.code,
            "detail": refusal.description,
        })));
        let mut response = ResponseBuilder::new().description(refusal.description);
        if LATER.contains(&refusal.status) {
            let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
            let header = HeaderBuilder::new().schema(Some(seconds));
            let header = header.description(Some("Seconds to wait before the next attempt"));
            response = response.header("Retry-After", header.build());
        }
        (
            refusal.status.to_string(),
            response.content("application/problem+json", content.build()).build(),
        )
    };
    REFUSALS.iter().map(response).collect()
}

/// The schema of an error response's body: a problem document (RFC 9457).
fn problem() -> ObjectBuilder {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let uri = text().format(Some(SchemaFormat::Custom("uri-reference".to_owned())));
    let mistake = ObjectBuilder::new()
        .property(
            "pointer",
            text().description(Some("JSON pointer into the body: `/order_line/0/2/product_id`")),
        )
        .property("parameter", text().description(Some("Name of the query parameter")))
        .property(
            "message",
            text().description(Some("What is wrong, and what would be right")),
        )
        .required("message");
    ObjectBuilder::new()
        .description(Some("Why a request was refused (RFC 9457)"))
        .property(
            "type",
            uri.description(Some("Kind of problem; `about:blank`: the status says it all")),
        )
        .required("type")
        .property("title", text().description(Some("The status in words")))
        .required("title")
        .property(
            "status",
            ObjectBuilder::new()
                .schema_type(Type::Integer)
                .description(Some("The HTTP status")),
        )
        .required("status")
        .property("code", text().description(Some("Stable name of the kind of refusal")))
        .required("code")
        .property("detail", text().description(Some("What happened, for people")))
        .required("detail")
        .property(
            "incident",
            text().description(Some("Of a failure inside: the id under which the log has the reason")),
        )
        .property(
            "errors",
            value::described(value::list(mistake), "Each mistake and its place"),
        )
}
