//! Conditional reads: `ETag` and `If-None-Match`.

use serde_json::json;
use tests::{Body, Reply, Server};

const PARTNERS: &str = "/restful/api/v1/res.partner?fields=name,city&order=id&limit=30";

/// An answer to the demo user, with these headers besides his token.
fn ask(server: &Server, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
    let token = [("access-token", server.token.as_str())];
    server.raw(method, path, &[&token, headers].concat(), Body::None)
}

fn tag(reply: &Reply) -> String {
    let tag = reply.header("etag").expect("an ETag").to_owned();
    assert!(tag.starts_with("W/\"") && tag.ends_with('"') && tag.len() > 20, "{tag}");
    tag
}

/// Asserts that an answer says nothing but that the client has it.
#[track_caller]
fn assert_not_modified(reply: &Reply, tag: &str) {
    assert_eq!((reply.status, reply.body.len()), (304, 0), "{}", reply.text());
    assert_eq!(reply.header("etag"), Some(tag));
    assert_eq!(reply.header("cache-control"), Some("private, no-cache"));
    assert_eq!(
        (reply.header("content-length"), reply.header("content-type")),
        (None, None)
    );
    assert!(reply.header("vary").unwrap().contains("access-token"));
}

#[test]
fn what_a_client_has_is_not_sent_again() {
    let server = Server::demo();
    let partner = "/restful/api/v1/res.partner/11?fields=name";
    for path in [
        PARTNERS,
        partner,
        "/restful/api/v1/res.partner/access",
        "/openapi/v1.json",
        "/docs/index.html",
    ] {
        let whole = ask(&server, "GET", path, &[]);
        assert_eq!(whole.status, 200, "{path}");
        assert_eq!(whole.header("cache-control"), Some("private, no-cache"), "{path}");
        let tag = tag(&whole);
        let strong = tag.trim_start_matches("W/");
        let several = format!("\"other, one\", W/\"x\",{tag}");
        for known in [&tag, strong, &several, "*"] {
            assert_not_modified(&ask(&server, "GET", path, &[("if-none-match", known)]), &tag);
        }
        let lines = [("if-none-match", "\"x\""), ("if-none-match", tag.as_str())];
        assert_not_modified(&ask(&server, "GET", path, &lines), &tag);
        for other in ["\"x\"", "W/\"\"", "x", &tag[..tag.len() - 1], ""] {
            let again = ask(&server, "GET", path, &[("if-none-match", other)]);
            assert_eq!((again.status, &again.body), (200, &whole.body), "{path}: {other}");
        }
        let head = ask(&server, "HEAD", path, &[]);
        assert_eq!((head.status, head.header("etag")), (200, Some(tag.as_str())), "{path}");
        assert_eq!(head.header("content-length"), whole.header("content-length"), "{path}");
        assert_not_modified(&ask(&server, "HEAD", path, &[("if-none-match", &tag)]), &tag);
    }
}

#[test]
fn a_write_changes_the_tags_of_what_shows_it() {
    let server = Server::demo();
    let one = "/restful/api/v1/res.partner/11?fields=name";
    let tags = || [PARTNERS, one].map(|path| tag(&ask(&server, "GET", path, &[])));
    let [list, record] = tags();
    server
        .send("PUT", "res.partner/11", &json!({"website": "https://example.com"}))
        .ok();
    assert_eq!(tags(), [list.clone(), record.clone()], "neither shows the website");
    server.send("PUT", "res.partner/11", &json!({"name": "Gemini"})).ok();
    for (path, old) in [(PARTNERS, list), (one, record)] {
        let changed = ask(&server, "GET", path, &[("if-none-match", &old)]);
        assert_eq!(changed.status, 200);
        assert!(changed.text().contains("Gemini"), "{}", changed.text());
        assert_ne!(tag(&changed), old);
    }
}

/// The condition is looked at only when the caller's rights were.
#[test]
fn nothing_is_told_about_what_a_caller_may_not_read() {
    let server = Server::demo();
    let any = [("if-none-match", "*")];
    server
        .raw("GET", PARTNERS, &any, Body::None)
        .problem(401, "unauthenticated");
    let missing = "/restful/api/v1/res.partner/999999";
    ask(&server, "GET", missing, &any).problem(404, "not_found");
    ask(&server, "GET", "/restful/api/v1/res.partner?limit=x", &any).problem(400, "invalid");
}

#[test]
fn what_says_nothing_about_caches_is_not_to_be_kept() {
    let server = Server::demo();
    let partner = json!({"name": "Ada"}).to_string();
    let token = [("access-token", server.token.as_str())];
    for reply in [
        server.raw("GET", "/restful/api/v1/res.partner", &[], Body::None),
        server.raw("GET", "/rest/api/tokens", &token, Body::None),
        server.raw(
            "POST",
            "/restful/api/v1/res.partner",
            &token,
            Body::Json(partner.as_bytes()),
        ),
        server.raw("GET", "/nothing", &[], Body::None),
    ] {
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{}", reply.text());
        assert_eq!(reply.header("etag"), None);
    }
}
