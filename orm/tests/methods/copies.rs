//! The method `copy`: fields with `copy = false`, defaults, children, many2many links, delegated records.

use serde_json::json;

use super::{Library, places};

#[test]
fn a_copy_has_what_is_copied_and_defaults_for_the_rest() {
    let mut library = Library::new();
    library.record("test.book", 1, "lend", &json!({"to": []})).unwrap();
    let id = library
        .record("test.book", 1, "copy", &json!({}))
        .unwrap()
        .as_i64()
        .unwrap();
    assert_eq!(id, 5);
    let names = "name,isbn,state,bought,price,author_id,keeper_id,pages,tag_ids,chapter_ids(name,pages,note,active)";
    let copy = library.list("test.book", &[("id", "5"), ("fields", names), ("active_test", "false")])[0].clone();
    let expected = json!({
        "id": 5, "name": "Tehanu", "isbn": false, "state": "shelf", "bought": "2024-03-01", "price": 10.25,
        "author_id": {"id": 1, "name": "Ursula"}, "keeper_id": {"id": 1, "display_name": "Root"}, "pages": 12,
        "tag_ids": [{"id": 1, "name": "moon"}],
        "chapter_ids": [{"id": 3, "name": "One", "pages": 12, "note": false, "active": true}],
    });
    assert_eq!(copy, expected);
}

#[test]
fn what_is_given_stands_instead() {
    let mut library = Library::new();
    let default = json!({"default": {"name": "Other", "isbn": "999", "tag_ids": [[6, 0, [2]]], "chapter_ids": []}});
    let id = library.record("test.book", 1, "copy", &default).unwrap().to_string();
    let copy = library.list(
        "test.book",
        &[("id", &id), ("fields", "name,isbn,price,tag_ids(id),chapter_ids(id)")],
    );
    assert_eq!(
        copy[0],
        json!({"id": 5, "name": "Other", "isbn": "999", "price": 10.25, "tag_ids": [{"id": 2}]})
    );
    let refused = library.record(
        "test.book",
        1,
        "copy",
        &json!({"default": {"nme": "x", "state": "lent"}}),
    );
    let expected = ["/default/nme", "/default/state"].map(str::to_owned).to_vec();
    assert_eq!(places(&refused.unwrap_err()), (422, expected));
    let taken = library
        .record("test.book", 1, "copy", &json!({"default": {"isbn": "222"}}))
        .unwrap_err();
    assert_eq!(taken.code().status(), 409);
}

#[test]
fn a_delegated_record_is_copied_along() {
    let mut library = Library::new();
    let member = json!({"vals": {"name": "Ann", "card": "A1", "limit_of_books": 9}});
    let id = library
        .model("test.member", "create", &member)
        .unwrap()
        .as_i64()
        .unwrap();
    let copy = library
        .record("test.member", id, "copy", &json!({"default": {"name": "Bea"}}))
        .unwrap();
    let fields = json!({"ids": [id, copy], "fields": ["name", "card", "limit_of_books", "person_id"]});
    let expected = json!([
        {"id": 1, "name": "Ann", "card": "A1", "limit_of_books": 9, "person_id": [1, "Ann"]},
        {"id": 2, "name": "Bea", "card": false, "limit_of_books": 9, "person_id": [2, "Bea"]},
    ]);
    assert_eq!(library.model("test.member", "read", &fields).unwrap(), expected);
}

#[test]
fn statements_do_not_follow_the_children() {
    let mut library = Library::new();
    let mut statements = |chapters: usize| {
        let chapters: Vec<_> = (0..chapters).map(|n| json!([0, 0, {"name": n.to_string()}])).collect();
        let book = json!({"vals": {"name": "Long", "chapter_ids": chapters}});
        let id = library.model("test.book", "create", &book).unwrap().as_i64().unwrap();
        let before = library.session.statements();
        library.record("test.book", id, "copy", &json!({})).unwrap();
        library.session.statements() - before
    };
    assert_eq!(statements(2), statements(64));
}
