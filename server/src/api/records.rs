//! Handlers for records: list, read, create, update, delete.

use axum::extract::State;
use axum::http::{HeaderMap, Version};
use axum::response::{IntoResponse as _, Response};
use orm::error::{Code, Error, Result};
use orm::{builtin, query, write};
use serde_json::Value;

use super::answer::Answer;
use super::body::JsonBody;
use super::credentials::RequiredCredentials;
use super::extract::{Params, PathSegments};
use super::id_or_method::IdOrMethod;
use super::params::no_parameters;
use super::problem::Problem;
use super::write_batch::{self, Target};
use super::{list, methods, stream, transact};
use crate::memory_budget::Reserved;
use crate::state::Shared;

/// `GET /{model}`
pub(super) async fn list(
    State(app): State<Shared>,
    RequiredCredentials(caller): RequiredCredentials,
    PathSegments(model): PathSegments<String>,
    Params(params): Params,
    version: Version,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(form) = stream::asked(&headers, &params) {
        return stream::stream(&app, caller, model, params, form, version).await;
    }
    let answer = transact::read_model(&app, caller, model, move |env, model, app| {
        list::list(env, model, transact::checked(&params)?, app)
    });
    Ok(answer.await?.into_response())
}

/// `GET /{model}/{id}`
pub(super) async fn read_one(
    State(app): State<Shared>,
    RequiredCredentials(caller): RequiredCredentials,
    PathSegments((model, segment)): PathSegments<(String, String)>,
    Params(params): Params,
) -> Result<Answer, Problem> {
    let segment = IdOrMethod(segment);
    if segment.0 == builtin::ACCESS {
        return methods::access(&app, caller, model, None, params).await;
    }
    transact::read_model(&app, caller, model, move |env, model, app| {
        let id = segment.id(model)?;
        let request = query::Request::parse_one(
            env.registry,
            model,
            transact::checked(&params)?,
            &super::limits(app),
            env.wire,
        )?;
        query::read_one(env, model, id, &request)
    })
    .await
}

/// `POST /{model}`
pub(super) async fn create(
    State(app): State<Shared>,
    RequiredCredentials(caller): RequiredCredentials,
    PathSegments(model): PathSegments<String>,
    Params(params): Params,
    JsonBody(body): JsonBody,
) -> Result<Answer, Problem> {
    let body = no_parameters(params).and_then(|()| given(body));
    write_batch::write(&app, caller, model, Target::New, body).await
}

/// `PUT /{model}/{id}` and `PATCH /{model}/{id}`: both change only the fields in the body.
pub(super) async fn update(
    State(app): State<Shared>,
    RequiredCredentials(caller): RequiredCredentials,
    PathSegments((model, segment)): PathSegments<(String, String)>,
    Params(params): Params,
    JsonBody(body): JsonBody,
) -> Result<Answer, Problem> {
    let body = no_parameters(params).and_then(|()| given(body));
    write_batch::write(&app, caller, model, Target::Record(IdOrMethod(segment)), body).await
}

/// `DELETE /{model}/{id}`
pub(super) async fn delete(
    State(app): State<Shared>,
    RequiredCredentials(caller): RequiredCredentials,
    PathSegments((model, segment)): PathSegments<(String, String)>,
    Params(params): Params,
) -> Result<Answer, Problem> {
    let (segment, nothing) = (IdOrMethod(segment), no_parameters(params));
    transact::write_model(&app, caller, model, move |env, model| {
        let id = segment.id(model)?;
        transact::checked(&nothing)?;
        write::delete(env, model, id)?;
        Ok(env.wire.deleted(id))
    })
    .await
}

/// The body; 400 when it is empty.
fn given(body: Result<Option<Reserved<Value>>>) -> Result<Reserved<Value>> {
    body?.ok_or_else(|| {
        Error::new(
            Code::Malformed,
            "the body is empty: send the record's values as a JSON object",
        )
    })
}
