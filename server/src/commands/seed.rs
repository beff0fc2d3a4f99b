//! `declarest seed --orders N`: generated records to try things on, as the application makes them.

use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

use super::prepare::{Start, prepare};
use crate::application::Program;
use crate::config::DatabaseConfig;
use crate::failure::Failure;

/// Adds `count` records.
///
/// # Errors
/// When the application makes none, or has nothing to make them of.
pub(crate) fn run(database: &DatabaseConfig, program: &'static Program, count: u64) -> Result<(), Failure> {
    let seed = program.application.seed;
    let seed = seed.ok_or_else(|| Failure::new(format!("{} generates no records", program.application.name)))?;
    let started = Instant::now();
    prepare(database, program, Start::default())?;
    let mut session = database.address.open(false)?;
    let bar = ProgressBar::new(count);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} records, {per_sec}, {eta} left") {
        bar.set_style(style);
    }
    seed(&mut session, program, count, &mut |made| bar.set_position(made))?;
    bar.finish_and_clear();
    // Plans are made for as many rows as there are now.
    session.batch(session.dialect().analyze())?;
    println!(
        "{count} records added to {} in {:.1} s",
        database.name,
        started.elapsed().as_secs_f64()
    );
    Ok(())
}
