//! A second application, the lending library of `tests/src/library`, on the same server. It migrates, serves, documents
//! and answers like the first one.

mod amend;
mod commands;
mod forgotten;

use serde_json::{Value, json};
use server::config::DatabaseConfig;
use tests::{Body, Database, LIBRARY, Server};

/// A server of the library application, and its database, which is removed when this is dropped.
struct Library {
    server: Server,
    database: Database,
}

impl Library {
    fn open() -> Self {
        let database = Database::empty();
        let config = DatabaseConfig {
            name: "library".to_owned(),
            address: database.address().clone(),
        };
        let mut server = Server::serving(&LIBRARY, config, |config| config.demo = true);
        let login = json!({"login": "ann", "password": "read more"}).to_string();
        let login = server.raw("POST", "/rest/api/login/token", &[], Body::Json(login.as_bytes()));
        server.token = login.ok()["access_token"].as_str().unwrap().to_owned();
        Library { server, database }
    }
}

/// Runs the program with these words as its command line. Returns whether it succeeds.
fn run(words: &[&str]) -> bool {
    let words = ["library"].iter().chain(words).map(Into::into);
    let code = server::cli::run_from(&LIBRARY, words);
    format!("{code:?}") == format!("{:?}", std::process::ExitCode::SUCCESS)
}

#[test]
fn its_migrations_give_what_its_models_ask_for() {
    if std::env::var_os("DECLAREST_BLESS").is_some() {
        assert!(run(&["migrate", "diff", "models", "--folder", "library/migrations"]));
    }
    assert!(run(&["migrate", "check"]));
}

#[test]
fn its_database_is_as_its_models_say() {
    let library = Library::open();
    let url = format!("x={}", library.database.url());
    assert!(run(&["verify", "--database", &url]));
    assert!(run(&["migrate", "status", "--database", &url]));
}

#[test]
fn records_are_read_with_what_they_lead_to() {
    let Library { server, .. } = &Library::open();
    let book = server
        .get("library.book", &[("author_id.name__ilike", "guin"), ("limit", "1")])
        .ok();
    assert_eq!(
        book,
        json!([{
            "id": 1, "title": "The Dispossessed", "pages": 387,
            "author_id": {"id": 1, "name": "Ursula K. Le Guin"},
            "loan_ids": [{"id": 1, "member_id": {"id": 3, "name": "Bo"}, "due": "2026-03-01"}],
        }])
    );
    let titles = server
        .get("library.book", &[("fields", "title"), ("order", "pages desc")])
        .ok();
    let titles: Vec<&Value> = titles.as_array().unwrap().iter().map(|book| &book["title"]).collect();
    assert_eq!(titles, ["The Dispossessed", "The Lathe of Heaven", "Invisible Cities"]);
}

/// An author is found whatever the accents of his name; a book, whose model does not say so, is not.
#[test]
fn a_model_may_ignore_accents() {
    let Library { server, .. } = &Library::open();
    for name in ["Roberto Bolaño", "Stanisław Lem", "Karel C\u{30c}apek"] {
        let author = json!({"name": name, "book_ids": [[0, 0, {"title": name, "pages": 1}]]});
        server.send("POST", "library.author", &author).ok();
    }
    let found = |model: &str, filter: &str, value: &str| server.get(model, &[(filter, value)]).ok();
    for (author, title) in [
        ("BOLANO", "Roberto Bolaño"),
        ("stanislaw", "Stanisław Lem"),
        ("čapek", "Karel C\u{30c}apek"),
    ] {
        assert_eq!(
            found("library.author", "name__ilike", author).as_array().unwrap().len(),
            1,
            "{author}"
        );
        let books = found("library.book", "author_id__ilike", author);
        assert_eq!(books[0]["title"], title, "{author}");
        let wrong = found("library.book", "title__ilike", &author.replace('č', "c"));
        assert_eq!(wrong, json!([]), "{author}");
    }
    assert_eq!(
        found("library.author", "name__eq_ilike", "karel capek")
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        found("library.author", "name__like", "Bolano")
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(found("library.author", "name__like", "bolano"), json!([]));
}

#[test]
fn records_are_made_with_their_parts_changed_and_deleted() {
    let Library { server, .. } = &Library::open();
    let author = json!({"name": "Tove Jansson", "book_ids": [[0, 0, {
        "title": "The Summer Book", "pages": 170, "loan_ids": [[0, 0, {"due": "2026-05-01"}]],
    }]]});
    let author = server.send("POST", "library.author", &author).ok();
    let book = &author["book_ids"][0];
    let lent = server.record(
        "library.book",
        book.as_i64().unwrap(),
        "title,times_lent,loan_ids,create_uid",
    );
    // The default of `member_id` is the user of the request.
    assert_eq!(lent["times_lent"], 1, "{lent}");
    let loan = server.record("library.loan", 2, "display_name,member_id");
    assert_eq!(loan["display_name"], "The Summer Book to Ann");
    assert_eq!(loan["member_id"], json!([2, "Ann"]));
    let due = server.send("PATCH", "library.loan/2/prolong", &json!({})).ok();
    assert_eq!(due, "2026-05-08");
    server.call("DELETE", "library.loan/2", Body::None).ok();
    assert_eq!(server.record("library.book", 4, "times_lent")["times_lent"], 0);
}

#[test]
fn what_breaks_its_rules_is_refused_with_its_place() {
    let Library { server, .. } = &Library::open();
    let refused = server.send(
        "POST",
        "library.book",
        &json!({"title": "x", "pages": 0, "author_id": 9, "autor": 1}),
    );
    assert_eq!(refused.status, 422);
    let told = refused.text();
    for part in [
        "/author_id",
        "there is no record 9 of library.author",
        "did you mean `author_id`",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let pages = server.send(
        "POST",
        "library.book",
        &json!({"title": "x", "pages": 0, "author_id": 1}),
    );
    assert!(
        pages.status == 422 && pages.text().contains("/pages"),
        "{}",
        pages.text()
    );
    let twice = server.send("POST", "library.author", &json!({"name": "Italo Calvino"}));
    assert!(
        twice.status == 409 && twice.text().contains("of this name already"),
        "{}",
        twice.text()
    );
    let needed = server.call("DELETE", "library.author/1", Body::None);
    assert_eq!(needed.status, 409, "{}", needed.text());
    assert_eq!(
        server
            .raw("GET", "/restful/api/v1/library.book", &[], Body::None)
            .status,
        401
    );
    assert_eq!(server.call("GET", "sale.order", Body::None).status, 404);
}

#[test]
fn the_archive_is_hidden() {
    let Library { server, .. } = &Library::open();
    assert_eq!(server.ids("library.member", &[]), [2, 3]);
    server.send("PUT", "library.member/3", &json!({"active": false})).ok();
    assert_eq!(server.ids("library.member", &[]), [2]);
}

#[test]
fn a_route_of_its_own_stands_beside_the_generated_ones() {
    let Library { server, .. } = &Library::open();
    let token = [("access-token", server.token.as_str())];
    assert_eq!(
        server.raw("GET", "/shelf", &token, Body::None).ok(),
        json!({"books": 3})
    );
    assert_eq!(server.raw("GET", "/shelf", &[], Body::None).status, 401);
}

#[test]
fn it_is_documented_under_its_own_name() {
    let Library { server, .. } = &Library::open();
    let document = server.raw("GET", "/openapi/v1.json", &[], Body::None).ok();
    assert_eq!(document["info"]["title"], "Lending library");
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.contains_key("/restful/api/v1/library.loan/{id}/prolong"));
    assert!(!paths.keys().any(|path| path.contains("sale.order")));
    assert_eq!(server.raw("GET", "/docs/", &[], Body::None).status, 200);
}
