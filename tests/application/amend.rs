//! `migrate diff --amend`: an author changes his mind about the last migration.

use std::collections::BTreeMap;
use std::path::Path;

use server::Application;
use tests::{Database, LIBRARY, TempDir, execute};

use super::commands::run as command;
use super::forgotten::FORGETFUL;

/// The shelf of [`FORGETFUL`], as its author has it on second thoughts.
mod second_thoughts {
    use orm::prelude::*;

    /// Shelf
    #[model("library.shelf")]
    #[unique(code)]
    pub(crate) struct Shelf {
        /// Code
        pub code: String,
        /// Above
        pub parent_id: Option<Many2one<Shelf>>,
    }
}

static SECOND_THOUGHTS: Application = Application {
    catalogue: || {
        let mut catalogue = (LIBRARY.catalogue)();
        catalogue.push(orm::typed::entry::<second_thoughts::Shelf>());
        catalogue
    },
    ..LIBRARY
};

/// The text of every file below a folder, without the times of migrations.
fn texts(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        match path.is_dir() {
            true => open.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path())),
            false => {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
                let name = name.replace(|letter: char| letter.is_ascii_digit(), "");
                assert!(found.insert(name, std::fs::read_to_string(&path).unwrap()).is_none());
            }
        }
    }
    found
}

/// A folder with the migrations of the library.
fn library() -> TempDir {
    let folder = TempDir::new();
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("library/migrations");
    let copied = std::process::Command::new("cp")
        .arg("-r")
        .args([committed.join("."), folder.path().to_owned()])
        .status();
    assert!(copied.unwrap().success());
    folder
}

/// Runs `migrate diff` with these words on a folder and no database. Returns whether it succeeds.
fn diff(application: &'static Application, folder: &TempDir, words: &[&str]) -> bool {
    let nowhere = format!("sqlite://{}/nowhere/x.db", folder.path().display());
    let place = ["--database", &nowhere, "--folder", folder.path().to_str().unwrap()];
    let words = ["library", "migrate", "diff"].iter().chain(words).chain(&place);
    let code = server::cli::run_from(application, words.map(Into::into));
    format!("{code:?}") == format!("{:?}", std::process::ExitCode::SUCCESS)
}

/// The message with which the program of the library refuses to amend the last migration in a folder.
#[track_caller]
fn refusal(folder: &TempDir, database: &Database, words: &[&str]) -> String {
    let before = texts(folder.path());
    let place = ["--folder", folder.path().to_str().unwrap()];
    let words = [&["migrate", "diff", "--amend"], words, &place].concat();
    let why = command(&words, database, "").unwrap_err();
    assert_eq!(texts(folder.path()), before, "{why}");
    why
}

#[test]
fn an_amended_migration_is_the_one_from_the_schema_before_it() {
    let (amended, at_once) = (library(), library());
    assert!(diff(&SECOND_THOUGHTS, &at_once, &["shelf"]));
    assert!(diff(&FORGETFUL, &amended, &["shelf"]));
    assert_ne!(texts(amended.path()), texts(at_once.path()));
    assert!(diff(&SECOND_THOUGHTS, &amended, &["--amend"]));
    let wanted = texts(at_once.path());
    assert_eq!(texts(amended.path()), wanted);
    assert!(wanted["sqlite/_shelf/up.sql"].contains("CREATE TABLE \"library_shelf\""));

    // Now there is nothing to do.
    for words in [&["more"][..], &["--amend"]] {
        assert!(diff(&SECOND_THOUGHTS, &amended, words));
        assert_eq!(texts(amended.path()), wanted);
    }
    // It may get another name, and the author may change his mind again.
    assert!(diff(&SECOND_THOUGHTS, &amended, &["--amend", "shelves"]));
    let renamed = texts(amended.path());
    assert!(renamed.contains_key("postgres/_shelves/up.sql") && renamed.len() == wanted.len());
    assert!(diff(&FORGETFUL, &amended, &["--amend", "shelf"]));
    let first = library();
    assert!(diff(&FORGETFUL, &first, &["shelf"]));
    assert_eq!(texts(amended.path()), texts(first.path()));
}

#[test]
fn a_migration_that_is_not_needed_any_more_goes() {
    let (folder, untouched) = (library(), library());
    assert!(diff(&FORGETFUL, &folder, &["shelf"]));
    assert!(diff(&LIBRARY, &folder, &["--amend"]));
    assert_eq!(texts(folder.path()), texts(untouched.path()));
}

#[test]
fn the_only_migration_can_be_amended() {
    let (amended, at_once) = (TempDir::new(), TempDir::new());
    assert!(diff(&FORGETFUL, &amended, &["models"]));
    assert!(diff(&LIBRARY, &amended, &["--amend"]));
    assert!(diff(&LIBRARY, &at_once, &["models"]));
    assert_eq!(texts(amended.path()), texts(at_once.path()));
}

#[test]
fn what_cannot_be_amended_is_refused_and_stays() {
    let database = Database::empty();
    let why = refusal(&TempDir::new(), &database, &[]);
    assert!(
        why.contains("there is no migration") && why.contains("diff NAME"),
        "{why}"
    );
    // One that was written before migrations could be amended.
    let why = refusal(&library(), &database, &["other"]);
    assert!(why.contains("_models.json is missing"), "{why}");

    let folder = library();
    assert!(diff(&FORGETFUL, &folder, &["shelf"]));
    let name = std::fs::read_dir(folder.path().join("changes")).unwrap().next();
    let name = name.unwrap().unwrap().file_name().into_string().unwrap();
    let name = name.trim_end_matches(".json");
    let (up, schema) = (format!("sqlite/{name}/up.sql"), "schema.json".to_owned());
    for (file, from, to, told) in [
        (&up, "CREATE", "-- by hand\nCREATE", "changed by hand"),
        (&schema, "\"library_shelf\"", "\"library_other\"", "library_shelf"),
    ] {
        let file = folder.path().join(file);
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace(from, to)).unwrap();
        let why = refusal(&folder, &database, &[]);
        assert!(why.contains(told) && why.contains("diff NAME"), "{why}");
        std::fs::write(&file, text).unwrap();
    }

    // One that a database has, whether the program knows it or not.
    command(&["migrate", "up"], &database, "").unwrap();
    let why = refusal(&library(), &database, &[]);
    assert!(why.contains("_models already"), "{why}");
    let version = name.split('_').next().unwrap();
    let applied = format!("INSERT INTO __diesel_schema_migrations (version) VALUES ('{version}')");
    execute(database.address(), &applied);
    let why = refusal(&folder, &database, &[]);
    for part in [name, "library migrate down", "library migrate diff NAME"] {
        assert!(why.contains(part), "{part}: {why}");
    }
    assert!(diff(&FORGETFUL, &folder, &["--amend"]), "another database lacks it");
}
