//! `unruled`: the program `declarest` without the rules that say which records a right is for. `rules` measures what they
//! cost.

use std::process::ExitCode;

use orm::Entry;
use orm::def::ModelDef;
use server::Application;
use server::include_dir::{self, Dir, include_dir};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

static MIGRATIONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../migrations");

static APPLICATION: Application = Application {
    catalogue: without_rules,
    migrations: &MIGRATIONS,
    administrators: Some(("Settings", models::base::ADMINISTRATORS)),
    ..Application::EMPTY
};

fn without_rules() -> Vec<Entry> {
    let without =
        |def: &'static ModelDef| -> &'static ModelDef { Box::leak(Box::new(ModelDef { rules: &[], ..*def })) };
    let catalogue = models::catalogue().into_iter();
    catalogue.map(|(def, code)| (without(def), code)).collect()
}

fn main() -> ExitCode {
    server::cli::run(&APPLICATION)
}
