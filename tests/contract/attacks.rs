//! `docs/attacks.md` names the tests that there are.

use std::collections::BTreeSet;

use super::architecture::sources;

/// The tests of a file, by their names.
fn tests_of(text: &str) -> BTreeSet<&str> {
    let behind = text.split("test]\n").skip(1); // also `#[tokio::test]`
    let names = behind.filter_map(|rest| rest.split_once("fn ")?.1.split_once('('));
    names.map(|(name, _)| name).collect()
}

/// Every test that the table names exists where it says, and every test in `tests/api/attacks` is in the table.
#[test]
fn the_table_of_attacks_and_the_tests_agree() {
    let page = include_str!("../../docs/attacks.md");
    let folders = ["tests", "orm", "server/src"];
    let sources: Vec<(String, String)> = folders.into_iter().flat_map(sources).collect();
    let mut named = BTreeSet::new();
    for line in page
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains("::"))
    {
        // The last column: `tests/api/attacks/texts.rs::what_is_no_text_is_refused`, several with commas between.
        let column = line.trim_end_matches('|').rsplit('|').next().unwrap_or_default();
        for test in column.split(',').map(|test| test.trim().trim_matches('`')) {
            let (file, name) = test
                .split_once("::")
                .unwrap_or_else(|| panic!("{test} is no test: {line}"));
            let source = sources.iter().find(|(known, _)| known == file);
            let (_, text) = source.unwrap_or_else(|| panic!("there is no {file}"));
            assert!(tests_of(text).contains(name), "{file} has no test `{name}`");
            named.insert((file.to_owned(), name.to_owned()));
        }
    }
    for (file, text) in sources
        .iter()
        .filter(|(file, _)| file.starts_with("tests/api/attacks/"))
    {
        for name in tests_of(text) {
            assert!(
                named.contains(&(file.clone(), name.to_owned())),
                "{file}::{name} is in no row"
            );
        }
    }
    assert!(named.len() > 50, "{named:?}");
}
