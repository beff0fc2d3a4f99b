//! Numbers from sequences, for fields with `default = sequence(…)`. A sequence is a record of the model whose role is
//! `sequence`. It is made from its definition when it is first used; from then on the record decides, so that an
//! administrator can change prefix, padding and the next number.
//!
//! On SQLite, where one transaction writes at a time, the record's next number is raised inside the transaction: no
//! number is ever left out. On PostgreSQL that would make creates wait for each other, so only gapless sequences do it.
//! The others take their numbers from a sequence of the database, `ir_sequence_7` for record 7 of the table
//! `ir_sequence`: nobody waits for it, and a rollback does not give its numbers back. A transaction that moves it (a
//! new next number, a new year) locks it until it ends: a rollback undoes the move, and others take their numbers
//! before or after it.

mod counter;

pub(super) use counter::moved;

use counter::{catch_up, reserve};

use chrono::{Datelike as _, NaiveDate};

use super::constraints::Pointers;
use super::create::default_values;
use super::rows;
use super::unit_of_work::UnitOfWork;
use crate::db::{Bind, Dialect, Ids, Statement};
use crate::def::{Default, Period, Role, SequenceDef};
use crate::env::Env;
use crate::error::{Code, Error, Result};
use crate::registry::{FieldId, ModelInfo, Registry};
use crate::sequence::{self, CODE, GAPLESS, MOST_PADDING, NEXT, PADDING, PERIOD, STANDARD};
use crate::sql::quoted;
use crate::value::Value;

/// The record of a sequence.
#[derive(Debug)]
struct Record {
    id: i64,
    /// The number that comes next; where a sequence of the database gives the numbers, a lower bound of it.
    next: i64,
    prefix: String,
    suffix: String,
    padding: usize,
    gapless: bool,
    /// A sequence of the database gives its numbers.
    counted: bool,
    /// The last number that the database's sequence gave since it was made or moved.
    last: Option<i64>,
}

/// Takes the next `count` numbers of a sequence, each as text with its prefix, padding and suffix.
pub(super) fn take(env: &mut Env<'_>, sequence: &SequenceDef, count: usize) -> Result<Vec<Value>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let today = env.now.date();
    let (record, numbers) = match env.session.dialect().is_server() {
        false => count_up(env, sequence, count)?,
        true => {
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
    let most = most(table(env)?);
    if numbers.last().is_none_or(|last| *last >= most) {
        return Err(exhausted(sequence));
    }
    let (prefix, suffix) = (dated(&record.prefix, today), dated(&record.suffix, today));
    let width = record.padding;
    let name = |number| Value::Text(format!("{prefix}{number:0width$}{suffix}"));
    Ok(numbers.into_iter().map(name).collect())
}

/// Moves a sequence past the highest of its numbers in these names, which it did not give itself: they were imported.
pub(crate) fn move_past<'v>(
    env: &mut Env<'_>,
    sequence: &SequenceDef,
    names: impl Iterator<Item = &'v Value>,
) -> Result<()> {
    let numbering = numbering(env, sequence)?;
    let Some(highest) = names.filter_map(|name| numbering.number(name)).max() else {
        return Ok(());
    };
    let record = existing(env, sequence)?;
    if record.next.max(record.last.unwrap_or_default()) > highest {
        return Ok(());
    }
    let text = format!(
        "UPDATE {} SET \"{NEXT}\" = ? WHERE id = ?",
        quoted(table(env)?.def.table)
    );
    let binds = vec![Bind::Int(Some(highest + 1)), Bind::Int(Some(record.id))];
    env.session.execute(&Statement { text, binds })?;
    match record.counted {
        true => catch_up(env, sequence, record.id),
        false => Ok(()),
    }
}

/// The state of a sequence: its next number, and how its numbers are recognized.
#[derive(Debug)]
pub(crate) struct Numbering {
    /// Its record, where it has one already.
    pub(crate) record: Option<i64>,
    /// The number that comes next.
    pub(crate) next: i64,
    prefix: String,
    suffix: String,
    most: i64,
}

impl Numbering {
    /// The number in a name that has the sequence's prefix and suffix of today; `None` for any other name, and for a
    /// number that no sequence gives.
    pub(crate) fn number(&self, name: &Value) -> Option<i64> {
        let Value::Text(name) = name else { return None };
        let digits = name.strip_prefix(&self.prefix)?.strip_suffix(&self.suffix)?;
        let number: Option<i64> = digits.parse().ok();
        number.filter(|number| (1..self.most).contains(number))
    }
}

/// The state of a sequence; one that was never used has no record yet.
pub(crate) fn numbering(env: &mut Env<'_>, sequence: &SequenceDef) -> Result<Numbering> {
    let (today, most) = (env.now.date(), most(table(env)?));
    let record = find(env, sequence)?;
    let texts = record
        .as_ref()
        .map(|record| (record.prefix.as_str(), record.suffix.as_str()));
    let (prefix, suffix) = texts.unwrap_or((sequence.prefix, sequence.suffix));
    Ok(Numbering {
        record: record.as_ref().map(|record| record.id),
        next: (record.as_ref()).map_or(1, |record| record.next.max(record.last.map_or(1, |last| last + 1))),
        prefix: dated(prefix, today),
        suffix: dated(suffix, today),
        most,
    })
}

/// Takes numbers by raising the record's next number. The record stays locked until the transaction ends.
fn count_up(env: &mut Env<'_>, sequence: &SequenceDef, count: usize) -> Result<(Record, Vec<i64>)> {
    let taken = i64::try_from(count).map_err(|error| Error::internal(error.to_string()))?;
    for _ in 0..2 {
        begin_period(env, sequence)?;
        let model = table(env)?;
        let table = quoted(model.def.table);
        let text = format!(
            "UPDATE {table} SET \"{NEXT}\" = \"{NEXT}\" + ? WHERE {} AND \"{NEXT}\" <= ? RETURNING {}",
            chosen(&table),
            columns(env.session.dialect(), model)
        );
        let binds = vec![
            Bind::Int(Some(taken)),
            Bind::Text(Some(sequence.code.to_owned())),
            Bind::Int(Some(most(model) - taken)),
        ];
        if let Some(record) = read(env, sequence, Statement { text, binds })? {
            let numbers = (record.next - taken..record.next).collect();
            return Ok((record, numbers));
        }
        if find(env, sequence)?.is_some() {
            return Err(exhausted(sequence));
        }
        create_record(env, sequence)?;
    }
    Err(Error::internal(format!(
        "the sequence {} gave no number",
        sequence.code
    )))
}

/// Begins a new period (year, month, day) if the date has come to one; answers its first number. A record without a
/// period continues from its number. Periods are compared as text, which sorts by time.
fn begin_period(env: &mut Env<'_>, sequence: &SequenceDef) -> Result<Option<i64>> {
    let Some(period) = period(sequence, env.now.date()) else {
        return Ok(None);
    };
    let model = table(env)?;
    let (table, kind) = (quoted(model.def.table), model.fields[model.implicit(NEXT)].def.kind);
    let text = format!(
        "UPDATE {table} SET \"{NEXT}\" = CASE WHEN \"{PERIOD}\" IS NULL THEN {} ELSE 1 END, \"{PERIOD}\" = ? \
         WHERE {} AND (\"{PERIOD}\" IS NULL OR \"{PERIOD}\" < ?) RETURNING \"{NEXT}\"",
        env.session.dialect().next_number(&kind, model.def.table, &table),
        chosen(&table)
    );
    let texts = [period.as_str(), sequence.code, period.as_str()];
    let binds = texts.map(|text| Bind::Text(Some(text.to_owned()))).to_vec();
    let mut first = None;
    env.session.query(&Statement { text, binds }, |row| {
        first = row.value(0, &kind)?.id();
        Ok(())
    })?;
    Ok(first)
}

/// The error where the record has no room for the next number.
fn exhausted(sequence: &SequenceDef) -> Error {
    Error::refused(format!(
        "the sequence `{}` has no numbers left: give its record another prefix and a lower `{NEXT}`",
        sequence.code
    ))
}

/// The highest number that the record can hold.
fn most(model: &ModelInfo) -> i64 {
    sequence::most(&model.fields[model.implicit(NEXT)].def.kind)
}

/// The record of a sequence; it is made where there is none.
fn existing(env: &mut Env<'_>, sequence: &SequenceDef) -> Result<Record> {
    for _ in 0..2 {
        if let Some(record) = find(env, sequence)? {
            return Ok(record);
        }
        create_record(env, sequence)?;
    }
    Err(Error::internal(format!("the sequence {} has no record", sequence.code)))
}

/// The record of a sequence, if there is one.
fn find(env: &mut Env<'_>, sequence: &SequenceDef) -> Result<Option<Record>> {
    let model = table(env)?;
    let (table, columns) = (quoted(model.def.table), columns(env.session.dialect(), model));
    let text = format!("SELECT {columns} FROM {table} WHERE {}", chosen(&table));
    let binds = vec![Bind::Text(Some(sequence.code.to_owned()))];
    read(env, sequence, Statement { text, binds })
}

/// The columns that [`read`] expects.
fn columns(dialect: Dialect, model: &ModelInfo) -> String {
    let (counted, last) = dialect.counted(model.def.table, "id");
    format!("id, \"{NEXT}\", \"prefix\", \"suffix\", \"{PADDING}\", \"implementation\", {counted}, {last}")
}

/// The condition that selects a sequence's record by its code: the one with the lowest id.
fn chosen(table: &str) -> String {
    format!("id = (SELECT MIN(id) FROM {table} WHERE \"{CODE}\" = ?)")
}

/// Reads the record that a statement answers. Empty columns take the value of the definition.
fn read(env: &mut Env<'_>, sequence: &SequenceDef, statement: Statement) -> Result<Option<Record>> {
    let model = table(env)?;
    let kind = |name: &str| model.fields[model.implicit(name)].def.kind;
    let (next, padding) = (kind(NEXT), kind(PADDING));
    let mut found = None;
    env.session.query(&statement, |row| {
        let int = |value: Value| value.id().unwrap_or_default();
        let own = int(row.value(4, &padding)?).clamp(0, MOST_PADDING);
        found = Some(Record {
            id: row.int(0)?.unwrap_or_default(),
            next: int(row.value(1, &next)?),
            prefix: row.text(2)?.unwrap_or_else(|| sequence.prefix.to_owned()),
            suffix: row.text(3)?.unwrap_or_else(|| sequence.suffix.to_owned()),
            padding: usize::try_from(own)
                .ok()
                .filter(|own| *own > 0)
                .unwrap_or(sequence.padding.into()),
            gapless: row.text(5)?.is_some_and(|implementation| implementation == GAPLESS),
            counted: row.bool(6)?.unwrap_or_default(),
            last: row.int(7)?,
        });
        Ok(())
    })?;
    Ok(found)
}

/// Makes the record of a sequence that is used for the first time.
fn create_record(env: &mut Env<'_>, sequence: &SequenceDef) -> Result<()> {
    env.session.lock_name(sequence.code)?;
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
    let model = table(env)?;
    let text = |text: &str| Value::Text(text.to_owned());
    let optional = |given: &str| if given.is_empty() { Value::Null } else { text(given) };
    let fields: Vec<FieldId> = rows::stored(model).into_iter().map(|(field, _)| field).collect();
    let id = rows::reserve_ids(env, model, 1)?.first().copied();
    let mut row = Vec::with_capacity(fields.len());
    for field in &fields {
        let value = match model.fields[*field].def.name {
            "id" => id.map_or(Value::Null, Value::Int),
            "name" | CODE => text(sequence.code),
            "prefix" => optional(sequence.prefix),
            "suffix" => optional(sequence.suffix),
            PADDING => Value::Int(sequence.padding.into()),
            NEXT => Value::Int(1),
            "implementation" => text(if sequence.gapless { GAPLESS } else { STANDARD }),
            PERIOD => Value::Null,
            _ => default_values(env, &mut UnitOfWork::default(), model, *field, 1)?
                .pop()
                .unwrap_or(Value::Null),
        };
        row.push(value);
    }
    rows::insert(env, model, &fields, &[row])
}

/// Refuses to delete the record of a sequence that numbers a field, or to give it another `code`: the field would get a
/// new record, whose numbers begin again at 1.
pub(super) fn refuse_loss(
    env: &mut Env<'_>,
    pointers: &Pointers,
    model: &ModelInfo,
    ids: &[i64],
    going: RecordChange<'_>,
) -> Result<()> {
    let code = match going {
        _ if model.def.role != Some(Role::Sequence) => return Ok(()),
        RecordChange::Deleted => None,
        RecordChange::Changed(columns) => {
            let code = |(field, _): &&(FieldId, Value)| model.fields[*field].def.name == CODE;
            match columns.iter().find(code) {
                None => return Ok(()),
                Some((_, code)) => Some(code.to_string()),
            }
        }
    };
    let (table, these) = (quoted(model.def.table), env.session.dialect().in_ids("id"));
    let text = format!(
        "SELECT id, \"{CODE}\" FROM {table} AS own WHERE {these} AND id = (SELECT MIN(id) FROM {table} AS every \
         WHERE every.\"{CODE}\" = own.\"{CODE}\") ORDER BY id"
    );
    let binds = vec![Bind::Ids(Ids(ids.to_vec()))];
    let mut found = Vec::new();
    env.session.query(&Statement { text, binds }, |row| {
        found.extend(row.int(0)?.zip(row.text(1)?));
        Ok(())
    })?;
    let registry = env.registry;
    let lost = found.into_iter().filter(|(_, own)| Some(own) != code.as_ref());
    for (id, own) in lost {
        if let Some(field) = numbered(registry, &own) {
            let why = format!("{field} takes its numbers from it; archive it, or change its prefix and next number");
            return Err(match code {
                None => Error::new(
                    Code::Conflict,
                    format!("record {id} of {} is not deleted: {why}", model.def.name),
                ),
                Some(_) => Error::invalid(vec![pointers.issue(model, id, CODE, &why)]),
            });
        }
    }
    Ok(())
}

/// What is about to happen to a sequence's record.
#[derive(Debug, Clone, Copy)]
pub(super) enum RecordChange<'a> {
    /// It is deleted.
    Deleted,
    /// These columns are written.
    Changed(&'a [(FieldId, Value)]),
}

/// The field that the sequence with this code numbers: `sale.order.name`.
fn numbered(registry: &Registry, code: &str) -> Option<String> {
    let mut fields =
        (registry.models().iter()).flat_map(|model| model.def.fields.iter().map(move |field| (model, field)));
    let found = fields.find(|(_, field)| matches!(field.default, Default::Sequence(sequence) if sequence.code == code));
    found.map(|(model, field)| format!("{}.{}", model.def.name, field.name))
}

fn table<'r>(env: &Env<'r>) -> Result<&'r ModelInfo> {
    env.registry.needed(Role::Sequence)
}

/// The period that a date lies in, as text that sorts by time: `2024-07`. `None` for a sequence without periods.
fn period(sequence: &SequenceDef, date: NaiveDate) -> Option<String> {
    let form = match sequence.range? {
        Period::Year => "%Y",
        Period::Month => "%Y-%m",
        Period::Day => "%Y-%m-%d",
    };
    Some(date.format(form).to_string())
}

/// A prefix or suffix with its `{year}`, `{month}` and `{day}` replaced.
fn dated(text: &str, date: NaiveDate) -> String {
    text.replace("{year}", &format!("{:04}", date.year()))
        .replace("{month}", &format!("{:02}", date.month()))
        .replace("{day}", &format!("{:02}", date.day()))
}
