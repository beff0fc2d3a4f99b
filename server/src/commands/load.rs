//! `declarest load FILE`: loads rows with their ids, in one transaction.

use std::path::Path;

use orm::Env;
use orm::write::{Compared, Summary};

use super::prepare::{PrepareOptions, prepare};
use super::progress_bar;
use crate::api::now;
use crate::application::Program;
use crate::config::DatabaseConfig;
use crate::failure::Failure;

/// The maximum nesting of lists and objects in a file: its own four levels, and those inside a value of a JSON column.
const DEPTH: usize = 32;

/// The byte order mark that some editors write at the start of a file.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Loads a file, and updates the statistics of the database's query planner.
///
/// # Errors
/// With model, row and field of each mistake, up to a hundred of them; then nothing is loaded.
pub(crate) fn run(database: &DatabaseConfig, program: &'static Program, file: &Path) -> Result<(), Failure> {
    let unreadable = |why: &dyn std::fmt::Display| Failure::new(format!("{}: {why}", file.display()));
    let text = std::fs::read(file).map_err(|error| unreadable(&error))?;
    let json = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text);
    let rows = orm::wire::json::read(json, DEPTH).map_err(|why| unreadable(&why))?;
    drop(text);
    prepare(database, program, PrepareOptions::default())?;
    let bar = progress_bar(0);
    let summary = database.address.transact(|session| -> orm::Result<Summary> {
        let mut env = Env::system(session, program, now());
        let mut progress = |done: usize, all: usize| {
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        };
        let summary = orm::write::load(&mut env, &rows, &mut progress)?;
        session.batch(session.dialect().analyze())?;
        Ok(summary)
    });
    bar.finish_and_clear();
    // An error may come from the commit, since deferred foreign keys are checked there.
    print!(
        "{}",
        told(&summary.map_err(|error| unreadable(&error))?, &database.name)
    );
    Ok(())
}

fn told(summary: &Summary, database: &str) -> String {
    let mut text = format!("{} records loaded into {database}\n", summary.records);
    for Compared {
        model,
        field,
        differing,
    } in &summary.compared
    {
        match differing {
            None => text += &format!("  {model}.{field} has no column and was left out\n"),
            Some(0) => {}
            Some(count) => text += &format!("  {model}.{field} is computed: {count} values differ from the file's\n"),
        }
    }
    text
}
