//! Rows as given, with their ids: `{model: {"fields": […], "rows": [[…]]}}`. All or nothing.
//!
//! Columns are taken as they are, computed and read-only ones too, but for HTML, which is cleaned: nothing that is given
//! is recomputed, and only what the database keeps is asked of it. A field of a delegate is written through to it, a
//! one2many sets its inverse, a list of ids makes pairs. What a row does not name gets its default; a stored computed
//! column that the file does not name is computed, and so are those of other records that read the new ones. Other
//! fields without a column are only compared with what this program makes of them.

mod file;
mod finish;
mod sorted;

use serde_json::Value as Json;

use super::constraints::{self, Places};
use super::{conflict, rows};
use crate::env::Env;
use crate::error::{self, Code, Error, Result};
use crate::registry::FieldId;
use crate::value::Value;
use file::File;
use sorted::{Sorted, Table};

/// What was loaded.
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

/// Where something stands in the file.
#[derive(Debug, Clone, Copy)]
struct Place {
    model: &'static str,
    row: usize,
    field: &'static str,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, row {}, {}", self.model, self.row, self.field)
    }
}

/// Every mistake of a file.
#[derive(Debug, Default)]
struct Mistakes {
    first: Vec<String>,
    more: usize,
}

impl Mistakes {
    /// The most mistakes that are told one by one.
    const MOST: usize = 100;

    fn add(&mut self, what: String) {
        match self.first.len() < Self::MOST {
            true => self.first.push(what),
            false => self.more += 1,
        }
    }

    fn at(&mut self, place: Place, why: &str) {
        self.add(format!("{place}: {why}"));
    }

    /// All of them in words; nothing where there is none.
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

/// Loads rows into the caller's transaction; `progress` is told how many of how many are there. Foreign keys are looked
/// at when the transaction ends, so that rows may refer to each other in a circle.
///
/// # Errors
/// With model, row and field of every mistake, up to a hundred of them.
pub fn load(env: &mut Env<'_>, data: &Json, progress: &mut dyn FnMut(usize, usize)) -> Result<Summary> {
    env.session.batch(env.session.dialect().defer_constraints())?;
    let mut mistakes = Mistakes::default();
    let file = File::read(env.registry, data, &mut mistakes);
    let mut sorted = Sorted::new(env.registry, &file, &mut mistakes);
    sorted.check_ids(env, &mut mistakes)?;
    // Defaults take numbers of sequences and may query: not for a file that is refused anyway.
    mistakes.none_or_refuse()?;
    let missing = sorted.complete(env, &mut mistakes)?;
    mistakes.none_or_refuse()?;
    let change_set = finish::prepare(env, &sorted)?;
    store(env, &sorted, progress).map_err(|error| conflict::explain(env.registry, error))?;
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

/// How many rows are inserted between two words about the progress.
const STEP: usize = 1024;

fn store(env: &mut Env<'_>, sorted: &Sorted<'_>, progress: &mut dyn FnMut(usize, usize)) -> Result<()> {
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

/// Refuses rows that break a rule which the database keeps, each with its place; `first` is the number of the first one.
fn keeps_constraints(env: &mut Env<'_>, table: &Table<'_>, first: usize, rows: &[Vec<Value>]) -> Result<()> {
    let mut places = Places::default();
    let ids = table.ids.iter().zip(&table.places).skip(first);
    let given: Vec<(i64, &[Value])> = (ids.zip(rows))
        .map(|((id, place), row)| {
            places.put(table.model, &[*id], Some(&place.to_string()));
            (*id, row.as_slice())
        })
        .collect();
    constraints::before_storing(env, &places, table.model, &given, None).map_err(|error| {
        let mut mistakes = Mistakes::default();
        for issue in error.issues() {
            if let error::Place::Pointer(place) = &issue.place
                && let Some((row, field)) = place.split_once('/')
            {
                mistakes.add(format!(
                    "{}, row {row}, {field}: {}",
                    table.model.def.name, issue.message
                ));
            }
        }
        mistakes
            .text()
            .map_or(error.clone(), |text| Error::new(error.code(), text))
    })
}
