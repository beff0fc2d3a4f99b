//! Prices, rates and units: values that would make amounts wrong are refused.

use serde_json::{Value, json};
use tests::{Server, execute};

#[track_caller]
fn made(server: &Server, model: &str, values: Value) -> i64 {
    server.send("POST", model, &values).ok()["id"].as_i64().unwrap()
}

#[track_caller]
fn refused(server: &Server, method: &str, path: &str, values: Value, words: &str) {
    let problem = server.send(method, path, &values).problem(422, "invalid");
    assert!(problem.to_string().contains(words), "{problem}");
}

/// The values of a rule of the pricelist `list` that takes its prices from the pricelist `base`.
fn built_on(list: i64, base: i64) -> Value {
    json!({"pricelist_id": list, "base": "pricelist", "base_pricelist_id": base, "compute_price": "formula"})
}

#[test]
fn a_pricelist_does_not_build_on_itself() {
    let server = Server::demo();
    let list = |name: &str| made(&server, "product.pricelist", json!({"name": name}));
    let item = "product.pricelist.item";
    let (a, b, c) = (list("A"), list("B"), list("C"));
    refused(&server, "POST", item, built_on(a, a), "builds on itself");
    let first = made(&server, item, built_on(a, b));
    made(&server, item, built_on(b, c));
    for base in [a, b] {
        refused(&server, "POST", item, built_on(c, base), "builds on itself");
    }
    let plain = made(
        &server,
        item,
        json!({"pricelist_id": c, "base_pricelist_id": a, "fixed_price": 3}),
    );
    let path = format!("{item}/{plain}");
    refused(
        &server,
        "PUT",
        &path,
        json!({"base": "pricelist", "compute_price": "formula"}),
        "builds on itself",
    );
    refused(
        &server,
        "PUT",
        &format!("{item}/{first}"),
        json!({"base_pricelist_id": a}),
        "builds on itself",
    );
    refused(
        &server,
        "PUT",
        &format!("{item}/{first}"),
        json!({"pricelist_id": c}),
        "builds on itself",
    );
    let own = json!({"base": "pricelist", "base_pricelist_id": c, "compute_price": "formula"});
    let both = json!({"item_ids": [[0, 0, own]]});
    refused(
        &server,
        "PUT",
        &format!("product.pricelist/{c}"),
        both,
        "builds on itself",
    );
    // Two rules in one request, which together make two lists build on each other.
    let other = made(&server, "product.pricelist", json!({"name": "D"}));
    refused(
        &server,
        "POST",
        item,
        json!([built_on(other, c), built_on(c, other)]),
        "builds on itself",
    );
    let price = server
        .send("POST", "product.product/27/price", &json!({"pricelist": [a]}))
        .ok();
    assert_eq!(price, json!([3.0]), "over three lists");
}

/// At most 16 pricelists may build on one another, which is as far as the computation of a price follows them.
#[test]
fn chains_of_pricelists_are_as_long_as_prices_are_looked_for() {
    let server = Server::demo();
    let lists: Vec<i64> = (0..17)
        .map(|n| made(&server, "product.pricelist", json!({"name": format!("L{n}")})))
        .collect();
    let item = "product.pricelist.item";
    made(&server, item, json!({"pricelist_id": lists[15], "fixed_price": 7}));
    for pair in lists[..16].windows(2) {
        made(&server, item, built_on(pair[0], pair[1]));
    }
    let price = |list: i64| {
        server
            .send("POST", "product.product/27/price", &json!({"pricelist": [list]}))
            .ok()
    };
    assert_eq!(price(lists[0]), json!([7.0]), "sixteen lists");
    refused(&server, "POST", item, built_on(lists[15], lists[16]), "at most 16");
    refused(&server, "POST", item, built_on(lists[16], lists[0]), "at most 16");
}

#[test]
fn rules_say_what_they_are_for_and_what_they_build_on() {
    let server = Server::demo();
    for (values, words) in [
        (json!({"applied_on": "2_product_category"}), "categ_id"),
        (json!({"applied_on": "1_product"}), "product_tmpl_id"),
        (json!({"applied_on": "0_product_variant"}), "product_id"),
        (
            json!({"base": "pricelist", "compute_price": "formula"}),
            "base_pricelist_id",
        ),
    ] {
        let mut values = values;
        values["pricelist_id"] = json!(1);
        refused(&server, "POST", "product.pricelist.item", values, words);
    }
}

#[test]
fn a_rate_is_greater_than_zero() {
    let server = Server::demo();
    let rate = |rate: Value| json!({"currency_id": 5, "name": "2024-06-03", "rate": rate});
    for wrong in [json!(0), json!(-2), json!("0.00000000001")] {
        refused(&server, "POST", "res.currency.rate", rate(wrong), "greater than zero");
    }
    let right = made(&server, "res.currency.rate", rate(json!("0.0000000001")));
    refused(
        &server,
        "PUT",
        &format!("res.currency.rate/{right}"),
        json!({"rate": 0}),
        "greater than zero",
    );
    refused(
        &server,
        "PUT",
        "res.currency/5",
        json!({"rate_ids": [[1, right, {"rate": -1}]]}),
        "greater than zero",
    );
    let by_hand = format!("UPDATE res_currency_rate SET rate = 0 WHERE id = {right}");
    let by_hand = std::panic::catch_unwind(|| execute(&server.database, &by_hand));
    assert!(by_hand.is_err(), "the database keeps it too");
}

#[test]
fn a_currency_has_no_more_digits_than_amounts_keep() {
    let server = Server::demo();
    for wrong in ["0.000001", "0.00001", "0.00015", "0", "-0.01"] {
        let currency = json!({"name": "XBT", "rounding": wrong});
        refused(&server, "POST", "res.currency", currency, "rounding");
        refused(&server, "PUT", "res.currency/2", json!({"rounding": wrong}), "rounding");
    }
    let fine = made(&server, "res.currency", json!({"name": "XBT", "rounding": "0.0001"}));
    let list = made(
        &server,
        "product.pricelist",
        json!({"name": "Coins", "currency_id": fine}),
    );
    let line = json!([0, 0, {"product_id": 27, "price_unit": "0.33", "product_uom_qty": "0.03", "tax_id": [[5]]}]);
    let order = made(
        &server,
        "sale.order",
        json!({"partner_id": 11, "pricelist_id": list, "order_line": [line]}),
    );
    let total = server.record("sale.order", order, "amount_total")["amount_total"].to_string();
    assert_eq!(total, "0.0099", "every digit");
}

#[test]
fn a_pricelist_is_shown_with_its_currency() {
    let server = Server::demo();
    let name = |id: i64| server.record("product.pricelist", id, "display_name")["display_name"].clone();
    assert_eq!(
        (name(1), name(4)),
        (json!("Public Pricelist (USD)"), json!("Japan (JPY)"))
    );
    let order = server.record("sale.order", 40, "pricelist_id");
    assert_eq!(order["pricelist_id"]["display_name"], "Public Pricelist (USD)");
    let found = server
        .send("POST", "product.pricelist/name_search", &json!({"name": "Public"}))
        .ok();
    assert_eq!(found, json!([[1, "Public Pricelist (USD)"]]));
    let made = made(&server, "product.pricelist", json!({"name": "New"}));
    assert_eq!(name(made), "New (USD)", "of the company");
    server.send("PUT", "res.currency/2", &json!({"name": "USN"})).ok();
    assert_eq!(name(1), "Public Pricelist (USN)");
}

#[test]
fn the_parts_of_a_payment_term_add_up() {
    let server = Server::demo();
    let part = |value: &str, amount: i64| json!([0, 0, {"value": value, "value_amount": amount}]);
    let term = |parts: Vec<Value>| json!({"name": "T", "line_ids": parts});
    for (parts, words) in [
        (vec![part("percent", 40)], "balance"),
        (vec![part("percent", 40), part("percent", 60)], "balance"),
        (vec![part("balance", 0), part("balance", 0)], "balance"),
        (
            vec![part("percent", 60), part("percent", 60), part("balance", 0)],
            "100",
        ),
        (vec![part("percent", -1), part("balance", 0)], "0 to 100"),
        (vec![part("percent", 101), part("balance", 0)], "more than 100"),
        (
            vec![json!([0, 0, {"value": "balance", "discount_percentage": 101}])],
            "0 to 100",
        ),
        (
            vec![json!([0, 0, {"value": "balance", "discount_days": -1}])],
            "discount_days",
        ),
    ] {
        refused(&server, "POST", "account.payment.term", term(parts), words);
    }
    let made = made(
        &server,
        "account.payment.term",
        term(vec![part("percent", 40), part("fixed", 5), part("balance", 0)]),
    );
    let lines = server.record("account.payment.term", made, "line_ids")["line_ids"].clone();
    let path = format!("account.payment.term/{made}");
    refused(&server, "PUT", &path, json!({"line_ids": [[2, lines[2]]]}), "balance");
    refused(
        &server,
        "PUT",
        &format!("account.payment.term.line/{}", lines[1]),
        json!({"value": "balance"}),
        "balance",
    );
    let problem = server.call(
        "DELETE",
        &format!("account.payment.term.line/{}", lines[2]),
        tests::Body::None,
    );
    problem.problem(422, "invalid");
}

#[test]
fn a_unit_converts_into_others() {
    let server = Server::demo();
    let unit = |factor: Value| json!({"name": "U", "category_id": 1, "uom_type": "smaller", "factor": factor});
    for wrong in [json!(0), json!(-1), json!(1e-300), json!(1e300), json!(5e-324)] {
        refused(&server, "POST", "uom.uom", unit(wrong), "ratio");
    }
    let tiny = made(&server, "uom.uom", unit(json!(1e9)));
    let read = server.record("uom.uom", tiny, "factor,factor_inv,ratio");
    assert_eq!(
        (read["factor"].as_f64(), read["factor_inv"].as_f64()),
        (Some(1e9), Some(1e-9))
    );
}

#[test]
fn the_currency_of_a_company_stays_active() {
    let server = Server::demo();
    refused(&server, "PUT", "res.currency/2", json!({"active": false}), "company");
    server.send("PUT", "res.currency/5", &json!({"active": false})).ok();
}
