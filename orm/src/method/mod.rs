//! Methods that can be called over HTTP: those that every model has ([`crate::builtin`]), and those that a model's
//! definition declares. Nothing else is reachable. Arguments are checked against the declaration; all mistakes are
//! reported together.

mod access;
mod answer;
mod argument;
mod builtin;
mod describe;
mod domain;
mod group;
mod search;
mod selection;

pub use access::explain;
pub use answer::{Answer, answer};
pub use argument::{Argument, Arguments, Count, Reader};
pub use selection::{read_selection, selection, selection_json};

use serde_json::{Map, Value as Json};

use crate::builtin::{ACCESS, ARCHIVING, DEFAULT_GET, EXISTS, METHODS, find, methods};
use crate::def::{MethodDef, Operation};
use crate::env::{Call, Env, Limits};
use crate::error::{Error, Result, nearest};
use crate::registry::ModelInfo;
use crate::typed::Model;
use crate::typed::Records;
use crate::write;

/// Calls a method on the record `id`, or on the model where `id` is `None`.
///
/// # Errors
/// 403 without the right to it; 404 for a record that does not exist and for an unknown method, with the right URL when a method of the model is
/// called on a record, or a method of records on the model; 422 with every mistake in the arguments; any error of the
/// method itself.
pub fn call(
    env: &mut Env<'_>,
    model: &ModelInfo,
    id: Option<i64>,
    name: &str,
    arguments: &Json,
    limits: &Limits,
) -> Result<Vec<u8>> {
    let model = env.registry.model(model.id);
    let method = find(model, id.is_some(), name).ok_or_else(|| unknown(model, id.is_some(), name))?;
    if method.name != ACCESS {
        env.access.may(model, Operation::Read)?;
        env.access.may(model, needs(method))?;
        env.may_call(model, method.name)?;
    }
    if let Some(id) = id
        && method.name != EXISTS
    {
        write::must_exist(env, model, id)?;
    }
    let given = match arguments {
        Json::Null => Map::new(),
        Json::Object(given) => given.clone(),
        _ => {
            return Err(argument::invalid(
                "",
                "a method takes an object of named arguments".to_owned(),
            ));
        }
    };
    let mut call = Call {
        env,
        model,
        method,
        ids: id.into_iter().collect(),
        given,
        limits: *limits,
    };
    let function = match builtin::code(method) {
        Some(function) => function,
        None => call.env.runtime.code(model).method(method.name)?,
    };
    let own = !is_shared(method);
    match (method.readonly, own) {
        (true, false) => function(&mut call),
        (true, true) => call.env.in_code(|env| function(&mut Call { env, ..call })),
        (false, false) => write::around(call.env, |env| {
            env.with_read_locks(model, |env| function(&mut Call { env, ..call }))
        }),
        (false, true) => write::around(call.env, |env| {
            env.trail.called(model, id, method.name);
            env.in_code(|env| env.with_read_locks(model, |env| function(&mut Call { env, ..call })))
        }),
    }
}

/// The right that a method needs beside that to read. Whatever else a declared one does is checked when it does it.
fn needs(method: &MethodDef) -> Operation {
    match method.name {
        _ if !is_shared(method) => Operation::Read,
        "write" => Operation::Write,
        name if ARCHIVING.contains(&name) => Operation::Write,
        "unlink" => Operation::Delete,
        "create" | "name_create" | "copy" | DEFAULT_GET => Operation::Create,
        _ => Operation::Read,
    }
}

/// Whether every model has the method.
fn is_shared(method: &MethodDef) -> bool {
    METHODS.iter().any(|shared| std::ptr::eq(shared, method))
}

/// The 404 for a method that does not exist, or that exists only for the other kind of call (on a record, on the
/// model).
fn unknown(model: &ModelInfo, on_records: bool, name: &str) -> Error {
    let own = model.def.name;
    if find(model, !on_records, name).is_some() {
        return Error::not_found(match on_records {
            true => format!("`{name}` is called on the model: …/{own}/{name}"),
            false => format!("`{name}` is called on a record: …/{own}/{{id}}/{name}"),
        });
    }
    let known = methods(model).filter(|method| method.on_records == on_records);
    let near = nearest(name, known.map(|method| method.name));
    Error::not_found(format!("{own} has no method `{name}`{near}"))
}

/// Reads the arguments that the method's definition declares, in its order.
///
/// # Errors
/// 422 with every mistake: unknown names, missing arguments, values of another type, records that do not exist.
pub fn arguments<A: Arguments>(call: &mut Call<'_, '_>) -> Result<A> {
    argument::read(call.env, call.method, &mut call.given)
}

/// The records that a method is called on.
pub fn records<M: Model>(call: &Call<'_, '_>) -> Records<M> {
    Records::new(call.ids.clone())
}
