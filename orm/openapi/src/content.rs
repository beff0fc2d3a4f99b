//! Request bodies and responses with JSON.

use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::{ContentBuilder, RefOr, Required, Response, ResponseBuilder, Schema};

/// A JSON body.
pub(super) fn body(schema: impl Into<RefOr<Schema>>, required: bool) -> RequestBody {
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let required = if required { Required::True } else { Required::False };
    RequestBodyBuilder::new()
        .content("application/json", content)
        .required(Some(required))
        .build()
}

/// A JSON response.
pub(super) fn json(description: &str, schema: impl Into<RefOr<Schema>>) -> Response {
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new()
        .description(description)
        .content("application/json", content)
        .build()
}
