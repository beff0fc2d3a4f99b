//! Rights: where code works around them.

use std::collections::BTreeMap;

use super::architecture::sources;

/// Where code works with access to everything, whoever the caller is (`env.sudo`): file, number of places, reason. The list
/// may only shrink.
const SUDO: [(&str, usize, &str); 4] = [
    (
        "orm/src/compute/search.rs",
        1,
        "the search of a computed field; the condition that it answers is the caller's again",
    ),
    (
        "orm/src/compute/values.rs",
        1,
        "a computation reads what it declares, and gives only its own value",
    ),
    (
        "orm/src/write/constraint_methods.rs",
        1,
        "constraints and the methods around a change judge by everything that is there",
    ),
    (
        "orm/src/write/create.rs",
        1,
        "a default is the author's, not the caller's",
    ),
];

#[test]
fn work_with_access_to_everything_is_listed() {
    let mut found = BTreeMap::new();
    for folder in ["orm/src", "models/src", "server/src"] {
        for (file, text) in sources(folder) {
            let places = text.matches("sudo(|").count();
            if places > 0 {
                found.insert(file, places);
            }
        }
    }
    let listed: BTreeMap<String, usize> = SUDO
        .iter()
        .map(|(file, places, _)| ((*file).to_owned(), *places))
        .collect();
    assert_eq!(found, listed);
}
