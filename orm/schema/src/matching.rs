//! Matches the tables and columns of two schemas: a new one continues the old one of the same name, else the one that
//! the definition says it was renamed from (`renamed_from`).

use std::collections::{BTreeMap, BTreeSet};

use super::convert::conversion;
use super::schema::{Column, ColumnKind, Schema, Table};
use orm_database::Dialect;
use orm_definition::registry::Registry;

/// The former names of models and fields (`renamed_from`).
#[derive(Debug, Clone, Default)]
pub struct Renames {
    /// Former names of models, by current name.
    pub models: BTreeMap<String, String>,
    /// Former names of fields, by current names of model and field.
    pub fields: BTreeMap<(String, String), String>,
}

impl Renames {
    /// The former names that the definitions declare.
    pub fn of(registry: &Registry) -> Self {
        let mut renames = Renames::default();
        for model in registry.models() {
            let name = model.def.name.to_owned();
            if !model.def.renamed_from.is_empty() {
                renames.models.insert(name.clone(), model.def.renamed_from.to_owned());
            }
            for field in model.def.fields.iter().filter(|field| !field.renamed_from.is_empty()) {
                let place = (name.clone(), field.name.to_owned());
                renames.fields.insert(place, field.renamed_from.to_owned());
            }
        }
        renames
    }

    fn model<'a>(&'a self, name: &'a str) -> &'a str {
        self.models.get(name).map_or(name, String::as_str)
    }

    fn field<'a>(&'a self, model: &str, name: &'a str) -> &'a str {
        let place = (model.to_owned(), name.to_owned());
        self.fields.get(&place).map_or(name, String::as_str)
    }
}

/// The old and new names of tables and columns that stay.
#[derive(Debug, Clone, Default)]
pub(super) struct Matching {
    /// Old and new names of tables.
    pub(super) tables: Vec<(String, String)>,
    /// Old and new names of columns, by the new name of their table.
    columns: BTreeMap<String, Vec<(String, String)>>,
}

impl Matching {
    pub(super) fn new(old: &Schema, new: &Schema, renames: &Renames) -> Self {
        let mut matching = Matching::default();
        // Models' tables first: a many2many table is matched by the tables that it refers to.
        let (pairs, models): (Vec<&Table>, Vec<&Table>) = new.tables.iter().partition(|table| table.is_many2many());
        for table in models {
            if let Some(former) = former(old, new, table, renames) {
                matching.tables.push((former.name.clone(), table.name.clone()));
                matching
                    .columns
                    .insert(table.name.clone(), columns(former, table, renames));
            }
        }
        for table in pairs {
            let matched =
                former(old, new, table, renames).and_then(|former| Some((former, matching.sides(former, table)?)));
            if let Some((former, sides)) = matched {
                matching.tables.push((former.name.clone(), table.name.clone()));
                matching.columns.insert(table.name.clone(), sides);
            }
        }
        matching
    }

    /// The matching from the new schema to the old one.
    pub(super) fn reversed(&self) -> Self {
        let turn = |(old, new): &(String, String)| (new.clone(), old.clone());
        let tables: Vec<(String, String)> = self.tables.iter().map(turn).collect();
        let columns = (self.tables.iter())
            .map(|(old, new)| (old.clone(), self.columns(new).iter().map(turn).collect()))
            .collect();
        Matching { tables, columns }
    }

    /// Old and new names of the columns of a table, given by its new name.
    pub(super) fn columns(&self, new: &str) -> &[(String, String)] {
        self.columns.get(new).map_or(&[], Vec::as_slice)
    }

    /// The new name of a table, given by its old one.
    pub(super) fn renamed<'a>(&'a self, old: &'a str) -> &'a str {
        let found = self.tables.iter().find(|(former, _)| former == old);
        found.map_or(old, |(_, new)| new)
    }

    /// The kind of an old column; a reference with the new name of its table.
    pub(super) fn kind(&self, kind: &ColumnKind) -> ColumnKind {
        match kind {
            ColumnKind::Reference(target, on_delete) => {
                ColumnKind::Reference(self.renamed(target).to_owned(), *on_delete)
            }
            other => other.clone(),
        }
    }

    /// Old and new names of the two columns of a many2many table, which may have changed places; `None` if it refers to
    /// other tables now. Where both columns refer to the same table, their names decide which one is which.
    fn sides(&self, old: &Table, new: &Table) -> Option<Vec<(String, String)>> {
        let ([old_own, old_other], [own, other]) = (old.columns.as_slice(), new.columns.as_slice()) else {
            return None;
        };
        let same = |old: &Column, new: &Column| self.kind(&old.kind) == new.kind;
        let straight = same(old_own, own) && same(old_other, other);
        let crossed = same(old_own, other) && same(old_other, own);
        let pair = |old: &Column, new: &Column| (old.name.clone(), new.name.clone());
        match (straight, crossed) {
            (_, true) if old_own.name == other.name || old_other.name == own.name || !straight => {
                Some(vec![pair(old_own, other), pair(old_other, own)])
            }
            (true, _) => Some(vec![pair(old_own, own), pair(old_other, other)]),
            _ => None,
        }
    }
}

/// The old table that `table` continues: the one of its name, else the one that its model (and, for a many2many table,
/// its field) had under their former names.
fn former<'a>(old: &'a Schema, new: &Schema, table: &Table, renames: &Renames) -> Option<&'a Table> {
    let alike = |former: &&Table| former.is_many2many() == table.is_many2many();
    let by_owner = || {
        let model = renames.model(&table.model);
        let field = table.field.as_deref().map(|field| renames.field(&table.model, field));
        let mut owned = old.tables.iter().filter(|former| new.table(&former.name).is_none());
        owned.find(|former| former.model == model && former.field.as_deref() == field)
    };
    old.table(&table.name).or_else(by_owner).filter(alike)
}

/// Old and new names of the columns of a model's table that stay, by their names only: [`Plan`](super::plan::Plan)
/// drops those whose values cannot be converted.
fn columns(old: &Table, new: &Table, renames: &Renames) -> Vec<(String, String)> {
    let known: BTreeSet<&str> = new.columns.iter().map(|column| column.name.as_str()).collect();
    let mut pairs = Vec::new();
    for column in &new.columns {
        let renamed = || {
            let former = renames.field(&new.model, &column.name);
            old.column(former).filter(|_| !known.contains(former))
        };
        if let Some(former) = old.column(&column.name).or_else(renamed) {
            pairs.push((former.name.clone(), column.name.clone()));
        }
    }
    pairs
}

/// Whether values of the one kind can be converted to the other. This is the same on both databases.
pub(super) fn converts(from: &ColumnKind, to: &ColumnKind) -> bool {
    conversion(from, to, "", Dialect::Sqlite).is_some()
}
