//! Files of `declarest load` and `declarest export`.

use serde_json::json;
use tests::{Database, TempDir, rows};

use super::program::declarest;

/// `load` accepts a byte order mark. `export` refuses a model that is named twice.
#[test]
fn a_file_from_an_editor_is_loaded_and_a_model_is_written_once() {
    let (database, folder) = (Database::empty(), TempDir::new());
    let url = database.url();
    let run = |words: &[&str]| declarest(&[words, &["--database", &url]].concat());
    let [file, out] = ["tags.json", "out.json"].map(|name| folder.path().join(name));
    let tags = json!({"crm.tag": {"fields": ["id", "name"], "rows": [[7001, "From an editor"]]}});
    // Some editors begin a file with a byte order mark.
    std::fs::write(&file, format!("\u{feff}{tags}")).unwrap();
    let told = run(&["load", file.to_str().unwrap()]).unwrap();
    assert!(told.starts_with("1 records loaded"), "{told}");
    assert_eq!(
        rows(database.address(), "SELECT name FROM crm_tag WHERE id = 7001"),
        ["From an editor"]
    );
    let why = run(&["export", out.to_str().unwrap(), "--models", "crm.tag,crm.tag"]).unwrap_err();
    assert!(why.contains("`crm.tag` is named twice"), "{why}");
    assert!(!out.exists());
}
