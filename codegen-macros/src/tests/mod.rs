//! The macros, run in this process: mistakes with their places, expansions, and their size. No compiler is needed.
//!
//! `DECLAREST_BLESS=1` writes the expected files anew; read the difference before it is committed.

mod output;
mod run;
mod size;
mod ui;

use std::fs;
use std::path::{Path, PathBuf};

/// A folder under `tests/`.
fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// All `.rs` files below, in order.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder exists") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Compares with the expected file, or writes it.
fn expect(path: &Path, actual: &str) -> Result<(), String> {
    if std::env::var_os("DECLAREST_BLESS").is_some() {
        fs::write(path, actual).expect("a writable file");
        return Ok(());
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    match expected == actual {
        true => Ok(()),
        false => Err(format!("{} differs; it would be:\n{actual}", path.display())),
    }
}
