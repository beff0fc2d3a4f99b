//! Requests that would take much memory or time: compressed bodies, thousands of parameters, names, members and ids.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value, json};
use tests::{Body, Server, encode};

/// A gzip file of 100 kB that stands for 100 MB of zeros.
fn bomb() -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..100 {
        gzip.write_all(&[0; 1_000_000]).unwrap();
    }
    gzip.finish().unwrap()
}

/// Nothing is decompressed: a body that stands for a thousand times as many bytes is refused as it is.
#[test]
fn compressed_bodies_are_refused_as_they_are() {
    let server = Server::demo();
    let bomb = bomb();
    for coding in [
        "gzip",
        "x-gzip",
        "deflate",
        "br",
        "zstd",
        "compress",
        "gzip, gzip",
        "identity, gzip",
        "gzip;q=1",
    ] {
        for path in [
            "/restful/api/v1/res.partner",
            "/rest/api/login/token",
            "/rest/api/tokens",
        ] {
            let headers = [("access-token", server.token.as_str()), ("content-encoding", coding)];
            let reply = server.raw("POST", path, &headers, Body::Json(&bomb));
            reply.problem(415, "unsupported_media_type");
        }
    }
    // Without the header it is no JSON.
    let reply = server.call("POST", "res.partner", Body::Json(&bomb));
    reply.problem(400, "invalid");
    server.is_alive();
}

#[test]
fn ten_thousand_parameters_are_refused() {
    let server = Server::demo();
    let distinct: Vec<String> = (0..10_000).map(|number| format!("p{number}")).collect();
    for names in [vec!["a".to_owned(); 10_000], vec!["name".to_owned(); 10_000], distinct] {
        let query = names.join("&");
        let status = server.call("GET", &format!("res.partner?{query}"), Body::None).status;
        assert!(matches!(status, 400 | 414), "{status}");
        let form = Body::Typed("application/x-www-form-urlencoded", query.as_bytes());
        let status = server.raw("POST", "/rest/api/login/token", &[], form).status;
        assert!(matches!(status, 400 | 413), "{status}");
    }
    server.is_alive();
}

/// Of very many mistakes the first hundred are told, whatever they are, and a long name is not repeated for each guess at
/// what was meant.
#[test]
fn very_many_mistakes_have_a_short_answer() {
    let server = Server::demo();
    let members: Map<String, Value> = (0..60_000).map(|number| (format!("nam{number}"), json!(1))).collect();
    let long = "n".repeat(900_000);
    let commands: Vec<Value> = (0..60_000).map(|_| json!([9])).collect();
    for (path, body) in [
        ("res.partner", Value::Object(members.clone())),
        ("res.partner", json!({&long: 1})),
        ("res.partner/create", json!({"vals": members})),
        ("res.partner/search_read", Value::Object(members.clone())),
        ("res.partner/search_read", json!({&long: 1})),
        ("res.partner/search_read", json!({"fields": [&long]})),
        ("res.partner/search_read", json!({"order": &long})),
        ("res.partner/search_read", json!({"domain": [[&long, "=", 1]]})),
        ("res.partner/search_read", json!({"domain": [["name", &long, 1]]})),
        ("res.partner", json!({"name": "x", "child_ids": commands})),
        ("res.partner", json!({"name": "x", "type": &long})),
        ("res.partner", json!({"name": "x", "parent_id": &long})),
        ("sale.order", json!({"partner_id": 11, "validity_date": &long})),
    ] {
        let reply = server.send("POST", path, &body);
        let text = reply.text();
        assert!(
            matches!(reply.status, 413 | 422),
            "{path}: {} {}",
            reply.status,
            &text[..text.len().min(300)]
        );
        let issues = reply.json()["errors"].as_array().map_or(0, Vec::len);
        assert!(issues <= 100, "{path}: {issues} mistakes");
        assert!(text.len() < 4_000_000, "{path}: {} bytes", text.len());
    }
    server.is_alive();
}

/// Lists and texts of a megabyte in one field or argument, and levels without end.
#[test]
fn long_and_deep_values_are_refused_or_kept() {
    let server = Server::demo();
    let ids: Vec<i64> = (1..100_000).collect();
    let deep =
        |open: &str, middle: &str, close: &str| format!("{}{middle}{}", open.repeat(20_000), close.repeat(20_000));
    let bodies = [
        (
            "POST",
            "res.partner",
            json!({"name": "x", "category_id": ids}).to_string(),
        ),
        (
            "POST",
            "res.partner",
            json!({"name": "x", "category_id": [[6, 0, ids]]}).to_string(),
        ),
        ("POST", "res.partner/read", json!({"ids": ids}).to_string()),
        (
            "POST",
            "res.partner/search",
            json!({"domain": [["id", "in", ids]]}).to_string(),
        ),
        (
            "POST",
            "res.partner/search",
            json!({"domain": vec!["!"; 100_000]}).to_string(),
        ),
        (
            "POST",
            "res.partner/search",
            format!("{{\"domain\": {}}}", deep("[", "", "]")),
        ),
        (
            "POST",
            "res.partner",
            format!("{{\"child_ids\": {}}}", deep("[[0,0,{\"child_ids\":", "[]", "}]]")),
        ),
        (
            "POST",
            "res.partner",
            format!("{{\"name\": {}}}", deep("{\"a\":", "1", "}")),
        ),
        (
            "POST",
            "res.partner",
            json!(vec![json!({"name": "x"}); 20_000]).to_string(),
        ),
    ];
    for (method, path, body) in bodies {
        let reply = server.call(method, path, Body::Json(body.as_bytes()));
        let said = format!("{path} {}", &body[..60]);
        assert!(matches!(reply.status, 400 | 413 | 422), "{said}: {}", reply.status);
        reply.problem(reply.status, reply.json()["code"].as_str().unwrap());
    }
    let fields = format!("{}name{}", "parent_id(".repeat(4_000), ")".repeat(4_000));
    server
        .get("res.partner", &[("fields", &fields)])
        .problem(400, "invalid");
    let path = encode(&[("fields", &"name,".repeat(5_000))]);
    server
        .call("GET", &format!("res.partner{path}"), Body::None)
        .problem(400, "invalid");
    // A text of a megabyte in a field without a size is kept, and found again.
    let note = "x".repeat(1_000_000);
    let tag = server.send("PUT", "res.partner/11", &json!({"comment": note}));
    assert_eq!(tag.status, 200, "{}", &tag.text()[..100]);
    server.is_alive();
}
