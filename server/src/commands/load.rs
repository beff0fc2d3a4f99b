//! `declarest load FILE`: rows with their ids, all or nothing.

use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use orm::Env;
use orm::write::{Compared, Summary};

use super::prepare::{Start, prepare};
use crate::api::now;
use crate::application::Program;
use crate::config::DatabaseConfig;
use crate::failure::Failure;

/// The most levels of lists and objects in a file: those of a JSON column's value below the file's own.
const DEPTH: usize = 32;

/// What some editors put in front of a text.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Loads a file.
///
/// # Errors
/// With model, row and field of what is wrong; nothing is loaded then.
pub(crate) fn run(database: &DatabaseConfig, program: &'static Program, file: &Path) -> Result<(), Failure> {
    let unreadable = |why: &dyn std::fmt::Display| Failure::new(format!("{}: {why}", file.display()));
    let text = std::fs::read(file).map_err(|error| unreadable(&error))?;
    let json = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text);
    let rows = orm::wire::json::read(json, DEPTH).map_err(|why| unreadable(&why))?;
    drop(text);
    prepare(database, program, Start::default())?;
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} records, {per_sec}, {eta} left") {
        bar.set_style(style);
    }
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
    // Where foreign keys waited for the end, the refusal comes from the commit.
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
