//! Reads of some of the records of relations to many: conditions, order, limit and offset inside `fields`.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use tests::Server;

/// The ids of the records of a relation, by the id of the record that has it.
fn related(server: &Server, model: &str, relation: &str, options: &str) -> Vec<(i64, Vec<i64>)> {
    let id = |record: &Value| record["id"].as_i64().unwrap();
    let fields = format!("id,{relation}(id{options})");
    let list = server.get(model, &[("fields", &fields), ("active_test", "false")]).ok();
    let records = list.as_array().unwrap().iter();
    records
        .map(|record| {
            let children = record.get(relation).and_then(Value::as_array);
            (id(record), children.into_iter().flatten().map(id).collect())
        })
        .collect()
}

#[test]
fn some_of_the_related_records_are_those_that_a_separate_read_answers() {
    let server = Server::demo();
    // A one2many by its inverse; a many2many by the ids that it has altogether.
    let relations = [
        ("sale.order", "order_line", "sale.order.line", Some("order_id")),
        ("res.partner", "child_ids", "res.partner", Some("parent_id")),
        (
            "product.template",
            "product_variant_ids",
            "product.product",
            Some("product_tmpl_id"),
        ),
        ("sale.order.line", "tax_id", "account.tax", None),
    ];
    let filter = |relation: &str| match relation {
        "order_line" => vec![
            "product_uom_qty__gt=1",
            "name__ilike=e",
            "price_unit__lt=200",
            "product_id.type=consu",
        ],
        "child_ids" => vec!["name__ilike=a", "city__is_set=true", "active=false", "type=contact"],
        "product_variant_ids" => vec!["barcode__is_set=false", "name__ilike=o"],
        _ => vec!["amount__gt=10", "type_tax_use=sale"],
    };
    let order = |relation: &str| match relation {
        "order_line" => vec!["price_subtotal desc", "product_id, id desc", "name"],
        "child_ids" => vec!["city desc nulls last", "id", "name desc"],
        "product_variant_ids" => vec!["id desc", "barcode nulls first"],
        _ => vec!["amount desc", "id"],
    };
    let asked = (
        prop::sample::select(relations.to_vec()),
        any::<(Option<prop::sample::Index>, Option<prop::sample::Index>)>(),
        (prop::option::of(0..4_usize), prop::option::of(0..3_usize)),
    );
    let config = Config {
        cases: 40,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(
            &asked,
            |((model, relation, target, inverse), (filtered, ordered), (limit, offset))| {
                let (filters, orders) = (filter(relation), order(relation));
                let filtered = filtered.map(|index| *index.get(&filters));
                let ordered = ordered.map(|index| *index.get(&orders));
                let mut options: Vec<String> = filtered.map(str::to_owned).into_iter().collect();
                options.extend(ordered.map(|order| format!("order={order}")));
                options.extend(limit.map(|limit| format!("limit={limit}")));
                options.extend(offset.map(|offset| format!("offset={offset}")));
                let text: String = options.iter().map(|option| format!("; {option}")).collect();
                let all = related(&server, model, relation, "");
                for (id, found) in related(&server, model, relation, &text) {
                    let own = id.to_string();
                    let of_all = &all.iter().find(|(other, _)| *other == id).unwrap().1;
                    let listed: Vec<String> = of_all.iter().map(i64::to_string).collect();
                    let listed = listed.join(",");
                    let mut parameters = match inverse {
                        Some(inverse) => vec![(inverse, own.as_str())],
                        None => vec![("id__in", listed.as_str())],
                    };
                    parameters.push(("active_test", "false"));
                    parameters.extend(filtered.and_then(|filter| filter.split_once('=')));
                    parameters.extend(ordered.map(|order| ("order", order)));
                    let separate = match of_all.is_empty() && inverse.is_none() {
                        true => Vec::new(),
                        false => server.ids(target, &parameters),
                    };
                    let cut = separate
                        .into_iter()
                        .skip(offset.unwrap_or(0))
                        .take(limit.unwrap_or(usize::MAX));
                    prop_assert_eq!(found, cut.collect::<Vec<_>>(), "{} {}: {}", model, id, text);
                }
                Ok(())
            },
        )
        .unwrap();
}

#[test]
fn one_statement_reads_them_for_all_records() {
    let server = Server::demo();
    let fields = "name,order_line(name,tax_id(name; order=amount desc; limit=1); limit=2; order=price_unit desc)";
    let read = |limit| {
        let reply = server.get("sale.order", &[("fields", fields), ("limit", limit)]);
        reply.ok();
        reply.statements()
    };
    assert_eq!(read("1"), read("20"));
    let plain = server.get(
        "sale.order",
        &[("fields", "name,order_line(name,tax_id(name))"), ("limit", "20")],
    );
    assert_eq!(read("20"), plain.statements());
}

#[test]
fn fields_may_be_left_out_and_values_may_stand_in_quotes() {
    let server = Server::demo();
    let order = server.send(
        "POST",
        "sale.order",
        &json!({"partner_id": 10, "order_line": [
            [0, 0, {"product_id": 23, "name": "one; (two)"}],
            [0, 0, {"product_id": 23, "name": "three"}],
        ]}),
    );
    let order = format!("sale.order/{}", order.ok()["id"]);
    let lines = |options: &str| {
        let fields = format!("order_line({options})");
        server.get(&order, &[("fields", &fields)]).ok()["order_line"].clone()
    };
    let shown = lines(";limit=1");
    assert_eq!(
        shown[0]["name"], "one; (two)",
        "the read tree says what is shown: {shown}"
    );
    assert!(shown[0].get("price_unit").is_some());
    let named = |options: &str| lines(options).as_array().map_or(0, Vec::len);
    assert_eq!(named(r#"name; name="one; (two)""#), 1);
    assert_eq!(named(r#"name; name__in="one; (two)",three"#), 2);
    assert_eq!(
        named(r#"name; domain=["|",["name","=","one; (two)"],["name","=","three"]]; limit=5"#),
        2
    );
    let quote = r#"name; domain=[["name","!=","a \");(b\\"]]; limit=1"#;
    assert_eq!(named(quote), 1, "a quote in JSON does not end its text");
    assert_eq!(named("name; name__ilike=nothing"), 0);
    let page = [("fields", "order_line(id; limit=1)"), ("cursor", "*"), ("limit", "2")];
    let page = server.get("sale.order", &page).ok();
    assert_eq!(
        page[0]["order_line"].as_array().unwrap().len(),
        1,
        "pages by cursor too"
    );
}

#[test]
fn mistakes_are_named() {
    let server = Server::demo();
    for (fields, told) in [
        ("order_line(name; limit=x)", "`x` is not a whole number"),
        ("order_line(name; limit=1; limit=2)", "`limit` is given twice"),
        ("order_line(name; nme=1)", "`nme`"),
        ("order_line(name; order=nme)", "`nme`"),
        ("order_line(name; limit)", "`limit` is no option"),
        ("order_line(name; limit=1", "a `(` is not closed"),
        ("order_line(name; name=\"a)", "a `(` is not closed"),
        ("order_line(name); limit=1", "follows what is complete already"),
        (
            "partner_id(name; limit=1)",
            "`partner_id`: conditions, an order and a limit are for stored relations to many",
        ),
        ("name; limit=1", "follows what is complete already"),
        ("order_line(name; cursor=*)", "cursor"),
    ] {
        let problem = server.get("sale.order", &[("fields", fields)]).problem(400, "invalid");
        let detail = problem["errors"][0]["message"].as_str().unwrap();
        assert_eq!(problem["errors"][0]["parameter"], "fields", "{fields}");
        assert!(detail.contains(told), "{fields}: {detail}");
    }
    let many: String = (0..201).map(|number| format!("; id__ne={number}")).collect();
    server
        .get("sale.order", &[("fields", &format!("order_line(id{many})"))])
        .problem(400, "invalid");
}
