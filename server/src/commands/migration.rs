//! `declarest migration`: writes the migration of models that are new in the catalogue, for both databases.

use std::path::Path;

use chrono::Utc;
use orm::db::Dialect;
use orm::ddl::{self, Migration};
use orm::registry::{ModelInfo, Registry};

use crate::failure::Failure;

/// Folder of each database's migrations.
const FOLDERS: [(&str, Dialect); 2] = [("sqlite", Dialect::Sqlite), ("postgres", Dialect::Postgres)];

/// Writes `{folder}/{sqlite,postgres}/<timestamp>_<name>/{up,down}.sql` with the tables of `models`; of all, and the
/// runtime's own, when none is named. Existing files stay as they are.
///
/// # Errors
/// When a model is not in the catalogue, or a file cannot be written.
pub(crate) fn write(registry: &Registry, folder: &Path, name: &str, models: &[String]) -> Result<(), Failure> {
    if name.is_empty()
        || !name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    {
        return Err(Failure::new(format!(
            "{name:?} is no name for a migration: use letters, digits and `_`"
        )));
    }
    let models: Vec<&ModelInfo> = models
        .iter()
        .map(|model| registry.exposed(model))
        .collect::<Result<_, _>>()?;
    let stamp = Utc::now().format("%Y%m%d%H%M%S");
    for (database, dialect) in FOLDERS {
        let Migration { up, down } = match models.as_slice() {
            [] => ddl::everything(registry, dialect),
            models => ddl::tables(registry, models, dialect),
        };
        let folder = folder.join(database).join(format!("{stamp}_{name}"));
        std::fs::create_dir_all(&folder)?;
        for (file, text) in [("up.sql", up), ("down.sql", down)] {
            let file = folder.join(file);
            std::fs::write(&file, text)?;
            println!("{}", file.display());
        }
    }
    Ok(())
}
