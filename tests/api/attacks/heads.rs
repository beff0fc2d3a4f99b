//! Heads of requests that two programs could understand differently, and paths that would lead out of what is served.

use tests::{Body, Server, exchange};

/// Where a body ends is said in one way only: what could be a second request is never answered as one.
#[test]
fn a_body_smuggles_no_request() {
    let server = Server::demo();
    let token = format!("access-token: {}\r\ncontent-type: application/json\r\n", server.token);
    let hidden = format!(
        "POST /restful/api/v1/crm.tag HTTP/1.1\r\nhost: a\r\n{token}content-length: 20\r\n\r\n{{\"name\": \"Smuggled\"}}"
    );
    let length = hidden.len();
    for framing in [
        "content-length: 0\r\ntransfer-encoding: chunked\r\n".to_owned(),
        format!("content-length: {length}\r\ntransfer-encoding: chunked\r\n"),
        format!("transfer-encoding: chunked\r\ncontent-length: {length}\r\n"),
        "content-length: 0\r\ntransfer-encoding: xchunked\r\n".to_owned(),
        "content-length: 0\r\ntransfer-encoding: identity\r\n".to_owned(),
        "content-length: 0\r\ntransfer-encoding: chunked, identity\r\n".to_owned(),
        "content-length: 0\r\ntransfer-encoding : chunked\r\n".to_owned(),
        "content-length: 0\r\n transfer-encoding: chunked\r\n".to_owned(),
        "content-length: 0\r\ntransfer-encoding:\x0bchunked\r\n".to_owned(),
        format!("content-length: 0\r\ncontent-length: {length}\r\n"),
        format!("content-length: {length}\r\ncontent-length: 0\r\n"),
        format!("content-length: 0, {length}\r\n"),
        format!("content-length: +{length}\r\n"),
        format!("content-length: -{length}\r\n"),
        format!("content-length: 0x{length:x}\r\n"),
        "content-length: 99999999999999999999\r\n".to_owned(),
        "content-length : 0\r\n".to_owned(),
    ] {
        let first =
            format!("POST /restful/api/v1/res.partner/search_count HTTP/1.1\r\nhost: a\r\n{token}{framing}\r\n");
        for body in [
            format!("0\r\n\r\n{hidden}"),
            format!("{length:x}\r\n{hidden}\r\n0\r\n\r\n"),
            hidden.clone(),
        ] {
            let sent = format!("{first}{body}");
            let reply = exchange(server.addr, sent.as_bytes(), 1).map(|mut replies| replies.remove(0));
            if let Ok(reply) = reply {
                // Beside `Transfer-Encoding: chunked` a length counts for nothing.
                let chunked = framing.contains("transfer-encoding: chunked\r\n") && body != hidden;
                let expected = if chunked { 200..=400 } else { 400..=413 };
                assert!(
                    expected.contains(&reply.status),
                    "{framing:?}: {} {}",
                    reply.status,
                    reply.text()
                );
                assert_eq!(reply.header("connection"), Some("close"), "{framing:?}");
            }
        }
    }
    assert_eq!(server.ids("crm.tag", &[("name", "Smuggled")]), [0; 0]);
    // A request that says its length once is followed by the next one.
    let one = format!(
        "POST /restful/api/v1/res.partner/search_count HTTP/1.1\r\nhost: a\r\n{token}content-length: 2\r\n\r\n{{}}"
    );
    let replies = exchange(server.addr, format!("{one}{hidden}").as_bytes(), 2).unwrap();
    assert_eq!((replies[0].status, replies[1].status), (200, 200));
}

/// Chunks that are not what they say, and more of them than there is room.
#[test]
fn chunks_are_what_they_say() {
    let server = Server::demo();
    let head = format!(
        "POST /restful/api/v1/crm.tag HTTP/1.1\r\nhost: a\r\naccess-token: {}\r\ncontent-type: application/json\r\n\
         transfer-encoding: chunked\r\n\r\n",
        server.token
    );
    for chunks in [
        "fffffffffffffffff1\r\n{\"name\": \"Chunk\"}\r\n0\r\n\r\n",
        "-1\r\n{\"name\": \"Chunk\"}\r\n0\r\n\r\n",
        "0x11\r\n{\"name\": \"Chunk\"}\r\n0\r\n\r\n",
        "5\r\n{\"name\": \"Chunk\"}\r\n0\r\n\r\n",
        "zz\r\n{\"name\": \"Chunk\"}\r\n0\r\n\r\n",
    ] {
        let sent = format!("{head}{chunks}");
        if let Ok(replies) = exchange(server.addr, sent.as_bytes(), 1) {
            assert!(
                matches!(replies[0].status, 400 | 413),
                "{chunks:?}: {}",
                replies[0].text()
            );
        }
    }
    assert_eq!(server.ids("crm.tag", &[("name", "Chunk")]), [0; 0]);
    // One byte a chunk, each with an extension: a body like any other, within the same limits.
    let slow: String = "{\"name\": \"Chunk\"}"
        .chars()
        .map(|byte| format!("1;x=y\r\n{byte}\r\n"))
        .collect();
    let replies = exchange(server.addr, format!("{head}{slow}0\r\nx: y\r\n\r\n").as_bytes(), 1).unwrap();
    replies[0].ok();
    server.is_alive();
}

/// The method of a request is the one in its first line.
#[test]
fn no_header_or_parameter_changes_the_method() {
    let server = Server::demo();
    let token = ("access-token", server.token.as_str());
    for name in [
        "x-http-method-override",
        "x-http-method",
        "x-method-override",
        "_method",
    ] {
        let headers = [token, (name, "DELETE")];
        let get = server.raw("GET", "/restful/api/v1/sale.order/43?fields=id", &headers, Body::None);
        assert_eq!(get.status, 200, "{name}");
        let post = server.raw("POST", "/restful/api/v1/sale.order/43", &headers, Body::Json(b"{}"));
        post.problem(405, "method_not_allowed");
    }
    for query in ["_method=DELETE", "method=delete", "httpMethod=DELETE"] {
        let path = format!("sale.order/43?{query}");
        server.call("GET", &path, Body::None).problem(400, "invalid");
        let status = server.call("POST", &path, Body::Json(b"{}")).status;
        assert!(matches!(status, 400 | 405), "{query}: {status}");
    }
    let form = Body::Typed("application/x-www-form-urlencoded", b"_method=DELETE");
    let status = server.call("POST", "sale.order/43", form).status;
    assert!(matches!(status, 405 | 415), "{status}");
    for method in ["TRACE", "CONNECT", "PROPFIND", "get", "DELETE\t", "PURGE"] {
        let sent = format!(
            "{method} /restful/api/v1/sale.order/43 HTTP/1.1\r\nhost: a\r\n{}: {}\r\n\r\n",
            token.0, token.1
        );
        let reply = exchange(server.addr, sent.as_bytes(), 1).unwrap().remove(0);
        assert!(matches!(reply.status, 400 | 404 | 405), "{method}: {}", reply.status);
        assert!(!reply.text().contains(&server.token), "{method}");
    }
    server.get("sale.order/43", &[("fields", "id")]).ok();
}

/// No file but those of the documents is served, however the path is written.
#[test]
fn paths_lead_to_no_other_files() {
    let server = Server::demo();
    let page = server.raw("GET", "/docs/", &[], Body::None).text();
    for path in [
        "/docs/../../../../etc/passwd",
        "/docs/..%2f..%2f..%2fetc%2fpasswd",
        "/docs/%2e%2e/%2e%2e/etc/passwd",
        "/docs/%252e%252e/etc/passwd",
        "/docs/..\\..\\etc\\passwd",
        "/docs/..;/..;/etc/passwd",
        "/docs//etc/passwd",
        "/docs/%00",
        "/docs/index.html%00.js",
        "/docs/.git/config",
        "/openapi/../openapi/v1.json/../../Cargo.toml",
        "/openapi/..%2f..%2fCargo.toml",
        "/openapi/v1.json/",
        "/restful/api/v1/../../../livez",
        "/restful/api/v1/res.partner/../res.users",
        "/restful/api/v1/res.partner/..%2fres.users",
        "//livez",
        "/./livez",
        "/livez/.",
        "/livez;x=y",
        "/LIVEZ",
    ] {
        let reply = server.raw("GET", path, &[("access-token", &server.token)], Body::None);
        assert!(
            (400..500).contains(&reply.status),
            "{path}: {} {}",
            reply.status,
            reply.text()
        );
        assert!(!reply.text().contains("root:") && reply.text() != page, "{path}");
    }
}

/// The host that a client names is used for nothing, and what a proxy would say is believed from a proxy only.
#[test]
fn a_host_is_only_a_name() {
    let server = Server::demo();
    for headers in [
        "host: evil.example\r\n",
        "host: a\r\nx-forwarded-host: evil.example\r\n",
        "host: a\r\nforwarded: host=evil.example;proto=https\r\n",
        "host: a\r\nx-original-url: /restful/api/v1/res.users\r\nx-rewrite-url: /restful/api/v1/res.users\r\n",
    ] {
        for path in ["/docs", "/docs/", "/openapi/v1.json", "/nothing", "/livez"] {
            let sent = format!("GET {path} HTTP/1.1\r\n{headers}\r\n");
            let reply = exchange(server.addr, sent.as_bytes(), 1).unwrap().remove(0);
            assert!(matches!(reply.status, 200 | 303 | 404), "{path}: {}", reply.status);
            let said = format!("{:?} {}", reply.headers, reply.text());
            assert!(
                !said.contains("evil.example") && !said.contains("res.users/1"),
                "{path} {headers}"
            );
        }
    }
    // A whole URL as the target is for its path here, whatever its host; it gets no further.
    let sent = "GET http://evil.example/livez HTTP/1.1\r\nhost: a\r\n\r\n";
    let reply = exchange(server.addr, sent.as_bytes(), 1).unwrap().remove(0);
    assert!(matches!(reply.status, 200 | 400), "{}", reply.status);
    for target in ["*", "evil.example:80", "livez", "http:", ""] {
        let sent = format!("GET {target} HTTP/1.1\r\nhost: a\r\n\r\n");
        if let Ok(replies) = exchange(server.addr, sent.as_bytes(), 1) {
            assert!(
                (400..500).contains(&replies[0].status),
                "{target:?}: {}",
                replies[0].status
            );
        }
    }
}
