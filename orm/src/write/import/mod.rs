//! Imports rows with their ids, all or nothing: `{model: {"fields": […], "rows": [[…]]}}`.
//!
//! Columns are stored as given, computed and read-only ones too, except that HTML is cleaned. Nothing that is given is
//! recomputed, and only constraints that the database keeps are checked. A field of a delegate is written to the
//! delegate's record, a one2many sets its inverse field, the ids of a many2many become pairs. What a row does not name
//! gets its default. A stored computed column that the file does not name is computed, and so are those of other
//! records that read the new ones. Other fields without a column are not stored, only compared with what is computed
//! for them.

mod file;
mod finish;
mod sorted;

use serde_json::Value as Json;

use super::constraints::{self, Pointers};
use super::{conflict, rows};
use crate::command::Values;
use crate::env::Env;
use crate::error::{Code, Error, Place, Result};
use crate::registry::FieldId;
use crate::value::Value;
use file::File;
use sorted::{PreparedImport, Table};

/// The outcome of an import.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Summary {
    /// How many records.
    pub records: usize,
    /// Fields without a column that were compared with the file, and how many of their values differ.
    pub compared: Vec<Compared>,
}

/// A field without a column, compared with what the file says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The model.
    pub model: &'static str,
    /// The field.
    pub field: &'static str,
    /// How many values of the file differ from what is computed; `None` when the field cannot be read.
    pub differing: Option<usize>,
}

/// A position in the file, for messages.
#[derive(Debug, Clone, Copy)]
struct RowPlace {
    model: &'static str,
    row: usize,
    field: &'static str,
}

impl std::fmt::Display for RowPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, row {}, {}", self.model, self.row, self.field)
    }
}

/// The mistakes of a file: the first ones in words, the others counted.
#[derive(Debug, Default)]
struct Mistakes {
    first: Vec<String>,
    more: usize,
}

impl Mistakes {
    /// The most mistakes that are reported one by one.
    const MOST: usize = 100;

    fn add(&mut self, what: String) {
        match self.first.len() < Self::MOST {
            true => self.first.push(what),
            false => self.more += 1,
        }
    }

    fn at(&mut self, place: RowPlace, why: &str) {
        self.add(format!("{place}: {why}"));
    }

    /// All of them in words; `None` where there are none.
    fn text(&self) -> Option<String> {
        Some(match (self.first.as_slice(), self.more) {
            ([], _) => return None,
            ([one], _) => one.clone(),
            (all, 0) => format!("{} mistakes:\n  {}", all.len(), all.join("\n  ")),
            (all, more) => format!(
                "{} mistakes:\n  {}\n  and {more} more",
                all.len() + more,
                all.join("\n  ")
            ),
        })
    }

    fn none_or_refuse(&self) -> Result<()> {
        self.text().map_or(Ok(()), |text| Err(Error::new(Code::Invalid, text)))
    }
}

/// Loads rows into the caller's transaction; `progress` is called with the number of rows that are stored, and that of
/// all. Foreign keys are checked when the transaction ends, so that rows may refer to each other in a circle.
///
/// # Errors
/// With model, row and field of every mistake, up to a hundred of them.
pub fn load(env: &mut Env<'_>, data: &Json, progress: &mut dyn FnMut(usize, usize)) -> Result<Summary> {
    env.session.batch(env.session.dialect().defer_constraints())?;
    let mut mistakes = Mistakes::default();
    let file = File::read(env.registry, data, &mut mistakes);
    let mut sorted = PreparedImport::new(env.registry, &file, &mut mistakes);
    sorted.check_ids(env, &mut mistakes)?;
    // Defaults take numbers of sequences and may query: not for a file that is refused anyway.
    mistakes.none_or_refuse()?;
    let missing = sorted.complete(env, &mut mistakes)?;
    mistakes.none_or_refuse()?;
    let mut change_set = finish::prepare(env, &sorted)?;
    store(env, &sorted, progress).map_err(|error| conflict::explain(env.registry, error))?;
    change_set.flush_and_clear(env)?; // it has read rows that are stored anew by now
    for table in &sorted.tables {
        finish::hierarchy(env, table.model)?;
    }
    finish::compute(env, change_set, &sorted, missing).map_err(|error| conflict::explain(env.registry, error))?;
    for table in &sorted.tables {
        finish::move_numbers(env, table)?;
    }
    Ok(Summary {
        records: sorted.records(),
        compared: finish::compare(env, &file, &sorted)?,
    })
}

/// Rows inserted between two calls of `progress`.
const STEP: usize = 1024;

fn store(env: &mut Env<'_>, sorted: &PreparedImport<'_>, progress: &mut dyn FnMut(usize, usize)) -> Result<()> {
    let (mut done, all) = (0, sorted.records());
    for table in &sorted.tables {
        let fields: Vec<FieldId> = rows::stored(table.model).into_iter().map(|(field, _)| field).collect();
        for (number, some) in table.rows.chunks(STEP).enumerate() {
            let given = |value: &Option<Value>| value.clone().unwrap_or(Value::Null);
            let mut rows: Vec<Vec<Value>> = some.iter().map(|row| row.iter().map(given).collect()).collect();
            keeps_constraints(env, table, number * STEP, &rows)?;
            for row in &mut rows {
                *row = fields
                    .iter()
                    .map(|field| std::mem::replace(&mut row[*field], Value::Null))
                    .collect();
            }
            rows::insert(env, table.model, &fields, &rows)?;
            done += some.len();
            progress(done, all);
        }
    }
    for ((model, field), updates) in &sorted.updates {
        let updates: Vec<(i64, Vec<Value>)> = (updates.iter())
            .map(|(id, (value, _))| (*id, vec![value.clone()]))
            .collect();
        rows::update(env, env.registry.model(*model), &[*field], &updates)?;
    }
    for (link, pairs) in &sorted.pairs {
        let pairs: Vec<(i64, i64)> = pairs.iter().copied().collect();
        rows::insert_pairs(env, *link, &pairs)?;
    }
    Ok(())
}

/// Refuses rows that break a constraint which the database keeps, each with its place; `first` is the index in the
/// table of the first of them.
fn keeps_constraints(env: &mut Env<'_>, table: &Table<'_>, first: usize, rows: &[Vec<Value>]) -> Result<()> {
    let mut places = Pointers::default();
    let ids = table.ids.iter().zip(&table.places).skip(first);
    let given: Vec<(i64, &[Value])> = (ids.zip(rows))
        .map(|((id, place), row)| {
            let place = Some(place.to_string());
            places.put(
                table.model,
                &[*id],
                &Values {
                    place,
                    ..Values::default()
                },
            );
            (*id, row.as_slice())
        })
        .collect();
    constraints::before_storing(env, &places, table.model, &given, None).map_err(|error| {
        let mut mistakes = Mistakes::default();
        for issue in error.issues() {
            if let Place::Field { record: row, name } = &issue.place {
                mistakes.add(format!(
                    "{}, row {row}, {name}: {}",
                    table.model.def.name, issue.message
                ));
            }
        }
        mistakes
            .text()
            .map_or(error.clone(), |text| Error::new(error.code(), text))
    })
}
