//! What the caller may do with a model or a record, and why: the method `access`.

use serde_json::{Map, Value as Json, json};

use super::{answer, arguments};
use crate::def::Operation;
use crate::env::{Call, Env};
use crate::error::Result;
use crate::registry::ModelInfo;

pub(super) fn access(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let () = arguments(call)?;
    let id = call.ids.first().copied();
    let explained = explain(call.env, call.model, id)?;
    answer(call, explained)
}

/// What the caller may do with the model, or with the record `id`: for each operation whether it is allowed, and the
/// rights and rules that say so, in words.
///
/// # Errors
/// When the database cannot be asked.
pub fn explain(env: &mut Env<'_>, model: &ModelInfo, id: Option<i64>) -> Result<Json> {
    let operations = Operation::ALL
        .into_iter()
        .filter(|operation| id.is_none() || *operation != Operation::Create);
    let mut all = Map::new();
    for operation in operations {
        all.insert(operation.word().to_owned(), explained(env, model, id, operation)?);
    }
    Ok(Json::Object(all))
}

fn explained(env: &mut Env<'_>, model: &ModelInfo, id: Option<i64>, operation: Operation) -> Result<Json> {
    let explanation = env.access.explain(env.registry, model, operation);
    let Some(id) = id else {
        let rules: Vec<&str> = explanation.rules.iter().map(|rule| rule.words.as_str()).collect();
        return Ok(json!({"allowed": explanation.has_right, "because": explanation.because, "rules": rules}));
    };
    let (mut always, mut one) = (true, explanation.rules.iter().all(|rule| rule.always));
    let mut rules = Vec::new();
    for rule in &explanation.rules {
        let holds = !env
            .ids(env.sql().fulfilling(model, &[id], Some(&rule.condition))?)?
            .is_empty();
        match rule.always {
            true => always &= holds,
            false => one |= holds,
        }
        rules.push(json!({"rule": rule.words, "holds": holds}));
    }
    let allowed = explanation.has_right && always && one;
    Ok(json!({"allowed": allowed, "because": explanation.because, "rules": rules}))
}
