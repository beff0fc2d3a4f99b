//! Groups of records: by the parameters of a list, and by the method `read_group`.

mod dates;
mod money;
mod refused;
mod rights;

use serde_json::{Value, json};
use tests::{Server, rows};

/// The members `names` of each group.
pub(super) fn told(groups: &Value, names: &[&str]) -> Value {
    let groups = groups.as_array().unwrap().iter();
    groups
        .map(|group| names.iter().map(|name| group[*name].clone()).collect::<Value>())
        .collect()
}

/// The groups that a list with these parameters answers.
pub(super) fn group(server: &Server, model: &str, parameters: &[(&str, &str)]) -> Value {
    server.get(model, parameters).ok()
}

/// The groups that the method answers.
pub(super) fn read_group(server: &Server, model: &str, arguments: &Value) -> Value {
    server.send("POST", &format!("{model}/read_group"), arguments).ok()
}

#[test]
fn a_list_groups_by_parameters() {
    let server = Server::demo();
    let groups = group(
        &server,
        "sale.order",
        &[
            (
                "aggregate",
                "amount_total:sum,highest:max(amount_total),partner_id:count_distinct",
            ),
            ("group_by", "state"),
            ("currency_id", "2"),
        ],
    );
    let sql = "SELECT state || ' ' || COUNT(*) || ' ' || COUNT(DISTINCT partner_id) FROM sale_order \
               WHERE currency_id = 2 GROUP BY state ORDER BY state";
    let counted: Vec<String> = (groups.as_array().unwrap().iter())
        .map(|group| {
            let state = group["state"].as_str().unwrap();
            format!("{state} {} {}", group["__count"], group["partner_id"])
        })
        .collect();
    assert_eq!(counted, rows(&server.database, sql));
    assert_eq!(
        groups[0],
        json!({"__count": 1, "amount_total": 1718.0, "highest": 1718.0, "partner_id": 1, "state": "cancel",
               "__domain": [["state", "=", "cancel"]]})
    );
    assert_eq!(groups[1]["amount_total"].to_string(), "16733.93", "exact");
    // Paths over many2ones, several fields, filters and orders, in one page.
    let groups = group(
        &server,
        "sale.order",
        &[
            ("group_by", "partner_id.country_id,state"),
            ("order", "__count desc,state desc"),
            ("limit", "2"),
            ("offset", "1"),
        ],
    );
    let all = group(
        &server,
        "sale.order",
        &[
            ("group_by", "partner_id.country_id,state"),
            ("order", "__count desc,state desc"),
        ],
    );
    assert_eq!(groups.as_array().unwrap().as_slice(), &all.as_array().unwrap()[1..3]);
    let sum: i64 = all
        .as_array()
        .unwrap()
        .iter()
        .map(|group| group["__count"].as_i64().unwrap())
        .sum();
    assert_eq!(sum, 27);
    // Where empty values come can be said.
    let terms = |order: &str| {
        let groups = group(
            &server,
            "sale.order",
            &[("group_by", "payment_term_id"), ("order", order)],
        );
        let groups = groups.as_array().unwrap();
        (
            groups[0]["payment_term_id"] == false,
            groups[groups.len() - 1]["payment_term_id"] == false,
        )
    };
    assert_eq!(terms("payment_term_id"), (false, true));
    assert_eq!(terms("payment_term_id nulls first"), (true, false));
    assert_eq!(terms("payment_term_id desc"), (true, false));
    assert_eq!(terms("payment_term_id desc nulls last"), (false, true));
    // Each group is opened by its condition, with the filters that were given.
    for found in all.as_array().unwrap() {
        let domain = found["__domain"].to_string();
        assert_eq!(
            server.ids("sale.order", &[("domain", &domain)]).len() as i64,
            found["__count"],
            "{found}"
        );
    }
    let given = r#"["|",["state","=","sale"],["id","<",3]]"#;
    let groups = group(&server, "sale.order", &[("group_by", "user_id"), ("domain", given)]);
    let opening = json!(["&", ["user_id", "=", 2], "|", ["state", "=", "sale"], ["id", "<", 3]]);
    assert_eq!(groups[0]["__domain"], opening, "{groups}");
}

#[test]
fn groups_are_picked_by_what_is_told_of_them() {
    let server = Server::demo();
    let having = |having: Value| {
        let parameters = [
            ("group_by", "partner_id"),
            (
                "aggregate",
                "total:sum(amount_total),first:min(date_order),mean:avg(amount_total)",
            ),
            ("currency_id", "2"),
            ("having", &having.to_string()),
        ];
        let groups = group(&server, "sale.order", &parameters);
        let ids = groups
            .as_array()
            .unwrap()
            .iter()
            .map(|group| group["partner_id"][0].as_i64().unwrap());
        let mut ids: Vec<i64> = ids.collect();
        ids.sort_unstable();
        ids
    };
    let sums = "SELECT CAST(partner_id AS TEXT) FROM sale_order WHERE currency_id = 2 GROUP BY partner_id HAVING ";
    for (condition, sql) in [
        (json!([]), "1 = 1"),
        (json!([["__count", ">", 1]]), "COUNT(*) > 1"),
        (json!([["__count", "in", [1, 4]]]), "COUNT(*) IN (1, 4)"),
        (json!([["total", ">=", 7092.48]]), "SUM(amount_total) >= 7092.48 * ONE"),
        (
            json!([["total", ">", "7092.48"], ["total", "!=", 21685.36]]),
            "SUM(amount_total) > 7092.48 * ONE \
            AND SUM(amount_total) <> 21685.36 * ONE",
        ),
        (json!([["total", "=", 7092.4800]]), "SUM(amount_total) = 7092.48 * ONE"),
        (json!([["total", "=", 7092.4800001]]), "1 = 0"),
        (
            json!(["!", ["total", "<", 7092.4799999]]),
            "SUM(amount_total) >= 7092.48 * ONE",
        ),
        (json!([["mean", "<", 1000]]), "AVG(amount_total) < 1000 * ONE"),
        (
            json!(["|", ["first", "<", "2023-09-13"], ["__count", "=", 5]]),
            "MIN(date_order) < '2023-09-13' OR COUNT(*) = 5",
        ),
    ] {
        // Decimals are stored as whole numbers on SQLite.
        let one = if server.database.dialect().is_server() {
            "1"
        } else {
            "10000"
        };
        let mut expected: Vec<i64> = rows(&server.database, &format!("{sums}{}", sql.replace("ONE", one)))
            .iter()
            .map(|row| row.parse().unwrap())
            .collect();
        expected.sort_unstable();
        assert_eq!(having(condition.clone()), expected, "{condition}");
    }
}

#[test]
fn read_group_opens_one_field_after_another() {
    let server = Server::demo();
    let asked = json!({"groupby": ["state", "user_id"], "fields": ["amount_total:count"]});
    let groups = read_group(&server, "sale.order", &asked);
    assert_eq!(
        groups[1],
        json!({"state_count": 4, "amount_total": 4, "state": "done", "__domain": [["state", "=", "done"]],
               "__context": {"group_by": ["user_id"]}})
    );
    let asked =
        json!({"domain": groups[1]["__domain"], "groupby": groups[1]["__context"]["group_by"], "fields": ["name"]});
    let below = read_group(&server, "sale.order", &asked);
    assert_eq!(
        below[0],
        json!({"user_id_count": 2, "user_id": below[0]["user_id"],
               "__domain": ["&", ["user_id", "=", below[0]["user_id"][0]], ["state", "=", "done"]]})
    );
    let counts = told(&below, &["user_id_count"]);
    assert_eq!(counts, json!([[2], [1], [1]]));
    // All at once.
    let asked = json!({"domain": [["state", "=", "done"]], "groupby": ["state", "user_id"], "lazy": false});
    let groups = read_group(&server, "sale.order", &asked);
    assert_eq!(
        told(&groups, &["state", "__count"]),
        json!([["done", 2], ["done", 1], ["done", 1]])
    );
    // Without a field to group by, all records are one group; without fields, all numbers are added up.
    let all = read_group(&server, "res.currency", &json!({}));
    assert_eq!(
        (&all[0]["__count"], &all[0]["__domain"]),
        (&json!(server.ids("res.currency", &[]).len()), &json!([]))
    );
    assert!(all[0]["rounding"].is_number(), "{all}");
    let groups = read_group(
        &server,
        "sale.order.line",
        &json!({"groupby": "display_type", "fields": ["sequence"]}),
    );
    assert_eq!(groups[0].get("sequence"), None, "a place among others is no quantity");
}

#[test]
fn groups_of_a_relation_to_many_and_lists_of_values() {
    let server = Server::demo();
    let groups = group(
        &server,
        "sale.order",
        &[("group_by", "tag_ids"), ("aggregate", "ids:array_agg(id)")],
    );
    let sql = "SELECT tag_id || ' ' || COUNT(*) FROM sale_order_tag_rel GROUP BY tag_id ORDER BY tag_id";
    let tagged = groups
        .as_array()
        .unwrap()
        .iter()
        .filter(|group| group["tag_ids"] != false);
    let pairs: Vec<String> = tagged
        .map(|group| format!("{} {}", group["tag_ids"][0], group["__count"]))
        .collect();
    assert_eq!(pairs, rows(&server.database, sql));
    for group in groups.as_array().unwrap() {
        let opened = server.ids(
            "sale.order",
            &[("domain", &group["__domain"].to_string()), ("order", "id")],
        );
        assert_eq!(group["ids"], json!(opened));
    }
    let lists = "refs:array_agg(client_order_ref),dates:array_agg(validity_date),times:array_agg(date_order),\
                 amounts:array_agg(amount_total),signed:array_agg(require_signature),every:bool_and(require_signature),\
                 some:bool_or(require_signature),partners:array_agg(partner_id)";
    let groups = group(
        &server,
        "sale.order",
        &[("group_by", "state"), ("id__in", "12,19"), ("aggregate", lists)],
    );
    let orders = server.send("POST", "sale.order/read", &json!({"ids": [12, 19]})).ok();
    let values = |field: &str| [orders[0][field].clone(), orders[1][field].clone()];
    assert_eq!(groups[0]["refs"], json!(values("client_order_ref")));
    assert_eq!(groups[0]["dates"], json!(values("validity_date")));
    assert_eq!(groups[0]["times"], json!(values("date_order")));
    assert_eq!(groups[0]["amounts"], json!(values("amount_total")));
    let signed = values("require_signature");
    assert_eq!(groups[0]["signed"], json!(signed));
    let both = [
        signed[0] == true && signed[1] == true,
        signed[0] == true || signed[1] == true,
    ];
    assert_eq!(told(&groups, &["every", "some"]), json!([both]));
    assert_eq!(groups[0]["partners"], json!([12, 15]));
}

/// The statements follow what is asked for, not the records or the groups.
#[test]
fn the_statements_of_groups_do_not_follow_their_number() {
    let server = Server::demo();
    let count = |parameters: &[(&str, &str)]| {
        let reply = server.get("sale.order", parameters);
        (reply.ok().as_array().unwrap().len(), reply.statements())
    };
    let keys = ("group_by", "partner_id,user_id,tag_ids,date_order:day");
    let (few, at_first) = count(&[keys, ("limit", "2")]);
    let (many, then) = count(&[keys]);
    assert!(few == 2 && many > 20, "{few} and {many} groups");
    assert_eq!(at_first, then);
    // One for the groups, and one for the names of each relation.
    assert!(then <= 1 + 3 + 1, "{then} statements");
    assert_eq!(
        count(&[("group_by", "state"), ("aggregate", "amount_total,name:max")]).1,
        1
    );
}
