//! Which fields have a column, the default order for an index, and how long indexed texts may be.

use super::{FieldDef, FieldIndex, FieldRole, Kind, ModelDef, OrderDef};

/// The fields of a model whose column has an index of this kind.
pub fn indexed(def: &ModelDef, kind: FieldIndex) -> impl Iterator<Item = &'static FieldDef> {
    columns(def).filter(move |field| field.index == kind)
}

/// The fields of a model that have a column.
pub fn columns(def: &ModelDef) -> impl Iterator<Item = &'static FieldDef> {
    def.fields.iter().filter(|field| has_column(field))
}

/// Whether a field has a column in its model's table.
pub fn has_column(field: &FieldDef) -> bool {
    field.stored
        && !matches!(
            field.kind,
            Kind::One2many { .. } | Kind::Many2many { .. } | Kind::DisplayName
        )
}

/// The terms of the default order, for an index. `None` when it begins with `id`, which the primary key covers, or has a
/// term that is not a column of this table; a many2one is sorted by its target's order.
pub fn indexed_order(def: &ModelDef) -> Option<&'static [OrderDef]> {
    let own = |name: &str| columns(def).any(|field| field.name == name && !matches!(field.kind, Kind::Many2one { .. }));
    let is_column = |term: &OrderDef| matches!(term.path, [name] if own(name));
    let begins_with_id = def.order.first().is_none_or(|term| term.path == ["id"]);
    (!begins_with_id && def.order.iter().all(is_column)).then_some(def.order)
}

/// The columns of a model that every list of it asks about, whoever reads: whether a record is archived, and what rules
/// for everybody compare. An index of the order that has them, too, tells which records come before a page without a look
/// at each.
pub fn asked_by_lists(def: &ModelDef) -> Vec<&'static str> {
    let rules = def.rules.iter().filter(|rule| rule.group.is_none());
    let paths: Vec<_> = rules.flat_map(|rule| rule.condition.paths()).collect();
    let compared = |field: &FieldDef| paths.iter().any(|path| path.first() == Some(&field.name));
    let is_asked =
        |field: &&FieldDef| !is_text(&field.kind) && (field.role == Some(FieldRole::Active) || compared(field));
    columns(def).filter(is_asked).map(|field| field.name).collect()
}

/// The most bytes of all texts in one index entry. PostgreSQL limits an entry to a third of a page, 2,704 bytes.
const MOST_INDEXED: usize = 2_600;

/// The most bytes that a text field may have so that its index entries fit: the texts of one index share `MOST_INDEXED`
/// equally. `None` when no index contains the field; one of trigrams holds texts of any length.
pub fn most_bytes(def: &ModelDef, field: &FieldDef) -> Option<usize> {
    let is_text = |name: &str| columns(def).any(|field| field.name == name && is_text(&field.kind));
    let mut entries: Vec<Vec<&str>> = Vec::new();
    entries.extend(indexed(def, FieldIndex::BTree).map(|field| vec![field.name]));
    entries.extend(def.indexes.iter().map(|fields| fields.to_vec()));
    entries.extend(def.uniques.iter().map(|unique| unique.fields.to_vec()));
    if indexed_order(def).is_some() {
        entries.push(def.order.iter().flat_map(|term| term.path.iter().copied()).collect());
    }
    let texts = (entries.iter())
        .filter(|names| names.contains(&field.name) && is_text(field.name))
        .map(|names| names.iter().filter(|name| is_text(name)).count());
    texts.max().map(|texts| MOST_INDEXED / texts)
}

fn is_text(kind: &Kind) -> bool {
    matches!(kind, Kind::Char { .. } | Kind::Text | Kind::Html)
}
