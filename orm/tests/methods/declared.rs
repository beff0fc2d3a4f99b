//! Declared methods: typed arguments and results, and which calls are refused.

use serde_json::json;

use super::{Library, places};

#[test]
fn a_record_method_changes_its_records_and_answers() {
    let mut library = Library::new();
    let answer = library.record("test.book", 1, "lend", &json!({"to": [2, 1], "note": "soon"}));
    assert_eq!(answer.unwrap(), "1 to [2, 1] soon");
    assert_eq!(
        library.list("test.book", &[("id", "1"), ("fields", "state")])[0]["state"],
        "lent"
    );
    let refused = library.record("test.book", 1, "lend", &json!({"to": []})).unwrap_err();
    assert_eq!((refused.code().status(), refused.detail()), (422, "Tehanu is lent"));
    assert_eq!(
        library.record("test.book", 4, "done", &json!({"arg1": "val"})).unwrap(),
        true
    );
    assert!(library.model("test.book", "regret", &json!({})).is_err());
}

#[test]
fn results_keep_every_digit() {
    let mut library = Library::new();
    let total = library
        .record("test.book", 1, "total", &json!({"times": [1, 2]}))
        .unwrap();
    assert_eq!(total.to_string(), "30.75");
    let dear = library.model("test.book", "dear", &json!({"price": 7})).unwrap();
    assert_eq!(dear, json!([1, 2]));
}

#[test]
fn arguments_of_every_type() {
    let mut library = Library::new();
    let given = r#"{"yes": false, "count": "7", "share": 0.5, "price": 0.10000000000000000001, "day": "2024-02-29",
        "at": "2024-02-29T12:00:00Z", "state": "lent", "rest": {"a": [1]}}"#;
    let given = serde_json::from_str(given).unwrap();
    let answer = library.model("test.book", "echo", &given).unwrap();
    assert_eq!(answer[0], "false 7 0.5");
    let text = answer[1].as_str().unwrap();
    assert!(
        text.starts_with("0.10000000000000000001 2024-02-29 Some(2024-02-29T12:00:00) Some(Lent)"),
        "{text}"
    );
}

#[test]
fn all_mistakes_of_the_arguments_are_told_together() {
    let mut library = Library::new();
    let given =
        json!({"yes": "true", "count": 3.7, "share": "x", "day": "today", "at": 5, "state": "sold", "restt": 1});
    let refused = library.model("test.book", "echo", &given).unwrap_err();
    let expected = ["/restt", "/yes", "/count", "/share", "/price", "/day", "/at", "/state"];
    assert_eq!(places(&refused), (422, expected.map(str::to_owned).to_vec()));
    let messages: Vec<&str> = refused.issues().iter().map(|issue| issue.message.as_str()).collect();
    assert!(messages[0].contains("did you mean `rest`"), "{}", messages[0]);
    assert!(messages[4].contains("required"), "{}", messages[4]);
    assert!(messages[7].contains("shelf"), "{}", messages[7]);

    let refused = library
        .record("test.book", 1, "lend", &json!({"to": [1, 77, "x"], "note": 5}))
        .unwrap_err();
    assert_eq!(
        places(&refused),
        (422, vec!["/to/2".into(), "/note".into(), "/to/1".into()])
    );
    let refused = library.record("test.book", 1, "lend", &json!({"to": 1})).unwrap_err();
    assert_eq!(places(&refused).1, ["/to"]);
    let refused = library.record("test.book", 1, "lend", &json!([1])).unwrap_err();
    assert_eq!(places(&refused), (422, vec![String::new()]));
}

/// Only declared and built-in methods can be called: record methods on a record, model methods on the model.
#[test]
fn only_what_is_declared_can_be_called_and_only_its_way() {
    let mut library = Library::new();
    let mut refused = |id: Option<i64>, method: &str| {
        let error = library.call("test.book", id, method, &json!({})).unwrap_err();
        assert_eq!(error.code().status(), 404, "{method}: {error}");
        error.detail().to_owned()
    };
    assert!(refused(Some(1), "lent").contains("`lend`"));
    assert!(refused(None, "lend").contains("/{id}/lend"));
    assert!(refused(Some(1), "dear").contains("/test.book/dear"));
    assert!(refused(None, "serch").contains("`search`"));
    for name in ["__init__", "_compute", "pages", "new", "drop", ""] {
        assert!(refused(Some(1), name).contains("no method"));
        assert!(refused(None, name).contains("no method"));
    }
    assert!(refused(Some(99), "lend").contains("no record 99"));
}

/// The runtime knows which methods only read (`readonly`).
#[test]
fn what_only_reads_says_so() {
    let library = Library::new();
    let book = library.registry.find("test.book").unwrap();
    let readonly = |records, name| orm::builtin::find(book, records, name).map(|method| method.readonly);
    assert_eq!(readonly(true, "lend"), Some(false));
    assert_eq!(readonly(true, "total"), Some(true));
    assert_eq!(readonly(false, "search_read"), Some(true));
    assert_eq!(readonly(false, "name_create"), Some(false));
    assert_eq!(readonly(true, "dear"), None);
}
