//! A plan as PostgreSQL statements: first everything is dropped that is to go, so that its names are free; then tables
//! are renamed, created and changed; foreign keys come last.

use super::convert::fill;
use super::create;
use super::plan::{KeptColumn, Plan, TableChange};
use super::schema::{Column, ColumnKind, Table};
use super::script::{Script, describe, value};
use orm_database::Dialect;

const POSTGRES: Dialect = Dialect::Postgres;

/// The extension that knows indexes of trigrams.
pub(super) const TRIGRAMS: &str = "pg_trgm";

pub(super) fn script(plan: &Plan<'_>) -> String {
    let mut script = Script::default();
    if plan.has_new_trigrams() {
        script.begin("-- The operators of indexes of trigrams.\n");
        script.add(format!("CREATE EXTENSION IF NOT EXISTS {TRIGRAMS};\n"));
    }
    for kept in &plan.kept {
        script.begin(&describe::kept(kept));
        drop_parts(&mut script, kept);
    }
    if !plan.dropped.is_empty() {
        // In one statement, since they may refer to each other.
        let tables: Vec<String> = plan.dropped.iter().map(|table| format!("\"{}\"", table.name)).collect();
        script.add(format!("DROP TABLE {};\n", tables.join(", ")));
    }
    for kept in &plan.kept {
        rename(&mut script, kept);
    }
    script.create(&plan.created, POSTGRES);
    for kept in &plan.kept {
        script.begin(&describe::kept(kept));
        change(&mut script, kept);
        add_rules(&mut script, kept);
    }
    script.begin("");
    for table in &plan.created {
        for (column, target, on_delete) in table.references() {
            script.add(create::add_reference(&table.name, &column.name, target, on_delete));
        }
    }
    for kept in &plan.kept {
        for reference in &kept.references.created {
            let (column, target) = (&reference.column, &reference.target);
            script.add(create::add_reference(
                &kept.new.name,
                column,
                target,
                reference.on_delete,
            ));
        }
    }
    script.text()
}

fn drop_parts(script: &mut Script, kept: &TableChange<'_>) {
    let table = &kept.old.name;
    let constraints = kept.references.dropped.iter().chain(&kept.checks.dropped);
    for constraint in constraints {
        script.add(format!("ALTER TABLE \"{table}\" DROP CONSTRAINT \"{constraint}\";\n"));
    }
    if kept.key_reordered {
        script.add(format!("ALTER TABLE \"{table}\" DROP CONSTRAINT \"{table}_pkey\";\n"));
    }
    for index in &kept.indexes.dropped {
        script.add(format!("DROP INDEX \"{index}\";\n"));
    }
    for column in &kept.dropped {
        script.add(format!("ALTER TABLE \"{table}\" DROP COLUMN \"{}\";\n", column.name));
    }
}

fn rename(script: &mut Script, kept: &TableChange<'_>) {
    let (former, table) = (&kept.old.name, &kept.new.name);
    if former != table {
        script.add(format!("ALTER TABLE \"{former}\" RENAME TO \"{table}\";\n"));
        if !kept.key_reordered {
            script.add(rename_constraint(
                table,
                &format!("{former}_pkey"),
                &format!("{table}_pkey"),
            ));
        }
        if !kept.new.is_many2many() {
            script.add(format!(
                "ALTER SEQUENCE \"{former}_id_seq\" RENAME TO \"{table}_id_seq\";\n"
            ));
        }
    }
    for (former, name) in kept.renamed_columns() {
        script.add(format!(
            "ALTER TABLE \"{table}\" RENAME COLUMN \"{former}\" TO \"{name}\";\n"
        ));
    }
    for (former, reference) in &kept.references.renamed {
        script.add(rename_constraint(table, former, &reference.name));
    }
    for (former, check) in &kept.checks.renamed {
        script.add(rename_constraint(table, former, &check.name));
    }
    for (former, index) in &kept.indexes.renamed {
        script.add(format!("ALTER INDEX \"{former}\" RENAME TO \"{}\";\n", index.name));
    }
}

fn rename_constraint(table: &str, former: &str, name: &str) -> String {
    format!("ALTER TABLE \"{table}\" RENAME CONSTRAINT \"{former}\" TO \"{name}\";\n")
}

fn change(script: &mut Script, kept: &TableChange<'_>) {
    for column in &kept.added {
        add(script, kept.new, column);
    }
    for column in &kept.columns {
        change_column(script, kept.new, column);
    }
}

fn add(script: &mut Script, table: &Table, column: &Column) {
    let (table, name, definition) = (&table.name, &column.name, create::column(column, POSTGRES));
    match fill(column, POSTGRES) {
        None => script.add(format!("ALTER TABLE \"{table}\" ADD COLUMN {definition};\n")),
        // A subquery cannot be a `DEFAULT`, so the rows are updated.
        Some(query) if matches!(column.kind, ColumnKind::Reference(..)) && query.starts_with('(') => {
            let optional = Column {
                required: false,
                ..column.clone()
            };
            script.add(format!(
                "ALTER TABLE \"{table}\" ADD COLUMN {};\nUPDATE \"{table}\" SET \"{name}\" = {query};\n\
                 ALTER TABLE \"{table}\" ALTER COLUMN \"{name}\" SET NOT NULL;\n",
                create::column(&optional, POSTGRES)
            ));
        }
        // With a `DEFAULT`, existing rows get the value without being rewritten.
        Some(value) => script.add(format!(
            "ALTER TABLE \"{table}\" ADD COLUMN {definition} DEFAULT {value};\n\
             ALTER TABLE \"{table}\" ALTER COLUMN \"{name}\" DROP DEFAULT;\n"
        )),
    }
}

fn change_column(script: &mut Script, table: &Table, column: &KeptColumn<'_>) {
    let (table, name) = (&table.name, &column.new.name);
    let own = format!("\"{name}\"");
    let alter = format!("ALTER TABLE \"{table}\" ALTER COLUMN {own}");
    if column.old.required && !column.new.required {
        script.add(format!("{alter} DROP NOT NULL;\n"));
    }
    let value = value(column, &own, POSTGRES);
    let storage = create::storage(&column.new.kind, POSTGRES);
    if create::storage(&column.kind, POSTGRES) != storage {
        script.add(format!("{alter} TYPE {storage} USING {value};\n"));
    } else if value != own {
        script.add(format!(
            "UPDATE \"{table}\" SET {own} = {value} WHERE {own} IS DISTINCT FROM {value};\n"
        ));
    }
    if !column.old.required && column.new.required {
        script.add(format!("{alter} SET NOT NULL;\n"));
    }
}

fn add_rules(script: &mut Script, kept: &TableChange<'_>) {
    let table = &kept.new.name;
    if kept.key_reordered {
        script.add(format!(
            "ALTER TABLE \"{table}\" ADD PRIMARY KEY ({});\n",
            create::key(kept.new)
        ));
    }
    for check in &kept.checks.created {
        let condition = check.condition.text(POSTGRES);
        script.add(format!(
            "ALTER TABLE \"{table}\" ADD CONSTRAINT \"{}\" CHECK ({condition});\n",
            check.name
        ));
    }
    for index in &kept.indexes.created {
        script.add(create::index(index, table, POSTGRES));
    }
}
