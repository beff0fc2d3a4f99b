//! An application whose author has added a field and a model, and forgotten the migration.

use orm::prelude::*;
use server::config::DatabaseConfig;
use server::{Application, Config};
use tests::{Database, LIBRARY, Server};

/// Shelf
#[model("library.shelf")]
pub(crate) struct Shelf {
    /// Name
    pub name: String,
}

pub(crate) static FORGETFUL: Application = Application {
    catalogue: || {
        let mut catalogue = (LIBRARY.catalogue)();
        catalogue.push(orm::typed::entry::<Shelf>());
        catalogue
    },
    ..LIBRARY
};

#[test]
fn a_program_without_a_migration_that_its_models_need_does_not_start() {
    let database = Database::empty();
    let config = Config::new(DatabaseConfig {
        name: "library".to_owned(),
        address: database.address().clone(),
    });
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let refused = runtime.block_on(server::Server::bind(&FORGETFUL, config)).unwrap_err();
    let told = refused.to_string();
    for part in ["run `library migrate diff NAME`", "CREATE TABLE \"library_shelf\""] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // Nothing was done: the complete application starts on the same database.
    let config = DatabaseConfig {
        name: "library".to_owned(),
        address: database.address().clone(),
    };
    Server::serving(&LIBRARY, config, |_| {});
}
