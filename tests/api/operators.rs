//! The operators of conditions, in flat filters and in domains: each finds the same records as the equivalent condition in
//! plain SQL. What random domains find is tested in `orm/tests/search`.

use serde_json::json;
use tests::{Server, encode};

use super::filters::in_sql;

/// The query string of a list of orders, the equivalent condition in SQL.
const FLAT: &[(&[(&str, &str)], &str)] = &[
    (&[("state__eq", "draft")], "state = 'draft'"),
    (&[("name__not_like", "S0000")], "name NOT LIKE '%S0000%'"),
    (&[("name__not_like", "s0000")], "TRUE"),
    (&[("name__eq_like", "S0000_")], "name LIKE 'S0000_'"),
    (&[("name__eq_like", "S0000")], "FALSE"),
    (&[("name__eq_ilike", "s%5")], "name LIKE 'S%5'"),
    (&[("client_order_ref__ne", "")], "client_order_ref <> ''"),
    (&[("client_order_ref__not_ilike", "")], "client_order_ref IS NULL"),
    (&[("state__eq_if_given", "sale")], "state = 'sale'"),
    (&[("state__eq_if_given", "")], "TRUE"),
    (&[("partner_id__eq_if_given", "false")], "TRUE"),
    (&[("partner_id__in", "Gemini Furniture, 12")], "partner_id IN (11, 12)"),
    (
        &[("partner_id__in", r#""Gemini Furniture",12"#)],
        "partner_id IN (11, 12)",
    ),
    (
        &[("partner_id__not_in", "Gemini Furniture,12")],
        "partner_id NOT IN (11, 12)",
    ),
    (
        &[("partner_id__not_like", "Gemini F")],
        "partner_id NOT IN (SELECT id FROM res_partner WHERE id = 11 OR parent_id = 11)",
    ),
    (&[("partner_id__eq_ilike", "GEMINI furniture")], "partner_id = 11"),
    (&[("partner_id__ne", "Gemini Furniture")], "partner_id <> 11"),
    (
        &[("payment_term_id__ne", "30 Days")],
        "payment_term_id IS DISTINCT FROM 4",
    ),
    (
        &[("partner_id.state_id", "California")],
        "partner_id IN (SELECT p.id FROM res_partner p JOIN res_country_state s ON s.id = p.state_id \
         WHERE s.name = 'California')",
    ),
    (
        &[("partner_id.state_id__ne", "California")],
        "partner_id IN (SELECT p.id FROM res_partner p LEFT JOIN res_country_state s ON s.id = p.state_id \
         WHERE s.id IS NULL OR s.name <> 'California')",
    ),
    (
        &[("partner_id__child_of", r#""Gemini Furniture","Azure Interior""#)],
        "partner_id IN (SELECT p.id FROM res_partner p LEFT JOIN res_partner c ON c.id = p.parent_id \
         WHERE p.name IN ('Gemini Furniture', 'Azure Interior') OR c.name IN ('Gemini Furniture', 'Azure Interior'))",
    ),
    (
        &[("partner_id__any", r#"[["city", "=", "Fairfield"], ["id", ">", 11]]"#)],
        "partner_id IN (SELECT id FROM res_partner WHERE city = 'Fairfield' AND id > 11)",
    ),
    (
        &[("order_line__any", r#"[["product_id", "=", 23], ["id", ">", 55]]"#)],
        "id IN (SELECT order_id FROM sale_order_line WHERE product_id = 23 AND id > 55)",
    ),
    (
        &[("order_line__not_any", r#"[["product_id", "=", 23]]"#)],
        "id NOT IN (SELECT order_id FROM sale_order_line WHERE product_id = 23)",
    ),
    (
        &[("state__in", "draft"), ("state__in", "sale")],
        "state IN ('draft', 'sale')",
    ),
    (
        &[("id__not_in", "1"), ("limit", "100"), ("id__not_in", "2,3")],
        "id NOT IN (1, 2, 3)",
    ),
    (
        &[("validity_date__in", "2024-02-03 00:00:00")],
        "validity_date = '2024-02-03'",
    ),
];

/// A domain, the equivalent condition in SQL.
const DOMAINS: &[(&str, &str)] = &[
    (r#"[[1,"=",1]]"#, "TRUE"),
    (r#"["|",[0,"=",1],["id","=",1]]"#, "id = 1"),
    (r#"["!",[1,"=",1]]"#, "FALSE"),
    (r#"[["name","=like","S0000_"]]"#, "name LIKE 'S0000_'"),
    (r#"[["name","=ILIKE","s0000_"]]"#, "name LIKE 'S0000_'"),
    (r#"[["name","not like","S0000"]]"#, "name NOT LIKE '%S0000%'"),
    (r#"[["client_order_ref","=?",false]]"#, "TRUE"),
    (r#"[["state","=?","sale"]]"#, "state = 'sale'"),
    (r#"[["client_order_ref","ilike",false]]"#, "TRUE"),
    (
        r#"[["partner_id","in",["Gemini Furniture",12]]]"#,
        "partner_id IN (11, 12)",
    ),
    (
        r#"[["payment_term_id","not in",["30 Days",false]]]"#,
        "payment_term_id <> 4",
    ),
    (r#"[["payment_term_id","in",false]]"#, "payment_term_id IS NULL"),
    // An empty date is in neither of a comparison and its opposite.
    (
        r#"["!",["validity_date",">","2024-02-02"]]"#,
        "validity_date <= '2024-02-02'",
    ),
    (
        r#"["!","|",["validity_date",">","2024-02-02"],["id","<",5]]"#,
        "validity_date <= '2024-02-02' AND id >= 5",
    ),
    (
        r#"["!",["validity_date","=","2024-02-03"]]"#,
        "validity_date IS DISTINCT FROM '2024-02-03'",
    ),
    // No line does, and neither does a line of an order without lines.
    (
        r#"["!",["order_line.product_id","=",23]]"#,
        "id NOT IN (SELECT order_id FROM sale_order_line WHERE product_id = 23)",
    ),
    (
        r#"[["order_line","any",[["product_id.name","ilike","chair"],["price_unit",">",200]]]]"#,
        "id IN (SELECT l.order_id FROM sale_order_line l JOIN product_product p ON p.id = l.product_id \
         JOIN product_template t ON t.id = p.product_tmpl_id WHERE LOWER(t.name) LIKE '%chair%' AND l.price_unit > 20000)",
    ),
    (
        r#"[["partner_id.child_ids","not any",[]]]"#,
        "partner_id NOT IN (SELECT parent_id FROM res_partner WHERE parent_id IS NOT NULL)",
    ),
    (r#"[["require_signature","in",[true,false]]]"#, "TRUE"),
];

#[test]
fn every_operator_of_flat_filters_means_what_its_name_says() {
    let server = Server::demo();
    for (filters, condition) in FLAT {
        let found = server.ids("sale.order", &[&[("order", "id")], *filters].concat());
        assert_eq!(found, in_sql(&server, condition), "{}", encode(filters));
    }
}

#[test]
fn every_operator_of_domains_means_what_it_says() {
    let server = Server::demo();
    for (domain, condition) in DOMAINS {
        let found = server.ids("sale.order", &[("order", "id"), ("domain", domain)]);
        assert_eq!(found, in_sql(&server, condition), "{domain}");
    }
}

#[test]
fn texts_match_whatever_their_case_in_all_scripts() {
    let server = Server::demo();
    let names = [
        "Straße 5",
        "ΟΔΥΣΣΕΥΣ",
        "İzmir",
        "Cafe\u{301} X",
        "Smith, Ann",
        "5\" pipe",
    ];
    let create = |name: &str| server.send("POST", "res.partner", &json!({"name": name})).ok()["id"].clone();
    let ids: Vec<String> = names.iter().map(|name| create(name).to_string()).collect();
    let ids = ids.join(",");
    let found = |operator: &str, value: &str| {
        let filter = format!("name__{operator}");
        let parameters = [
            ("fields", "name"),
            ("order", "id"),
            ("id__in", ids.as_str()),
            (filter.as_str(), value),
        ];
        let records = server.get("res.partner", &parameters).ok();
        let records = records.as_array().unwrap().iter();
        records
            .map(|record| record["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    for (operator, value, expected) in [
        ("ilike", "STRASSE", "Straße 5"),
        ("ilike", "STRAẞE 5", "Straße 5"),
        ("eq_ilike", "straSSe%", "Straße 5"),
        ("ilike", "οδυσσευς", "ΟΔΥΣΣΕΥΣ"),
        ("ilike", "σευσ", "ΟΔΥΣΣΕΥΣ"),
        ("ilike", "i\u{307}ZMIR", "İzmir"),
        ("ilike", "CAFÉ", "Cafe\u{301} X"),
        ("like", "Café", "Cafe\u{301} X"),
        ("eq_ilike", "caf_ x", "Cafe\u{301} X"),
        ("in", r#""Smith, Ann""#, "Smith, Ann"),
        ("in", r#""5"" pipe""#, "5\" pipe"),
    ] {
        assert_eq!(found(operator, value), [expected], "{operator} {value}");
    }
    for (operator, value) in [
        ("ilike", "izmir"),
        ("ilike", "cafe"),
        ("like", "STRASSE"),
        ("in", "Smith, Ann"),
    ] {
        assert!(found(operator, value).is_empty(), "{operator} {value}");
    }
    let others = found("not_ilike", "STRASSE");
    assert_eq!(others, names[1..], "the opposite finds the others");
}

/// The order, and the same in SQL.
const ORDERS: [(&str, &str); 6] = [
    (
        "client_order_ref,id",
        "client_order_ref IS NULL, client_order_ref, sale_order.id",
    ),
    (
        "client_order_ref desc,id",
        "client_order_ref IS NULL DESC, client_order_ref DESC, sale_order.id",
    ),
    (
        "client_order_ref nulls first,id",
        "client_order_ref IS NULL DESC, client_order_ref, sale_order.id",
    ),
    (
        "client_order_ref DESC NULLS LAST,id",
        "client_order_ref IS NULL, client_order_ref DESC, sale_order.id",
    ),
    (
        "payment_term_id nulls first,id",
        "payment_term_id IS NULL DESC, (SELECT sequence FROM account_payment_term t WHERE t.id = payment_term_id), \
         payment_term_id, sale_order.id",
    ),
    (
        "payment_term_id desc nulls last,id",
        "payment_term_id IS NULL, (SELECT sequence FROM account_payment_term t WHERE t.id = payment_term_id) DESC, \
         payment_term_id DESC, sale_order.id",
    ),
];

#[test]
fn an_order_says_where_empty_values_come() {
    let server = Server::demo();
    for (order, sql) in ORDERS {
        let found = server.ids("sale.order", &[("order", order)]);
        let sql = format!("SELECT CAST(id AS TEXT) FROM sale_order ORDER BY {sql}");
        let expected = tests::rows(&server.database, &sql);
        let expected: Vec<i64> = expected.iter().map(|id| id.parse().unwrap()).collect();
        assert_eq!(found, expected, "{order}");
    }
    for field in ["client_order_ref", "payment_term_id"] {
        for set in ["IS NULL", "IS NOT NULL"] {
            assert!(in_sql(&server, &format!("{field} {set}")).len() > 1, "{field} {set}");
        }
    }
}

/// Parameter, value, a text that the refusal must contain.
const REFUSED: &[(&str, &str, &str)] = &[
    ("name__in", "x,\"b", "not closed"),
    ("name__in", "\"a\"b", "`b` follows"),
    ("name__any", "[]", "no stored relation"),
    ("order_line__any", "[", "well-formed"),
    ("order_line__any", r#"[["prise_unit","=",1]]"#, "`price_unit`"),
    ("order_line__any", "[[[]]]", "condition"),
    ("amount_total__not_like", "2", "text"),
    ("partner_id__gt", "Gemini", "order"),
    ("domain", r#"[[2,"=",1]]"#, "condition"),
    (
        "domain",
        r#"[["order_line","any",[["product_id","any",[["nam","=",1]]]]]]"#,
        "`name`",
    ),
    ("domain", r#"[["order_line","anny",[]]]"#, "`any`"),
    ("domain", r#"[["name","in",true]]"#, "text"),
    ("order", "name nulls", "nulls first"),
    ("order", "name nulls middle", "nulls first"),
    ("order", "name desc nulls last first", "order"),
];

#[test]
fn a_mistake_in_a_condition_is_told_where_it_is() {
    let server = Server::demo();
    for (name, value, word) in REFUSED {
        let reply = server.get("sale.order", &[(name, value)]);
        let text = reply.text();
        let problem = reply.problem(400, "invalid");
        assert_eq!(problem["errors"][0]["parameter"], *name, "{text}");
        assert!(text.contains(word), "{name}={value} ({word}): {text}");
    }
    let many = format!(
        "[{}]",
        vec![r#"["order_line","any",[["id","=",1],["id","=",2]]]"#; 80].join(",")
    );
    let problem = server.get("sale.order", &[("domain", &many)]).problem(400, "invalid");
    assert_eq!(
        problem["errors"][0]["message"],
        "`order_line` `any`: at most 200 conditions are allowed"
    );
    let deep = (0..60).fold("[]".to_owned(), |inner, _| format!(r#"[["child_ids","any",{inner}]]"#));
    server.get("res.partner", &[("domain", &deep)]).problem(400, "invalid");
}
