//! What a record remembers of its writable computed fields: one column
//! ([`FieldDef::WRITTEN`](crate::def::FieldDef::WRITTEN)) holds the names of those that somebody has given a value. The
//! value alone cannot tell: a value that nobody wrote may have been computed from a price, a rate or a customer that
//! has changed since.

use std::collections::BTreeSet;

use crate::dependencies::writable;
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

/// Whether somebody may have given the field a value. Where the column is empty (NULL), nothing is known, and it is
/// true.
pub(crate) fn may_be(model: &ModelInfo, remembered: &Value, field: FieldId) -> bool {
    names(model, remembered).contains(model.def.fields[field].name)
}

/// Whether somebody has certainly given the field a value.
pub(super) fn is(model: &ModelInfo, remembered: &Value, field: FieldId) -> bool {
    !remembered.is_null() && may_be(model, remembered, field)
}

/// What a new record remembers.
pub(super) fn of_new(model: &ModelInfo, given: impl Fn(FieldId) -> bool) -> Value {
    let given = writable(model).filter(|field| given(*field)).map(|field| (field, true));
    changed(model, &Value::Text(String::new()), given)
}

/// What a record that remembers `before` remembers after these notes: fields, and whether each is written.
pub(super) fn changed(model: &ModelInfo, before: &Value, notes: impl IntoIterator<Item = (FieldId, bool)>) -> Value {
    let mut written = names(model, before);
    for (field, is_written) in notes {
        let name = model.def.fields[field].name;
        match is_written {
            true => written.insert(name),
            false => written.remove(name),
        };
    }
    Value::Text(Vec::from_iter(written).join(" "))
}

fn names<'a>(model: &ModelInfo, remembered: &'a Value) -> BTreeSet<&'a str> {
    match remembered {
        Value::Text(names) => names.split_ascii_whitespace().collect(),
        _ => writable(model).map(|field| model.def.fields[field].name).collect(),
    }
}
