//! What a record remembers of its writable computed fields: the names of those that somebody has given a value, in one
//! column ([`FieldDef::WRITTEN`](crate::def::FieldDef::WRITTEN)). The value alone cannot tell: what nobody wrote may have
//! been computed from a price, a rate or a customer that has changed since.

use std::collections::BTreeSet;

use crate::dependencies::writable;
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

/// Whether somebody may have given the field a value; nothing is known of records that remember nothing.
pub(crate) fn may_be(model: &ModelInfo, remembered: &Value, field: FieldId) -> bool {
    names(model, remembered).contains(model.def.fields[field].name)
}

/// What a new record remembers.
pub(super) fn of_new(model: &ModelInfo, given: impl Fn(FieldId) -> bool) -> Value {
    let given = writable(model).filter(|field| given(*field)).map(|field| (field, true));
    changed(model, &Value::Text(String::new()), given)
}

/// What a record that has remembered `before` remembers from now on.
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
