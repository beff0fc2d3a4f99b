//! Files that are no databases, or not ours.

use std::path::Path;

use orm::db::Address;
use tests::{TempDir, execute, rows};

use super::program;

#[track_caller]
fn refuses(file: &Path, word: &str) {
    program::refuses(&format!("sqlite://{}", file.display()), word);
}

#[test]
fn a_file_that_is_no_database_of_ours_is_refused_and_left_alone() {
    let dir = TempDir::new();
    let at = |name: &str| dir.path().join(name);
    refuses(dir.path(), "directory");
    refuses(&at("missing/x.db"), "missing/x.db");
    let text = "no database at all\n".repeat(100);
    std::fs::write(at("text.db"), &text).unwrap();
    refuses(&at("text.db"), "not a database");
    assert_eq!(std::fs::read_to_string(at("text.db")).unwrap(), text);
    std::fs::write(at("other.db"), []).unwrap();
    let other = Address::Sqlite(at("other.db"));
    execute(
        &other,
        "CREATE TABLE photos (id INTEGER PRIMARY KEY); INSERT INTO photos VALUES (7);",
    );
    refuses(&at("other.db"), "other.db");
    let tables = rows(&other, "SELECT name FROM sqlite_schema");
    assert_eq!(tables, ["photos"]);
}
