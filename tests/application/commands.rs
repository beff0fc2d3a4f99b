//! The commands of the program `library`, each in a process of its own.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use server::config::DatabaseConfig;
use tests::{Body, Database, LIBRARY, Server, execute};

/// Runs a command on a database, with this standard input. Returns what it prints, or its error message.
pub(crate) fn run(words: &[&str], database: &Database, input: &str) -> Result<String, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_library"));
    command
        .args(words)
        .arg("--database")
        .arg(format!("library={}", database.url()));
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut process = command.spawn().unwrap();
    process.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = process.wait_with_output().unwrap();
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout).unwrap()),
        false => Err(String::from_utf8(output.stderr).unwrap()),
    }
}

/// As [`run`], for a command that succeeds.
#[track_caller]
fn library(words: &[&str], database: &Database, input: &str) -> String {
    run(words, database, input).unwrap_or_else(|why| panic!("library {words:?}: {why}"))
}

/// A database with the tables of the application and no records.
fn migrated() -> Database {
    let database = Database::empty();
    library(&["migrate", "up"], &database, "");
    database
}

/// Tries to log in with this password. Returns the token.
fn log_in(server: &Server, login: &str, password: &str) -> Option<String> {
    let body = json!({"login": login, "password": password}).to_string();
    let reply = server.raw("POST", "/rest/api/login/token", &[], Body::Json(body.as_bytes()));
    (reply.status == 200).then(|| reply.ok()["access_token"].as_str().unwrap().to_owned())
}

#[test]
fn users_who_are_created_log_in_until_they_are_archived() {
    let database = migrated();
    library(&["user", "create", "cy"], &database, "one two three\n");
    library(&["user", "create", "di", "--name", "Di"], &database, "three two one\n");
    let config = DatabaseConfig {
        name: "library".to_owned(),
        address: database.address().clone(),
    };
    let mut server = Server::serving(&LIBRARY, config, |_| {});
    assert_eq!(log_in(&server, "cy", "three two one"), None);
    server.token = log_in(&server, "cy", "one two three").unwrap();
    let members = server
        .get("library.member", &[("fields", "name"), ("active_test", "false")])
        .ok();
    let names: Vec<&Value> = members
        .as_array()
        .unwrap()
        .iter()
        .map(|member| &member["name"])
        .collect();
    assert_eq!(names, ["-", "Di", "cy"]);

    let token = log_in(&server, "di", "three two one").unwrap();
    let books = |token: &str| {
        let headers = [("access-token", token)];
        server
            .raw("GET", "/restful/api/v1/library.book", &headers, Body::None)
            .status
    };
    assert_eq!(books(&token), 200);
    let di = server.ids("library.member", &[("login", "di")])[0];
    let archived = json!({"active": false});
    server.send("PUT", &format!("library.member/{di}"), &archived).ok();
    assert_eq!((books(&token), log_in(&server, "di", "three two one")), (401, None));
    library(&["user", "set-password", "cy"], &database, "another one\n");
    assert!(log_in(&server, "cy", "another one").is_some());
}

/// The commands list and end what the server gave out, and print what happened.
#[test]
fn users_and_tokens_are_listed_ended_and_logged() {
    let database = migrated();
    library(&["user", "create", "cy"], &database, "one two three\n");
    library(&["user", "create", "di", "--name", "Di"], &database, "three two one\n");
    let config = DatabaseConfig {
        name: "library".to_owned(),
        address: database.address().clone(),
    };
    let server = Server::serving(&LIBRARY, config, |_| {});
    let tokens = [("cy", "one two three"), ("di", "three two one")].map(|(login, password)| {
        assert_eq!(log_in(&server, login, "wrong"), None);
        log_in(&server, login, password).unwrap()
    });
    let books = |token: &String| {
        let headers = [("access-token", token.as_str())];
        server
            .raw("GET", "/restful/api/v1/library.book", &headers, Body::None)
            .status
    };
    assert_eq!(
        library(&["user", "list"], &database, ""),
        "1 - - (archived)\n2 cy cy\n3 di Di\n"
    );
    let all = library(&["token", "list"], &database, "");
    assert_eq!(all.lines().count(), 2, "{all}");
    assert!(tokens.iter().all(|token| !all.contains(&token[13..])), "{all}");
    let one = library(&["token", "list", "--user", "cy"], &database, "");
    let id = one.split(' ').nth(1).unwrap();
    assert!(
        one.starts_with("cy ") && one.contains("expires=") && id.len() == 16,
        "{one}"
    );
    library(&["token", "revoke", id], &database, "");
    assert!(
        run(&["token", "revoke", id], &database, "")
            .unwrap_err()
            .contains("no access token")
    );
    assert_eq!(tokens.each_ref().map(books), [401, 200]);

    library(&["user", "archive", "di"], &database, "");
    assert_eq!((books(&tokens[1]), log_in(&server, "di", "three two one")), (401, None));
    assert_eq!(library(&["token", "list"], &database, ""), "");
    assert!(library(&["user", "list"], &database, "").contains("3 di Di (archived)"));
    assert!(
        run(&["user", "archive", "nobody"], &database, "")
            .unwrap_err()
            .contains("no user `nobody`")
    );

    let kinds = |log: &str| -> Vec<String> {
        let kind = |line: &str| line.split(' ').nth(1).unwrap().to_owned();
        log.lines().map(kind).collect()
    };
    let log = library(&["user", "log", "--user", "di"], &database, "");
    let expected = [
        "password_changed",
        "login_failed",
        "login",
        "user_archived",
        "login_failed",
    ];
    assert_eq!(kinds(&log), expected, "{log}");
    assert!(log.contains("user=3 login=di address=127.0.0.1"), "{log}");
    let last = library(&["user", "log", "--last", "2"], &database, "");
    assert_eq!(kinds(&last), ["user_archived", "login_failed"], "{last}");
    assert!(kinds(&library(&["user", "log"], &database, "")).contains(&"token_revoked".to_owned()));
}

/// A database of a version before API keys: an application has no migration of its own that brings the tables.
#[test]
fn the_tables_of_tokens_follow_the_version() {
    let database = migrated();
    library(&["user", "create", "cy"], &database, "one two three\n");
    let older = "DROP TABLE auth_used; DROP TABLE auth_event; DROP TABLE auth_failure; DROP TABLE auth_token; \
                 CREATE TABLE auth_token (hash TEXT NOT NULL PRIMARY KEY, user_id BIGINT NOT NULL, \
                 created TIMESTAMP NOT NULL, last_used TIMESTAMP NOT NULL, expires TIMESTAMP NOT NULL); \
                 CREATE INDEX auth_token_user_id ON auth_token (user_id)";
    let token = "access_token_c12010c3c56abf81345358020678f8c277554f41";
    // The hash of that token.
    let stored = "INSERT INTO auth_token VALUES ('b3c2b347712d5ce0157e76cac6443f07d2a5396a63463ddc7a4c88d24f2823d9', 2, '2026-01-01 00:00:00', '2999-01-01 00:00:00', \
                  '2999-01-01 00:00:00')";
    execute(database.address(), older);
    execute(database.address(), stored);
    let why = run(&["user", "list"], &database, "").unwrap_err();
    assert!(
        why.contains("is behind this program") && why.contains("library migrate up"),
        "{why}"
    );
    library(&["migrate", "up"], &database, "");
    let config = DatabaseConfig {
        name: "library".to_owned(),
        address: database.address().clone(),
    };
    let server = Server::serving(&LIBRARY, config, |_| {});
    let list = server
        .raw("GET", "/rest/api/tokens", &[("access-token", token)], Body::None)
        .ok();
    assert_eq!(
        (list[0]["name"].as_str(), &list[0]["current"]),
        (Some(""), &json!(true)),
        "{list}"
    );
    assert!(log_in(&server, "cy", "one two three").is_some());
}

#[test]
fn what_is_exported_can_be_loaded() {
    let (first, second) = (migrated(), migrated());
    let folder = std::env::temp_dir().join(format!("library-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    std::fs::write(file("demo.json"), LIBRARY.demo.unwrap().files[0].1).unwrap();
    library(&["load", &file("demo.json")], &first, "");
    library(&["export", &file("first.json")], &first, "");
    library(&["load", &file("first.json")], &second, "");
    library(&["export", &file("second.json")], &second, "");
    library(&["verify"], &second, "");
    let exported = |name: &str| std::fs::read_to_string(file(name)).unwrap();
    assert!(exported("first.json").contains("The Dispossessed"));
    assert_eq!(exported("first.json"), exported("second.json"));

    // An export that fails leaves the file as it was.
    let dropped = second
        .address()
        .transact(|session| session.batch("DROP TABLE library_loan"));
    dropped.unwrap();
    run(&["export", &file("second.json")], &second, "").unwrap_err();
    assert_eq!(exported("first.json"), exported("second.json"));
    assert!(!folder.join("second.json.part").exists());
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn migrations_are_reverted_and_run_again() {
    let database = migrated();
    let ran = library(&["migrate", "status"], &database, "");
    library(&["migrate", "down", "--allow-destructive"], &database, "");
    assert_ne!(library(&["migrate", "status"], &database, ""), ran);
    library(&["migrate", "up"], &database, "");
    assert_eq!(library(&["migrate", "status"], &database, ""), ran);
}

#[test]
fn it_describes_itself() {
    let printed = |words: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_library"))
            .args(words)
            .output()
            .unwrap();
        assert!(output.status.success(), "{words:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let document: Value = serde_json::from_str(&printed(&["openapi"])).unwrap();
    assert_eq!(document["info"]["title"], "Lending library");
    let login = &document["components"]["schemas"]["Login"]["examples"][0];
    assert_eq!(
        login,
        &json!({"login": "ann", "password": "read more", "db": "library"})
    );
    for word in ["sale.order", "saleorder", "admin@123"] {
        assert!(!document.to_string().contains(word), "{word}");
    }
    assert!(printed(&["serve", "--help"]).contains("[default: sqlite://library.db]"));
}
