//! Migrations from one schema to another and back: statements for both databases, preceded by notes about their
//! effects.

use std::collections::BTreeSet;

use super::convert::{conversion, fill};
use super::matching::{Matching, Renames};
use super::note::Note;
use super::plan::{Plan, TableChange, mentions};
use super::schema::{Column, Schema};
use super::script::describe;
use super::{postgres, rules, sqlite};
use orm_database::Dialect;

/// A migration from one schema to another, for both databases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Migration {
    /// For SQLite.
    pub sqlite: Steps,
    /// For PostgreSQL.
    pub postgres: Steps,
}

/// The two directions of a migration on one database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Steps {
    /// From the old schema to the new one.
    pub up: Direction,
    /// Back to the old schema.
    pub down: Direction,
}

/// One direction of a migration on one database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Direction {
    /// What it loses, rewrites, needs, and leaves to be computed.
    pub notes: Vec<Note>,
    /// The statements.
    pub statements: String,
}

impl Direction {
    /// The text of the migration's file: notes, then statements.
    pub fn sql(&self) -> String {
        let notes: String = self.notes.iter().map(|note| format!("{note}\n")).collect();
        match self.statements.trim_start_matches('\n') {
            // A file without a statement is refused.
            "" => format!("{notes}-- Nothing changes in this database.\nSELECT 1;\n"),
            statements => format!("{notes}{statements}"),
        }
    }

    /// The notes about lost data.
    pub fn losses(&self) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(|note| matches!(note, Note::Loses(..)))
    }
}

impl Migration {
    /// The migration from `old` to `new`.
    ///
    /// # Errors
    /// When one migration cannot do it; the text says how two can.
    pub fn between(old: &Schema, new: &Schema, renames: &Renames) -> Result<Self, String> {
        let matching = Matching::new(old, new, renames);
        let changes = Plan::new(old, new, &matching);
        changes.kept.iter().try_for_each(refuse_rules_on_computed)?;
        Ok(Migration::of(old, new, renames))
    }

    pub(super) fn of(old: &Schema, new: &Schema, renames: &Renames) -> Self {
        let matching = Matching::new(old, new, renames);
        let reversed = matching.reversed();
        let (there, back) = (Plan::new(old, new, &matching), Plan::new(new, old, &reversed));
        let steps = |dialect| Steps {
            up: way(&there, true, dialect),
            down: way(&back, false, dialect),
        };
        Migration {
            sqlite: steps(Dialect::Sqlite),
            postgres: steps(Dialect::Postgres),
        }
    }

    /// Whether neither database changes.
    pub fn is_empty(&self) -> bool {
        self.sqlite.up.statements.is_empty() && self.postgres.up.statements.is_empty()
    }

    /// The steps for one database.
    pub fn steps(&self, dialect: Dialect) -> &Steps {
        match dialect {
            Dialect::Sqlite => &self.sqlite,
            Dialect::Postgres => &self.postgres,
        }
    }
}

fn way(plan: &Plan<'_>, up: bool, dialect: Dialect) -> Direction {
    let statements = match dialect {
        Dialect::Sqlite => sqlite::script(plan),
        Dialect::Postgres => postgres::script(plan),
    };
    let mut notes = BTreeSet::new();
    if dialect == Dialect::Postgres && plan.has_new_trigrams() {
        notes.insert(Note::NeedsExtension(postgres::TRIGRAMS.to_owned()));
    }
    for table in &plan.dropped {
        notes.insert(Note::dropped(&table.name));
    }
    for kept in &plan.kept {
        note(&mut notes, kept, dialect);
        if up {
            notes.extend(computed(kept));
        }
    }
    // New many2many tables of computed fields are to be filled, if their model has a table already: a new one has no
    // rows.
    let known = |model: &str| {
        !plan
            .created
            .iter()
            .any(|table| table.field.is_none() && table.model == model)
    };
    let pairs = plan.created.iter().filter(|table| up && known(&table.model));
    notes.extend(pairs.filter_map(|table| {
        let field = table
            .field
            .as_ref()
            .filter(|_| table.columns.iter().any(|column| column.computed))?;
        Some(Note::Compute(table.model.clone(), field.clone()))
    }));
    Direction {
        notes: notes.into_iter().collect(),
        statements,
    }
}

/// Adds the notes about the rows of a table that stays.
fn note(notes: &mut BTreeSet<Note>, kept: &TableChange<'_>, dialect: Dialect) {
    // Notes use the table's name from before the migration.
    let table = &kept.old.name;
    for column in &kept.dropped {
        notes.insert(Note::Loses(table.clone(), format!("column {} goes", column.name)));
    }
    for column in &kept.added {
        if column.required && fill(column, dialect).is_none() {
            let why = format!("{} comes, is required and has no default", column.name);
            notes.insert(Note::NeedsNoRows(table.clone(), why));
        }
    }
    let mut rewrites = kept.is_rebuilt() && dialect == Dialect::Sqlite;
    for column in &kept.columns {
        let own = format!("\"{}\"", column.old.name);
        let conversion = conversion(&column.kind, &column.new.kind, &own, dialect);
        if let Some(conversion) = conversion {
            let kinds = (describe::kind(&column.kind), describe::kind(&column.new.kind));
            if conversion.lossy {
                let what = format!("column {} from {} to {}", column.old.name, kinds.0, kinds.1);
                notes.insert(Note::Loses(table.clone(), what));
            }
            rewrites |= conversion.sql != own;
        }
        if column.new.required && !column.old.required && fill(column.new, dialect).is_none() {
            let why = "it becomes required and has no default".to_owned();
            notes.insert(Note::NeedsValues(table.clone(), column.old.name.clone(), why));
        }
    }
    if rewrites {
        notes.insert(Note::Rewrites(table.clone()));
    }
    for (rule, broken) in rules::breakable(kept, dialect) {
        notes.insert(Note::NeedsRule(table.clone(), rule, broken));
    }
}

/// The notes about fields that are to be computed for existing rows: computed fields that are new or were not computed
/// before.
fn computed(kept: &TableChange<'_>) -> Vec<Note> {
    let note = |field: &String| Note::Compute(kept.new.model.clone(), field.clone());
    let added = kept
        .added
        .iter()
        .filter(|column| column.computed)
        .map(|column| &column.name);
    let key_reordered = kept
        .columns
        .iter()
        .filter(|column| column.new.computed && !column.old.computed);
    match &kept.new.field {
        Some(field) => key_reordered.take(1).map(|_| note(field)).collect(),
        None => added
            .chain(key_reordered.map(|column| &column.new.name))
            .map(note)
            .collect(),
    }
}

/// Refuses a unique or check constraint on a new computed column: the constraint would be created by the migration, but
/// the values are computed only after it.
fn refuse_rules_on_computed(kept: &TableChange<'_>) -> Result<(), String> {
    let (sqlite, model) = (Dialect::Sqlite, &kept.new.model);
    let refuse = |column: &&Column, rule: &str| {
        Err(format!(
            "{model}: `{}` is computed and new, and {rule} on it cannot be kept before its values are computed: write one \
             migration with the field alone, and another one with the rule",
            column.name
        ))
    };
    for column in kept.added.iter().filter(|column| column.computed) {
        let unique = kept.indexes.created.iter().filter(|index| index.unique);
        if unique
            .into_iter()
            .any(|index| mentions(index.terms.text(sqlite), &column.name))
        {
            return refuse(column, "#[unique]");
        }
        if kept
            .checks
            .created
            .iter()
            .any(|check| mentions(check.condition.text(sqlite), &column.name))
        {
            return refuse(column, "#[check]");
        }
    }
    Ok(())
}
