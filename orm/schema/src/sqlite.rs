//! A plan as SQLite statements. SQLite cannot change a column in place: such a table is rebuilt, that is, created under
//! another name, filled from the old one, and renamed. Foreign keys must be off when the migration's transaction begins
//! (`PRAGMA foreign_keys` has no effect within one).

use super::convert::{conversion, fill};
use super::create;
use super::plan::{Plan, TableChange};
use super::script::{Script, describe, new_value};
use orm_database::Dialect;

const SQLITE: Dialect = Dialect::Sqlite;

pub(super) fn script(plan: &Plan<'_>) -> String {
    let mut script = Script::default();
    for kept in &plan.kept {
        script.begin(&describe::kept(kept));
        let renamed = kept.indexes.renamed.iter().map(|(former, _)| former);
        let goes: Vec<&String> = kept.indexes.dropped.iter().chain(renamed).collect();
        // A rebuilt table takes its indexes along, but not the tables that stand for those of trigrams.
        for index in kept.old.indexes.iter().filter(|index| match kept.is_rebuilt() {
            true => index.trigrams_of.is_some(),
            false => goes.contains(&&index.name),
        }) {
            script.add(create::drop_index(index, SQLITE));
        }
    }
    script.begin("");
    for table in &plan.dropped {
        for index in table.indexes.iter().filter(|index| index.trigrams_of.is_some()) {
            script.add(create::drop_index(index, SQLITE));
        }
        script.add(format!("DROP TABLE \"{}\";\n", table.name));
    }
    for kept in &plan.kept {
        if kept.old.name != kept.new.name {
            script.add(format!(
                "ALTER TABLE \"{}\" RENAME TO \"{}\";\n",
                kept.old.name, kept.new.name
            ));
        }
    }
    script.create(&plan.created, SQLITE);
    for kept in &plan.kept {
        script.begin(&describe::kept(kept));
        match kept.is_rebuilt() {
            true => rebuild(&mut script, kept),
            false => change(&mut script, kept),
        }
    }
    script.text()
}

/// What SQLite can change in place: names of columns, new columns that may be NULL, values, indexes.
fn change(script: &mut Script, kept: &TableChange<'_>) {
    let table = &kept.new.name;
    for (former, name) in kept.renamed_columns() {
        script.add(format!(
            "ALTER TABLE \"{table}\" RENAME COLUMN \"{former}\" TO \"{name}\";\n"
        ));
    }
    for column in &kept.added {
        script.add(format!(
            "ALTER TABLE \"{table}\" ADD COLUMN {};\n",
            create::column(column, SQLITE)
        ));
        if let Some(fill) = fill(column, SQLITE) {
            script.add(format!("UPDATE \"{table}\" SET \"{}\" = {fill};\n", column.name));
        }
    }
    for column in &kept.columns {
        let (name, own) = (&column.new.name, format!("\"{}\"", column.new.name));
        let value = conversion(&column.kind, &column.new.kind, &own, SQLITE).map(|conversion| conversion.sql);
        if let Some(value) = value.filter(|value| *value != own) {
            script.add(format!("UPDATE \"{table}\" SET \"{name}\" = {value};\n"));
        }
    }
    let renamed = kept.indexes.renamed.iter().map(|(_, index)| index);
    for index in renamed.chain(&kept.indexes.created) {
        script.add(create::index(index, table, SQLITE));
    }
}

fn rebuild(script: &mut Script, kept: &TableChange<'_>) {
    let table = &kept.new.name;
    let new = format!("{table}__new");
    let (mut names, mut values) = (Vec::new(), Vec::new());
    if !kept.new.is_many2many() {
        names.push("\"id\"".to_owned());
        values.push("\"id\"".to_owned());
    }
    for column in &kept.new.columns {
        names.push(format!("\"{}\"", column.name));
        values.push(new_value(kept, column, SQLITE));
    }
    script.add(create::table(kept.new, &new, SQLITE));
    script.add(format!(
        "INSERT INTO \"{new}\" ({})\nSELECT {}\nFROM \"{table}\";\n",
        names.join(", "),
        values.join(", ")
    ));
    if !kept.new.is_many2many() {
        // Keep the id counter, so that ids of deleted records are not used again.
        script.add(format!(
            "DELETE FROM sqlite_sequence WHERE name = '{new}';\n\
             INSERT INTO sqlite_sequence (name, seq) SELECT '{new}', seq FROM sqlite_sequence WHERE name = '{table}';\n"
        ));
    }
    script.add(format!(
        "DROP TABLE \"{table}\";\nALTER TABLE \"{new}\" RENAME TO \"{table}\";\n"
    ));
    for index in &kept.new.indexes {
        script.add(create::index(index, table, SQLITE));
    }
}
