//! Models and operations that an administrator switches off for the API.

use serde_json::{Value, json};
use tests::{Body, Reply, Server};

use super::user::User;

/// Switches something off.
fn disable(server: &Server, model: &str, operation: Option<&str>) -> i64 {
    let switch = json!({"model": model, "operation": operation, "enabled": false});
    server.send("POST", "api.access", &switch).ok()["id"].as_i64().unwrap()
}

#[track_caller]
fn is_off(reply: &Reply) {
    let problem = reply.problem(403, "access_denied");
    assert!(
        problem["detail"].as_str().unwrap().contains("switched off"),
        "{problem}"
    );
}

#[test]
fn a_model_is_switched_off_and_on_for_everybody() {
    let server = Server::demo();
    let sofia = User::new(&server, "sofia");
    let switch = disable(&server, "sale.order", None);
    for reply in [
        server.get("sale.order", &[]),
        sofia.get("sale.order"),
        sofia.get("sale.order/1"),
        sofia.send("POST", "sale.order", &json!({"partner_id": 9})),
        sofia.send("PUT", "sale.order/1", &json!({"note": "x"})),
        server.call("DELETE", "sale.order/1", Body::None),
        sofia.send("POST", "sale.order/search_count", &json!({})),
        sofia.send("POST", "sale.order/1/action_confirm", &json!({})),
    ] {
        is_off(&reply);
    }
    // Not by the way of another model either.
    is_off(&sofia.get("sale.order.line?domain=%5B%5B%22order_id.state%22,%22=%22,%22draft%22%5D%5D"));
    assert_eq!(
        server.record("sale.order.line", 1, "order_id(name)")["order_id"],
        Value::Null
    );
    sofia.get("res.partner").ok();
    let explained = sofia.get("sale.order/access").ok();
    assert_eq!(explained["read"]["allowed"], false);
    assert!(
        explained["read"]["because"].to_string().contains("switched off"),
        "{explained}"
    );
    let document = |token: &str| {
        server
            .raw("GET", "/openapi/v1.json", &[("access-token", token)], Body::None)
            .ok()
    };
    assert_eq!(document(&sofia.token)["paths"].get("/restful/api/v1/sale.order"), None);

    server
        .send("PUT", &format!("api.access/{switch}"), &json!({"enabled": true}))
        .ok();
    sofia.get("sale.order/1").ok();
    assert!(
        document(&sofia.token)["paths"]
            .get("/restful/api/v1/sale.order")
            .is_some()
    );
}

#[test]
fn an_operation_is_switched_off_alone() {
    let server = Server::demo();
    let sofia = User::new(&server, "sofia");
    let order = |id: i64| format!("sale.order/{id}");
    disable(&server, "sale.order", Some("delete"));
    disable(&server, "sale.order", Some("action_cancel"));
    disable(&server, "sale.order.line", Some("create"));
    is_off(&server.call("DELETE", &order(1), Body::None));
    is_off(&server.send("POST", "sale.order/1/unlink", &json!({})));
    is_off(&sofia.send("POST", "sale.order/1/action_cancel", &json!({})));
    let with_line = json!({"partner_id": 9, "order_line": [[0, 0, {"product_id": 1}]]});
    is_off(&sofia.send("POST", "sale.order", &with_line));
    let id = sofia.send("POST", "sale.order", &json!({"partner_id": 9})).ok()["id"]
        .as_i64()
        .unwrap();
    sofia.send("PUT", &order(id), &json!({"note": "x"})).ok();
    let document = server
        .raw("GET", "/openapi/v1.json", &[("access-token", &sofia.token)], Body::None)
        .ok();
    let paths = document["paths"].as_object().unwrap();
    assert!(paths["/restful/api/v1/sale.order/{id}"].get("delete").is_none());
    assert!(!paths.contains_key("/restful/api/v1/sale.order/{id}/action_cancel"));
    assert!(paths.contains_key("/restful/api/v1/sale.order/{id}/action_confirm"));
    // The stronger switch: everything is off but reading.
    let country = format!("res.country/{}", server.ids("res.country", &[])[0]);
    disable(&server, "res.country", None);
    server
        .send(
            "POST",
            "api.access",
            &json!({"model": "res.country", "operation": "read"}),
        )
        .ok();
    sofia.get(&country).ok();
    is_off(&server.send("PUT", &country, &json!({"name": "x"})));
}

/// What a method does inside is not what a request names.
#[test]
fn the_code_of_a_method_goes_on() {
    let server = Server::demo();
    disable(&server, "account.move", None);
    disable(&server, "sale.order", Some("write"));
    let order = json!({"partner_id": 9, "order_line": [[0, 0, {"product_id": 1}]]});
    let id = server.send("POST", "sale.order", &order).ok()["id"].as_i64().unwrap();
    server
        .send("POST", &format!("sale.order/{id}/action_confirm"), &json!({}))
        .ok();
    assert_eq!(server.record("sale.order", id, "state")["state"], "sale");
    is_off(&server.send("PUT", &format!("sale.order/{id}"), &json!({"note": "x"})));
}

#[test]
fn switches_are_checked_and_for_administrators() {
    let server = Server::demo();
    let refused = |model: &str, operation: Option<&str>, words: &str| {
        let switch = json!({"model": model, "operation": operation, "enabled": false});
        let problem = server.send("POST", "api.access", &switch).problem(422, "invalid");
        assert!(problem.to_string().contains(words), "{problem}");
    };
    refused("sale.ordre", None, "sale.order");
    refused("sale.order", Some("action_confrim"), "action_confirm");
    refused("api.access", None, "stays on");
    refused("api.access", Some("read"), "stays on");
    disable(&server, "sale.order", None);
    let twice = json!({"model": "sale.order", "enabled": true});
    server.send("POST", "api.access", &twice).problem(409, "conflict");
    let sofia = User::new(&server, "sofia");
    sofia.get("api.access").problem(403, "access_denied");
    sofia
        .send("POST", "api.access", &json!({"model": "res.country"}))
        .problem(403, "access_denied");
}

/// Whoever switches something off knows that nothing of it comes after.
#[test]
fn nothing_is_written_after_the_switch() {
    let server = Server::demo();
    let sofia = User::new(&server, "sofia");
    for _ in 0..10 {
        let (switched, written) = std::thread::scope(|scope| {
            let writes = scope.spawn(|| {
                let mut last = None;
                for step in 0..40 {
                    let reply = sofia.send("PUT", "sale.order/1", &json!({"client_order_ref": step.to_string()}));
                    match reply.status {
                        200 => last = Some(step.to_string()),
                        _ => {
                            is_off(&reply);
                            break;
                        }
                    }
                }
                last
            });
            let switch = disable(&server, "sale.order", Some("write"));
            let seen = server.record("sale.order", 1, "client_order_ref")["client_order_ref"].clone();
            let last = writes.join().unwrap();
            server.call("DELETE", &format!("api.access/{switch}"), Body::None).ok();
            (seen, last)
        });
        if let Some(last) = written {
            assert_eq!(switched, json!(last), "written after the switch was answered");
        }
    }
}
