//! Patterns find the same records by an index of trigrams as without one. A partner's `name` has such an index, its
//! `street` has none; both have the same text here.

use serde_json::{Value, json};
use tests::{Server, TempDir, command};

/// Texts that differ by case, by accents, by how their letters are composed, and by what patterns and the databases'
/// indexes take for something else.
const TEXTS: [&str; 26] = [
    "Straße 7",
    "STRASSE GmbH",
    "Strase",
    "ΟΔΟΣ Ερμού",
    "οδος",
    "οδός",
    "İstanbul",
    "istanbul",
    "ISPARTA ısı",
    "Café Noir",
    "Cafe\u{301} noir",
    "cafe",
    "50% off",
    "50 off",
    "a_b_c",
    "aXb_c",
    "3\" pipe",
    "\"quoted\" AND OR NOT",
    "it's",
    "back\\slash",
    "😀😀😀😀",
    "x😀y",
    "ab",
    "한국어 공부",
    "two\nlines\tand tabs",
    "NEAR(a b) ^col:x* + -",
];

const PATTERNS: [&str; 46] = [
    "straße",
    "STRASSE",
    "trass",
    "ss",
    "stra_",
    "str%e",
    "str%gmb",
    "οδοσ",
    "ΔΌΣ",
    "δος",
    "Σ",
    "i\u{307}stan",
    "İST",
    "ist",
    "ısı",
    "CAFÉ",
    "cafe\u{301} n",
    "fe\u{301}",
    "afe",
    "50%",
    "50\\%",
    "50\\% OFF",
    "0%ff",
    "a_b",
    "a\\_b",
    "a\\_b\\_c",
    "_____",
    "%",
    "3\"",
    "3\" p",
    "\"quoted\"",
    "\" and or",
    "it's",
    "k\\\\s",
    "back\\\\slash",
    "back\\",
    "😀😀😀",
    "😀",
    "x😀y",
    "한국어",
    "어 공",
    "\nlines\tAND",
    "near(a B) ^COL:x* +",
    "s*",
    "OR",
    "no such text",
];

const OPERATORS: [&str; 4] = ["ilike", "not_ilike", "eq_ilike", "like"];

/// Asserts that each pattern finds the same partners by name, with the index, and by street, without; also through a
/// relation. Answers how many were found by patterns that ignore case.
#[track_caller]
fn assert_alike(server: &Server) -> usize {
    let mut found = 0;
    for pattern in PATTERNS.iter().copied().chain(TEXTS) {
        for operator in OPERATORS {
            let ids = |model: &str, field: &str| {
                let filter = format!("{field}__{operator}");
                server.ids(model, &[(&filter, pattern), ("order", "id"), ("active_test", "false")])
            };
            let named = ids("res.partner", "name");
            assert_eq!(named, ids("res.partner", "street"), "{operator} {pattern:?}");
            found += if operator == "ilike" { named.len() } else { 0 };
        }
        let ilike =
            |model: &str, field: &str| server.ids(model, &[(&format!("{field}__ilike"), pattern), ("order", "id")]);
        let users = ilike("res.users", "partner_id.name");
        assert_eq!(users, ilike("res.users", "partner_id.street"), "{pattern:?}");
        let parents = |field: &str| {
            let domain = json!([
                "|",
                ["id", "=", 1],
                "!",
                [format!("parent_id.{field}"), "ilike", pattern]
            ]);
            server.ids("res.partner", &[("domain", &domain.to_string()), ("order", "id")])
        };
        assert_eq!(parents("name"), parents("street"), "{pattern:?}");
        let either = |name: &str, other: &str| {
            let one = json!([
                "|",
                "|",
                [name, "ilike", pattern],
                ["ref", "ilike", pattern],
                [other, "=ilike", "a%"]
            ]);
            server.ids("res.partner", &[("domain", &one.to_string()), ("order", "id")])
        };
        assert_eq!(
            either("name", "complete_name"),
            either("street", "display_name"),
            "{pattern:?}"
        );
    }
    found
}

fn partner(text: &str) -> Value {
    json!({"name": text, "street": text})
}

#[test]
fn patterns_find_the_same_with_an_index_and_without() {
    let server = Server::demo();
    let named: Vec<i64> = server.ids("res.partner", &[("active_test", "false")]);
    for id in named {
        let name = server.record("res.partner", id, "name")["name"].clone();
        server
            .send("PUT", &format!("res.partner/{id}"), &json!({"street": name}))
            .ok();
    }

    let made: Vec<Value> = TEXTS.iter().map(|text| partner(text)).collect();
    let made = server.send("POST", "res.partner/create", &json!({"vals": made})).ok();
    let made: Vec<i64> = serde_json::from_value(made).unwrap();
    let created = assert_alike(&server);
    assert!(created > 2 * TEXTS.len(), "{created}");

    // Each gets the next one's text; a third of them goes.
    for (place, id) in made.iter().enumerate() {
        let text = TEXTS[(place + 1) % TEXTS.len()];
        server.send("PUT", &format!("res.partner/{id}"), &partner(text)).ok();
    }
    let updated = assert_alike(&server);
    assert_eq!(updated, created, "the same texts, of other records");
    for id in made.iter().step_by(3) {
        server
            .call("DELETE", &format!("res.partner/{id}"), tests::Body::None)
            .ok();
    }
    let deleted = assert_alike(&server);
    assert!(deleted < updated, "{deleted}");

    // A write that is refused leaves the index as it was.
    let refused = json!({"vals": [partner("Ünïque"), {"name": "Ünïque too", "parent_id": 999_999}]});
    server
        .send("POST", "res.partner/create", &refused)
        .problem(422, "invalid");
    assert_eq!(server.ids("res.partner", &[("name__ilike", "ünïque")]), [0_i64; 0]);
}

#[test]
fn loaded_and_copied_records_are_found() {
    let server = Server::demo();
    let folder = TempDir::new();
    let file = folder.path().join("partners.json");
    let loaded: Vec<Value> = (1000..).zip(TEXTS).map(|(id, text)| json!([id, text, text])).collect();
    let loaded = json!({"res.partner": {"fields": ["id", "name", "street"], "rows": loaded}});
    std::fs::write(&file, loaded.to_string()).unwrap();
    command(&["load", file.to_str().unwrap()], &server.database);
    let found = |pattern: &str| {
        server.ids(
            "res.partner",
            &[("name__ilike", pattern), ("id__ge", "1000"), ("order", "id")],
        )
    };
    assert_eq!(found("STRASSE"), [1000, 1001]);
    assert_eq!(found("οδοσ"), [1003, 1004]);
    let copy = server.send("POST", "res.partner/1001/copy", &json!({})).ok();
    let copy = copy.as_i64().or(copy["id"].as_i64()).unwrap();
    assert_eq!(found("strasse gmbh"), [1001, copy], "{copy}");
}

/// A search by name looks in several fields, all of them with an index.
#[test]
fn a_search_by_name_finds_what_each_of_its_fields_contains() {
    let server = Server::demo();
    let parts = [
        ("ref", "Ref-ÄÖÜ-1"),
        ("vat", "FR77 1234 vat"),
        ("email", "Näm.e@example.org"),
        ("company_registry", "HRB 4711 B"),
    ];
    let mut ids = Vec::new();
    for (field, text) in parts {
        let made = server
            .send("POST", "res.partner", &json!({"name": "Somebody", field: text}))
            .ok();
        ids.push(made["id"].as_i64().unwrap());
    }
    for ((_, text), id) in parts.iter().zip(ids) {
        for pattern in [text.to_lowercase(), text.to_uppercase(), text.chars().skip(2).collect()] {
            let names = server
                .send("POST", "res.partner/name_search", &json!({"name": pattern}))
                .ok();
            assert_eq!(names, json!([[id, "Somebody"]]), "{pattern}");
        }
    }
}

/// An empty text is not in the index: it comes and goes.
#[test]
fn an_emptied_text_is_found_no_more() {
    let server = Server::demo();
    let made = server
        .send("POST", "res.partner", &json!({"name": "Somebody", "ref": "Reference"}))
        .ok();
    let path = format!("res.partner/{}", made["id"]);
    let found = || server.ids("res.partner", &[("ref__ilike", "FEREN")]).len();
    assert_eq!(found(), 1);
    server.send("PUT", &path, &json!({"ref": false})).ok();
    assert_eq!(found(), 0);
    server.send("PUT", &path, &json!({"ref": "Another reference"})).ok();
    assert_eq!(found(), 1);
}
