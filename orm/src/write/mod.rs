//! Writing: a body becomes checked values, the values become rows, computed fields follow, and the response is read in
//! the same transaction. Whatever is refused leaves nothing behind: the caller's transaction is rolled back.

mod commands;
mod conflict;
mod create;
mod delete;
mod evaluate;
mod load;
mod parse;
mod reach;
mod recompute;
mod references;
mod rows;
mod standing;
mod unit;
mod update;

pub use load::{Compared, Summary, load};

use serde_json::Value as Json;

use parse::{Mode, Parser};
use recompute::Queue;

use crate::command::Values;
use crate::env::Env;
use crate::error::{Code, Error, Result, nearest};
use crate::model::Model;
use crate::query;
use crate::registry::{ModelInfo, Node};

/// Creates one record from an object, or all or none of a list; answers it, or them, by the model's response tree.
///
/// # Errors
/// 422 with every mistake of the body; 409 when a record with the same unique values exists.
pub fn create(env: &mut Env<'_>, model: &ModelInfo, body: &Json) -> Result<Vec<u8>> {
    let mut parser = Parser::new(env.registry);
    let records: Vec<Values> = match body {
        Json::Array(bodies) => (bodies.iter().enumerate())
            .map(|(index, body)| parser.values(model, body, &format!("/{index}"), Mode::Create, None))
            .collect(),
        body => vec![parser.values(model, body, "", Mode::Create, None)],
    };
    accept(env, parser)?;
    let ids = create_values(env, model, records)?;
    let mut answers = respond(env, model, &ids)?;
    match (body.is_array(), answers.pop()) {
        (false, Some(answer)) => Ok(answer),
        (_, last) => {
            answers.extend(last);
            let mut list = vec![b'['];
            list.extend(answers.join(&b','));
            list.push(b']');
            Ok(list)
        }
    }
}

/// Creates records of `M` from typed values; answers their ids.
///
/// # Errors
/// When the database refuses them.
pub fn create_records<M: Model>(env: &mut Env<'_>, records: Vec<M::Create>) -> Result<Vec<i64>> {
    let model = env
        .registry
        .find(M::NAME)
        .ok_or_else(|| Error::internal(format!("{} is not in the catalogue", M::NAME)))?;
    create_values(env, model, records.into_iter().map(Into::into).collect())
}

fn create_values(env: &mut Env<'_>, model: &ModelInfo, records: Vec<Values>) -> Result<Vec<i64>> {
    change(env, |env, queue| create::create(env, queue, model, records))
}

/// Runs a change, then what is computed of it. What the database refuses is said in terms of the definitions.
fn change<T>(env: &mut Env<'_>, change: impl FnOnce(&mut Env<'_>, &mut Queue) -> Result<T>) -> Result<T> {
    let mut queue = Queue::default();
    let changed = change(env, &mut queue).and_then(|answer| queue.run(env).map(|()| answer));
    changed.map_err(|error| conflict::explain(env.registry, error))
}

/// Updates a record: what the body does not name stays. Answers it by the model's response tree.
///
/// # Errors
/// 404 when there is no such record; otherwise as [`create`].
pub fn update(env: &mut Env<'_>, model: &ModelInfo, id: i64, body: &Json) -> Result<Vec<u8>> {
    exists(env, model, id)?;
    let mut parser = Parser::new(env.registry);
    let values = parser.values(model, body, "", Mode::Update, None);
    accept(env, parser)?;
    change(env, |env, queue| update::update(env, queue, model, &[id], values))?;
    respond(env, model, &[id])?
        .pop()
        .ok_or_else(|| Error::new(Code::Conflict, "the update would delete the record itself"))
}

/// Deletes a record.
///
/// # Errors
/// 404 when there is no such record; 409 while others still need it.
pub fn delete(env: &mut Env<'_>, model: &ModelInfo, id: i64) -> Result<()> {
    exists(env, model, id)?;
    change(env, |env, queue| delete::delete(env, queue, model, &[id]))
}

/// Calls a method: on the record `id`, or on the model.
///
/// # Errors
/// 404 for an unknown method, with the right URL for one that is called the other way; what the method refuses.
pub fn call(env: &mut Env<'_>, model: &ModelInfo, id: Option<i64>, method: &str, body: &Json) -> Result<Vec<u8>> {
    const BUILT_IN: [&str; 3] = ["read", "write", "unlink"];
    let declared = model.def.methods.iter().find(|declared| declared.name == method);
    if declared.is_none() && !BUILT_IN.contains(&method) {
        let known = BUILT_IN
            .into_iter()
            .chain(model.def.methods.iter().map(|declared| declared.name));
        return Err(Error::not_found(format!(
            "{} has no method `{method}`{}",
            model.def.name,
            nearest(method, known)
        )));
    }
    let Some(id) = id else {
        return Err(Error::not_found(format!(
            "`{method}` is called on a record: …/{}/{{id}}/{method}",
            model.def.name
        )));
    };
    exists(env, model, id)?;
    if let Some(declared) = declared {
        Arguments::new(body, &[])?;
        let answer = (declared.call)(env, &[id])?;
        return Ok(answer.to_string().into_bytes());
    }
    match method {
        "read" => {
            let arguments = Arguments::new(body, &["fields"])?;
            let nodes = match arguments.names("fields")? {
                Some(names) if !names.is_empty() => {
                    query::field_names(model, &names).map_err(|why| invalid("/fields", why))?
                }
                Some(_) | None => query::plain_nodes(model),
            };
            let records = query::read_tree(env, model, &[id], &nodes, true)?;
            Ok([&b"["[..], &records.join(&b','), b"]"].concat())
        }
        "write" => {
            let arguments = Arguments::new(body, &["vals"])?;
            let vals = arguments
                .0
                .get("vals")
                .ok_or_else(|| invalid("/vals", "`vals` is required".to_owned()))?;
            update(env, model, id, vals).map_err(|error| error.below("/vals"))?;
            Ok(b"true".to_vec())
        }
        _ => {
            Arguments::new(body, &[])?;
            delete(env, model, id)?;
            Ok(b"true".to_vec())
        }
    }
}

/// The named arguments of a method.
struct Arguments(serde_json::Map<String, Json>);

impl Arguments {
    /// Refuses what the method does not take, but for the placeholders `arg1`, `arg2`, … of the old documentation.
    fn new(body: &Json, known: &[&str]) -> Result<Self> {
        let given = match body {
            Json::Null => serde_json::Map::new(),
            Json::Object(given) => given.clone(),
            _ => return Err(invalid("", "a method takes an object of named arguments".to_owned())),
        };
        let placeholder = |name: &str| {
            name.strip_prefix("arg").is_some_and(|digits| {
                !digits.is_empty() && !digits.starts_with('0') && digits.bytes().all(|digit| digit.is_ascii_digit())
            })
        };
        match given
            .keys()
            .find(|name| !known.contains(&name.as_str()) && !placeholder(name))
        {
            Some(name) => {
                let near = nearest(name, known.iter().copied());
                Err(invalid(
                    &format!("/{name}"),
                    format!("the method has no argument `{name}`{near}"),
                ))
            }
            None => Ok(Arguments(given)),
        }
    }

    /// A list of names.
    fn names(&self, argument: &str) -> Result<Option<Vec<String>>> {
        let wrong = || {
            invalid(
                &format!("/{argument}"),
                format!("`{argument}` is a list of field names"),
            )
        };
        match self.0.get(argument) {
            None => Ok(None),
            Some(Json::Array(items)) => items
                .iter()
                .map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong))
                .collect::<Result<_>>()
                .map(Some),
            Some(_) => Err(wrong()),
        }
    }
}

fn invalid(pointer: &str, message: String) -> Error {
    Error::invalid(vec![crate::error::Issue {
        place: crate::error::Place::Pointer(pointer.to_owned()),
        message,
    }])
}

fn exists(env: &mut Env<'_>, model: &ModelInfo, id: i64) -> Result<()> {
    match references::existing(env, model, &[id])?.is_empty() {
        false => Ok(()),
        true => Err(Error::not_found(format!(
            "there is no record {id} of {}",
            model.def.name
        ))),
    }
}

/// Refuses a body with mistakes: those of its form and those of the ids that it names, together.
fn accept(env: &mut Env<'_>, parser: Parser<'_>) -> Result<()> {
    let mut issues = parser.issues;
    issues.extend(parser.references.missing(env)?);
    match issues.is_empty() {
        true => Ok(()),
        false => Err(Error::invalid(issues)),
    }
}

fn respond(env: &mut Env<'_>, model: &ModelInfo, ids: &[i64]) -> Result<Vec<Vec<u8>>> {
    let plain: Vec<Node>;
    let (nodes, is_plain) = match model.write_response.as_slice() {
        [] => {
            plain = query::plain_nodes(model);
            (plain.as_slice(), true)
        }
        nodes => (nodes, false),
    };
    query::read_tree(env, model, ids, nodes, is_plain)
}
