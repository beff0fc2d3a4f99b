//! Only the wire knows how requests and responses are spelled: the runtime works the same with a toy wire that spells
//! everything differently.

mod models;
mod toy;

use std::sync::OnceLock;

use harness::{Database, Template};
use orm::env::Limits;
use orm::query::Request;
use orm::wire::{Refusal, V1, Wire};
use orm::{Env, Error, Result, Runtime, method, query, write};
use serde_json::{Value as Json, json};

use super::template;
use toy::Toy;

/// A database with a shelf of two books.
fn database() -> Database {
    static TEMPLATE: OnceLock<Template> = OnceLock::new();
    let rows = "INSERT INTO x_user (id, name) VALUES (1, 'Root')";
    let database = TEMPLATE.get_or_init(|| template(&models::catalogue(), rows)).copy();
    let shelf = json!({"name": "Left"});
    run(&database, &V1, |env| {
        write::create(env, env.registry.find("x.shelf").unwrap(), &shelf)
    })
    .unwrap();
    for (title, pages, price) in [("Momo", 304, "12.50"), ("Emil", 160, "8")] {
        let book = json!({"title": title, "pages": pages, "price": price, "shelf_id": 1, "read_on": "2024-02-29"});
        run(&database, &V1, |env| {
            write::create(env, env.registry.find("x.book").unwrap(), &book)
        })
        .unwrap();
    }
    database
}

fn run(database: &Database, wire: &'static dyn Wire, job: impl Fn(&mut Env<'_>) -> Result<Vec<u8>>) -> Result<String> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| Runtime::new(&models::catalogue()).unwrap());
    let now = "2024-03-01T10:00:00".parse().unwrap();
    let answer = database
        .address()
        .transact(|session| job(&mut Env::system(session, runtime, now).speaking(wire)));
    answer.map(|bytes| String::from_utf8(bytes).unwrap())
}

fn toy(database: &Database, job: impl Fn(&mut Env<'_>) -> Result<Vec<u8>>) -> Result<String> {
    run(database, &Toy, job)
}

fn list(env: &mut Env<'_>, model: &str, parameters: &[(&str, &str)]) -> Result<Vec<u8>> {
    let model = env.registry.find(model).unwrap();
    let parameters: Vec<(String, String)> = (parameters.iter())
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let request = Request::parse(env.registry, model, &parameters, &Limits::default(), env.wire)?;
    query::list(env, model, &request)
}

fn call(env: &mut Env<'_>, id: Option<i64>, name: &str, arguments: &Json) -> Result<Vec<u8>> {
    method::call(
        env,
        env.registry.find("x.book").unwrap(),
        id,
        name,
        arguments,
        &Limits::default(),
    )
}

#[test]
fn trees_are_spelled_by_the_wire() {
    let database = database();
    let shelves = toy(&database, |env| list(env, "x.shelf", &[])).unwrap();
    let book = |title, pages, price| {
        format!(
            "<id|#{}; title|'{title}'; pages|#{pages}; price|{price}; lent|no; read_on|2024/02/29; state|'new'; \
             shelf_id|<id|#1; name|'Left'>>>>",
            if title == "Momo" { 1 } else { 2 }
        )
    };
    let (momo, emil) = (book("Momo", 304, "12'5"), book("Emil", 160, "8"));
    assert_eq!(shelves, format!("(<id|#1; name|'Left'; book_ids|({momo}; {emil})>>)"));
}

#[test]
fn plain_reads_are_spelled_by_the_wire() {
    let database = database();
    let fields = [("fields", "title,shelf_id,friend_ids,page_price"), ("order", "id desc")];
    let books = toy(&database, |env| list(env, "x.book", &fields)).unwrap();
    assert_eq!(
        books,
        "(<id|#2; title|'Emil'; shelf_id|#1@Left; friend_ids|nothing; page_price|0'05>>; <id|#1; title|'Momo'; \
         shelf_id|#1@Left; friend_ids|nothing; page_price|0'0411>>)"
    );
    let shelves = toy(&database, |env| {
        let values = json!([["shelf_id", "~"]]);
        write::update(env, env.registry.find("x.book").unwrap(), 2, &values)?;
        list(env, "x.book", &[("fields", "shelf_id"), ("id", "#2")])
    });
    assert_eq!(shelves.unwrap(), "(<id|#2; shelf_id|nobody>>)");
}

#[test]
fn bodies_and_commands_are_read_by_the_wire() {
    let database = database();
    let made = toy(&database, |env| {
        let shelf = json!([["name", "'Right'"], ["book_ids", [
            {"make": [["title", "'Krabat'"], ["pages", "#256"], ["price", "9'99"], ["lent", "yes"], ["read_on", "2023/01/02"]]},
        ]]]);
        write::create(env, env.registry.find("x.shelf").unwrap(), &shelf)
    });
    let made = made.unwrap();
    assert!(
        made.contains("title|'Krabat'; pages|#256; price|9'99; lent|yes; read_on|2023/01/02"),
        "{made}"
    );
    let changed = toy(&database, |env| {
        let commands = json!([["book_ids", [{"change": ["#1", [["pages", "#305"]]]}, {"drop": "#2"}]]]);
        write::update(env, env.registry.find("x.shelf").unwrap(), 1, &commands)
    });
    let changed = changed.unwrap();
    assert!(changed.contains("pages|#305") && !changed.contains("Emil"), "{changed}");
}

#[test]
fn conditions_compare_with_values_as_the_wire_spells_them() {
    let database = database();
    let domain = [
        ("fields", "title"),
        ("domain", r#"["|", ["price", ">", "12'49"], ["read_on", "=", "~"]]"#),
    ];
    assert_eq!(
        toy(&database, |env| list(env, "x.book", &domain)).unwrap(),
        "(<id|#1; title|'Momo'>>)"
    );
}

#[test]
fn methods_take_and_answer_what_the_wire_spells() {
    let database = database();
    let price = toy(&database, |env| {
        call(env, Some(1), "discounted", &json!({"percent": "#10", "state": "'new'"}))
    });
    assert_eq!(price.unwrap(), r#""11'25""#);
    let exists = toy(&database, |env| call(env, Some(9), "exists", &json!({})));
    assert_eq!(exists.unwrap(), r#""no""#);
}

#[test]
fn lists_records_and_nothing_are_arguments_and_results_as_the_wire_spells_them() {
    let database = database();
    let states = |arguments: Json| {
        let answer = toy(&database, |env| call(env, None, "states", &arguments));
        answer.map_err(|refused| spelled(&refused))
    };
    let prices = json!(["12'5", "8"]);
    let all = states(json!({"books": "~", "prices": prices, "lent": "~"}));
    assert_eq!(all.unwrap(), r#"["'new'","'new'"]"#);
    let one = states(json!({"books": ["#2"], "prices": prices, "lent": "no"}));
    assert_eq!(one.unwrap(), r#"["'new'"]"#);
    let refused = states(json!({"books": [2, "#9"], "prices": ["8,5"], "lent": false})).unwrap_err();
    for place in ["/books/0: 2 is no text", "/prices/0: ", "/lent: false is no text"] {
        assert!(refused.contains(place), "{place}: {refused}");
    }
}

#[test]
fn the_methods_of_every_model_answer_what_the_wire_spells() {
    let database = database();
    let answer = |name: &str, arguments: Json| toy(&database, |env| call(env, None, name, &arguments)).unwrap();
    assert_eq!(answer("search", json!({"domain": [["pages", ">", "#200"]]})), "(#1)");
    assert_eq!(
        answer(
            "search_read",
            json!({"fields": ["'title'"], "offset": "#1", "limit": "#1"})
        ),
        "(<id|#2; title|'Emil'>>)"
    );
    assert_eq!(answer("search_count", json!({})), r##""#2""##);
    assert_eq!(answer("name_search", json!({"name": "'mom'"})), "(#1@Momo)");
    let defaults: Json =
        serde_json::from_str(&answer("default_get", json!({"fields": ["'state'", "'price'"]}))).unwrap();
    assert_eq!(defaults, json!({"state": "'new'", "price": "0"}));
    let described: Json = serde_json::from_str(&answer("fields_get", json!({"fields": ["'title'"]}))).unwrap();
    assert_eq!(described["title"]["string"], "Title");
    let shelf = toy(&database, |env| {
        let model = env.registry.find("x.shelf").unwrap();
        let name = json!({"name": "'Middle'"});
        method::call(env, model, None, "name_create", &name, &Limits::default())
    });
    assert_eq!(shelf.unwrap(), "#2@Middle");
}

#[test]
fn parameters_say_what_is_empty_as_the_wire_spells_it() {
    let database = database();
    let found = |parameter, value| {
        let parameters = [("fields", "id"), (parameter, value)];
        toy(&database, |env| list(env, "x.book", &parameters)).unwrap()
    };
    assert_eq!(found("shelf_id", "~"), "()");
    assert_eq!(found("shelf_id__ne", "~"), "(<id|#1>>; <id|#2>>)");
    assert_eq!(found("read_on", "~"), "()");
}

fn spelled(refused: &Error) -> String {
    let refusal = Refusal {
        status: refused.code().status(),
        title: "",
        code: refused.code().as_str(),
        detail: refused.detail(),
        incident: None,
        issues: refused.issues(),
    };
    let (media_type, text) = Toy.refusal(&refusal);
    assert_eq!(media_type, "text/toy");
    String::from_utf8(text).unwrap()
}

#[test]
fn refusals_are_spelled_by_the_wire_and_name_its_places() {
    let database = database();
    let body = json!([["name", "'x'"], ["book_ids", [{"make": [["pages", "12"], ["titel", "'x'"]]}]]]);
    let refused = toy(&database, |env| {
        write::create(env, env.registry.find("x.shelf").unwrap(), &body)
    })
    .unwrap_err();
    let text = spelled(&refused);
    for part in [
        "NO 422",
        "at !book_ids!part!pages: 12 is not spelled as integer is",
        "at !book_ids!part!titel: x.book has no field `titel`",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let commands = json!([["book_ids", [[0, 0, {}]]]]);
    let refused = toy(&database, |env| {
        write::update(env, env.registry.find("x.shelf").unwrap(), 1, &commands)
    });
    assert!(refused.unwrap_err().to_string().contains("no command of the toy"));
}

#[test]
fn what_is_found_while_storing_has_the_places_of_the_wire() {
    let database = database();
    for (commands, mistake) in [
        (
            json!([{"make": [["title", "'Momo'"], ["pages", "#9"]]}]),
            "NO 409 at !book_ids!part!title: ",
        ),
        (
            json!([{"make": [["title", "'x'"], ["pages", "#0"]]}]),
            "NO 422 at !book_ids!part!pages: ",
        ),
        (
            json!([{"drop": "#2"}, {"change": ["#2", [["pages", "#9"]]]}]),
            "NO 422 at !book_ids!part: record 2 of x.book is deleted by an earlier command",
        ),
    ] {
        let refused = toy(&database, |env| {
            let values = json!([["book_ids", commands]]);
            write::update(env, env.registry.find("x.shelf").unwrap(), 1, &values)
        });
        let text = spelled(&refused.unwrap_err());
        assert!(text.starts_with(mistake), "{commands}: {text}");
    }
    let early = toy(&database, |env| {
        let values = json!([["name", "'x'"], ["book_ids", [{"drop": "#2"}]]]);
        write::create(env, env.registry.find("x.shelf").unwrap(), &values)
    });
    let text = spelled(&early.unwrap_err());
    assert!(
        text.starts_with("NO 422 at !book_ids!command: ") && text.ends_with("use make"),
        "{text}"
    );
}
