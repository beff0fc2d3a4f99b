//! Concurrent writes: whatever clients write at the same time, the result is as if they had written one after another.

use std::sync::Barrier;

use orm::Env;
use orm::Runtime;
use serde_json::{Value, json};
use tests::{Body, Reply, Server, assert_clean};

/// How often each case is repeated, because requests that are sent together do not always run at the same time.
const TRIES: usize = 12;

/// A request: method, path below the API, body.
type Request<'a> = (&'a str, String, Value);

/// Sends requests at the same moment. Returns their replies in the order of the requests.
fn at_once(server: &Server, requests: &[Request<'_>]) -> Vec<Reply> {
    let start = Barrier::new(requests.len());
    std::thread::scope(|scope| {
        let send = |(method, path, body): &Request<'_>| {
            start.wait();
            match body {
                Value::Null => server.call(method, path, Body::None),
                body => server.send(method, path, body),
            }
        };
        let sent: Vec<_> = (requests.iter())
            .map(|request| scope.spawn(move || send(request)))
            .collect();
        sent.into_iter().map(|reply| reply.join().unwrap()).collect()
    })
}

fn statuses(replies: &[Reply]) -> Vec<u16> {
    replies.iter().map(|reply| reply.status).collect()
}

#[track_caller]
fn create(server: &Server, model: &str, values: &Value) -> i64 {
    server.send("POST", model, values).ok()["id"].as_i64().expect("an id")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

/// Creates an order with `lines` lines, each of one piece at 100. Returns the ids of the order and the lines.
fn order(server: &Server, lines: usize) -> (i64, Vec<i64>) {
    let line = json!([0, 0, {"product_id": 27, "product_uom_qty": 1, "price_unit": 100, "tax_id": [[6, 0, []]]}]);
    let order = create(
        server,
        "sale.order",
        &json!({"partner_id": 11, "order_line": vec![line; lines]}),
    );
    let lines = server.record("sale.order", order, "order_line")["order_line"].clone();
    let ids = lines.as_array().expect("lines").iter();
    let id = |line: &Value| line.as_i64().or(line["id"].as_i64()).expect("an id");
    (order, ids.map(id).collect())
}

/// The stored total of an order, and the sum of the stored totals of its lines.
fn totals(server: &Server, order: i64) -> (f64, f64) {
    let read = server.record("sale.order", order, "amount_total,order_line(price_total)");
    let lines = read["order_line"].as_array().expect("lines");
    let sum = lines.iter().map(|line| number(&line["price_total"])).sum();
    (number(&read["amount_total"]), sum)
}

#[test]
fn a_total_is_the_sum_of_lines_that_two_clients_change() {
    let server = Server::demo();
    let (order, lines) = order(&server, 2);
    for round in 0..TRIES {
        let put = |line: usize, price: usize| {
            let path = format!("sale.order.line/{}", lines[line]);
            ("PUT", path, json!({"price_unit": price + round}))
        };
        let replies = at_once(&server, &[put(0, 101), put(1, 202)]);
        assert_eq!(statuses(&replies), [200, 200]);
        let expected = (303 + 2 * round) as f64;
        assert_eq!(totals(&server, order), (expected, expected), "round {round}");
    }
}

#[test]
fn a_total_is_the_sum_of_lines_that_come_go_and_change() {
    let server = Server::demo();
    for _ in 0..TRIES {
        let (order, lines) = order(&server, 2);
        let line =
            json!({"order_id": order, "product_id": 27, "product_uom_qty": 1, "price_unit": 7, "tax_id": [[6, 0, []]]});
        let replies = at_once(
            &server,
            &[
                ("POST", "sale.order.line".into(), line.clone()),
                ("DELETE", format!("sale.order.line/{}", lines[0]), Value::Null),
                (
                    "PUT",
                    format!("sale.order/{order}"),
                    json!({"order_line": [[1, lines[1], {"price_unit": 50}], [0, 0, {"product_id": 27, "price_unit": 3, "product_uom_qty": 1, "tax_id": [[6, 0, []]]}]]}),
                ),
                ("PUT", format!("sale.order.line/{}", lines[1]), json!({"discount": 10})),
            ],
        );
        assert_eq!(statuses(&replies), [200; 4]);
        assert_eq!(totals(&server, order), (55.0, 55.0));
    }
}

#[test]
fn lines_follow_an_order_that_changes_while_they_are_made() {
    let server = Server::demo();
    for round in 0..TRIES {
        let (order, _) = order(&server, 1);
        let line = json!({"order_id": order, "product_id": 27, "product_uom_qty": 1});
        let partner = if round % 2 == 0 { 12 } else { 13 };
        let replies = at_once(
            &server,
            &[
                ("PUT", format!("sale.order/{order}"), json!({"partner_id": partner})),
                ("POST", "sale.order.line".into(), line),
            ],
        );
        assert_eq!(statuses(&replies), [200, 200]);
        let lines = server
            .get(
                "sale.order.line",
                &[("order_id", &order.to_string()), ("fields", "order_partner_id(id)")],
            )
            .ok();
        for line in lines.as_array().unwrap() {
            assert_eq!(line["order_partner_id"]["id"], partner, "{lines}");
        }
    }
}

#[test]
fn two_moves_make_no_circle() {
    let server = Server::demo();
    for round in 0..TRIES {
        for model in ["res.partner", "product.category", "res.partner.category"] {
            let [a, b, c] =
                ["A", "B", "C"].map(|name| create(&server, model, &json!({"name": format!("{name}{round}")})));
            let under = |id: i64, parent: i64| ("PUT", format!("{model}/{id}"), json!({"parent_id": parent}));
            let replies = at_once(&server, &[under(a, b), under(b, c), under(c, a)]);
            let mut answered = statuses(&replies);
            answered.sort_unstable();
            assert_eq!(answered, [200, 200, 422], "{model}");
        }
    }
}

#[test]
fn names_follow_parents_that_move_and_are_renamed() {
    let server = Server::demo();
    for round in 0..TRIES {
        for model in ["product.category", "res.partner.category"] {
            let name = |name: &str| json!({"name": format!("{name}{round}")});
            let [top, other] = ["T", "O"].map(|top| create(&server, model, &name(top)));
            let middle = create(&server, model, &json!({"name": "M", "parent_id": top}));
            let low = create(&server, model, &json!({"name": "L", "parent_id": middle}));
            let replies = at_once(
                &server,
                &[
                    ("PUT", format!("{model}/{top}"), name("T'")),
                    ("PUT", format!("{model}/{middle}"), json!({"parent_id": other})),
                    ("PUT", format!("{model}/{other}"), name("O'")),
                    ("POST", model.to_owned(), json!({"name": "N", "parent_id": low})),
                ],
            );
            assert_eq!(statuses(&replies), [200; 4], "{model}");
            let made = replies[3].json()["id"].as_i64().unwrap();
            let read = server.record(model, made, "complete_name,parent_path");
            assert_eq!(read["complete_name"], format!("O'{round} / M / L / N"), "{model}");
            assert_eq!(
                read["parent_path"],
                format!("{other}/{middle}/{low}/{made}/"),
                "{model}"
            );
        }
    }
}

/// What a method has checked stays true until its transaction ends.
#[test]
fn what_a_method_asked_holds_until_it_is_done() {
    let server = Server::demo();
    for _ in 0..TRIES {
        let (order, lines) = order(&server, 1);
        let send = || ("POST", format!("sale.order/{order}/action_quotation_sent"), json!({}));
        let mut answered = statuses(&at_once(&server, &[send(), send(), send()]));
        answered.sort_unstable();
        assert_eq!(answered, [200, 422, 422], "a quotation is sent once");
        server
            .send("POST", &format!("sale.order/{order}/action_confirm"), &json!({}))
            .ok();
        // A line of a confirmed order cannot be deleted. If a confirmation and a deletion are sent at once, the
        // deletion succeeds only if it comes first.
        let (order, line) = (self::order(&server, 1), lines[0]);
        assert_eq!(
            server
                .call("DELETE", &format!("sale.order.line/{line}"), Body::None)
                .status,
            409
        );
        let replies = at_once(
            &server,
            &[
                ("POST", format!("sale.order/{}/action_confirm", order.0), json!({})),
                ("DELETE", format!("sale.order.line/{}", order.1[0]), Value::Null),
            ],
        );
        let left = server.record("sale.order", order.0, "order_line,state");
        let empty = left["order_line"].as_array().is_none_or(Vec::is_empty);
        // An order without lines cannot be confirmed.
        let (confirmed, deleted, state) = match empty {
            true => (422, 200, "draft"),
            false => (200, 409, "sale"),
        };
        assert_eq!(statuses(&replies), [confirmed, deleted], "{left}");
        assert_eq!(left["state"], state);
    }
}

#[test]
fn the_same_record_is_deleted_once() {
    let server = Server::demo();
    for round in 0..TRIES {
        let partner = create(&server, "res.partner", &json!({"name": format!("Gone {round}")}));
        let path = format!("res.partner/{partner}");
        let replies = at_once(
            &server,
            &[
                ("DELETE", path.clone(), Value::Null),
                ("DELETE", path.clone(), Value::Null),
                ("PUT", path.clone(), json!({"name": "Kept"})),
                (
                    "POST",
                    "res.partner".into(),
                    json!({"name": "Child", "parent_id": partner}),
                ),
            ],
        );
        let deleted = replies[..2].iter().filter(|reply| reply.status == 200).count();
        let exists = server.get(&path, &[]).status == 200;
        assert_eq!(deleted, usize::from(!exists), "{:?}", statuses(&replies));
        for reply in &replies {
            assert!(reply.status < 500, "{}", reply.text());
        }
    }
}

/// Concurrent links of a many2many are all kept, and a pair that is linked twice is stored once.
#[test]
fn pairs_are_made_from_both_sides() {
    let server = Server::demo();
    for round in 0..TRIES {
        let partner = create(&server, "res.partner", &json!({"name": format!("Tagged {round}")}));
        let tags: Vec<i64> = (0..3)
            .map(|tag| {
                create(
                    &server,
                    "res.partner.category",
                    &json!({"name": format!("Tag {round} {tag}")}),
                )
            })
            .collect();
        let link = |tag: i64| {
            (
                "PUT",
                format!("res.partner/{partner}"),
                json!({"category_id": [[4, tag, 0]]}),
            )
        };
        let mut requests: Vec<Request<'_>> = tags.iter().map(|tag| link(*tag)).collect();
        // The same pairs from the other side.
        requests.extend(tags[..2].iter().map(|tag| {
            let path = format!("res.partner.category/{tag}");
            ("PUT", path, json!({"partner_ids": [[4, partner, 0]]}))
        }));
        let replies = at_once(&server, &requests);
        assert_eq!(statuses(&replies), [200; 5]);
        let read = server.record("res.partner", partner, "category_id");
        assert_eq!(read["category_id"].as_array().unwrap().len(), 3, "{read}");
    }
}

#[test]
fn a_unique_value_is_taken_once() {
    let server = Server::demo();
    for round in 0..TRIES {
        let login = format!("same{round}");
        let user = |name: &str| ("POST", "res.users".to_owned(), json!({"name": name, "login": login}));
        let mut answered = statuses(&at_once(&server, &[user("One"), user("Two"), user("Three")]));
        answered.sort_unstable();
        assert_eq!(answered, [200, 409, 409]);
    }
}

#[test]
fn many_clients_write_one_order() {
    let server = Server::demo();
    let (order, lines) = order(&server, 8);
    std::thread::scope(|scope| {
        for client in 0..64 {
            let (server, lines) = (&server, &lines);
            scope.spawn(move || {
                for write in 0..20 {
                    let path = format!("sale.order.line/{}", lines[(client + write) % lines.len()]);
                    let reply = server.send("PUT", &path, &json!({"price_unit": client + write}));
                    assert_eq!(reply.status, 200, "{}", reply.text());
                }
            });
        }
    });
    let (total, sum) = totals(&server, order);
    assert_eq!(total, sum);
    assert_clean(&server.database);
}

#[test]
fn an_order_takes_a_pricelist_as_it_was_before_a_change_or_is_after_it() {
    let server = Server::demo();
    for round in 0..TRIES {
        let item = json!([0, 0, {"applied_on": "3_global", "compute_price": "fixed", "fixed_price": 10}]);
        let list = json!({"name": format!("List {round}"), "currency_id": 2, "item_ids": [item]});
        let list = create(&server, "product.pricelist", &list);
        let item = server.ids("product.pricelist.item", &[("pricelist_id", &list.to_string())])[0];
        let line = json!([0, 0, {"product_id": 27, "product_uom_qty": 1}]);
        let order = json!({"partner_id": 11, "pricelist_id": list, "order_line": [line]});
        let change = json!({"currency_id": 1, "item_ids": [[1, item, {"fixed_price": 99}]]});
        let order = || ("POST", "sale.order".to_owned(), order.clone());
        let replies = at_once(
            &server,
            &[order(), ("PUT", format!("product.pricelist/{list}"), change), order()],
        );
        assert_eq!(statuses(&replies), [200; 3]);
        for reply in [&replies[0], &replies[2]] {
            let id = reply.json()["id"].as_i64().unwrap();
            let read = server.record("sale.order", id, "currency_id(id),order_line(price_unit)");
            let taken = (
                read["currency_id"]["id"].as_i64(),
                number(&read["order_line"][0]["price_unit"]),
            );
            assert!([(Some(2), 10.0), (Some(1), 99.0)].contains(&taken), "{read}");
        }
    }
}

/// `declarest load` may run at the same time as other loads and as requests that write.
#[test]
fn loads_meet_each_other_and_whoever_writes() {
    let server = Server::demo();
    let registry = Runtime::new(&models::catalogue()).unwrap();
    let (order, lines) = order(&server, 1);
    let load = |id: i64| {
        let fields = json!([
            "id",
            "order_id",
            "product_id",
            "name",
            "product_uom_qty",
            "price_unit",
            "tax_id"
        ]);
        let file = json!({"sale.order.line": {"fields": fields, "rows": [[id, order, 27, "Loaded", 1, 5, []]]}});
        let loaded: orm::Result<_> = server.database.transact(|session| {
            let mut env = Env::system(session, &registry, chrono::Utc::now().naive_utc());
            orm::write::load(&mut env, &file, &mut |_, _| ())
        });
        assert_eq!(loaded.unwrap().records, 1);
    };
    for round in 0..4 {
        let first = 100_000 + 2 * round;
        std::thread::scope(|scope| {
            scope.spawn(move || load(first));
            scope.spawn(move || load(first + 1));
            let path = format!("sale.order.line/{}", lines[0]);
            server.send("PUT", &path, &json!({"price_unit": 10 + round})).ok();
        });
        let expected = (10 + round + 5 * 2 * (round + 1)) as f64;
        assert_eq!(totals(&server, order), (expected, expected), "round {round}");
    }
    assert_clean(&server.database);
}
