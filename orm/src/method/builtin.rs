//! The methods that every model has.

use serde_json::{Map, Value as Json};

use super::argument::invalid;
use super::{Argument, answer, arguments, describe, group, search};
use crate::builtin::{EXISTS, METHODS};
use crate::def::{Kind, MethodDef, Type};
use crate::env::{Call, MethodFn};
use crate::error::{Error, Result};
use crate::query::{self, Style};
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;
use crate::wire;
use crate::write;

/// The function of a method that every model has; `None` for a method that a model declares itself.
pub(super) fn code(method: &MethodDef) -> Option<MethodFn> {
    let shared = METHODS.iter().any(|shared| std::ptr::eq(shared, method));
    Some(match (method.on_records, method.name) {
        _ if !shared => return None,
        (_, "access") => super::access::access,
        (true, "read") => read_records,
        (true, "write") => write_records,
        (true, "unlink") => unlink_records,
        (true, "copy") => copy,
        (true, EXISTS) => record_exists,
        (true, "action_archive") => archive,
        (true, "action_unarchive") => unarchive,
        (true, "toggle_active") => toggle,
        (false, "search") => search::search,
        (false, "search_read") => search::search_read,
        (false, "search_count") => search::search_count,
        (false, "read_group") => group::read_group,
        (false, "name_search") => search::name_search,
        (false, "name_create") => name_create,
        (false, "default_get") => describe::default_get,
        (false, "fields_get") => describe::fields_get,
        (false, "create") => create,
        (false, "read") => read,
        (false, "write") => write,
        (false, "unlink") => unlink,
        (false, EXISTS) => exists,
        _ => return None,
    })
}

fn read_records(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (fields,) = arguments(call)?;
    let ids = call.ids.clone();
    read_plain(call, &ids, fields)
}

fn read(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (ids, fields): (Vec<Id>, _) = arguments(call)?;
    let ids = bounded_ids(call, &ids)?;
    read_plain(call, &ids, fields)
}

fn read_plain(call: &mut Call<'_, '_>, ids: &[i64], fields: Option<Vec<String>>) -> Result<Vec<u8>> {
    let nodes = search::nodes(call.env, call.model, fields)?;
    let style = Style {
        plain: true,
        archived: false,
    };
    query::read_list(call.env, call.model, ids, &nodes, style)
}

fn write_records(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (vals,) = arguments(call)?;
    let ids = call.ids.clone();
    change(call, &ids, &vals)
}

fn write(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (ids, vals): (Vec<Id>, _) = arguments(call)?;
    let ids = named(call, &ids)?;
    change(call, &ids, &vals)
}

fn change(call: &mut Call<'_, '_>, ids: &[i64], vals: &Json) -> Result<Vec<u8>> {
    write::update_body(call.env, call.model, ids, vals).map_err(|error| error.below("/vals"))?;
    answer(call, ())
}

fn unlink_records(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let () = arguments(call)?;
    write::delete_records(call.env, call.model, &call.ids)?;
    answer(call, ())
}

fn unlink(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (ids,): (Vec<Id>,) = arguments(call)?;
    let ids = named(call, &ids)?;
    write::delete_records(call.env, call.model, &ids)?;
    answer(call, ())
}

fn copy(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (default,): (Option<Json>,) = arguments(call)?;
    let default = default.unwrap_or_else(|| Json::Object(Map::new()));
    let copies = write::copy(call.env, call.model, &call.ids, &default).map_err(|error| error.below("/default"))?;
    first(call, copies)
}

/// Answers the first of `ids`, for calls that create one record.
fn first(call: &Call<'_, '_>, ids: Vec<i64>) -> Result<Vec<u8>> {
    let id = ids.first().copied();
    answer(call, id.ok_or_else(|| Error::internal("nothing was created"))?)
}

fn record_exists(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let () = arguments(call)?;
    let found = write::existing(call.env, call.model, &call.ids)?;
    answer(call, call.ids.iter().all(|id| found.contains(id)))
}

fn exists(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (ids,): (Vec<Id>,) = arguments(call)?;
    let mut ids = bounded_ids(call, &ids)?;
    let found = write::existing(call.env, call.model, &ids)?;
    ids.retain(|id| found.contains(id));
    answer(call, ids)
}

fn archive(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let () = arguments(call)?;
    let active = active(call.model)?;
    let ids = call.ids.clone();
    set_active(call, active, &ids, false)
}

fn unarchive(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let () = arguments(call)?;
    let active = active(call.model)?;
    let ids = call.ids.clone();
    set_active(call, active, &ids, true)
}

/// Archives the records that are not archived, and takes the others out of the archive.
fn toggle(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let () = arguments(call)?;
    let active = active(call.model)?;
    let now = query::where_true(call.env, call.model, active, &call.ids)?;
    let (on, off): (Vec<i64>, Vec<i64>) = call.ids.iter().partition(|id| now.contains(id));
    set_active(call, active, &on, false)?;
    set_active(call, active, &off, true)
}

fn set_active(call: &mut Call<'_, '_>, active: FieldId, ids: &[i64], value: bool) -> Result<Vec<u8>> {
    write::set(call.env, call.model, ids, active, Value::Bool(value))?;
    answer(call, ())
}

fn active(model: &ModelInfo) -> Result<FieldId> {
    let active = model.active;
    active.ok_or_else(|| Error::internal(format!("{} has no `active`", model.def.name)))
}

fn name_create(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (name,): (String,) = arguments(call)?;
    if call.model.field("name").is_none() {
        let why = format!("{} has no field `name`: use `create`", call.model.def.name);
        return Err(invalid("/name", why));
    }
    let values = Json::Object(Map::from_iter([("name".to_owned(), Json::from(name))]));
    // `values` is in the default form, whatever version the call uses.
    let spoken = std::mem::replace(&mut call.env.wire, wire::DEFAULT);
    let ids = write::create_ids(call.env, call.model, &values);
    call.env.wire = spoken;
    let ids = ids?;
    let created = ids.first().copied().unwrap_or_default();
    let name = query::name_of(call.env, call.model, created)?;
    name.ok_or_else(|| Error::internal("nothing was created"))
}

fn create(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (one, many): (Option<Json>, Option<Json>) = arguments(call)?;
    let (place, values) = match (one, many) {
        (Some(values), None) => ("/vals", values),
        (None, Some(values)) => ("/vals_list", values),
        (None, None) => return Err(invalid("/vals", "the argument `vals` is required".to_owned())),
        (Some(_), Some(_)) => return Err(invalid("/vals_list", "`vals` is given already".to_owned())),
    };
    let list = call.env.wire.read_list(&values).is_some();
    if place == "/vals_list" && !list {
        return Err(invalid(
            place,
            "a list of objects of field values belongs here".to_owned(),
        ));
    }
    let ids = write::create_ids(call.env, call.model, &values).map_err(|error| error.below(place))?;
    match list {
        true => answer(call, ids),
        false => first(call, ids),
    }
}

/// An id of a record of the called model, as an argument. It is not looked up while arguments are read.
#[derive(Debug, Clone, Copy)]
struct Id(i64);

impl Argument for Id {
    const TYPE: Type = Type::Value(Kind::Id);

    fn read(json: &Json, place: &str, reader: &mut super::Reader) -> Option<Self> {
        super::argument::id(json, place, reader).map(Id)
    }
}

/// The ids as numbers. Refuses more ids than a call may name.
fn bounded_ids(call: &Call<'_, '_>, ids: &[Id]) -> Result<Vec<i64>> {
    let most = call.limits.max_limit;
    match ids.len() {
        given if given > most => Err(invalid(
            "/ids",
            format!("{given} ids are given: at most {most} at a time"),
        )),
        _ => Ok(ids.iter().map(|id| id.0).collect()),
    }
}

/// The ids without repetitions. Refuses ids that have no record.
fn named(call: &mut Call<'_, '_>, ids: &[Id]) -> Result<Vec<i64>> {
    let mut ids = bounded_ids(call, ids)?;
    let found = write::existing(call.env, call.model, &ids)?;
    let missing = ids.iter().enumerate().filter(|(_, id)| !found.contains(id));
    let issues: Vec<_> = missing
        .map(|(index, id)| {
            let why = format!("there is no record {id} of {}", call.model.def.name);
            super::argument::issue(&format!("/ids/{index}"), why)
        })
        .collect();
    if !issues.is_empty() {
        return Err(Error::invalid(issues));
    }
    let mut seen = std::collections::HashSet::new();
    ids.retain(|id| seen.insert(*id));
    Ok(ids)
}
