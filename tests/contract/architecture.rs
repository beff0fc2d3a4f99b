//! The code follows `ARCHITECTURE.md`: a floor of the runtime uses only the floors below it, SQL over models is made in
//! one place, and the runtime and the server name no model and no database.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};

/// The files with SQL outside of `orm-database`, `orm-schema` and `orm/src/sql`, each with the reason. The list may
/// only shrink.
const SQL_ELSEWHERE: [(&str, &str); 12] = [
    (
        "models/src/base/res_users.rs",
        "who is archived is logged out: tokens are no model",
    ),
    (
        "orm/src/write/sequence.rs",
        "numbers are taken in statements of their own, past what the write has read",
    ),
    (
        "orm/src/write/sequence/counter.rs",
        "the same, by the database's own sequences",
    ),
    (
        "server/src/auth/events.rs",
        "the log of events has a table that is no model",
    ),
    (
        "server/src/auth/membership.rs",
        "the groups and companies of the user of a token, in one statement with it",
    ),
    (
        "server/src/auth/oidc/used.rs",
        "what may be used once has a table that is no model",
    ),
    (
        "server/src/auth/store.rs",
        "tokens and passwords have tables that are no models",
    ),
    (
        "server/src/auth/throttle.rs",
        "failed logins are counted in a table that is no model",
    ),
    ("server/src/auth/token_store.rs", "the same as store.rs"),
    (
        "server/src/auth/users.rs",
        "who a token or a password belongs to, in one statement with it; it runs before the caller is known",
    ),
    (
        "server/src/migrations/run.rs",
        "whether the rows of a table forbid a migration: no definition may know the table any more",
    ),
    (
        "server/src/migrations/state.rs",
        "the table of migrations that were run",
    ),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The Rust files below a folder: path relative to the workspace, and text.
pub(super) fn sources(folder: &str) -> Vec<(String, String)> {
    let (mut found, mut folders) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// The names of the floors (layers) of the runtime, from the bottom up. They are read from the first column of the
/// table below `## Floors of the runtime` in `ARCHITECTURE.md`.
fn floors() -> Vec<String> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let (_, table) = text
        .split_once("## Floors of the runtime")
        .expect("the table of floors");
    let table = table.split("\n## ").next().unwrap();
    let names = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    names.map(str::to_owned).collect()
}

/// Collects the top-level modules of the same crate that a file uses, as in `crate::sql::…` and
/// `use crate::{query, write};`.
fn named(tokens: TokenStream, modules: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (place, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => named(group.stream(), modules),
            TokenTree::Ident(ident) if ident == "crate" => match tokens.get(place + 3) {
                Some(TokenTree::Ident(module)) => modules.push(module.to_string()),
                Some(TokenTree::Group(group)) => {
                    let mut first = true;
                    for token in group.stream() {
                        if let TokenTree::Ident(module) = &token
                            && first
                        {
                            modules.push(module.to_string());
                        }
                        first = matches!(&token, TokenTree::Punct(comma) if comma.as_char() == ',');
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
}

#[test]
fn a_floor_names_only_those_below_it() {
    let floors = floors();
    assert!(floors.len() > 8, "{floors:?}");
    let height = |name: &str| floors.iter().position(|floor| floor == name);
    let mut wrong = Vec::new();
    for (file, text) in sources("orm/src") {
        let inside = file.strip_prefix("orm/src/").unwrap();
        let floor = inside.split(['/', '.']).next().unwrap();
        if floor == "lib" {
            continue;
        }
        let own = height(floor).unwrap_or_else(|| panic!("{file}: `{floor}` is not in the table of floors"));
        let mut modules = Vec::new();
        named(text.parse().unwrap(), &mut modules);
        let above = modules
            .iter()
            .filter(|module| height(module).is_some_and(|height| height > own));
        wrong.extend(above.map(|module| format!("{file} names {module}, which is above {floor}")));
        if inside == format!("{floor}/mod.rs") && text.contains("super::") {
            wrong.push(format!("{file} names what is beside it by `super`: write `crate`"));
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn is_statement(literal: &str) -> bool {
    let words = [
        "SELECT ",
        "INSERT INTO ",
        "UPDATE ",
        "DELETE FROM ",
        " WHERE ",
        " FROM ",
        " JOIN ",
        "ANALYZE",
    ];
    literal.contains('"') && words.iter().any(|word| literal.contains(word))
}

#[test]
fn one_room_makes_the_text_of_statements_over_models() {
    let folders = [
        "models/src",
        "orm/definition/src",
        "orm/openapi/src",
        "orm/src",
        "server/src",
    ];
    let files = folders.into_iter().flat_map(sources);
    let outside = files.filter(|(file, _)| !file.starts_with("orm/src/sql/") && !file.ends_with("tests.rs"));
    let found: Vec<String> = outside
        .filter(|(_, text)| {
            let mut said = Vec::new();
            literals(text.parse().unwrap(), &mut said);
            said.iter().any(|said| is_statement(said))
        })
        .map(|(file, _)| file)
        .collect();
    let listed: BTreeMap<&str, &str> = SQL_ELSEWHERE.into_iter().collect();
    assert_eq!(
        found,
        listed.keys().copied().collect::<Vec<_>>(),
        "SQL outside its room"
    );
}

#[test]
fn only_what_is_below_the_runtime_names_a_database() {
    let folders = ["orm/definition/src", "orm/openapi/src", "orm/src"];
    let naming = folders.into_iter().flat_map(sources).filter(|(_, text)| {
        let named = ["Dialect::Sqlite", "Dialect::Postgres", "diesel::pg", "diesel::sqlite"];
        named.iter().any(|name| text.contains(name))
    });
    let naming: Vec<String> = naming.map(|(file, _)| file).collect();
    assert!(naming.is_empty(), "{naming:?} name a database: ask `Dialect`");
}

/// Whether a version of the wire is named as a word: `V1`, but not `v1` in a path.
fn names_a_version(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => names_a_version(group.stream()),
        TokenTree::Ident(ident) => ident == "V1",
        _ => false,
    })
}

#[test]
fn only_the_wire_and_the_routes_of_a_version_name_it() {
    let folders = [
        "codegen-macros/src",
        "models/src",
        "orm/definition/src",
        "orm/openapi/src",
        "orm/src",
        "server/src",
    ];
    let naming = folders.into_iter().flat_map(sources);
    let naming: Vec<String> = naming
        .filter(|(_, text)| names_a_version(text.parse().unwrap()))
        .map(|(file, _)| file)
        .collect();
    assert_eq!(
        naming,
        ["orm/src/wire/mod.rs", "orm/src/wire/v1.rs", "server/src/api/mod.rs"]
    );
}

/// Collects the string literals of a file, except in its documentation and its tests.
fn literals(tokens: TokenStream, found: &mut Vec<String>) {
    let mut before = String::new();
    for token in tokens {
        match &token {
            TokenTree::Group(group) => {
                let inner = group.stream().to_string();
                let attribute = ["doc", "cfg"].iter().any(|name| inner.starts_with(name));
                let skipped = attribute && matches!(before.as_str(), "#" | "!");
                if !skipped && before != "tests" {
                    literals(group.stream(), found);
                }
            }
            TokenTree::Literal(literal) => found.push(literal.to_string()),
            _ => {}
        }
        before = token.to_string();
    }
}

#[test]
fn the_runtime_and_the_server_name_no_model() {
    let models: Vec<_> = models::catalogue().into_iter().map(|(def, _)| def).collect();
    let folders = [
        "orm/database/src",
        "orm/definition/src",
        "orm/openapi/src",
        "orm/schema/src",
        "orm/src",
        "server/src",
    ];
    let mut wrong = Vec::new();
    for (file, text) in folders.into_iter().flat_map(sources) {
        // Models may be named by the application `declarest` and by tests.
        if file == "server/src/declarest.rs" || file.contains("/tests") {
            continue;
        }
        let mut said = Vec::new();
        literals(text.parse().unwrap(), &mut said);
        for model in &models {
            let names = |said: &&String| [model.name, model.table].iter().any(|name| said.contains(name));
            // The sequences of a catalogue that has no model with the role `sequence`.
            let numberings = file == "orm/definition/src/sequence.rs" && model.name == "ir.sequence";
            wrong.extend(
                said.iter()
                    .filter(names)
                    .filter(|_| !numberings)
                    .map(|said| format!("{file}: {said}")),
            );
        }
        if text.contains("use models::") {
            wrong.push(format!("{file} uses models"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Sales extend the other areas, which do not know of them.
#[test]
fn no_other_area_names_sales() {
    let files = sources("models/src");
    assert!(files.iter().any(|(path, _)| path.starts_with("models/src/sale/")));
    let others = files.iter().filter(|(path, _)| !path.starts_with("models/src/sale/"));
    let naming: Vec<&str> = others
        .filter(|(path, text)| path != "models/src/lib.rs" && text.contains("sale::"))
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(naming, [""; 0]);
}
