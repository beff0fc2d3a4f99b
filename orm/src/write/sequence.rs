//! Numbers of sequences. A sequence is a record of `ir.sequence`, made from its definition when it is first used; after
//! that the record decides, so that an administrator can change prefix, padding and the next number.
//!
//! On SQLite, where one transaction writes at a time, the record is counted up inside the transaction: nothing is ever
//! left out. On PostgreSQL that would make creates wait for each other, so only gapless sequences do it; the others
//! take their numbers from a sequence of the database, and the record's next number is the least that they give.

use chrono::{Datelike as _, NaiveDate};

use super::create::default_values;
use super::rows;
use super::unit::Unit;
use crate::db::{Bind, Dialect, Statement};
use crate::def::{Period, SequenceDef};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::registry::{FieldId, ModelInfo};
use crate::sequence::{GAPLESS, NAME, PERIOD, STANDARD};
use crate::sql::quoted;
use crate::value::Value;

/// What a sequence's record says.
#[derive(Debug)]
struct Record {
    id: i64,
    next: i64,
    prefix: String,
    suffix: String,
    padding: usize,
    gapless: bool,
}

/// Takes the next `count` numbers of a sequence.
pub(super) fn take(env: &mut Env<'_>, sequence: &SequenceDef, count: usize) -> Result<Vec<Value>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let today = env.now.date();
    let (record, numbers) = match env.session.dialect() {
        Dialect::Sqlite => count_up(env, sequence, count)?,
        Dialect::Postgres => {
            let record = existing(env, sequence)?;
            match record.gapless {
                true => count_up(env, sequence, count)?,
                false => {
                    let numbers = reserve(env, sequence, &record, count)?;
                    (record, numbers)
                }
            }
        }
    };
    let (prefix, suffix) = (dated(&record.prefix, today), dated(&record.suffix, today));
    let width = record.padding;
    let name = |number| Value::Text(format!("{prefix}{number:0width$}{suffix}"));
    Ok(numbers.into_iter().map(name).collect())
}

/// Moves a sequence past the numbers in names that it did not give.
pub(super) fn move_past<'v>(
    env: &mut Env<'_>,
    sequence: &SequenceDef,
    names: impl Iterator<Item = &'v Value>,
) -> Result<()> {
    let today = env.now.date();
    let (prefix, suffix) = (dated(sequence.prefix, today), dated(sequence.suffix, today));
    let number = |name: &Value| match name {
        Value::Text(name) => name.strip_prefix(&prefix)?.strip_suffix(&suffix)?.parse::<i64>().ok(),
        _ => None,
    };
    let Some(highest) = names.filter_map(number).max() else {
        return Ok(());
    };
    let record = existing(env, sequence)?;
    if record.next > highest {
        return Ok(());
    }
    let text = format!(
        "UPDATE {} SET \"number_next\" = ? WHERE id = ?",
        quoted(table(env)?.def.table)
    );
    let binds = vec![Bind::Int(Some(highest + 1)), Bind::Int(Some(record.id))];
    env.session.execute(&Statement { text, binds }).map(|_| ())
}

/// Counts the record up: it is locked until the end of the transaction.
fn count_up(env: &mut Env<'_>, sequence: &SequenceDef, count: usize) -> Result<(Record, Vec<i64>)> {
    let taken = i64::try_from(count).map_err(|error| Error::internal(error.to_string()))?;
    for _ in 0..2 {
        let table = quoted(table(env)?.def.table);
        let mut binds = vec![Bind::Int(Some(taken))];
        let set = match period(sequence, env.now.date()) {
            None => "\"number_next\" = \"number_next\" + ?".to_owned(),
            Some(period) => {
                // Periods sort as they follow each other. The first one goes on from the record's number.
                let bind = || Bind::Text(Some(period.clone()));
                binds = vec![bind(), Bind::Int(Some(taken)), bind()];
                format!(
                    "\"number_next\" = CASE WHEN \"{PERIOD}\" < ? THEN 1 ELSE \"number_next\" END + ?, \"{PERIOD}\" = ?"
                )
            }
        };
        binds.push(Bind::Text(Some(sequence.code.to_owned())));
        let text = format!("UPDATE {table} SET {set} WHERE {} RETURNING {COLUMNS}", chosen(&table));
        if let Some(record) = read(env, sequence, Statement { text, binds })? {
            let numbers = (record.next - taken..record.next).collect();
            return Ok((record, numbers));
        }
        make(env, sequence)?;
    }
    Err(Error::internal(format!(
        "the sequence {} gave no number",
        sequence.code
    )))
}

/// The record of a sequence, made where there is none.
fn existing(env: &mut Env<'_>, sequence: &SequenceDef) -> Result<Record> {
    for _ in 0..2 {
        let table = quoted(table(env)?.def.table);
        let text = format!("SELECT {COLUMNS} FROM {table} WHERE {}", chosen(&table));
        let binds = vec![Bind::Text(Some(sequence.code.to_owned()))];
        if let Some(record) = read(env, sequence, Statement { text, binds })? {
            return Ok(record);
        }
        make(env, sequence)?;
    }
    Err(Error::internal(format!("the sequence {} has no record", sequence.code)))
}

const COLUMNS: &str = "id, \"number_next\", \"prefix\", \"suffix\", \"padding\", \"implementation\"";

/// The condition that chooses a sequence's record by its code.
fn chosen(table: &str) -> String {
    format!("id = (SELECT MIN(id) FROM {table} WHERE \"code\" = ?)")
}

/// Reads the record that a statement answers. What was left empty is as defined.
fn read(env: &mut Env<'_>, sequence: &SequenceDef, statement: Statement) -> Result<Option<Record>> {
    let model = table(env)?;
    let kind = |name: &str| model.fields[model.implicit(name)].def.kind;
    let (next, padding) = (kind("number_next"), kind("padding"));
    let mut found = None;
    env.session.query(&statement, |row| {
        let int = |value: Value| value.id().unwrap_or_default();
        let own = usize::try_from(int(row.value(4, &padding)?)).unwrap_or_default();
        found = Some(Record {
            id: row.int(0)?.unwrap_or_default(),
            next: int(row.value(1, &next)?),
            prefix: row.text(2)?.unwrap_or_else(|| sequence.prefix.to_owned()),
            suffix: row.text(3)?.unwrap_or_else(|| sequence.suffix.to_owned()),
            padding: if own == 0 { usize::from(sequence.padding) } else { own },
            gapless: row.text(5)?.is_some_and(|implementation| implementation == GAPLESS),
        });
        Ok(())
    })?;
    Ok(found)
}

/// Makes the record of a sequence that is used for the first time.
fn make(env: &mut Env<'_>, sequence: &SequenceDef) -> Result<()> {
    if let Some(text) = env.session.dialect().lock_name(sequence.code) {
        let binds = Vec::new();
        env.session.query(&Statement { text, binds }, |_| Ok(()))?;
        // Another transaction may have made it meanwhile.
        let mut made = false;
        let text = format!("SELECT 1 FROM {} WHERE \"code\" = ?", quoted(table(env)?.def.table));
        let binds = vec![Bind::Text(Some(sequence.code.to_owned()))];
        env.session.query(&Statement { text, binds }, |_| {
            made = true;
            Ok(())
        })?;
        if made {
            return Ok(());
        }
    }
    let model = table(env)?;
    let text = |text: &str| Value::Text(text.to_owned());
    let optional = |given: &str| if given.is_empty() { Value::Null } else { text(given) };
    let fields: Vec<FieldId> = rows::stored(model).into_iter().map(|(field, _)| field).collect();
    let id = rows::reserve_ids(env, model, None, 1)?.first().copied();
    let mut row = Vec::with_capacity(fields.len());
    for field in &fields {
        let value = match model.fields[*field].def.name {
            "id" => id.map_or(Value::Null, Value::Int),
            "name" | "code" => text(sequence.code),
            "prefix" => optional(sequence.prefix),
            "suffix" => optional(sequence.suffix),
            "padding" => Value::Int(sequence.padding.into()),
            "number_next" => Value::Int(1),
            "implementation" => text(if sequence.gapless { GAPLESS } else { STANDARD }),
            PERIOD => Value::Null,
            _ => default_values(env, &mut Unit::default(), model, *field, 1)?
                .pop()
                .unwrap_or(Value::Null),
        };
        row.push(value);
    }
    rows::insert(env, model, &fields, &[row])
}

/// Takes numbers of the database's own sequence, which nobody waits for, and which no rollback gives back. It begins
/// where the record stands; one that was moved ahead since is followed.
fn reserve(env: &mut Env<'_>, sequence: &SequenceDef, record: &Record, count: usize) -> Result<Vec<i64>> {
    let period = period(sequence, env.now.date());
    let mut name = format!("ir_sequence_{}", record.id);
    if let Some(period) = &period {
        name = format!("{name}_{}", period.replace('-', ""));
    }
    let least = if period.is_some() { 1 } else { record.next };
    let dialect = env.session.dialect();
    let mut known = false;
    let statement = |text: String| Statement {
        text,
        binds: Vec::new(),
    };
    env.session.query(&statement(dialect.sequence_exists(&name)), |_| {
        known = true;
        Ok(())
    })?;
    if !known {
        if let Some(text) = dialect.lock_name(&name) {
            env.session.query(&statement(text), |_| Ok(()))?;
        }
        env.session.batch(&dialect.create_sequence(&name, least))?;
    }
    let mut numbers = Vec::with_capacity(count);
    let mut wanted = count;
    while numbers.len() < count {
        let (mut last, binds) = (0, vec![Bind::Int(i64::try_from(wanted).ok())]);
        let text = dialect.next_numbers(&name);
        env.session.query(&Statement { text, binds }, |row| {
            last = row.int(0)?.unwrap_or_default();
            if last >= least && numbers.len() < count {
                numbers.push(last);
            }
            Ok(())
        })?;
        let behind = usize::try_from(least - last - 1).unwrap_or_default();
        wanted = behind + count - numbers.len();
    }
    Ok(numbers)
}

fn table<'r>(env: &Env<'r>) -> Result<&'r ModelInfo> {
    let model = env.registry.find(NAME);
    model.ok_or_else(|| Error::internal(format!("{NAME} is not in the catalogue")))
}

/// The period that a date lies in, as text that sorts.
fn period(sequence: &SequenceDef, date: NaiveDate) -> Option<String> {
    let form = match sequence.range? {
        Period::Year => "%Y",
        Period::Month => "%Y-%m",
        Period::Day => "%Y-%m-%d",
    };
    Some(date.format(form).to_string())
}

/// A prefix or suffix of a date.
fn dated(text: &str, date: NaiveDate) -> String {
    text.replace("{year}", &format!("{:04}", date.year()))
        .replace("{month}", &format!("{:02}", date.month()))
        .replace("{day}", &format!("{:02}", date.day()))
}
