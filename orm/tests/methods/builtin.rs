//! The built-in methods, which every model has.

use serde_json::json;

use super::{Library, places};

#[test]
fn searches() {
    let mut library = Library::new();
    let mut call = |method: &str, arguments: serde_json::Value| library.model("test.book", method, &arguments).unwrap();
    assert_eq!(call("search", json!({})), json!([4, 2, 1]));
    assert_eq!(call("search", json!({"limit": 1, "offset": 1})), json!([2]));
    assert_eq!(
        call("search", json!({"order": "price desc", "limit": 2})),
        json!([1, 2])
    );
    assert_eq!(call("search", json!({"domain": [["price", ">", 7]]})), json!([1]));
    assert_eq!(call("search", json!({"active_test": false, "limit": 0})), json!([]));
    assert_eq!(call("search", json!({"active_test": false})), json!([3, 4, 2, 1]));
    assert_eq!(call("search_count", json!({})), 3);
    assert_eq!(
        call(
            "search_count",
            json!({"domain": [["name", "ilike", "a"]], "active_test": false})
        ),
        4
    );
    let read = call(
        "search_read",
        json!({"domain": [["id", "=", 2]], "fields": ["name", "tag_ids", "author_id"]}),
    );
    assert_eq!(
        read,
        json!([{"id": 2, "name": "Solaris", "tag_ids": [2], "author_id": [2, "Stan"]}])
    );
    assert_eq!(
        call("search_read", json!({"limit": 1}))[0].as_object().unwrap().len(),
        17
    );
}

#[test]
fn searches_tell_all_their_mistakes() {
    let mut library = Library::new();
    let given = json!({"domain": [["nme", "=", 1]], "fields": ["nam"], "limit": 99999, "order": "nme"});
    let refused = library.model("test.book", "search_read", &given).unwrap_err();
    let expected = ["/domain", "/fields", "/limit", "/order"].map(str::to_owned).to_vec();
    assert_eq!(places(&refused), (422, expected));
    let refused = library.model(
        "test.book",
        "search",
        &json!({"limit": -1, "offset": "x", "domain": "[]"}),
    );
    assert_eq!(places(&refused.unwrap_err()).1, ["/offset", "/limit"]);
    let refused = library.model("test.book", "search", &json!({"domain": "[]"}));
    assert_eq!(places(&refused.unwrap_err()).1, ["/domain"]);
}

#[test]
fn names_are_found_by_what_the_model_says() {
    let mut library = Library::new();
    let mut names = |arguments: serde_json::Value| library.model("test.book", "name_search", &arguments).unwrap();
    assert_eq!(names(json!({})), json!([[4, "Blank"], [2, "Solaris"], [1, "Tehanu"]]));
    assert_eq!(names(json!({"name": "ASH"})), json!([]));
    assert_eq!(
        names(json!({"name": "ASH", "active_test": false})),
        json!([[3, "Ashes"]])
    );
    assert_eq!(names(json!({"name": "22"})), json!([[2, "Solaris"]]), "by ISBN");
    assert_eq!(names(json!({"name": "ursul"})), json!([[1, "Tehanu"]]), "by author");
    assert_eq!(
        names(json!({"name": "Tehanu", "operator": "="})),
        json!([[1, "Tehanu"]])
    );
    assert_eq!(names(json!({"name": "Tehan", "operator": "="})), json!([]));
    assert_eq!(
        names(json!({"name": "Tehanu", "operator": "!="})),
        json!([[4, "Blank"], [2, "Solaris"]])
    );
    assert_eq!(
        names(json!({"name": "a", "args": [["price", ">", 8]]})),
        json!([[1, "Tehanu"]])
    );
    assert_eq!(names(json!({"limit": 1})), json!([[4, "Blank"]]));
    let refused = library.model("test.book", "name_search", &json!({"name": "x", "operator": "similar"}));
    assert_eq!(places(&refused.unwrap_err()).1, ["/operator"]);
    // A text that is compared with a relation is searched for in the fields of `#[name_search]` too.
    assert_eq!(library.ids("test.book", &[("author_id", "Dragonfly")]), [1]);
    assert_eq!(library.ids("test.book", &[("author_id__ne", "Dragonfly")]), [4, 2]);
}

#[test]
fn creates_and_batches() {
    let mut library = Library::new();
    let mut call = |method: &str, arguments: serde_json::Value| library.model("test.tag", method, &arguments);
    assert_eq!(call("name_create", json!({"name": "new"})).unwrap(), json!([4, "new"]));
    assert_eq!(call("create", json!({"vals": {"name": "a"}})).unwrap(), 5);
    assert_eq!(call("create", json!({"vals": [{"name": "b"}]})).unwrap(), json!([6]));
    assert_eq!(
        call("create", json!({"vals_list": [{"name": "c"}, {"name": "d"}]})).unwrap(),
        json!([7, 8])
    );
    assert_eq!(places(&call("create", json!({})).unwrap_err()).1, ["/vals"]);
    let refused = call("create", json!({"vals_list": [{"name": "e"}, {"nme": 1}]})).unwrap_err();
    assert_eq!(places(&refused).1, ["/vals_list/1/nme", "/vals_list/1/name"]);
    assert_eq!(call("exists", json!({"ids": [99, 5, 1]})).unwrap(), json!([5, 1]));
    assert_eq!(
        call("write", json!({"ids": [5, 6, 5], "vals": {"name": "same"}})).unwrap(),
        true
    );
    assert_eq!(
        call("search", json!({"domain": [["name", "=", "same"]]})).unwrap(),
        json!([5, 6])
    );
    let refused = call("write", json!({"ids": [5, 99], "vals": {"name": "x"}})).unwrap_err();
    assert_eq!(places(&refused).1, ["/ids/1"]);
    assert_eq!(call("unlink", json!({"ids": [5, 6]})).unwrap(), true);
    assert_eq!(call("exists", json!({"ids": [5, 6, 7]})).unwrap(), json!([7]));
    assert_eq!(library.record("test.tag", 7, "exists", &json!({})).unwrap(), true);
    assert_eq!(library.record("test.tag", 99, "exists", &json!({})).unwrap(), false);
    library.update("test.tag", 7, &json!({"name": "z"}));
    assert_eq!(library.record("test.tag", 7, "unlink", &json!({})).unwrap(), true);
    assert_eq!(library.record("test.tag", 7, "exists", &json!({})).unwrap(), false);
}

#[test]
fn defaults_in_the_form_of_a_read() {
    let mut library = Library::new();
    let defaults = library.model("test.book", "default_get", &json!({})).unwrap();
    let expected = json!({
        "state": "shelf", "bought": "2024-03-01", "price": 0.0, "keeper_id": [1, "Root"], "active": true,
    });
    assert_eq!(defaults, expected);
    let defaults = library.model(
        "test.member",
        "default_get",
        &json!({"fields": ["limit_of_books", "name"]}),
    );
    assert_eq!(defaults.unwrap(), json!({"limit_of_books": 3}));
    let refused = library
        .model("test.book", "default_get", &json!({"fields": ["stat"]}))
        .unwrap_err();
    assert_eq!(places(&refused).1, ["/fields/0"]);
}

#[test]
fn fields_and_what_they_are() {
    let mut library = Library::new();
    let given = json!({"fields": ["state", "chapter_ids", "price", "pages"]});
    let fields = library.model("test.book", "fields_get", &given).unwrap();
    assert_eq!(
        fields["state"]["selection"],
        json!([["shelf", "On the shelf"], ["lent", "Lent"]])
    );
    assert_eq!(
        (&fields["state"]["readonly"], &fields["state"]["required"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(fields["chapter_ids"]["relation"], "test.chapter");
    assert_eq!(fields["chapter_ids"]["relation_field"], "book_id");
    assert_eq!(fields["price"]["digits"], json!([8, 2]));
    assert_eq!(fields["pages"]["store"], true);
    assert_eq!(fields.as_object().unwrap().len(), 4);
    let given = json!({"fields": ["name"], "attributes": ["type", "string"]});
    let fields = library.model("test.member", "fields_get", &given).unwrap();
    assert_eq!(fields, json!({"name": {"type": "char", "string": "Name"}}));
    let refused = library.model(
        "test.book",
        "fields_get",
        &json!({"fields": ["x"], "attributes": ["typ"]}),
    );
    assert_eq!(places(&refused.unwrap_err()).1, ["/attributes/0", "/fields/0"]);
}
