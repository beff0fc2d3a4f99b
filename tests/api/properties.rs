//! Property tests: rules that hold for whatever is written.

use orm::db::{Address, Dialect};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use tests::{Server, TempDir, command, dump, rows};

fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
}

/// Generates commands that create an order line, with random quantity, price, discount and taxes of the demo data.
fn line() -> impl Strategy<Value = Value> {
    let taxes = prop::sample::subsequence(vec![1, 2, 3, 4, 5, 6], 0..3);
    (-30..200_i64, -5_000..100_000_i64, 0..100_i64, taxes).prop_map(|(quantity, cents, discount, taxes)| {
        let price = format!("{}.{:02}", cents / 100, (cents % 100).abs());
        json!([0, 0, {
            "product_id": 27, "name": "x", "product_uom_qty": quantity, "price_unit": price, "discount": discount,
            "tax_id": [[6, 0, taxes]],
        }])
    })
}

#[test]
fn amounts_do_not_depend_on_the_order_of_lines() {
    let server = Server::demo();
    for method in ["round_per_line", "round_globally"] {
        let company = json!({"tax_calculation_rounding_method": method});
        server.send("PUT", "res.company/1", &company).ok();
        let amounts = |lines: &Vec<Value>, pricelist: i64| {
            let body = json!({"partner_id": 11, "pricelist_id": pricelist, "order_line": lines});
            let order = server.send("POST", "sale.order", &body).ok();
            let id = order["id"].as_i64().unwrap();
            let record = server.record("sale.order", id, "amount_untaxed,amount_tax,amount_total");
            ["amount_untaxed", "amount_tax", "amount_total"].map(|name| record[name].clone())
        };
        let lists = prop::collection::vec(line(), 1..6);
        let lists = lists.prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle()));
        runner(12)
            .run(&(lists, prop::sample::select(vec![1, 4])), |(lists, pricelist)| {
                prop_assert_eq!(amounts(&lists.0, pricelist), amounts(&lists.1, pricelist));
                Ok(())
            })
            .unwrap();
    }
}

/// Puts a mistake somewhere into the body of an order: a command (a list) among the lines, or fields (an object) into a
/// line or into the order itself.
fn spoil(body: &mut Value, mistake: &Value, at: &Index) {
    let lines = body["order_line"].as_array_mut().unwrap();
    let place = at.index(lines.len() + 1);
    match (place < lines.len(), mistake) {
        (true, Value::Array(command)) => lines.insert(place, json!(command)),
        (false, Value::Array(command)) => lines.push(json!(command)),
        (true, fields) => merge(&mut lines[place][2], fields),
        (false, fields) => merge(body, fields),
    }
}

fn merge(into: &mut Value, fields: &Value) {
    let fields = fields.as_object().unwrap().clone();
    into.as_object_mut().unwrap().extend(fields);
}

#[test]
fn a_mistake_anywhere_leaves_nothing_behind() {
    let server = Server::demo();
    let before = dump(&server.database);
    let mistakes = prop::sample::select(vec![
        json!({"nam": 1}),
        json!({"name": 5}),
        json!({"create_uid": 2}),
        json!({"company_id": 999_999}),
        json!([0, 0, {"name": "no product"}]),
        json!([0, 0, {"product_id": 27, "tax_id": [[0, 0, {"name": "Half made", "amount": "much"}]]}]),
        json!([1, 1, {"price_unit": 1}]),
        json!([4, 999_999]),
        json!([9]),
    ]);
    let bodies = (
        prop::collection::vec(line(), 0..4),
        mistakes,
        any::<Index>(),
        any::<bool>(),
    );
    runner(48)
        .run(&bodies, |(lines, mistake, at, create)| {
            let mut body = json!({"partner_id": 12, "order_line": lines});
            spoil(&mut body, &mistake, &at);
            let reply = match create {
                true => server.send("POST", "sale.order", &body),
                false => server.send("PUT", "sale.order/40", &body),
            };
            prop_assert!(
                (400..500).contains(&reply.status),
                "{} {}: {}",
                body,
                reply.status,
                reply.text()
            );
            prop_assert_eq!(&dump(&server.database), &before, "{}", body);
            Ok(())
        })
        .unwrap();
}

#[test]
fn what_is_exported_loads_as_the_same_database() {
    let server = Server::demo();
    let lists = prop::collection::vec(line(), 0..5);
    runner(10)
        .run(&(lists, 1..20_i64), |(lines, partner)| {
            let body = json!({"partner_id": partner, "order_line": lines, "note": "<p>é 漢 'x' \"y\"</p>"});
            server.send("POST", "sale.order", &body);
            let archived = json!({"active": false, "parent_id": 11, "comment": "a\nb"});
            server.send("PUT", &format!("res.partner/{}", 20 + partner), &archived);
            Ok(())
        })
        .unwrap();
    let folder = TempDir::new();
    let [file, again, copy] = ["one.json", "two.json", "copy.db"].map(|name| folder.path().join(name));
    let (same, other) = (Server::empty(|_| {}), Address::Sqlite(copy.into()));
    command(&["export", file.to_str().unwrap()], &server.database);
    // Loaded into a database of the same kind, and into an SQLite file: the file format does not depend on the
    // database.
    for copy in [&same.database, &other] {
        command(&["load", file.to_str().unwrap()], copy);
        command(&["export", again.to_str().unwrap()], copy);
        assert!(
            std::fs::read(&file).unwrap() == std::fs::read(&again).unwrap(),
            "the second export differs"
        );
    }
    let without_secrets = |database: &Address| {
        let mut tables = dump(database);
        // On PostgreSQL the numbers come from sequences of the database. `ir_sequence` holds only a lower bound.
        let counts = |table: &str| table == "ir_sequence" && database.dialect() == Dialect::Postgres;
        tables.retain(|table, _| {
            !["auth_password", "auth_secret"].contains(&table.as_str())
                && !table.starts_with("__diesel")
                && !counts(table)
        });
        // SQLite keeps a number for a table that was written once, also if it has no row.
        if let Some(numbers) = tables.get_mut("sqlite_sequence") {
            numbers.retain(|row| !row.ends_with(",0"));
        }
        tables
    };
    for (table, rows) in without_secrets(&server.database) {
        assert_eq!(without_secrets(&same.database)[&table], rows, "{table}");
    }
    assert_eq!(
        rows(&same.database, "SELECT CAST(COUNT(*) AS TEXT) FROM auth_password"),
        ["0"]
    );
}
