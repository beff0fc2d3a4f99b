//! Archived records are hidden when records are searched for, and shown when they are named by id.

use orm::domain::Domain;
use orm::typed::Filter;
use orm::{Records, Schema as _};
use serde_json::json;

use super::Library;
use super::models::{Author, AuthorFilter};

#[test]
fn lists_hide_archived_records_unless_asked() {
    let mut library = Library::new();
    let mut ids = |parameters: &[(&str, &str)]| library.ids("test.author", parameters);
    assert_eq!(ids(&[]), [2, 1]);
    assert_eq!(ids(&[("active_test", "false")]), [3, 2, 1]);
    assert_eq!(ids(&[("active", "false")]), [3]);
    assert_eq!(ids(&[("active__in", "true,false")]), [3, 2, 1]);
    assert_eq!(ids(&[("domain", r#"["|",["active","=",false],["id","=",1]]"#)]), [3, 1]);
    assert_eq!(ids(&[("domain", r#"["!",["name","=","Stan"]]"#)]), [1]);
    let mut books = |parameters: &[(&str, &str)]| library.ids("test.book", parameters);
    assert_eq!(
        books(&[("author_id.active", "false")]),
        [0; 0],
        "the book is archived too"
    );
    assert_eq!(books(&[("author_id.active", "false"), ("active_test", "false")]), [3]);
}

#[test]
fn one_record_and_a_many2one_are_shown_archived_or_not() {
    let mut library = Library::new();
    let read = library
        .record("test.book", 3, "read", &json!({"fields": ["author_id", "active"]}))
        .unwrap();
    assert_eq!(read, json!([{"id": 3, "author_id": [3, "Gone"], "active": false}]));
    let several = library
        .model("test.book", "read", &json!({"ids": [3, 99, 1, 3], "fields": ["name"]}))
        .unwrap();
    let names: Vec<&str> = several
        .as_array()
        .unwrap()
        .iter()
        .map(|book| book["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Ashes", "Tehanu", "Ashes"]);
}

#[test]
fn relations_to_many_hide_archived_records_unless_asked() {
    let mut library = Library::new();
    let fields = ("fields", "chapter_ids(name),tag_ids(name)");
    let book = library.list("test.book", &[("id", "1"), fields]);
    assert_eq!(book[0]["chapter_ids"], json!([{"id": 1, "name": "One"}]));
    assert_eq!(book[0]["tag_ids"], json!([{"id": 1, "name": "moon"}]));
    let book = library.list("test.book", &[("id", "1"), fields, ("active_test", "false")]);
    assert_eq!(book[0]["chapter_ids"].as_array().unwrap().len(), 2);
    assert_eq!(book[0]["tag_ids"].as_array().unwrap().len(), 2);
    // Computed fields read archived records too.
    assert_eq!(
        library.list("test.book", &[("id", "1"), ("fields", "pages")])[0]["pages"],
        13
    );
    let mut ids = |parameters: &[(&str, &str)]| library.ids("test.book", parameters);
    assert_eq!(ids(&[("chapter_ids.name", "Two")]), [0; 0]);
    assert_eq!(ids(&[("chapter_ids.name", "Two"), ("active_test", "false")]), [1]);
    assert_eq!(ids(&[("chapter_ids.active", "false")]), [1]);
    assert_eq!(ids(&[("tag_ids", "3")]), [1], "named by its id");
    assert_eq!(ids(&[("domain", r#"[["tag_ids","ilike","old"]]"#)]), [0; 0]);
    // A many2one shows an archived target and can be searched by it.
    assert_eq!(ids(&[("author_id.name", "Gone"), ("active_test", "false")]), [3]);
    assert_eq!(ids(&[("author_id", "dragon"), ("active", "false")]), [0; 0]);
    assert_eq!(ids(&[("author_id__ilike", "dragon"), ("active", "false")]), [3]);
}

#[test]
fn archiving_and_back() {
    let mut library = Library::new();
    let mut call = |method: &str| {
        assert_eq!(library.record("test.author", 1, method, &json!({})).unwrap(), true);
        library.ids("test.author", &[("id", "1")]).len()
    };
    assert_eq!(call("action_archive"), 0);
    assert_eq!(call("action_archive"), 0);
    assert_eq!(call("action_unarchive"), 1);
    assert_eq!(call("toggle_active"), 0);
    assert_eq!(call("toggle_active"), 1);
    let refused = library
        .record("test.person", 1, "action_archive", &json!({}))
        .unwrap_err();
    assert!(refused.detail().contains("no method `action_archive`"), "{refused}");
}

#[test]
fn typed_searches_hide_them_too() {
    let mut library = Library::new();
    let mut found = |active: Option<bool>, order: &str| {
        let filter = AuthorFilter {
            active: active.map(Filter::Eq),
            ..AuthorFilter::default()
        };
        library.env(|env| {
            Records::<Author>::select(env, filter, order, Some(2))
                .unwrap()
                .ids()
                .to_vec()
        })
    };
    assert_eq!(found(None, ""), [2, 1]);
    assert_eq!(found(Some(false), ""), [3]);
    assert_eq!(found(None, "id"), [1, 2]);
    assert_eq!(
        Domain::from(AuthorFilter::default()),
        Domain::TRUE,
        "of {}",
        Author::NAME
    );
}
