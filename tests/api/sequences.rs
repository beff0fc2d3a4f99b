//! Numbers of documents: what may be changed in a sequence, and which numbers follow.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::{Body, Server};

/// Creates an order and returns its name, which comes from the sequence.
fn order(server: &Server) -> String {
    let created = server.send("POST", "sale.order", &json!({"partner_id": 11})).ok();
    let order = server.record("sale.order", created["id"].as_i64().unwrap(), "name");
    order["name"].as_str().unwrap().to_owned()
}

/// Takes a number from the sequence of orders, so that it is in use, and returns the sequence's path.
fn sequence(server: &Server) -> String {
    order(server);
    let ids = server.ids("ir.sequence", &[("code", "sale.order")]);
    format!("ir.sequence/{}", ids[0])
}

fn set(server: &Server, path: &str, values: &Value) {
    server.send("PUT", path, values).ok();
}

#[test]
fn the_next_number_is_the_one_that_was_written() {
    let server = Server::demo();
    let path = sequence(&server);
    let next = || server.get(&path, &[("fields", "number_next")]).ok()["number_next"].clone();
    for (written, names) in [
        (20_260_001, ["S20260001", "S20260002"]),
        (700, ["S00700", "S00701"]),
        (1_000_000, ["S1000000", "S1000001"]),
        (3, ["S00003", "S00004"]),
    ] {
        set(&server, &path, &json!({"number_next": written}));
        assert_eq!(next(), written);
        assert_eq!([order(&server), order(&server)], names);
        assert_eq!(next(), written + 2);
    }
    let found = server.ids("ir.sequence", &[("number_next", "5"), ("code", "sale.order")]);
    assert_eq!(path, format!("ir.sequence/{}", found[0]));
}

#[test]
fn a_change_that_is_refused_moves_nothing() {
    let server = Server::demo();
    let path = sequence(&server);
    set(&server, &path, &json!({"number_next": 50}));
    let body = json!({"number_next": 900, "company_id": 999_999});
    server.send("PUT", &path, &body).problem(422, "invalid");
    let many =
        json!({"ids": [path["ir.sequence/".len()..].parse::<i64>().unwrap(), 999_999], "vals": {"number_next": 900}});
    assert_ne!(server.send("POST", "ir.sequence/write", &many).status, 200);
    assert_eq!(order(&server), "S00050");
}

#[test]
fn what_no_number_could_be_made_of_is_refused() {
    let server = Server::demo();
    let path = sequence(&server);
    let refused = |body: Value, pointer: &str| {
        let problem = server.send("PUT", &path, &body).problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    };
    refused(json!({"padding": 70_000}), "/padding");
    refused(json!({"padding": -1}), "/padding");
    refused(json!({"number_next": 0}), "/number_next");
    refused(json!({"number_next": -5}), "/number_next");
    refused(json!({"number_next": 2_147_483_648_i64}), "/number_next");
    let new = json!({"name": "x", "code": "x", "padding": 33});
    let problem = server.send("POST", "ir.sequence", &new).problem(422, "invalid");
    assert_eq!(problem["errors"][0]["pointer"], "/padding");
    set(&server, &path, &json!({"padding": 32, "number_next": 7}));
    assert_eq!(order(&server), format!("S{}7", "0".repeat(31)));
}

/// The last number of a sequence is 2,147,483,646. After it, creates are refused until the sequence is set back.
#[test]
fn numbers_end() {
    let server = Server::demo();
    let path = sequence(&server);
    set(&server, &path, &json!({"number_next": 2_147_483_646}));
    assert_eq!(order(&server), "S2147483646");
    for _ in 0..2 {
        let body = json!({"partner_id": 11});
        let problem = server.send("POST", "sale.order", &body).problem(422, "invalid");
        assert!(
            problem["detail"]
                .as_str()
                .unwrap()
                .contains("`sale.order` has no numbers left")
        );
    }
    let read = server.get(&path, &[("fields", "number_next")]).ok();
    assert_eq!(read["number_next"], 2_147_483_647);
    set(&server, &path, &json!({"prefix": "T", "number_next": 1}));
    assert_eq!(order(&server), "T00001");
}

#[test]
fn a_sequence_in_use_is_kept() {
    let server = Server::demo();
    let path = sequence(&server);
    server.call("DELETE", &path, Body::None).problem(409, "conflict");
    let problem = server
        .send("PUT", &path, &json!({"code": "other"}))
        .problem(422, "invalid");
    assert_eq!(problem["errors"][0]["pointer"], "/code");
    set(&server, &path, &json!({"code": "sale.order", "name": "Orders"}));
    let other = server
        .send("POST", "ir.sequence", &json!({"name": "x", "code": "sale.order"}))
        .ok();
    server
        .call("DELETE", &format!("ir.sequence/{}", other["id"]), Body::None)
        .ok();
}

/// Orders that are created while another client sets the next number get each number once.
#[test]
fn those_who_take_numbers_while_one_moves_them_get_different_ones() {
    let server = Server::demo();
    let path = sequence(&server);
    set(&server, &path, &json!({"number_next": 100}));
    let names: BTreeSet<i64> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| (0..10).map(|_| order(&server)).collect::<Vec<_>>()))
            .collect();
        set(&server, &path, &json!({"number_next": 500_000}));
        let names = clients.into_iter().flat_map(|client| client.join().unwrap());
        names.map(|name| name[1..].parse().unwrap()).collect()
    });
    let before = names.range(..500_000).count() as i64;
    let expected: BTreeSet<i64> = (100..100 + before).chain(500_000..500_060 - before).collect();
    assert_eq!(names, expected);
}
