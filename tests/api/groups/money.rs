//! Sums: of amounts in several currencies, and of large numbers.

use serde_json::{Value, json};
use tests::Server;

use super::{group, told};

/// Amounts are not added up over currencies: the value is left open, and the answer says so.
#[test]
fn money_is_not_added_up_over_currencies() {
    let server = Server::demo();
    let aggregate = (
        "aggregate",
        "total:sum(amount_total),mean:avg(amount_total),amount_total:count",
    );
    let groups = group(
        &server,
        "sale.order",
        &[("group_by", "state"), aggregate, ("order", "total desc")],
    );
    let several = json!(["total", "mean"]);
    // Those are first, as what has no value is in an order that descends.
    assert_eq!(
        told(
            &groups,
            &["state", "total", "mean", "amount_total", "__several_currencies"]
        ),
        json!([
            ["cancel", false, false, 2, several],
            ["draft", false, false, 7, several],
            ["sale", false, false, 12, several],
            ["sent", false, false, 2, several],
            ["done", 16733.93, 4183.4825, 4, null],
        ])
    );
    let groups = group(&server, "sale.order", &[("group_by", "currency_id,state"), aggregate]);
    let whole = groups
        .as_array()
        .unwrap()
        .iter()
        .all(|group| group["total"].is_number());
    assert!(whole, "{groups}");
    // Neither is a group picked by what does not add up.
    let picked = [("group_by", "state"), aggregate, ("having", r#"[["total", ">", 0]]"#)];
    assert_eq!(
        told(&group(&server, "sale.order", &picked), &["state"]),
        json!([["done"]])
    );
}

/// Sums are exact where 64 bits are too few for them.
#[test]
fn sums_are_exact() {
    let server = Server::demo();
    let largest = "99999999999999.99";
    let product = |name: &str| json!({"name": name, "list_price": largest, "categ_id": 1});
    let made: Vec<Value> = (0..3000).map(|number| product(&format!("Jewel {number}"))).collect();
    for part in made.chunks(1000) {
        server.send("POST", "product.template", &json!(part)).ok();
    }
    let jewels = [
        ("group_by", "categ_id"),
        ("name__like", "Jewel"),
        ("aggregate", "list_price,mean:avg(list_price)"),
    ];
    let groups = group(&server, "product.template", &jewels);
    assert_eq!(groups[0]["list_price"].to_string(), "299999999999999970.0");
    assert_eq!(groups[0]["mean"].to_string(), largest);
    let having = |least: &str| {
        let having = json!([["list_price", ">=", least]]).to_string();
        let groups = group(
            &server,
            "product.template",
            &[jewels[0], jewels[1], jewels[2], ("having", &having)],
        );
        groups.as_array().unwrap().len()
    };
    assert_eq!((having("299999999999999970"), having("299999999999999970.01")), (1, 0));
}
