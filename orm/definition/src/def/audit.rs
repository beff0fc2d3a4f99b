//! Which changes of a model the audit trail keeps (`#[audit]`).

use super::columns::has_column;
use super::{FieldDef, Kind};

/// The fields of a model whose old and new values the audit trail keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditDef {
    /// Those that can be kept ([`is_kept`]): `#[audit]`.
    Every,
    /// These: `#[audit(state, amount_total)]`.
    Fields(&'static [&'static str]),
}

/// Whether the audit trail can keep the values of a field: it has a column or is a many2many, and is neither secret, nor
/// binary, nor one of those by which every record tells itself who changed it last.
pub fn is_kept(field: &FieldDef) -> bool {
    const TOLD: [&str; 4] = ["create_uid", "create_date", "write_uid", "write_date"];
    let stored = has_column(field) || field.stored && matches!(field.kind, Kind::Many2many { .. });
    stored
        && !field.secret
        && !matches!(field.kind, Kind::Id | Kind::Binary)
        && !TOLD.contains(&field.name)
        && field.name != FieldDef::WRITTEN.name
}
