//! Reads with a random tree of `fields`, such as `name,order_line(name,product_id(name))`: the answer has to be what the
//! test puts together from one read for each model. Every model is asked, as several users.
//!
//! `DECLAREST_FIELD_TREES` is the number of trees.

mod choice;
mod reads;
mod tree;

use std::cell::Cell;

use proptest::bool::weighted;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};
use tests::{Server, encode};

use super::user::User;
use choice::{Choice, OptionsChoice, nodes};
use reads::Reads;
use tree::{Tree, text};

/// How many trees are read by default.
const TREES: u32 = 40;
/// The most values of an answer. A tree that has more is left out.
const MOST_VALUES: usize = 20_000;

/// How the records at the root are asked for.
#[derive(Debug, Clone, Copy)]
enum Form {
    One,
    List,
    Page,
    Stream,
}

/// Adds to the demo data what is hidden from a salesman and from a customer, and what is archived, where relations lead
/// to it.
fn prepare(server: &Server) {
    let create = |model: &str, body: Value| server.send("POST", model, &body).ok()["id"].clone();
    let change = |path: &str, body: Value| server.send("PUT", path, &body).ok();
    let private = create(
        "res.partner",
        json!({"name": "Hidden", "type": "private", "parent_id": 11}),
    );
    change("sale.order/20", json!({"partner_shipping_id": private}));
    let name = r#"A 27" screen; (new)"#;
    change(
        "res.partner/12",
        json!({"comment": name, "parent_id": 11, "active": false}),
    );
    change("product.product/23", json!({"active": false}));
    change("account.tax/1", json!({"active": false}));
    User::create(server, "pia", &["User types / Portal"]);
    let pia = server
        .get("res.users", &[("login", "pia"), ("fields", "partner_id(id)")])
        .ok();
    let lines = json!([[0, 0, {"product_id": 1, "name": name}], [0, 0, {"product_id": 27, "name": name}]]);
    let order = json!({
        "partner_id": pia[0]["partner_id"]["id"], "user_id": 3, "team_id": 1, "tag_ids": [[6, 0, [1]]],
        "order_line": lines,
    });
    create("sale.order", order);
}

#[test]
fn random_trees_are_what_separate_reads_answer() {
    let server = Server::demo();
    prepare(&server);
    let readers = ["admin", "tomas", "pia"].map(|login| Reads::new(&server, login));
    let trees = std::env::var("DECLAREST_FIELD_TREES").map_or(TREES, |trees| trees.parse().unwrap());
    let config = Config {
        cases: trees,
        failure_persistence: None,
        ..Config::default()
    };
    let asked = (
        (
            select(vec![0, 0, 1, 1, 2]),
            weighted(0.25),
            any::<Index>(),
            any::<Index>(),
        ),
        select(vec![Form::One, Form::List, Form::List, Form::Page, Form::Stream]),
        (OptionsChoice::any(), any::<bool>()),
        Choice::level(),
    );
    let (values, options) = (Cell::new(0), Cell::new(0));
    TestRunner::new(config)
        .run(
            &asked,
            |((reader, with_tree, model, record), form, (root, archived), choices)| {
                let reads = &readers[reader];
                let models = match with_tree {
                    true => reads.models_with_tree(),
                    false => reads.models(),
                };
                let model = model.get(models).as_str();
                let nodes = nodes(&choices, reads, model);
                let fields = text(&nodes);
                // What this form does not take, and what it is asked for by.
                let (untaken, own) = match form {
                    Form::One | Form::List => ("", None),
                    Form::Page => ("offset", Some(("cursor", "*"))),
                    Form::Stream => ("limit", Some(("limit", "all"))),
                };
                let mut parameters = match form {
                    Form::One => Vec::new(),
                    _ => root.parameters(reads, model),
                };
                parameters.retain(|(name, _)| name != untaken);
                parameters.push(("active_test".to_owned(), (!archived).to_string()));
                let ids = match form {
                    Form::One => vec![*record.get(&reads.ids(model))],
                    _ => reads.list(model, &parameters).to_vec(),
                };
                let tree = Tree::new(reads, archived, MOST_VALUES);
                let mut expected = tree.list(model, &ids, &nodes);
                if tree.values() == MOST_VALUES {
                    return Err(TestCaseError::reject("the answer is too long"));
                }
                let pairs = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
                let pairs: Vec<_> = [("fields", fields.as_str())]
                    .into_iter()
                    .chain(pairs)
                    .chain(own)
                    .collect();
                let mut path = model.to_owned();
                if let Form::One = form {
                    path = format!("{path}/{}", ids[0]);
                    expected = expected[0].take();
                }
                let reply = reads.user.get(&format!("{path}{}", encode(&pairs)));
                let asked = format!("{} reads {path} {pairs:?}", reads.login);
                prop_assert_eq!(reply.status, 200, "{}: {}", asked, reply.text());
                prop_assert_eq!(reply.json(), expected, "{}", asked);
                values.set(values.get() + tree.values());
                options.set(options.get() + tree.narrowed());
                Ok(())
            },
        )
        .unwrap();
    let (values, options) = (values.get(), options.get());
    println!("{trees} trees, {values} values, {options} relations with options");
    assert!(values > 0 && options > 0, "the trees are empty");
}
