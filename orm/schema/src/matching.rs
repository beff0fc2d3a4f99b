//! Which table and column of a former schema a new one continues: the one of the same name, else the one that it is
//! renamed from.

use std::collections::{BTreeMap, BTreeSet};

use super::convert::conversion;
use super::schema::{Column, ColumnKind, Schema, Table};
use orm_database::Dialect;
use orm_definition::registry::Registry;

/// What definitions say they were called before.
#[derive(Debug, Clone, Default)]
pub struct Renames {
    /// Former names of models.
    pub models: BTreeMap<String, String>,
    /// Former names of fields, by model and field as they are called now.
    pub fields: BTreeMap<(String, String), String>,
}

impl Renames {
    /// What the definitions say.
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

/// Former and new names of what goes on.
#[derive(Debug, Clone, Default)]
pub(super) struct Matching {
    /// Tables.
    pub(super) tables: Vec<(String, String)>,
    /// Columns, by the new table's name.
    columns: BTreeMap<String, Vec<(String, String)>>,
}

impl Matching {
    pub(super) fn new(old: &Schema, new: &Schema, renames: &Renames) -> Self {
        let mut matching = Matching::default();
        // Models' tables first: those of pairs are told by what they refer to.
        let (pairs, models): (Vec<&Table>, Vec<&Table>) = new.tables.iter().partition(|table| table.is_pairs());
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

    /// The way back.
    pub(super) fn reversed(&self) -> Self {
        let turn = |(old, new): &(String, String)| (new.clone(), old.clone());
        let tables: Vec<(String, String)> = self.tables.iter().map(turn).collect();
        let columns = (self.tables.iter())
            .map(|(old, new)| (old.clone(), self.columns(new).iter().map(turn).collect()))
            .collect();
        Matching { tables, columns }
    }

    /// Former and new names of a table's columns, by its new name.
    pub(super) fn columns(&self, new: &str) -> &[(String, String)] {
        self.columns.get(new).map_or(&[], Vec::as_slice)
    }

    /// What a table is called now.
    pub(super) fn renamed<'a>(&'a self, old: &'a str) -> &'a str {
        let found = self.tables.iter().find(|(former, _)| former == old);
        found.map_or(old, |(_, new)| new)
    }

    /// A kind with what the table it refers to is called now.
    pub(super) fn kind(&self, kind: &ColumnKind) -> ColumnKind {
        match kind {
            ColumnKind::Reference(target, on_delete) => {
                ColumnKind::Reference(self.renamed(target).to_owned(), *on_delete)
            }
            other => other.clone(),
        }
    }

    /// The sides of a table of pairs that go on: `None` where it refers to other tables now.
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

/// The table that a new one continues.
fn former<'a>(old: &'a Schema, new: &Schema, table: &Table, renames: &Renames) -> Option<&'a Table> {
    let alike = |former: &&Table| former.is_pairs() == table.is_pairs();
    let by_owner = || {
        let model = renames.model(&table.model);
        let field = table.field.as_deref().map(|field| renames.field(&table.model, field));
        let mut owned = old.tables.iter().filter(|former| new.table(&former.name).is_none());
        owned.find(|former| former.model == model && former.field.as_deref() == field)
    };
    old.table(&table.name).or_else(by_owner).filter(alike)
}

/// The columns of a model's table that go on; those whose values cannot become the new kind's do not.
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

/// Whether values of the one column can become the other's.
pub(super) fn converts(from: &ColumnKind, to: &ColumnKind) -> bool {
    conversion(from, to, "", Dialect::Sqlite).is_some()
}
