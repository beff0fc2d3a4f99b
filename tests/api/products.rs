//! Variants of products: a product has one for each combination of its attributes' values.

use serde_json::{Value, json};
use tests::{Body, Server};

/// The command that creates an attribute line: `[0, 0, {…}]`.
fn line(attribute: i64, values: &[i64]) -> Value {
    json!([0, 0, {"attribute_id": attribute, "value_ids": [[6, 0, values]]}])
}

#[track_caller]
fn product(server: &Server, lines: &[Value]) -> i64 {
    let values = json!({"name": "Lamp", "list_price": 10, "attribute_line_ids": lines});
    server.send("POST", "product.template", &values).ok()["id"]
        .as_i64()
        .unwrap()
}

/// Name, id and active flag of each variant of a product, archived ones included, sorted by name.
fn variants(server: &Server, product: i64) -> Vec<(String, i64, bool)> {
    let found = server.get(
        "product.product",
        &[
            ("product_tmpl_id", &product.to_string()),
            ("active_test", "false"),
            ("fields", "id,combination_name,active"),
            ("order", "id"),
        ],
    );
    let mut found: Vec<(String, i64, bool)> = (found.ok().as_array().unwrap().iter())
        .map(|variant| {
            let name = variant["combination_name"].as_str().unwrap_or_default().to_owned();
            (name, variant["id"].as_i64().unwrap(), variant["active"] == true)
        })
        .collect();
    found.sort();
    found
}

/// The names of a product's active variants.
fn active(server: &Server, product: i64) -> Vec<String> {
    let variants = variants(server, product).into_iter();
    variants.filter(|(.., active)| *active).map(|(name, ..)| name).collect()
}

fn sell(server: &Server, variant: i64) {
    let order = json!({"partner_id": 11, "order_line": [[0, 0, {"product_id": variant}]]});
    let order = server.send("POST", "sale.order", &order).ok();
    server
        .send(
            "POST",
            &format!("sale.order/{}/action_confirm", order["id"]),
            &json!({}),
        )
        .ok();
}

fn lines_of(server: &Server, product: i64) -> Value {
    server.record("product.template", product, "attribute_line_ids")["attribute_line_ids"].clone()
}

#[test]
fn a_product_without_attributes_gets_its_one_variant_and_can_be_sold() {
    let server = Server::demo();
    let made = product(&server, &[]);
    let read = server.record(
        "product.template",
        made,
        "product_variant_ids,product_variant_count,product_variant_id",
    );
    assert_eq!(read["product_variant_count"], 1);
    let variant = read["product_variant_ids"][0].as_i64().unwrap();
    let stored = server.record("product.product", variant, "name,lst_price,display_name");
    assert_eq!(
        stored,
        json!({"id": variant, "name": "Lamp", "lst_price": 10.0, "display_name": "Lamp"})
    );
    sell(&server, variant);
    // Renaming the product makes no new variant, nor does an attribute that is not used for variants.
    let path = format!("product.template/{made}");
    server
        .send(
            "PUT",
            &path,
            &json!({"name": "Light", "attribute_line_ids": [line(4, &[10, 11])]}),
        )
        .ok();
    assert_eq!(variants(&server, made), [(String::new(), variant, true)]);
    let list = json!([{"name": "One"}, {"name": "Two", "attribute_line_ids": [line(1, &[1, 2])]}, {"name": "Three"}]);
    let made = server.send("POST", "product.template", &list).ok();
    let counts = made
        .as_array()
        .unwrap()
        .iter()
        .map(|made| variants(&server, made["id"].as_i64().unwrap()).len());
    assert_eq!(counts.collect::<Vec<_>>(), [1, 2, 1]);
}

#[test]
fn a_variant_made_with_its_product_is_the_only_one() {
    let server = Server::demo();
    let one = server
        .send(
            "POST",
            "product.product",
            &json!({"name": "Stool", "default_code": "ST"}),
        )
        .ok();
    let template = one["product_tmpl_id"][0].as_i64().unwrap();
    assert_eq!(
        variants(&server, template),
        [(String::new(), one["id"].as_i64().unwrap(), true)]
    );
    let values = json!({"name": "Bench", "default_code": "BE", "attribute_line_ids": [line(1, &[1, 2])]});
    let first = server.send("POST", "product.product", &values).ok();
    let made = variants(&server, first["product_tmpl_id"][0].as_i64().unwrap());
    assert_eq!(
        made.iter().map(|(name, ..)| name.as_str()).collect::<Vec<_>>(),
        ["Aluminium", "Steel"]
    );
    assert_eq!(made[1].1, first["id"], "it takes the first combination");
}

#[test]
fn variants_follow_the_attributes() {
    let server = Server::demo();
    let made = product(&server, &[line(1, &[1, 2]), line(2, &[4, 5])]);
    let path = format!("product.template/{made}");
    let four = ["Aluminium, Black", "Aluminium, White", "Steel, Black", "Steel, White"];
    assert_eq!(active(&server, made), four);
    let before = variants(&server, made);
    sell(&server, before[0].1);
    let lines = lines_of(&server, made);

    // One more value: the existing variants stay.
    let legs = format!("product.template.attribute.line/{}", lines[0]);
    server.send("PUT", &legs, &json!({"value_ids": [[4, 3]]})).ok();
    assert_eq!(active(&server, made).len(), 6);
    assert!(before.iter().all(|variant| variants(&server, made).contains(variant)));

    // A value less: a variant that was never ordered is deleted; one that was ordered is archived and keeps its name.
    server.send("PUT", &legs, &json!({"value_ids": [[6, 0, [1, 3]]]})).ok();
    assert_eq!(
        active(&server, made),
        ["Oak, Black", "Oak, White", "Steel, Black", "Steel, White"]
    );
    let sold = ("Aluminium, Black".to_owned(), before[0].1, false);
    assert!(variants(&server, made).contains(&sold));
    assert_eq!(variants(&server, made).len(), 5);

    // The value is added again: the archived variant is restored.
    server.send("PUT", &legs, &json!({"value_ids": [[6, 0, [1, 2]]]})).ok();
    assert_eq!(active(&server, made), four);
    assert!(variants(&server, made).contains(&before[0]));

    // One more attribute, with a single value: all variants get the value.
    let ids = |variants: &[(String, i64, bool)]| variants.iter().map(|(_, id, _)| *id).collect::<Vec<_>>();
    let now = variants(&server, made);
    server
        .send("PUT", &path, &json!({"attribute_line_ids": [line(3, &[7])]}))
        .ok();
    assert_eq!(
        variants(&server, made),
        now,
        "a value without a choice is not in the name"
    );
    let held = server.record("product.product", now[0].1, "product_template_attribute_value_ids");
    assert_eq!(
        held["product_template_attribute_value_ids"].as_array().unwrap().len(),
        3
    );

    // One attribute less.
    server
        .send("PUT", &path, &json!({"attribute_line_ids": [[2, lines[1]]]}))
        .ok();
    assert_eq!(active(&server, made), ["Aluminium", "Steel"]);
    let left = variants(&server, made);
    assert!(ids(&left).contains(&before[0].1), "what was sold stays: {left:?}");
    server.call("DELETE", &path, Body::None).problem(409, "conflict");
}

/// Archiving an attribute line removes the variants by its values, and restoring it brings them back. The values of a
/// line belong to its attribute, a line needs one, and a value in use cannot be deleted.
#[test]
fn archived_lines_and_values_in_use() {
    let server = Server::demo();
    let made = product(&server, &[line(1, &[1, 2])]);
    let line = format!("product.template.attribute.line/{}", lines_of(&server, made)[0]);
    server.send("PUT", &line, &json!({"active": false})).ok();
    assert_eq!(active(&server, made), [""]);
    server.send("PUT", &line, &json!({"active": true})).ok();
    assert_eq!(active(&server, made), ["Aluminium", "Steel"]);
    server
        .send("PUT", &line, &json!({"value_ids": [[5]]}))
        .problem(422, "invalid");
    server
        .send("PUT", &line, &json!({"value_ids": [[4, 4]]}))
        .problem(422, "invalid"); // a colour
    server
        .call("DELETE", "product.attribute.value/1", Body::None)
        .problem(409, "conflict");
    assert_eq!(active(&server, made), ["Aluminium", "Steel"]);
}

#[test]
fn archiving_a_product_archives_its_variants_and_back() {
    let server = Server::demo();
    let listed = || server.ids("product.product", &[("product_tmpl_id", "16")]);
    let both = listed();
    assert_eq!(both.len(), 2);
    for (archive, restore) in [
        ("action_archive", "action_unarchive"),
        ("toggle_active", "toggle_active"),
    ] {
        server
            .send("POST", &format!("product.template/16/{archive}"), &json!({}))
            .ok();
        assert_eq!(listed(), [0; 0]);
        let found = server
            .send(
                "POST",
                "product.product/name_search",
                &json!({"name": "Conference Chair"}),
            )
            .ok();
        assert_eq!(found, json!([]), "new orders do not find it");
        server
            .send("POST", &format!("product.template/16/{restore}"), &json!({}))
            .ok();
        assert_eq!(listed(), both);
    }
    server
        .send("PUT", "product.template/16", &json!({"active": false}))
        .ok();
    assert_eq!(listed(), [0; 0]);
    server.send("PUT", "product.template/16", &json!({"active": true})).ok();
    assert_eq!(listed(), both);
}

#[test]
fn a_copied_variant_has_values_and_prices_of_its_own() {
    let server = Server::demo();
    let price = |variant: i64| {
        server.record("product.product", variant, "lst_price")["lst_price"]
            .as_f64()
            .unwrap()
    };
    let values = |variant: i64| {
        let read = server.record(
            "product.product",
            variant,
            "product_tmpl_id,product_template_attribute_value_ids",
        );
        (
            read["product_tmpl_id"][0].as_i64().unwrap(),
            read["product_template_attribute_value_ids"].clone(),
        )
    };
    let aluminium = 24;
    let copy = server.send("POST", "product.product/24/copy", &json!({})).ok();
    let copy = copy.as_i64().or(copy["id"].as_i64()).unwrap();
    let ((original, own), (product, copied)) = (values(aluminium), values(copy));
    assert_ne!(original, product);
    assert_eq!(copied.as_array().unwrap().len(), 1);
    assert_ne!(own, copied);
    assert_eq!(active(&server, product), ["Aluminium", "Steel"]);
    assert_eq!(price(copy), price(aluminium), "the extra is copied");
    let extra = |value: &Value, extra: i64| {
        let path = format!("product.template.attribute.value/{}", value[0]);
        server.send("PUT", &path, &json!({"price_extra": extra})).ok();
    };
    let before = price(copy);
    extra(&own, 1000);
    assert_eq!(price(copy), before, "not the original's");
    extra(&copied, 7);
    assert_eq!(
        price(copy),
        server.record("product.template", product, "list_price")["list_price"]
            .as_f64()
            .unwrap()
            + 7.0
    );
    // A copied product has variants of its own as well.
    let copy = server.send("POST", "product.template/16/copy", &json!({})).ok();
    assert_eq!(
        active(&server, copy.as_i64().or(copy["id"].as_i64()).unwrap()),
        ["Aluminium", "Steel"]
    );
}

#[test]
fn variants_are_made_on_demand_or_not_at_all_where_the_attribute_says_so() {
    let server = Server::demo();
    let attribute = json!({"name": "Size", "create_variant": "dynamic", "value_ids": [[0, 0, {"name": "S"}], [0, 0, {"name": "L"}]]});
    let attribute = server.send("POST", "product.attribute", &attribute).ok()["id"]
        .as_i64()
        .unwrap();
    let values = server.record("product.attribute", attribute, "value_ids")["value_ids"].clone();
    let values: Vec<i64> = values
        .as_array()
        .unwrap()
        .iter()
        .map(|value| value.as_i64().unwrap())
        .collect();
    let made = product(&server, &[line(attribute, &values)]);
    assert!(variants(&server, made).is_empty());
    let line = lines_of(&server, made)[0].clone();
    let line = format!("product.template.attribute.line/{line}");
    let of_line =
        server.get(&line, &[("fields", "product_template_value_ids")]).ok()["product_template_value_ids"].clone();
    let variant = json!({"product_tmpl_id": made, "product_template_attribute_value_ids": [[6, 0, [of_line[1]]]]});
    let variant = server.send("POST", "product.product", &variant).ok()["id"]
        .as_i64()
        .unwrap();
    assert_eq!(variants(&server, made), [("L".to_owned(), variant, true)]);
    server.send("PUT", &line, &json!({"value_ids": [[3, values[0]]]})).ok();
    assert_eq!(variants(&server, made).len(), 1);
}

#[test]
fn combinations_are_bounded_and_cost_no_statement_each() {
    let server = Server::demo();
    let attribute = |name: &str, count: usize| {
        let values: Vec<Value> = (0..count)
            .map(|value| json!([0, 0, {"name": format!("{name}{value}")}]))
            .collect();
        let made = server
            .send("POST", "product.attribute", &json!({"name": name, "value_ids": values}))
            .ok();
        let id = made["id"].as_i64().unwrap();
        let values = server.record("product.attribute", id, "value_ids")["value_ids"].clone();
        line(
            id,
            &values
                .as_array()
                .unwrap()
                .iter()
                .map(|value| value.as_i64().unwrap())
                .collect::<Vec<_>>(),
        )
    };
    let (ten, other) = (attribute("A", 10), attribute("B", 11));
    let too_many = json!({"name": "X", "attribute_line_ids": [ten, other, attribute("C", 10)]});
    let refused = server
        .send("POST", "product.template", &too_many)
        .problem(422, "invalid");
    assert!(
        refused["detail"].as_str().unwrap().contains("1100 variants"),
        "{refused}"
    );
    assert!(
        server.ids("product.template", &[("name", "X")]).is_empty(),
        "nothing is kept"
    );
    let statements = |lines: Value| {
        let reply = server.send(
            "POST",
            "product.template",
            &json!({"name": "Y", "attribute_line_ids": lines}),
        );
        reply.ok();
        reply.statements()
    };
    let few = statements(json!([line(1, &[1, 2]), line(2, &[4, 5])]));
    let many = statements(json!([attribute("D", 10), attribute("E", 10)]));
    assert!(many <= few + 8, "{few} statements for 4 variants, {many} for 100");
}
