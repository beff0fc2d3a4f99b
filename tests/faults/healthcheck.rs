//! `declarest healthcheck`, and the file of databases that `DECLAREST_DATABASE_FILE` names.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;

use tests::TempDir;

use super::program::{Running, program};

/// Runs a command. Returns its exit code and all that it prints.
fn outcome(command: &mut Command) -> (Option<i32>, String) {
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

#[track_caller]
fn check(url: &str, code: i32, word: &str) {
    let (status, text) = outcome(Command::new(program()).args(["healthcheck", "--url", url]));
    assert_eq!(status, Some(code), "{text}");
    assert!(text.contains(word) && text.trim_end().lines().count() == 1, "{text}");
}

/// The URL of a server that sends this text as its answer to one request. If the text is empty, it does not answer.
fn answering(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let asked = stream.read(&mut [0; 1024]).unwrap();
        assert!(asked > 0);
        stream.write_all(answer.as_bytes()).unwrap();
        if answer.is_empty() {
            let _ = stream.read(&mut [0; 1]); // until the client gives up
        }
    });
    url
}

#[test]
fn a_health_check_says_whether_the_server_is_ready() {
    let dir = TempDir::new();
    let running = Running::start(&format!("sqlite://{}/x.db", dir.path().display()));
    check(&format!("http://{}", running.addr), 0, "ready: http://127.0.0.1:");
    check(&running.addr.to_string(), 0, "ready: ");
    let (status, text) = outcome(
        Command::new(program())
            .arg("healthcheck")
            .env("DECLAREST_LISTEN", format!("0.0.0.0:{}", running.addr.port())),
    );
    assert_eq!(status, Some(0), "{text}");
    let url = format!("http://{}", running.addr);
    drop(running);
    check(&url, 1, "does not answer: Connection refused");
    let problem = "HTTP/1.1 503 Service Unavailable\r\n\r\n{\"detail\": \"the database cannot be reached\"}";
    check(&answering(problem), 1, "answers 503: the database cannot be reached");
    check(&answering("220 mail.example ESMTP\r\n"), 1, "something else than HTTP");
    check(&answering(""), 1, "does not answer within");
    check("https://127.0.0.1:1", 1, "http://HOST:PORT");
}

#[test]
fn a_file_says_which_databases_there_are() {
    let dir = TempDir::new();
    let file = dir.path().join("databases");
    let url = |name: &str| format!("sqlite://{}/{name}.db\n", dir.path().display());
    let backup = |databases: String| {
        std::fs::write(&file, databases).unwrap();
        let mut command = Command::new(program());
        command.arg("backup").arg(dir.path().join("backup"));
        command.env("DECLAREST_DATABASE_FILE", &file);
        command
    };
    drop(Running::start(url("x").trim()));
    let (status, text) = outcome(&mut backup(format!("{}shop={}", url("x"), url("y"))));
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("2 databases"), "{text}");
    let mut twice = backup(url("x"));
    let (status, text) = outcome(twice.env("DECLAREST_DATABASE", "sqlite://y.db"));
    assert_eq!(status, Some(2), "{text}");
    assert!(
        text.contains("--database ") && text.contains("--database-file"),
        "{text}"
    );
    let (status, text) = outcome(&mut backup("postgres//owner:secret@db.example/shop".to_owned()));
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("line 1") && !text.contains("secret"), "{text}");
    let (status, text) = outcome(&mut backup(url("x")));
    assert_eq!(status, Some(0), "{text}");
    assert!(dir.path().join("backup").exists());
}
