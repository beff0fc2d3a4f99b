//! The audit trail.

use orm::prelude::*;

use super::group;

/// Audit Entry
///
/// What somebody has done to a record, or the call of a method: by whom and when (`create_uid`, `create_date`), from
/// which token and request, and the values before and after.
#[model("audit.entry", role = audit, order = "id desc")]
#[api]
#[access(group::SETTINGS: read)]
#[display_name("{model}, {record_id}: {operation}")]
#[index(model, record_id)]
#[index(create_date)]
pub struct AuditEntry {
    /// Model
    ///
    /// Its technical name, such as `sale.order`.
    pub model: String,
    /// Record
    ///
    /// The id of the record, which may be deleted by now. Empty for a method that was called on the model.
    pub record_id: Option<i64>,
    /// Operation
    pub operation: AuditEntryOperation,
    /// Method
    ///
    /// The method that was called.
    pub method: Option<String>,
    /// Login
    ///
    /// That of the user at that time. Empty for a command of the server's operator.
    pub login: Option<String>,
    /// Token
    ///
    /// The `id` of the token, as the list of tokens has it.
    pub token: Option<String>,
    /// Request
    ///
    /// The id of the request, which its answer has in the header `x-request-id`.
    pub request: Option<String>,
    /// Changes
    pub changes: Json<AuditChanges>,
}

/// What was done.
#[derive(Selection)]
pub enum AuditEntryOperation {
    /// Create
    Create,
    /// Write
    Write,
    /// Delete
    Delete,
    /// Method call
    Call,
}

/// The fields whose values were changed.
#[json]
pub struct AuditChanges(pub Vec<AuditChange>);

/// A field with its values before and after.
#[json]
pub struct AuditChange {
    /// The field.
    pub field: String,
    /// Its value before; `null` when it was empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<Json>,
    /// Its value after; `null` when it is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<Json>,
    /// Of a many2many: the ids of the records that were taken out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<i64>,
    /// Of a many2many: the ids of the records that were put in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<i64>,
}
