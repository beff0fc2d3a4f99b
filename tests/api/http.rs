//! HTTP below the API: the bytes on a connection, and the limits on connections and answers.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};
use tests::{Body, Server, exchange, request};

/// The bytes of a request with a token. An empty `body` means no body.
fn bytes(server: &Server, line: &str, headers: &str, body: &str) -> Vec<u8> {
    let mut text = format!(
        "{line} HTTP/1.1\r\nhost: test\r\naccess-token: {}\r\n{headers}",
        server.token
    );
    if !body.is_empty() {
        text += &format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len());
    }
    format!("{text}\r\n{body}").into_bytes()
}

#[test]
fn a_request_with_something_behind_it_is_answered() {
    let server = Server::demo();
    let create = |name: &str| {
        let body = json!({ "name": name }).to_string();
        bytes(&server, "POST /restful/api/v1/res.partner", "", &body)
    };
    for (number, tail) in ["", "\r\n", "G", "GET /livez HT"].into_iter().enumerate() {
        let name = format!("Behind {number}");
        let sent = [create(&name), tail.as_bytes().to_vec()].concat();
        let replies = exchange(server.addr, &sent, 1).unwrap_or_else(|error| panic!("{tail:?}: {error}"));
        assert_eq!(replies[0].ok()["name"], name);
        assert_eq!(server.ids("res.partner", &[("name", &name)]).len(), 1);
    }
    let replies = exchange(server.addr, &[create("One"), create("Two")].concat(), 2).unwrap();
    let names: Vec<Value> = replies.iter().map(|reply| reply.ok()["name"].clone()).collect();
    assert_eq!(names, ["One", "Two"]);
}

#[test]
fn what_is_no_request_is_told_so() {
    let server = Server::demo();
    let long = |length: usize| "a".repeat(length);
    for (sent, status) in [
        ("GET / HTTP/1.1\r\nhost test\r\n\r\n".to_owned(), 400),
        ("nonsense\r\n\r\n".to_owned(), 400),
        (
            "GET / HTTP/1.1\r\nhost: test\r\ncontent-length: x\r\n\r\n".to_owned(),
            400,
        ),
        (format!("GET /{} HTTP/1.1\r\nhost: test\r\n\r\n", long(70_000)), 414),
        (
            format!("GET / HTTP/1.1\r\nhost: test\r\nx: {}\r\n\r\n", long(500_000)),
            431,
        ),
        (
            format!("GET / HTTP/1.1\r\nhost: test\r\n{}\r\n", "x: y\r\n".repeat(200)),
            431,
        ),
    ] {
        let shown = &sent[..sent.len().min(60)];
        let replies = exchange(server.addr, sent.as_bytes(), 1).unwrap_or_else(|error| panic!("{shown}: {error}"));
        assert_eq!(replies[0].status, status, "{shown}");
    }
    server.is_alive();
}

/// Request heads that another server could read differently are refused (request smuggling): no or several hosts,
/// several transfer codings.
#[test]
fn a_head_can_be_read_in_one_way_only() {
    let server = Server::demo();
    let token = format!("access-token: {}\r\n", server.token);
    let chunked = "content-type: application/json\r\ntransfer-encoding: chunked\r\n";
    let body = "f\r\n{\"name\": \"Ada\"}\r\n0\r\n\r\n";
    let post = |headers: &str| format!("POST /restful/api/v1/res.partner HTTP/1.1\r\n{token}{headers}\r\n{body}");
    for (sent, status) in [
        ("GET /livez HTTP/1.1\r\n\r\n".to_owned(), 400),
        ("GET /livez HTTP/1.1\r\nhost: a\r\nhost: a\r\n\r\n".to_owned(), 400),
        ("GET /livez HTTP/1.1\r\nhost: a b\r\n\r\n".to_owned(), 400),
        ("GET /livez HTTP/1.1\r\nhost: me@a\r\n\r\n".to_owned(), 400),
        ("GET /livez HTTP/1.0\r\n\r\n".to_owned(), 200),
        ("GET /livez HTTP/1.1\r\nhost: [::1]:8069\r\n\r\n".to_owned(), 200),
        (post(&format!("host: a\r\n{chunked}")), 200),
        (
            post(&format!("host: a\r\n{}", chunked.replace("chunked", "gzip, chunked"))),
            400,
        ),
        (
            post(&format!("host: a\r\ntransfer-encoding: chunked\r\n{chunked}")),
            400,
        ),
    ] {
        let reply = exchange(server.addr, sent.as_bytes(), 1).unwrap().remove(0);
        assert_eq!(reply.status, status, "{sent}: {}", reply.text());
        if status == 400 {
            reply.problem(400, "invalid");
            assert_eq!(reply.header("connection"), Some("close"), "{sent}");
        }
    }
    assert_eq!(server.ids("res.partner", &[("name", "Ada")]).len(), 1);
}

#[test]
fn a_token_is_looked_at_before_the_body_is_read() {
    let server = Server::demo();
    let head = |token: &str| {
        let line = "POST /restful/api/v1/res.partner HTTP/1.1\r\nhost: test\r\nexpect: 100-continue\r\n";
        format!("{line}access-token: {token}\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n")
    };
    // The test never sends the body.
    let replies = exchange(server.addr, head("x").as_bytes(), 1).unwrap();
    replies[0].problem(401, "unauthenticated");
    let replies = exchange(server.addr, head(&server.token).as_bytes(), 1).unwrap();
    assert_eq!(replies[0].status, 100);
}

#[test]
fn connections_beyond_the_most_are_refused_until_one_ends() {
    let server = Server::demo_with(|config| config.limits.max_connections = 2);
    let open = || {
        let mut stream = TcpStream::connect(server.addr).unwrap();
        stream.write_all(b"GET /livez HTTP/1.1\r\nhost: test\r\n\r\n").unwrap();
        stream.read_exact(&mut [0; 12]).unwrap();
        stream
    };
    let ask = |path: &str| request(server.addr, "GET", path, &[], Body::None).unwrap();
    let kept = [open(), open()];
    let refused = ask("/readyz");
    assert!(refused.header("retry-after").is_some());
    refused.problem(503, "unavailable");
    assert_eq!(ask("/livez").status, 200, "the process lives");
    drop(kept);
    while ask("/readyz").status != 200 {
        std::thread::yield_now();
    }
}

/// The memory for large answers that clients do not read is limited. When it is used up, requests are answered 503.
#[test]
fn answers_that_nobody_takes_are_bounded() {
    let server = Server::demo_with(|config| config.limits.max_answer = 16_000_000);
    let nested = "state_ids(country_id(state_ids(country_id(state_ids(id,name,code,display_name,create_date)))))";
    let path = format!("/restful/api/v1/res.country/233?fields={nested}");
    let whole = server.call("GET", &path["/restful/api/v1/".len()..], Body::None);
    assert!(
        whole.body.len() > 4_000_000,
        "longer than what the system takes: {}",
        whole.body.len()
    );
    let sent = bytes(&server, &format!("GET {path}"), "", "");
    let mut kept = Vec::new();
    let refused = loop {
        assert!(kept.len() < 40, "none is refused");
        let mut stream = TcpStream::connect(server.addr).unwrap();
        stream.write_all(&sent).unwrap();
        let mut begun = [0; 12];
        stream.read_exact(&mut begun).unwrap();
        kept.push(stream);
        if begun != *b"HTTP/1.1 200" {
            break begun;
        }
    };
    assert_eq!(refused, *b"HTTP/1.1 503");
    server.record("res.partner", 11, "name");
    drop(kept);
    while server.call("GET", &path["/restful/api/v1/".len()..], Body::None).status != 200 {
        std::thread::yield_now();
    }
}

/// `sql;desc="3 statements";dur=0.812, render;dur=0.207`: times in milliseconds.
#[test]
fn an_answer_tells_what_it_took() {
    let server = Server::demo();
    let made = server.send("POST", "res.partner", &json!({"name": "Ada"}));
    for reply in [
        server.get("sale.order", &[("limit", "5")]),
        server.get("res.partner/11", &[]),
        made,
    ] {
        reply.ok();
        let timing = reply.header("server-timing").unwrap();
        let (sql, render) = timing.split_once(", render;dur=").expect(timing);
        let (statements, sql) = sql.split_once(" statements\";dur=").expect(timing);
        assert_eq!(statements, format!("sql;desc=\"{}", reply.statements()));
        assert!(reply.statements() > 0, "{timing}");
        let [sql, render] = [sql, render].map(|millis| millis.parse::<f64>().expect(timing));
        assert!(sql > 0.0 && render > 0.0, "{timing}");
    }
}

#[test]
fn the_document_and_its_page_are_served() {
    let server = Server::demo();
    let get = |path: &str| server.raw("GET", path, &[], Body::None);
    let document = get("/openapi/v1.json").text();
    assert!(document.starts_with(r#"{"openapi":"3.1.0""#), "{}", &document[..40]);
    assert_eq!(get("/docs").status, 303);
    let page = get("/docs/");
    assert_eq!(page.status, 200);
    let page = page.text();
    assert!(
        !page.contains("http://") && !page.contains("https://"),
        "the page needs no other host"
    );
    let script = get("/docs/swagger-initializer.js").text();
    for setting in [
        r#""docExpansion": "none""#,
        r#""filter": true"#,
        r#""defaultModelsExpandDepth": -1"#,
    ] {
        assert!(script.contains(setting), "{setting} in {script}");
    }
    assert_eq!(get("/docs/swagger-ui-bundle.js").status, 200);
}
