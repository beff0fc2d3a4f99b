//! Which fields requests read, may write, and must give.

use orm_definition::def::{Default, Kind};
use orm_definition::registry::{FieldInfo, ModelInfo, Node};

/// Whether a field is part of a plain read.
pub(super) fn readable(field: &FieldInfo) -> bool {
    !field.def.secret
}

/// The fields of a related record that a tree shows where it names the relation without fields.
pub(super) fn default_nodes(target: &ModelInfo) -> Vec<Node> {
    ["id", "display_name"]
        .map(|name| Node {
            field: target.implicit(name),
            children: Vec::new(),
        })
        .to_vec()
}

/// Whether a body may name the field.
pub(super) fn writable(field: &FieldInfo) -> bool {
    let own = !matches!(field.def.kind, Kind::Id | Kind::DisplayName);
    own && !field.def.readonly && !field.def.secret
}

/// Whether a create must name the field. A record with a delegate needs neither the delegate (it is created along) nor
/// the delegate's fields (an existing delegate may be given).
pub(super) fn needed(field: &FieldInfo) -> bool {
    field.via.is_none() && is_required_unless_delegated(field)
}

/// Whether a create must name the field because nothing else fills it. For an inherited field this holds unless the
/// delegate is given.
pub(super) fn is_required_unless_delegated(field: &FieldInfo) -> bool {
    let delegate = matches!(field.def.kind, Kind::Many2one { delegate: true, .. });
    let given =
        matches!(field.def.default, Default::None) && field.def.compute.is_none() && field.def.related.is_empty();
    field.def.required && given && !delegate && writable(field)
}
