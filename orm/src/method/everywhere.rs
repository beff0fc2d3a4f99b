//! The methods that every model has.

use serde_json::{Map, Value as Json};

use super::argument::invalid;
use super::{Argument, Call, answer, describe, search};
use crate::def::{ArgumentDef, Kind, MethodDef, Type};
use crate::error::{Error, Result};
use crate::query::{self, Style};
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;
use crate::write;

/// The one method that may be called on a record that does not exist.
pub(super) const EXISTS: &str = "exists";

/// Methods of models with archived records only.
pub(super) const ARCHIVING: [&str; 3] = ["action_archive", "action_unarchive", "toggle_active"];

const TEXT: Type = <String as Argument>::TYPE;
const ANY: Type = Type::Value(Kind::Json);
const IDS: Type = Type::List(&Type::Value(Kind::Id));
const MAY_TEXT: Type = Type::Optional(&TEXT);
const MAY_NAMES: Type = Type::Optional(&Type::List(&TEXT));
const MAY_COUNT: Type = Type::Optional(&Type::Count);
const MAY_BOOL: Type = Type::Optional(&Type::Value(Kind::Bool));
const MAY_ANY: Type = Type::Optional(&ANY);

const fn argument(name: &'static str, ty: Type) -> ArgumentDef {
    ArgumentDef { name, ty }
}

/// A method that writes.
const fn method(
    on_records: bool,
    name: &'static str,
    help: &'static str,
    arguments: &'static [ArgumentDef],
    result: Type,
    call: super::MethodFn,
) -> MethodDef {
    MethodDef {
        name,
        help,
        on_records,
        readonly: false,
        arguments,
        result,
        call,
    }
}

/// The same method, which only reads.
const fn reading(method: MethodDef) -> MethodDef {
    MethodDef {
        readonly: true,
        ..method
    }
}

const DOMAIN: ArgumentDef = argument("domain", MAY_ANY);
const FIELDS: ArgumentDef = argument("fields", MAY_NAMES);
const OFFSET: ArgumentDef = argument("offset", MAY_COUNT);
const LIMIT: ArgumentDef = argument("limit", MAY_COUNT);
const ORDER: ArgumentDef = argument("order", MAY_TEXT);
const ACTIVE_TEST: ArgumentDef = argument("active_test", MAY_BOOL);
const IDS_ARGUMENT: ArgumentDef = argument("ids", IDS);
const VALS: ArgumentDef = argument("vals", ANY);

/// `[id, "name"]`.
const PAIR: Type = Type::List(&ANY);

/// What every model has: first what is called on a record, then what is called on the model.
pub(super) static METHODS: &[MethodDef] = &[
    reading(method(
        true,
        "read",
        "Read the record, plain.\nWithout `fields`: every readable field.",
        &[FIELDS],
        Type::List(&ANY),
        read_records,
    )),
    method(
        true,
        "write",
        "Change the values that are named.",
        &[VALS],
        Type::Done,
        write_records,
    ),
    method(true, "unlink", "Delete the record.", &[], Type::Done, unlink_records),
    method(
        true,
        "copy",
        "Create a copy of the record; answers its id.\n`default`: values that the copy has instead.",
        &[argument("default", MAY_ANY)],
        Type::Value(Kind::Id),
        copy,
    ),
    reading(method(
        true,
        EXISTS,
        "Whether there is such a record.",
        &[],
        Type::Value(Kind::Bool),
        record_exists,
    )),
    method(true, ARCHIVING[0], "Archive the record.", &[], Type::Done, archive),
    method(
        true,
        ARCHIVING[1],
        "Take the record out of the archive.",
        &[],
        Type::Done,
        unarchive,
    ),
    method(
        true,
        ARCHIVING[2],
        "Archive the record, or take it out of the archive.",
        &[],
        Type::Done,
        toggle,
    ),
    reading(method(
        false,
        "search",
        "The ids of the records that match, as a list finds them.",
        &[DOMAIN, OFFSET, LIMIT, ORDER, ACTIVE_TEST],
        IDS,
        search::search,
    )),
    reading(method(
        false,
        "search_read",
        "The records that match, plain.",
        &[DOMAIN, FIELDS, OFFSET, LIMIT, ORDER, ACTIVE_TEST],
        Type::List(&ANY),
        search::search_read,
    )),
    reading(method(
        false,
        "search_count",
        "How many records match.",
        &[DOMAIN, ACTIVE_TEST],
        Type::Count,
        search::search_count,
    )),
    reading(method(
        false,
        "name_search",
        "Id and name of the records whose name, or what else they are looked for by, matches.\n`operator`: `ilike` where \
         it is left out. `limit`: 100. `args` is another name of `domain`.",
        &[
            argument("name", MAY_TEXT),
            DOMAIN,
            argument("args", MAY_ANY),
            argument("operator", MAY_TEXT),
            LIMIT,
            ACTIVE_TEST,
        ],
        Type::List(&PAIR),
        search::name_search,
    )),
    method(
        false,
        "name_create",
        "Create a record with this name; answers its id and display name.",
        &[argument("name", TEXT)],
        PAIR,
        name_create,
    ),
    reading(method(
        false,
        "default_get",
        "What a create uses for fields that it is not given, in the form of a plain read; fields without a default are \
         left out, as are numbers of sequences, which are taken when a record is created.",
        &[FIELDS],
        ANY,
        describe::default_get,
    )),
    reading(method(
        false,
        "fields_get",
        "The fields and what they are.\n`attributes`: which of their attributes; all where it is left out.",
        &[FIELDS, argument("attributes", MAY_NAMES)],
        ANY,
        describe::fields_get,
    )),
    method(
        false,
        "create",
        "Create a record; answers its id. Of a list, all records or none; answers their ids.",
        &[argument("vals", MAY_ANY), argument("vals_list", MAY_ANY)],
        ANY,
        create,
    ),
    reading(method(
        false,
        "read",
        "Read records, plain, in the order of `ids`; ids without a record are left out.",
        &[IDS_ARGUMENT, FIELDS],
        Type::List(&ANY),
        read,
    )),
    method(
        false,
        "write",
        "Change the same values of several records.",
        &[IDS_ARGUMENT, VALS],
        Type::Done,
        write,
    ),
    method(false, "unlink", "Delete records.", &[IDS_ARGUMENT], Type::Done, unlink),
    reading(method(
        false,
        EXISTS,
        "Those of the ids that have a record.",
        &[IDS_ARGUMENT],
        IDS,
        exists,
    )),
];

fn read_records(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (fields,) = call.arguments()?;
    let ids = call.ids.clone();
    read_plain(call, &ids, fields)
}

fn read(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (ids, fields): (Vec<Id>, _) = call.arguments()?;
    let ids = bare(call, &ids)?;
    read_plain(call, &ids, fields)
}

fn read_plain(call: &mut Call<'_, '_>, ids: &[i64], fields: Option<Vec<String>>) -> Result<Vec<u8>> {
    let nodes = search::nodes(call.model, fields)?;
    let style = Style {
        plain: true,
        archived: false,
    };
    query::read_list(call.env, call.model, ids, &nodes, style)
}

fn write_records(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (vals,) = call.arguments()?;
    let ids = call.ids.clone();
    change(call, &ids, &vals)
}

fn write(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (ids, vals): (Vec<Id>, _) = call.arguments()?;
    let ids = named(call, &ids)?;
    change(call, &ids, &vals)
}

fn change(call: &mut Call<'_, '_>, ids: &[i64], vals: &Json) -> Result<Vec<u8>> {
    write::update_body(call.env, call.model, ids, vals).map_err(|error| error.below("/vals"))?;
    answer(())
}

fn unlink_records(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let () = call.arguments()?;
    write::delete_records(call.env, call.model, &call.ids)?;
    answer(())
}

fn unlink(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (ids,): (Vec<Id>,) = call.arguments()?;
    let ids = named(call, &ids)?;
    write::delete_records(call.env, call.model, &ids)?;
    answer(())
}

fn copy(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (default,): (Option<Json>,) = call.arguments()?;
    let default = default.unwrap_or_else(|| Json::Object(Map::new()));
    let copies = write::copy(call.env, call.model, &call.ids, &default).map_err(|error| error.below("/default"))?;
    first(copies)
}

/// The only id.
fn first(ids: Vec<i64>) -> Result<Vec<u8>> {
    let id = ids.first().copied();
    answer(id.ok_or_else(|| Error::internal("nothing was created"))?)
}

fn record_exists(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let () = call.arguments()?;
    let found = write::existing(call.env, call.model, &call.ids)?;
    answer(call.ids.iter().all(|id| found.contains(id)))
}

fn exists(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (ids,): (Vec<Id>,) = call.arguments()?;
    let mut ids = bare(call, &ids)?;
    let found = write::existing(call.env, call.model, &ids)?;
    ids.retain(|id| found.contains(id));
    answer(ids)
}

fn archive(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let () = call.arguments()?;
    let active = active(call.model)?;
    let ids = call.ids.clone();
    set_active(call, active, &ids, false)
}

fn unarchive(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let () = call.arguments()?;
    let active = active(call.model)?;
    let ids = call.ids.clone();
    set_active(call, active, &ids, true)
}

/// Archives what is not archived, and the other way round.
fn toggle(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let () = call.arguments()?;
    let active = active(call.model)?;
    let now = query::where_true(call.env, call.model, active, &call.ids)?;
    let (on, off): (Vec<i64>, Vec<i64>) = call.ids.iter().partition(|id| now.contains(id));
    set_active(call, active, &on, false)?;
    set_active(call, active, &off, true)
}

fn set_active(call: &mut Call<'_, '_>, active: FieldId, ids: &[i64], value: bool) -> Result<Vec<u8>> {
    write::set(call.env, call.model, ids, active, Value::Bool(value))?;
    answer(())
}

fn active(model: &ModelInfo) -> Result<FieldId> {
    let active = model.active;
    active.ok_or_else(|| Error::internal(format!("{} has no `active`", model.def.name)))
}

fn name_create(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (name,): (String,) = call.arguments()?;
    if call.model.field("name").is_none() {
        let why = format!("{} has no field `name`: use `create`", call.model.def.name);
        return Err(invalid("/name", why));
    }
    let values = Json::Object(Map::from_iter([("name".to_owned(), Json::from(name))]));
    let ids = write::create_ids(call.env, call.model, &values)?;
    let created = ids.first().copied().unwrap_or_default();
    let name = query::name_of(call.env, call.model, created)?;
    name.ok_or_else(|| Error::internal("nothing was created"))
}

fn create(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (one, many): (Option<Json>, Option<Json>) = call.arguments()?;
    let (place, values, list) = match (one, many) {
        (Some(values @ Json::Array(_)), None) => ("/vals", values, true),
        (Some(values), None) => ("/vals", values, false),
        (None, Some(values @ Json::Array(_))) => ("/vals_list", values, true),
        (None, Some(_)) => {
            return Err(invalid(
                "/vals_list",
                "a list of objects of field values belongs here".into(),
            ));
        }
        (None, None) => return Err(invalid("/vals", "the argument `vals` is required".to_owned())),
        (Some(_), Some(_)) => return Err(invalid("/vals_list", "`vals` is given already".to_owned())),
    };
    let ids = write::create_ids(call.env, call.model, &values).map_err(|error| error.below(place))?;
    match list {
        true => answer(ids),
        false => first(ids),
    }
}

/// An id in an argument of its own model.
#[derive(Debug, Clone, Copy)]
struct Id(i64);

impl Argument for Id {
    const TYPE: Type = Type::Value(Kind::Id);

    fn read(json: &Json, place: &str, reader: &mut super::Reader) -> Option<Self> {
        super::argument::id(json, place, reader).map(Id)
    }
}

/// As many ids as a call may name.
fn bare(call: &Call<'_, '_>, ids: &[Id]) -> Result<Vec<i64>> {
    let most = call.limits.max_limit;
    match ids.len() {
        given if given > most => Err(invalid(
            "/ids",
            format!("{given} ids are given: at most {most} at a time"),
        )),
        _ => Ok(ids.iter().map(|id| id.0).collect()),
    }
}

/// Ids that must each have a record, each once.
fn named(call: &mut Call<'_, '_>, ids: &[Id]) -> Result<Vec<i64>> {
    let mut ids = bare(call, ids)?;
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
