//! Filters: each spelling finds the same records as the equivalent condition in plain SQL.

use tests::{Server, rows};

/// Parameter, value, the equivalent condition in SQL.
const ORDERS: &[(&str, &str, &str)] = &[
    ("state", "draft", "state = 'draft'"),
    ("state__ne", "draft", "state <> 'draft'"),
    ("id", "40", "id = 40"),
    ("id__ne", "40", "id <> 40"),
    ("id__gt", "20", "id > 20"),
    ("id__ge", "20", "id >= 20"),
    ("id__lt", "20", "id < 20"),
    ("id__le", "20", "id <= 20"),
    ("id__in", "1, 5,40", "id IN (1, 5, 40)"),
    ("id__not_in", "1,5,40", "id NOT IN (1, 5, 40)"),
    ("payment_term_id__ne", "4", "payment_term_id IS DISTINCT FROM 4"),
    (
        "payment_term_id__not_in",
        "4,2",
        "payment_term_id IS NULL OR payment_term_id NOT IN (4, 2)",
    ),
    ("payment_term_id", "false", "payment_term_id IS NULL"),
    ("payment_term_id__ne", "false", "payment_term_id IS NOT NULL"),
    ("payment_term_id__is_set", "true", "payment_term_id IS NOT NULL"),
    ("payment_term_id__is_set", "false", "payment_term_id IS NULL"),
    ("client_order_ref", "false", "client_order_ref IS NULL"),
    ("require_signature", "true", "require_signature"),
    ("require_signature", "false", "NOT require_signature"),
    ("name__like", "S0000", "name LIKE '%S0000%'"),
    ("name__like", "s0000", "FALSE"),
    ("name__like", "S%5", "name LIKE '%S%5%'"),
    ("name__like", "S_0005", "name LIKE '%S_0005%'"),
    ("name__ilike", "your SALE", "LOWER(name) LIKE '%your sale%'"),
    ("name__not_ilike", "SALE", "LOWER(name) NOT LIKE '%sale%'"),
    (
        "client_order_ref__not_ilike",
        "bb",
        "client_order_ref IS NULL OR LOWER(client_order_ref) NOT LIKE '%bb%'",
    ),
    ("name__startswith", "S0001", "name LIKE 'S0001%'"),
    ("name__startswith", "s0001", "FALSE"),
    ("name__startswith", "S_001", "FALSE"),
    ("amount_total__gt", "10000", "id IN (2, 6, 13, 18)"),
    ("amount_total", "1021.146", "id = 14"),
    ("amount_total", "200.00", "id IN (35, 40)"),
    ("amount_total__in", "200,1021.146", "id IN (14, 35, 40)"),
    ("amount_total_start", "309410", "id = 13"),
    (
        "date_order_start",
        "2024-01-12",
        "substr(CAST(date_order AS TEXT), 1, 10) >= '2024-01-12'",
    ),
    (
        "date_order_end",
        "2024-01-12",
        "substr(CAST(date_order AS TEXT), 1, 10) <= '2024-01-12'",
    ),
    ("date_order_end", "2024-01-12T10:29:59", "id < 21"),
    ("date_order_end", "2024-01-12 10:30:00", "id <= 21"),
    ("date_order_end", "2024-01-12T12:30:00+02:00", "id <= 21"),
    (
        "date_order__gt",
        "2024-01-12",
        "substr(CAST(date_order AS TEXT), 1, 10) > '2024-01-12'",
    ),
    (
        "date_order__lt",
        "2024-01-12",
        "substr(CAST(date_order AS TEXT), 1, 10) < '2024-01-12'",
    ),
    (
        "date_order__le",
        "2024-01-12",
        "substr(CAST(date_order AS TEXT), 1, 10) <= '2024-01-12'",
    ),
    ("create_date_end", "2024-01-26", "TRUE"),
    ("validity_date_start", "2024-01-01", "validity_date >= '2024-01-01'"),
    ("validity_date_end", "2024-02-03", "validity_date <= '2024-02-03'"),
    ("partner_id", "11", "partner_id = 11"),
    ("partner_id__in", "11,12", "partner_id IN (11, 12)"),
    ("partner_id", "Gemini Furniture", "partner_id = 11"),
    (
        "partner_id__ilike",
        "gemini",
        "partner_id IN (SELECT id FROM res_partner WHERE id = 11 OR parent_id = 11)",
    ),
    (
        "partner_id__not_ilike",
        "gemini",
        "partner_id NOT IN (SELECT id FROM res_partner WHERE id = 11 OR parent_id = 11)",
    ),
    (
        "partner_id__child_of",
        "11",
        "partner_id IN (SELECT id FROM res_partner WHERE id = 11 OR parent_id = 11)",
    ),
    (
        "partner_id__parent_of",
        "11",
        "partner_id IN (SELECT id FROM res_partner WHERE id = 11 OR id = (SELECT parent_id FROM res_partner WHERE id = 11))",
    ),
    (
        "partner_id__child_of",
        "11, 12",
        "partner_id IN (SELECT id FROM res_partner WHERE id IN (11, 12) OR parent_id IN (11, 12))",
    ),
    ("user_id", "Mitchell Admin", "user_id = 2"),
    ("user_id.name", "Mitchell Admin", "user_id = 2"),
    (
        "partner_id.city",
        "Fairfield",
        "partner_id IN (SELECT id FROM res_partner WHERE city = 'Fairfield')",
    ),
    (
        "partner_id.city__ilike",
        "fair%",
        "partner_id IN (SELECT id FROM res_partner WHERE LOWER(city) LIKE '%fair%')",
    ),
    (
        "partner_id.country_id.code",
        "US",
        "partner_id IN (SELECT id FROM res_partner WHERE country_id = 233)",
    ),
    (
        "partner_id.country_id.code__ne",
        "US",
        "partner_id IN (SELECT id FROM res_partner WHERE country_id IS NOT NULL AND country_id <> 233)",
    ),
    ("order_line", "56", "id = 40"),
    ("order_line__is_set", "false", "FALSE"),
    (
        "order_line.product_id",
        "23",
        "id IN (SELECT order_id FROM sale_order_line WHERE product_id = 23)",
    ),
    (
        "order_line.product_id.name",
        "Conference Chair",
        "id IN (SELECT order_id FROM sale_order_line WHERE product_id IN (23, 24))",
    ),
    (
        "order_line.tax_id",
        "3",
        "id IN (SELECT order_id FROM sale_order_line l JOIN account_tax_sale_order_line_rel r ON r.sale_order_line_id = l.id WHERE r.account_tax_id = 3)",
    ),
    ("display_name", "S00005", "id = 5"),
];

/// A domain, the equivalent condition in SQL.
const DOMAINS: &[(&str, &str)] = &[
    ("[]", "TRUE"),
    (
        r#"[["state","=","draft"],["partner_id","=",11]]"#,
        "state = 'draft' AND partner_id = 11",
    ),
    (
        r#"["&",["state","=","draft"],["partner_id","=",11]]"#,
        "state = 'draft' AND partner_id = 11",
    ),
    (r#"["|",["id","=",1],["id","=",2]]"#, "id IN (1, 2)"),
    (r#"["!",["state","=","draft"]]"#, "state <> 'draft'"),
    (
        r#"["!",["payment_term_id","=",4]]"#,
        "payment_term_id IS DISTINCT FROM 4",
    ),
    (
        r#"["!","|",["id","=",1],["state","=","draft"]]"#,
        "id <> 1 AND state <> 'draft'",
    ),
    (
        r#"["|","&",["state","=","draft"],["partner_id","=",11],["id","<",3]]"#,
        "state = 'draft' AND partner_id = 11 OR id < 3",
    ),
    (
        r#"["|",["id","=",1],["id","=",2],["state","!=","draft"]]"#,
        "id IN (1, 2) AND state <> 'draft'",
    ),
    (r#"[["payment_term_id","=",false]]"#, "payment_term_id IS NULL"),
    (r#"[["payment_term_id","!=",null]]"#, "payment_term_id IS NOT NULL"),
    (r#"[["id","in",[]]]"#, "FALSE"),
    (r#"[["id","not in",[]]]"#, "TRUE"),
    (r#"[["id","=",[1,2]]]"#, "id IN (1, 2)"),
    (r#"[["partner_id","in",[11,12]]]"#, "partner_id IN (11, 12)"),
    (r#"[["name","not ilike","sale"]]"#, "LOWER(name) NOT LIKE '%sale%'"),
    (r#"[["amount_total",">=",309410]]"#, "id = 13"),
    (r#"[["amount_total","<>",200.0]]"#, "id NOT IN (35, 40)"),
    (
        r#"[["partner_id","child_of",11]]"#,
        "partner_id IN (SELECT id FROM res_partner WHERE id = 11 OR parent_id = 11)",
    ),
    (
        r#"[["partner_id.country_id","=","United States"]]"#,
        "partner_id IN (SELECT id FROM res_partner WHERE country_id = 233)",
    ),
    (r#"[["require_signature","=",false]]"#, "NOT require_signature"),
];

pub(crate) fn in_sql(server: &Server, condition: &str) -> Vec<i64> {
    let ids = rows(
        &server.database,
        &format!("SELECT CAST(id AS TEXT) FROM sale_order WHERE {condition} ORDER BY sale_order.id"),
    );
    ids.iter().map(|id| id.parse().unwrap()).collect()
}

#[test]
fn every_flat_filter_means_what_its_name_says() {
    let server = Server::demo();
    let mut wrong = Vec::new();
    for (name, value, condition) in ORDERS {
        let reply = server.get("sale.order", &[("fields", "id"), ("order", "id"), (name, value)]);
        let ids: Vec<String> = in_sql(&server, condition)
            .iter()
            .map(|id| format!("{{\"id\":{id}}}"))
            .collect();
        if reply.text() != format!("[{}]", ids.join(",")) {
            wrong.push(format!("{name}={value}: {} {:.200}", reply.status, reply.text()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_domain_means_what_it_says() {
    let server = Server::demo();
    for (domain, condition) in DOMAINS {
        let found = server.ids("sale.order", &[("order", "id"), ("domain", domain)]);
        assert_eq!(found, in_sql(&server, condition), "{domain}");
    }
    let both = server.ids(
        "sale.order",
        &[("order", "id"), ("state", "draft"), ("domain", r#"[["id",">",22]]"#)],
    );
    assert_eq!(both, in_sql(&server, "state = 'draft' AND id > 22"));
}

#[test]
fn a_day_is_whole_from_start_to_end() {
    let server = Server::demo();
    let day = [("date_order_start", "2024-01-12"), ("date_order_end", "2024-01-12")];
    assert_eq!(server.ids("sale.order", &day), [21]);
    let samples = [
        ("create_date_start", "2024-01-26T13:37:58.701565"),
        ("create_date_end", "2024-01-26T13:37:58.701565"),
    ];
    assert_eq!(server.ids("sale.order", &samples), [40]);
}

#[test]
fn child_of_takes_the_whole_tree_below() {
    let server = Server::demo();
    let categories = |parent| server.ids("product.category", &[("order", "id"), ("id__child_of", parent)]);
    assert_eq!(categories("8"), [5, 6, 8]);
    assert_eq!(categories("2"), [2, 3, 5, 6, 7, 8, 9]);
    assert_eq!(categories("4"), [4]);
    assert!(categories("999").is_empty());
    let above = |child| server.ids("product.category", &[("order", "id"), ("id__parent_of", child)]);
    assert_eq!(above("5"), [1, 2, 5, 8]);
    assert_eq!(above("4,3"), [1, 2, 3, 4]);
    assert_eq!(
        above("Office Furniture"),
        [1, 2, 5, 6, 8],
        "a name stands for the records that are called so"
    );
    let products = [("order", "id"), ("categ_id__child_of", "8"), ("active_test", "false")];
    let products = server.ids("product.product", &products);
    let expected = rows(
        &server.database,
        "SELECT CAST(p.id AS TEXT) FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id \
         WHERE t.categ_id IN (5, 6, 8) ORDER BY p.id",
    );
    assert_eq!(
        products,
        expected.iter().map(|id| id.parse().unwrap()).collect::<Vec<i64>>()
    );
    assert!(products.len() > 5);
}

/// Parameter, value, a text that the refusal must contain.
const REFUSED: &[(&str, &str, &str)] = &[
    ("stat", "draft", "`state`"),
    ("limt", "1", "`limit`"),
    ("date_order_strat", "2024-01-01", "date_order"),
    ("partner_id.ctiy", "x", "`city`"),
    ("name__iliek", "x", "`ilike`"),
    ("name__", "x", "operator"),
    ("state", "drat", "`draft`"),
    ("id", "x", "x"),
    ("id__gt", "false", "`id`"),
    ("id__in", "1,x", "x"),
    ("amount_total__gt", "lots", "lots"),
    ("amount_total__like", "2", "text"),
    ("require_signature", "maybe", "true or false"),
    ("require_signature__gt", "true", "order"),
    ("partner_id__gt", "3", "order"),
    ("partner_id__is_set", "maybe", "true or false"),
    ("name__child_of", "1", "child_of"),
    ("user_id__child_of", "1", "hierarchy"),
    ("date_order", "yesterday", "yesterday"),
    ("validity_date", "2024-02-30", "2024-02-30"),
    ("signature", "x", "signature"),
    ("name.first", "x", "name"),
    ("limit", "-1", "-1"),
    ("limit", "ten", "ten"),
    ("limit", "1.5", "1.5"),
    ("limit", "10001", "10000"),
    ("limit", "99999999999999999999", "whole number"),
    ("offset", "-1", "-1"),
    ("order", "nam", "`name`"),
    ("order", "name dsc", "dsc"),
    ("order", "name desc desc", "order"),
    ("order", "order_line", "order_line"),
    ("order", "", "order"),
    ("fields", "nam", "`name`"),
    ("fields", "name,name", "twice"),
    ("fields", "partner_id(ctiy)", "`city`"),
    ("fields", "partner_id(name", "closed"),
    ("fields", "partner_id)", ")"),
    ("fields", "name(id)", "relation"),
    ("fields", "", "fields"),
    ("domain", "{}", "list"),
    ("domain", "[", ""),
    ("domain", r#"["|",["id","=",1]]"#, "lacks"),
    ("domain", r#"["?",["id","=",1]]"#, "?"),
    ("domain", r#"[["id","=~",1]]"#, "=~"),
    ("domain", r#"[["id","="]]"#, "condition"),
    ("domain", r#"[["ide","=",1]]"#, "`id`"),
    ("domain", r#"[["id","in",1]]"#, "list"),
    ("domain", r#"[["state","=","drat"]]"#, "`draft`"),
    ("domain", "[1]", "condition"),
];

#[test]
fn what_is_not_understood_is_refused_with_the_nearest_name() {
    let server = Server::demo();
    let mut wrong = Vec::new();
    for (name, value, word) in REFUSED {
        let reply = server.get("sale.order", &[(name, value)]);
        let text = reply.text();
        let parameter = format!("\"parameter\":\"{name}\"");
        if reply.status != 400
            || !text.contains("\"code\":\"invalid\"")
            || !text.contains(word)
            || !text.contains(&parameter)
        {
            wrong.push(format!("{name}={value} ({word}): {} {text:.200}", reply.status));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let twice = server
        .get("sale.order", &[("state", "draft"), ("state", "sale")])
        .problem(400, "invalid");
    assert_eq!(twice["errors"][0]["parameter"], "state");
    let one = server
        .get("sale.order/40", &[("state", "draft")])
        .problem(400, "invalid");
    assert_eq!(one["errors"][0]["parameter"], "state");
}
