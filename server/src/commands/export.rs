//! `declarest export FILE`: writes rows with their ids, in the format that `declarest load` reads.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use orm::Env;

use super::models_named;
use super::prepare::{PrepareOptions, prepare};
use crate::api::now;
use crate::application::Program;
use crate::config::DatabaseConfig;
use crate::failure::Failure;

/// Writes the rows of `models`, or of all models if none is named, as one snapshot. They are written to `….part`, which
/// is renamed when it is complete.
///
/// # Errors
/// When a model is unknown or named twice, the database cannot be read, or the file cannot be written.
pub(crate) fn run(
    database: &DatabaseConfig,
    program: &'static Program,
    models: &[String],
    file: &Path,
) -> Result<(), Failure> {
    if let Some(twice) = (1..models.len()).find(|index| models[..*index].contains(&models[*index])) {
        return Err(Failure::new(format!("the model `{}` is named twice", models[twice])));
    }
    let models = models_named(program, models)?;
    prepare(database, program, PrepareOptions::default())?;
    let mut session = database.address.open(false)?.reading_once()?;
    session.begin_read()?;
    let mut env = Env::system(&mut session, program, now());
    let unwritable = |error: std::io::Error| Failure::new(format!("{}: {error}", file.display()));
    let part = PathBuf::from(format!("{}.part", file.display()));
    let mut out = BufWriter::new(File::create(&part).map_err(unwritable)?);
    let exported = orm::write::export(&mut env, &models, &mut out).map_err(Failure::from);
    let complete = exported.and_then(|rows| {
        let closed = out.flush().and_then(|()| std::fs::rename(&part, file));
        closed.map(|()| rows).map_err(unwritable)
    });
    let rows = complete.inspect_err(|_| {
        // An incomplete file is of no use. The file that was there before stays.
        let _ = std::fs::remove_file(&part);
    })?;
    println!(
        "{rows} records of {} models written to {}",
        models.len(),
        file.display()
    );
    Ok(())
}
