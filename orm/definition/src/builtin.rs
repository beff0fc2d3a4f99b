//! The definitions of the methods that every model has. (Their code is in the runtime, `orm/src/method/builtin.rs`.)

use crate::def::{ArgumentDef, Kind, MethodDef, Type};
use crate::models::ModelInfo;

/// The one method that may be called on a record that does not exist.
pub const EXISTS: &str = "exists";

/// The method that tells what the caller may do.
pub const ACCESS: &str = "access";

/// The method that tells what a new record begins with.
pub const DEFAULT_GET: &str = "default_get";

/// Methods that only models with an `active` field have.
pub const ARCHIVING: [&str; 3] = ["action_archive", "action_unarchive", "toggle_active"];

const TEXT: Type = Type::Value(Kind::Text);
const ANY: Type = Type::Value(Kind::Json { of: None });
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
) -> MethodDef {
    MethodDef {
        name,
        help,
        on_records,
        readonly: false,
        arguments,
        result,
    }
}

/// The same method, marked as one that only reads.
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

/// The methods that every model has: first those called on a record, then those called on the model.
pub static METHODS: &[MethodDef] = &[
    reading(method(
        true,
        "read",
        "Read the record, plain.\nWithout `fields`: every readable field.",
        &[FIELDS],
        Type::List(&ANY),
    )),
    method(true, "write", "Change the values that are named.", &[VALS], Type::Done),
    method(true, "unlink", "Delete the record.", &[], Type::Done),
    method(
        true,
        "copy",
        "Create a copy of the record; answers its id.\n`default`: values that the copy has instead.",
        &[argument("default", MAY_ANY)],
        Type::Value(Kind::Id),
    ),
    reading(method(
        true,
        EXISTS,
        "Whether there is such a record.",
        &[],
        Type::Value(Kind::Bool),
    )),
    reading(method(
        true,
        ACCESS,
        "What you may do with the record, and which rights and rules say so. Also by `GET`.",
        &[],
        ANY,
    )),
    method(true, ARCHIVING[0], "Archive the record.", &[], Type::Done),
    method(
        true,
        ARCHIVING[1],
        "Take the record out of the archive.",
        &[],
        Type::Done,
    ),
    method(
        true,
        ARCHIVING[2],
        "Archive the record, or take it out of the archive.",
        &[],
        Type::Done,
    ),
    reading(method(
        false,
        ACCESS,
        "What you may do with the model, and which rights and rules say so. Also by `GET`.",
        &[],
        ANY,
    )),
    reading(method(
        false,
        "search",
        "The ids of the records that match, as a list finds them.",
        &[DOMAIN, OFFSET, LIMIT, ORDER, ACTIVE_TEST],
        IDS,
    )),
    reading(method(
        false,
        "search_read",
        "The records that match, plain.",
        &[DOMAIN, FIELDS, OFFSET, LIMIT, ORDER, ACTIVE_TEST],
        Type::List(&ANY),
    )),
    reading(method(
        false,
        "search_count",
        "How many records match.",
        &[DOMAIN, ACTIVE_TEST],
        Type::Count,
    )),
    reading(method(
        false,
        "read_group",
        "The records that match, in groups.\n`groupby`: a field, or a list of them: paths over many2ones; dates with a \
         period, `date_order:month` (`hour`, `day`, `week`, `month`, `quarter`, `year`) in the time zone `tz`. \
         `fields`: what is told of a group, `amount_total:sum` or `highest:max(amount_total)` (also `avg`, `min`, \
         `count`, `count_distinct`, `array_agg`, `bool_and`, `bool_or`); a number alone is added up; without it all \
         numbers are. Unless `lazy` is `false`, it is grouped by the first field only: `__domain` opens a group, \
         `__context` has the fields to group it by. `orderby` and `having` name what is grouped by or told, or \
         `__count`. `fill_temporal`: `true`, or an object of `fill_from`, `fill_to`, `min_groups`, adds the periods \
         without records. Of amounts in several currencies the value is `false`, and `__several_currencies` names it.",
        &[
            DOMAIN,
            argument("fields", MAY_NAMES),
            argument("groupby", MAY_ANY),
            OFFSET,
            LIMIT,
            argument("orderby", MAY_TEXT),
            argument("lazy", MAY_BOOL),
            argument("having", MAY_ANY),
            argument("tz", MAY_TEXT),
            argument("fill_temporal", MAY_ANY),
            ACTIVE_TEST,
        ],
        Type::List(&ANY),
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
    )),
    method(
        false,
        "name_create",
        "Create a record with this name; answers its id and display name.",
        &[argument("name", TEXT)],
        PAIR,
    ),
    reading(method(
        false,
        DEFAULT_GET,
        "What a create uses for fields that it is not given, in the form of a plain read; fields without a default are \
         left out, as are numbers of sequences, which are taken when a record is created.",
        &[FIELDS],
        ANY,
    )),
    reading(method(
        false,
        "fields_get",
        "The fields and what they are.\n`attributes`: which of their attributes; all where it is left out.",
        &[FIELDS, argument("attributes", MAY_NAMES)],
        ANY,
    )),
    method(
        false,
        "create",
        "Create a record; answers its id. Of a list, all records or none; answers their ids.",
        &[argument("vals", MAY_ANY), argument("vals_list", MAY_ANY)],
        ANY,
    ),
    reading(method(
        false,
        "read",
        "Read records, plain, in the order of `ids`; ids without a record are left out.",
        &[IDS_ARGUMENT, FIELDS],
        Type::List(&ANY),
    )),
    method(
        false,
        "write",
        "Change the same values of several records.",
        &[IDS_ARGUMENT, VALS],
        Type::Done,
    ),
    method(false, "unlink", "Delete records.", &[IDS_ARGUMENT], Type::Done),
    reading(method(
        false,
        EXISTS,
        "Those of the ids that have a record.",
        &[IDS_ARGUMENT],
        IDS,
    )),
];

/// Every method of a model: first its own, then the built-in ones.
pub fn methods(model: &ModelInfo) -> impl Iterator<Item = &'static MethodDef> + '_ {
    let shared = METHODS.iter();
    let shared = shared
        .filter(|method| !ARCHIVING.contains(&method.name) || model.active.is_some())
        .filter(|method| model.def.is_writable() || method.readonly && method.name != DEFAULT_GET);
    model.def.methods.iter().chain(shared)
}

/// The method of this name, of records or of the model, if the model has it.
pub fn find(model: &ModelInfo, on_records: bool, name: &str) -> Option<&'static MethodDef> {
    methods(model).find(|method| method.on_records == on_records && method.name == name)
}
