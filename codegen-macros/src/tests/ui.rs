//! Mistakes: `tests/ui/<kind>/*.rs`, each with the expected messages and their tokens in the `.stderr` beside it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use super::{expect, folder, run, sources};

/// The mistakes as the compiler shows them: message, line, underlined tokens.
fn report(source: &str) -> String {
    let lines: Vec<&str> = source.lines().collect();
    let mut report = String::new();
    for error in run::file(source).into_iter().flat_map(|output| output.errors) {
        let (start, end) = (error.span().start(), error.span().end());
        let line = lines.get(start.line.saturating_sub(1)).copied().unwrap_or_default();
        let to = if end.line == start.line {
            end.column
        } else {
            line.chars().count()
        };
        let marks = "^".repeat(to.saturating_sub(start.column).max(1));
        let number = start.line.to_string();
        writeln!(report, "error: {error}").expect("a string takes all");
        writeln!(report, "{number} | {line}").expect("a string takes all");
        writeln!(report, "{:1$} | {2:3$}{marks}\n", "", number.len(), "", start.column).expect("a string takes all");
    }
    report
}

#[test]
fn every_mistake_is_reported_at_its_token() {
    let mut differences = Vec::new();
    for path in sources(&folder("ui")) {
        let source = fs::read_to_string(&path).expect("a readable fixture");
        differences.extend(expect(&path.with_extension("stderr"), &report(&source)).err());
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn every_message_shows_the_right_form() {
    let mut messages = BTreeSet::new();
    for path in sources(&folder("ui")) {
        let source = fs::read_to_string(&path).expect("a readable fixture");
        let errors: Vec<syn::Error> = run::file(&source)
            .into_iter()
            .flat_map(|output| output.errors)
            .collect();
        assert!(!errors.is_empty(), "{} has no mistake", path.display());
        for error in errors {
            let message = error.to_string();
            let right_form = [
                "write",
                "written",
                "did you mean",
                "leave",
                "keep",
                "`#[",
                "add `",
                "needs",
                "not supported yet",
            ]
            .iter()
            .any(|words| message.contains(words));
            let listed = message.contains(": `") || message.contains("takes no arguments");
            assert!(right_form || listed, "{}: no right form in: {message}", path.display());
            messages.insert(message);
        }
    }
    assert!(messages.len() >= 100, "only {} different mistakes", messages.len());
}

#[test]
fn the_item_survives_its_mistakes() {
    const OURS: [&str; 8] = [
        "field",
        "name_search",
        "read",
        "write_response",
        "unique",
        "display_name",
        "action",
        "access",
    ];
    for path in sources(&folder("ui")) {
        let source = fs::read_to_string(&path).expect("a readable fixture");
        for output in run::file(&source) {
            let text = output.tokens.to_string();
            let file = syn::parse2::<syn::File>(output.tokens).unwrap_or_else(|error| {
                panic!("{}: the expansion is no Rust: {error}\n{text}", path.display());
            });
            // A mixin's macro writes the attributes where it is used.
            for attr in OURS.iter().filter(|_| !text.contains("macro_rules")) {
                assert!(
                    !text.contains(&format!("# [{attr}")),
                    "{}: `{attr}` is left over",
                    path.display()
                );
            }
            let is_model = file
                .items
                .iter()
                .any(|item| matches!(item, syn::Item::Struct(item) if item.ident == "City"));
            let has_fields = text.contains("type Fields");
            assert!(
                !is_model || has_fields || path.to_string_lossy().contains("shape"),
                "{}: no FIELDS",
                path.display()
            );
        }
    }
}

#[test]
fn all_mistakes_of_a_model_are_reported_together() {
    let source = r#"
        #[model("City", ordr = "name")]
        #[raed(id)]
        #[read(nme)]
        pub struct City {
            #[field(indx, default = 3)]
            pub name: String,
            pub street_ids: One2many<Street>,
        }
    "#;
    let [output] = <[_; 1]>::try_from(run::file(source)).ok().expect("one item");
    let messages: Vec<String> = output.errors.iter().map(syn::Error::to_string).collect();
    assert_eq!(messages.len(), 7, "{messages:#?}");
}
