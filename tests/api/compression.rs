//! Compressed answers.

use std::io::Read;

use serde_json::json;
use tests::{Body, Reply, Server};

const PARTNERS: &str = "/restful/api/v1/res.partner?order=id&limit=30";

fn ask(server: &Server, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
    let token = [("access-token", server.token.as_str())];
    server.raw(method, path, &[&token, headers].concat(), Body::None)
}

/// What a compressed body stands for.
fn decoded(coding: &str, body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    match coding {
        "gzip" => flate2::read::GzDecoder::new(body).read_to_end(&mut whole).unwrap(),
        "br" => brotli::Decompressor::new(body, 4096).read_to_end(&mut whole).unwrap(),
        "zstd" => zstd::Decoder::new(body).unwrap().read_to_end(&mut whole).unwrap(),
        other => panic!("{other} was not asked for"),
    };
    whole
}

#[test]
fn an_answer_comes_in_the_coding_that_the_client_likes_best() {
    let server = Server::demo();
    for path in [PARTNERS, "/openapi/v1.json", "/docs/swagger-ui-bundle.js"] {
        let plain = ask(&server, "GET", path, &[]);
        assert_eq!(plain.header("content-encoding"), None);
        let tag = plain.header("etag").unwrap();
        for (accepted, coding) in [
            ("gzip", "gzip"),
            ("br", "br"),
            ("zstd", "zstd"),
            ("gzip, deflate, br, zstd", "zstd"),
            ("gzip;q=1, br;q=0.5, zstd;q=0", "gzip"),
            ("deflate, GZIP", "gzip"),
        ] {
            let reply = ask(&server, "GET", path, &[("accept-encoding", accepted)]);
            assert_eq!(reply.status, 200, "{path}");
            assert_eq!(reply.header("content-encoding"), Some(coding), "{path}: {accepted}");
            assert_eq!(reply.header("content-type"), plain.header("content-type"), "{path}");
            assert!(reply.header("vary").unwrap().contains("accept-encoding"), "{path}");
            assert!(reply.body.len() * 2 < plain.body.len(), "{path}: {}", reply.body.len());
            assert!(decoded(coding, &reply.body) == plain.body, "{path}: {accepted}");
            // One tag for all codings: a client may ask with that of another one.
            assert_eq!(reply.header("etag"), Some(tag), "{path}: {accepted}");
            let both = [("accept-encoding", accepted), ("if-none-match", tag)];
            let known = ask(&server, "GET", path, &both);
            assert_eq!((known.status, known.body.len()), (304, 0), "{path}: {accepted}");
            assert_eq!(known.header("content-encoding"), None);
            assert!(known.header("vary").unwrap().contains("accept-encoding"), "{path}");
            let head = ask(&server, "HEAD", path, &[("accept-encoding", accepted)]);
            assert_eq!(head.header("content-encoding"), Some(coding), "{path}: {accepted}");
            assert_eq!(
                head.header("content-length"),
                None,
                "that of the plain answer would be wrong"
            );
        }
        for accepted in ["", "identity", "deflate", "gzip;q=0", "x", "identity;q=0"] {
            let reply = ask(&server, "GET", path, &[("accept-encoding", accepted)]);
            assert_eq!(reply.status, 200, "{path}: {accepted}");
            assert_eq!(reply.header("content-encoding"), None, "{path}: {accepted}");
            assert!(reply.body == plain.body, "{path}: {accepted}");
        }
    }
}

#[test]
fn short_answers_and_those_with_tokens_are_sent_as_they_are() {
    let server = Server::demo();
    let gzip = [("accept-encoding", "gzip")];
    let short = ask(&server, "GET", "/restful/api/v1/res.partner/11?fields=name", &gzip);
    assert_eq!((short.status, short.header("content-encoding")), (200, None));
    let headers = [("access-token", server.token.as_str()), gzip[0]];
    for number in 0..20 {
        let key = json!({"name": format!("Key {number}"), "expires_in_days": null}).to_string();
        let made = server.raw("POST", "/rest/api/tokens", &headers, Body::Json(key.as_bytes()));
        assert_eq!(made.header("content-encoding"), None);
        made.ok();
    }
    let tokens = ask(&server, "GET", "/rest/api/tokens", &gzip);
    assert!(tokens.body.len() > 2048, "long enough: {}", tokens.body.len());
    assert_eq!(tokens.header("content-encoding"), None);
}

/// What was done is answered as done, whatever coding the client would accept.
#[test]
fn a_write_is_not_answered_by_a_refusal_of_its_coding() {
    let server = Server::demo();
    let records: Vec<_> = (0..60)
        .map(|number| json!({"name": format!("Coded {number}")}))
        .collect();
    let body = json!(records).to_string();
    let path = "/restful/api/v1/res.partner";
    for (accepted, coding) in [("identity;q=0", None), ("*;q=0", None), ("gzip", Some("gzip"))] {
        let headers = [("access-token", server.token.as_str()), ("accept-encoding", accepted)];
        let made = server.raw("POST", path, &headers, Body::Json(body.as_bytes()));
        assert_eq!(
            (made.status, made.header("content-encoding")),
            (200, coding),
            "{accepted}"
        );
    }
    assert_eq!(server.ids("res.partner", &[("name__startswith", "Coded ")]).len(), 180);
}
