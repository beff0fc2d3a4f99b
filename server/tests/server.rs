//! The server in this process, over real connections: login and logout, tokens, refusals, several databases.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use serde_json::{Value, json};
use server::{Config, Server};

/// A server with the demo data in a database of its own. Its threads are the runtime's; the test's own thread may block.
struct Running {
    addr: SocketAddr,
    folder: PathBuf,
}

/// An answer.
struct Answer {
    status: u16,
    head: String,
    body: Value,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A new folder for one test's databases.
fn folder() -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let name = format!(
        "declarest-{}-{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    );
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

async fn start(databases: &[&str], change: impl FnOnce(&mut Config)) -> Running {
    let folder = folder();
    let url = |name: &&str| {
        format!("{name}=sqlite://{}/{name}.db", folder.display())
            .parse()
            .unwrap()
    };
    let mut config = Config::new(url(&databases[0]));
    config.databases = databases.iter().map(url).collect();
    config.demo = true;
    change(&mut config);
    let server = Server::bind(config).await.unwrap();
    let addr = server.addr();
    tokio::spawn(server.run(std::future::pending()));
    Running { addr, folder }
}

impl Running {
    /// Sends a request with these header lines and this body.
    fn send(&self, line: &str, headers: &str, body: &str) -> Answer {
        let mut stream = TcpStream::connect(self.addr).unwrap();
        let length = body.len();
        let request = format!(
            "{line} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head[9..12].parse().unwrap();
        Answer {
            status,
            head: head.to_lowercase(),
            body: serde_json::from_str(body).unwrap_or(Value::Null),
        }
    }

    fn token(&self, query: &str) -> String {
        let answer = self.send(
            &format!("GET /rest/api/login/token?login=admin&password=admin%40123{query}"),
            "",
            "",
        );
        assert_eq!((answer.status, &answer.body["uid"]), (200, &json!(2)));
        answer.body["access_token"].as_str().unwrap().to_owned()
    }

    fn get(&self, path: &str, token: &str) -> Answer {
        self.send(
            &format!("GET /restful/api/v1/{path}"),
            &format!("access-token: {token}\r\n"),
            "",
        )
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_lives_from_login_to_logout() {
    let server = start(&["shop"], |_| {}).await;
    let token = server.token("&db=shop");
    let partner = server.get("res.partner/11?fields=name", &token);
    assert_eq!(partner.body, json!({"id": 11, "name": "Gemini Furniture"}));
    assert!(
        partner.head.contains("server-timing: sql;desc=\"1 statements\""),
        "{}",
        partner.head
    );

    let bearer = format!("Authorization: Bearer {token}\r\n");
    assert_eq!(
        server.send("GET /restful/api/v1/res.partner/11", &bearer, "").status,
        200
    );
    let two = format!("{bearer}access_token: another\r\n");
    assert_eq!(server.send("GET /restful/api/v1/res.partner/11", &two, "").status, 400);

    let logout = format!("DELETE /rest/api/logout/token?access_token={token}");
    assert_eq!(
        server.send(&logout, "", "").body,
        json!("access token successfully deleted")
    );
    assert_eq!(server.send(&logout, "", "").status, 401);
    let refused = server.get("res.partner/11", &token);
    assert_eq!(
        (refused.status, &refused.body["code"]),
        (401, &json!("unauthenticated"))
    );
    assert!(refused.head.contains("www-authenticate: bearer"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_failed_login_is_the_same() {
    let server = start(&["shop"], |_| {}).await;
    let mut bodies = Vec::new();
    for query in [
        "login=admin&password=wrong",
        "login=nobody&password=admin%40123",
        "login=__system__&password=admin%40123",
        "login=admin&password=admin%40123&db=nowhere",
    ] {
        let answer = server.send(&format!("GET /rest/api/login/token?{query}"), "", "");
        assert_eq!(answer.status, 401, "{query}");
        bodies.push(answer.body);
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{bodies:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_may_be_posted_and_its_get_be_switched_off() {
    let server = start(&["shop"], |config| config.login.get = false).await;
    let line = "POST /rest/api/login/token";
    let json = r#"{"login":"admin","password":"admin@123","db":"shop"}"#;
    assert_eq!(
        server.send(line, "Content-Type: application/json\r\n", json).status,
        200
    );
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    assert_eq!(server.send(line, form, "login=admin&password=admin%40123").status, 200);
    assert_eq!(server.send(line, form, "login=admin&login=x").status, 400);
    assert_eq!(server.send(line, "", json).status, 415);
    let get = server.send("GET /rest/api/login/token?login=admin&password=admin%40123", "", "");
    assert_eq!(get.status, 405);
    assert!(get.head.contains("allow: post"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unused_token_ends() {
    let server = start(&["shop"], |config| config.login.token_idle = TimeDelta::zero()).await;
    let token = server.token("");
    assert_eq!(server.get("res.partner/11", &token).status, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_ends_at_last() {
    let server = start(&["shop"], |config| config.login.token_max = TimeDelta::zero()).await;
    let token = server.token("");
    assert_eq!(server.get("res.partner/11", &token).status, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_belongs_to_its_database() {
    let server = start(&["one", "two"], |_| {}).await;
    let unnamed = server.send("GET /rest/api/login/token?login=admin&password=admin%40123", "", "");
    assert_eq!(
        (unnamed.status, &unnamed.body["errors"][0]["parameter"]),
        (400, &json!("db"))
    );

    let (one, two) = (server.token("&db=one"), server.token("&db=two"));
    let headers = format!("access-token: {two}\r\nContent-Type: application/json\r\n");
    let changed = server.send(
        "PUT /restful/api/v1/res.partner/11",
        &headers,
        r#"{"name":"Elsewhere"}"#,
    );
    assert_eq!(changed.body, json!({"name": "Elsewhere", "id": 11}));
    assert_eq!(
        server.get("res.partner/11?fields=name", &one).body["name"],
        "Gemini Furniture"
    );
    assert_eq!(server.get("res.partner/11?fields=name", &two).body["name"], "Elsewhere");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_told_without_a_token() {
    let server = start(&["shop"], |_| {}).await;
    let (known, unknown) = (server.get("sale.order?nonsense=1", "x"), server.get("no.model", "x"));
    assert_eq!((known.status, known.body), (401, unknown.body));
    let posted = server.send(
        "POST /restful/api/v1/sale.order",
        "Content-Type: application/json\r\n",
        "[",
    );
    assert_eq!(posted.status, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn urls_and_bodies_are_refused_precisely() {
    let server = start(&["shop"], |config| config.limits.max_body = 1000).await;
    let token = server.token("");
    let long = format!("\"{}\"", "a".repeat(5000));
    let deep = format!("{}{}", "[".repeat(400), "]".repeat(400));
    for (line, body, status) in [
        ("GET /nowhere", "", 404),
        ("GET /restful/api/v1/no.model", "", 404),
        ("GET /restful/api/v1/sale.order/abc", "", 404),
        ("GET /restful/api/v1/sale.order/-1", "", 400),
        ("GET /restful/api/v1/sale.order/99999999999999999999", "", 404),
        ("GET /restful/api/v1/sale.order?name=%ff", "", 400),
        ("GET /restful/api/v1/%ff", "", 400),
        ("PUT /restful/api/v1/sale.order", "{}", 405),
        ("POST /restful/api/v1/sale.order/40", "{}", 405),
        ("PUT /restful/api/v1/sale.order/40", "", 400),
        ("PUT /restful/api/v1/sale.order/40?x=1", "{}", 400),
        ("POST /restful/api/v1/sale.order", &long, 413),
        ("POST /restful/api/v1/sale.order", &deep, 400),
        ("POST /restful/api/v1/sale.order", r#"{"name":"a","name":"b"}"#, 400),
        ("POST /restful/api/v1/sale.order", r#"{"nam":"a"}"#, 422),
        ("POST /restful/api/v1/sale.order/nothing", "", 404),
    ] {
        let headers = format!("access-token: {token}\r\nContent-Type: application/json; charset=utf-8\r\n");
        let answer = server.send(line, &headers, body);
        assert_eq!(answer.status, status, "{line} {:.60}: {}", body, answer.body);
        assert_eq!(answer.body["status"], status, "{line}");
        assert!(answer.head.contains("content-type: application/problem+json"), "{line}");
        assert!(answer.head.contains("x-request-id: "), "{line}");
        assert_eq!(status == 405, answer.head.contains("allow: "), "{line}");
    }
    assert_eq!(server.send("GET /livez", "", "").status, 200);
    assert_eq!(server.send("GET /readyz", "", "").status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn foreign_databases_are_left_alone() {
    let folder = folder();
    let refused = async |name: &str| {
        let config = Config::new(format!("sqlite://{}/{name}", folder.display()).parse().unwrap());
        Server::bind(config).await.unwrap_err().to_string()
    };
    std::fs::write(folder.join("text.db"), "no database at all".repeat(100)).unwrap();
    assert!(refused("text.db").await.contains("not a database"));
    assert!(refused("").await.contains("is a directory"));
    assert!(refused("missing/x.db").await.contains("there is no directory"));
    std::fs::remove_dir_all(folder).unwrap();
}
