//! Handlers that call methods, of a record and of a model.

use axum::extract::State;
use orm::error::Result;
use orm::registry::ModelInfo;
use orm::{builtin, method};
use serde_json::Value;

use super::answer::Answer;
use super::body::JsonBody;
use super::credentials::{Credentials, RequiredCredentials};
use super::extract::{Params, PathSegments};
use super::id_or_method::IdOrMethod;
use super::params::no_parameters;
use super::problem::Problem;
use super::transact;
use crate::memory_budget::Reserved;
use crate::state::{App, Shared};

/// A method call, as the URL and the body state it.
struct Call {
    model: String,
    id: Option<IdOrMethod>,
    method: String,
    /// `None` when there is no body.
    arguments: Result<Option<Reserved<Value>>>,
}

/// `PATCH /{model}/{id}/{method}` and `POST /{model}/{id}/{method}`
pub(super) async fn call_on_record(
    State(app): State<Shared>,
    RequiredCredentials(caller): RequiredCredentials,
    PathSegments((model, id, method)): PathSegments<(String, String, String)>,
    Params(params): Params,
    JsonBody(body): JsonBody,
) -> Result<Answer, Problem> {
    let arguments = no_parameters(params).and(body);
    call(
        &app,
        caller,
        Call {
            model,
            id: Some(IdOrMethod(id)),
            method,
            arguments,
        },
    )
    .await
}

/// `GET /{model}/{id}/access`: the one method of a record that is called by GET.
pub(super) async fn get_on_record(
    State(app): State<Shared>,
    RequiredCredentials(caller): RequiredCredentials,
    PathSegments((model, id, method)): PathSegments<(String, String, String)>,
    Params(params): Params,
) -> Result<Answer, Problem> {
    match method == builtin::ACCESS {
        true => access(&app, caller, model, Some(IdOrMethod(id)), params).await,
        false => {
            let detail = "methods of a record are called by PATCH or POST";
            Err(Problem::method_not_allowed(detail, "PATCH, POST"))
        }
    }
}

/// What the caller may do with a model, or with a record.
pub(super) async fn access(
    app: &Shared,
    caller: Credentials,
    model: String,
    id: Option<IdOrMethod>,
    params: Result<Vec<(String, String)>>,
) -> Result<Answer, Problem> {
    let call = Call {
        model,
        id,
        method: builtin::ACCESS.to_owned(),
        arguments: no_parameters(params).map(|()| None),
    };
    self::call(app, caller, call).await
}

/// `POST /{model}/{method}`
pub(super) async fn call_on_model(
    State(app): State<Shared>,
    RequiredCredentials(caller): RequiredCredentials,
    PathSegments((model, segment)): PathSegments<(String, String)>,
    Params(params): Params,
    JsonBody(body): JsonBody,
) -> Result<Answer, Problem> {
    let segment = IdOrMethod(segment);
    if segment.is_id() {
        let detail = "a record is changed by PUT or PATCH; POST creates one at /restful/api/v1/{model}, or calls a method \
                      at /restful/api/v1/{model}/{id}/{method}";
        return Err(Problem::method_not_allowed(detail, "GET, HEAD, PUT, PATCH, DELETE"));
    }
    let arguments = no_parameters(params).and(body);
    call(
        &app,
        caller,
        Call {
            model,
            id: None,
            method: segment.0,
            arguments,
        },
    )
    .await
}

async fn call(app: &Shared, caller: Credentials, call: Call) -> Result<Answer, Problem> {
    // An unknown model or method is refused in the transaction, after the token was checked. That only reads.
    let reads = app
        .program
        .find(&call.model)
        .and_then(|model| builtin::find(model, call.id.is_some(), &call.method))
        .is_none_or(|method| method.readonly);
    let limits = super::limits(app);
    let Call {
        model,
        id,
        method,
        arguments,
    } = call;
    let job = move |env: &mut orm::Env<'_>, model: &ModelInfo| {
        let id = id.as_ref().map(|id| id.id(model)).transpose()?;
        let arguments = transact::checked(&arguments)?.as_deref().unwrap_or(&Value::Null);
        method::call(env, model, id, &method, arguments, &limits)
    };
    if reads {
        let read = move |env: &mut orm::Env<'_>, model: &ModelInfo, _: &App| {
            env.session.snapshot()?;
            job(env, model)
        };
        transact::read_model(app, caller, model, read).await
    } else {
        transact::write_model(app, caller, model, job).await
    }
}
