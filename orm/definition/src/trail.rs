//! The audit trail: a record for each change of a record of a model with `#[audit]`, and for each call of one of its
//! methods that may write.
//!
//! A catalogue declares the model of these records itself (`role = audit`), so that it can say who may read them. The
//! runtime writes them in the transaction of the change, and nothing else does. Who and when are `create_uid` and
//! `create_date`.

use crate::def::{Kind, ModelDef, NeededField, Operation};

/// The technical name of the model of the record, `sale.order`.
pub const MODEL: &str = "model";
/// The id of the record.
pub const RECORD: &str = "record_id";
/// What happened: `create`, `write`, `delete` or `call`.
pub const OPERATION: &str = "operation";
/// The method that was called.
pub const METHOD: &str = "method";
/// The login of the user, which stays when the user is deleted.
pub const LOGIN: &str = "login";
/// The public id of the token by which the request came.
pub const TOKEN: &str = "token";
/// The id of the request.
pub const REQUEST: &str = "request";
/// The old and new values: a list of `{"field": "state", "old": "draft", "new": "sale"}`.
pub const CHANGES: &str = "changes";

/// The values of [`OPERATION`] in their order.
pub const OPERATIONS: [&str; 4] = ["create", "write", "delete", "call"];

/// What is wrong with a model that has the role.
pub(crate) fn mistakes(def: &ModelDef) -> Vec<String> {
    let text = |kind: &Kind| matches!(kind, Kind::Char { .. });
    let needed: [NeededField; 8] = [
        (MODEL, "String", |kind| matches!(kind, Kind::Char { .. })),
        (RECORD, "i64", |kind| matches!(kind, Kind::BigInt)),
        (OPERATION, "a selection of create, write, delete, call", is_operation),
        (METHOD, "Option<String>", text),
        (LOGIN, "Option<String>", text),
        (TOKEN, "Option<String>", text),
        (REQUEST, "Option<String>", text),
        (CHANGES, "Json", |kind| matches!(kind, Kind::Json { .. })),
    ];
    let mut mistakes = def.without("audit", &needed);
    let given = def.access.iter().flat_map(|right| right.operations);
    if let Some(operation) = given.copied().find(|operation| *operation != Operation::Read) {
        mistakes.push(def.mistake(&format!(
            "nobody may {} records of the audit trail: give the right to `read` alone",
            operation.word()
        )));
    }
    if def.audit.is_some() {
        mistakes.push(def.mistake("the audit trail keeps no trail of itself: leave `#[audit]` out"));
    }
    mistakes
}

fn is_operation(kind: &Kind) -> bool {
    match kind {
        Kind::Selection { items } => OPERATIONS
            .iter()
            .all(|operation| items.iter().any(|item| item.value == *operation)),
        _ => false,
    }
}
