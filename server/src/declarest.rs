//! The application that the program `declarest` serves: the models of this workspace.

use server::include_dir::{self, Dir, include_dir};
use server::{Application, Demo};

static MIGRATIONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../migrations");

/// The application of the program `declarest`.
pub(crate) static APPLICATION: Application = Application {
    name: "declarest",
    title: "Declarest",
    database: "sqlite://saleorder_api.db",
    catalogue: models::catalogue,
    migrations: &MIGRATIONS,
    first_records: models::base::FIRST_RECORDS,
    administrators: Some(("Settings", models::base::ADMINISTRATORS)),
    demo: Some(Demo {
        files: models::demo::DEMO,
        login: "admin",
        password: "admin@123",
    }),
    seed: Some(models::sale::seed),
    ..Application::EMPTY
};
