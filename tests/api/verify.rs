//! `declarest verify` finds stored data that contradict the models, and `--repair` corrects what needs no guessing.

use orm::db::{Address, Dialect};
use serde_json::{Value, json};
use tests::{Server, assert_clean, dump, execute, repair, verify};

#[test]
fn the_demo_data_are_as_the_models_say() {
    let server = Server::demo();
    assert_clean(&server.database);
}

/// Statements that plant faults which no write through the API could cause. They run with foreign keys switched off.
const FAULTS: &[&str] = &[
    "UPDATE sale_order_line SET price_subtotal = price_subtotal * 2 WHERE id = 56",
    "UPDATE sale_order SET amount_total = amount_total * 3 WHERE id = 35",
    "UPDATE product_category SET complete_name = 'wrong', parent_path = '0/' WHERE id = 1",
    "UPDATE res_partner SET parent_id = 12 WHERE id = 11",
    "UPDATE res_partner SET parent_id = 11 WHERE id = 12",
    "DROP INDEX crm_tag_name_unique",
    "INSERT INTO crm_tag (id, name, color) SELECT id + 1000, name, color FROM crm_tag WHERE id < 3",
    "UPDATE uom_uom SET uom_type = 'tiny' WHERE id = 7",
    "UPDATE product_template SET uom_po_id = 1 WHERE id = 1",
    "UPDATE sale_order SET payment_term_id = 999 WHERE id = 40",
    "INSERT INTO account_tax_sale_order_line_rel (sale_order_line_id, account_tax_id) VALUES (56, 999), (9999, 1)",
    // A table that is created from a query has no primary key and no foreign keys.
    "CREATE TABLE tags AS SELECT * FROM sale_order_tag_rel",
    "DROP TABLE sale_order_tag_rel",
    "ALTER TABLE tags RENAME TO sale_order_tag_rel",
    "INSERT INTO sale_order_tag_rel (order_id, tag_id) VALUES (35, 4), (35, 4), (35, 4)",
    "UPDATE ir_sequence SET number_next = 1 WHERE code = 'sale.order'",
];

/// More faults, planted by statements that differ between the databases.
fn own_faults(dialect: Dialect) -> &'static [&'static str] {
    match dialect {
        Dialect::Sqlite => &[
            "PRAGMA ignore_check_constraints = ON; UPDATE uom_uom SET rounding = -rounding WHERE id = 7",
            "UPDATE sqlite_sequence SET seq = 8 WHERE name = 'crm_tag'",
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, '\"name\" TEXT NOT NULL', '\"name\" TEXT') \
             WHERE name = 'account_tax_group'; PRAGMA writable_schema = RESET; UPDATE account_tax_group SET name = NULL \
             WHERE id = 1",
        ],
        Dialect::Postgres => &[
            "ALTER TABLE uom_uom DROP CONSTRAINT uom_uom_check_2; UPDATE uom_uom SET rounding = -rounding WHERE id = 7",
            "SELECT setval(pg_get_serial_sequence('crm_tag', 'id'), 8)",
            "ALTER TABLE account_tax_group ALTER name DROP NOT NULL; UPDATE account_tax_group SET name = NULL WHERE id = 1",
        ],
    }
}

/// The findings that `--repair` corrects.
const MENDED: &[&str] = &[
    r#"product.category 1 complete_name: stored "wrong", right "All""#,
    r#"product.category 1 parent_path: stored "0/", right "1/""#,
    "sale.order.line 56 price_subtotal: stored 400, right 200",
    "sale.order 35 amount_total: stored 600, right 200",
    "sale.order.line 56 tax_id: stored 999, right no pair: account.tax has no record 999",
    "sale.order.line 9999 tax_id: stored 1, right no pair: sale.order.line has no record 9999",
    "sale.order 35 tag_ids: stored 4 more than once, right it once",
    "crm.tag id: stored 9 as the next one, right one above 1002",
    "ir.sequence 1 number_next: stored 1, right one above 43: sale.order 43 is S00043",
];

/// The findings that `--repair` leaves.
const LEFT: &[&str] = &[
    "res.partner 11 parent_id: stored 12, right a record that is not below it: 11 → 12 → 11",
    "res.partner 12 parent_id: stored 11, right a record that is not below it: 12 → 11 → 12",
    r#"crm.tag 1002 name: stored "Hospitality", right what record 2 has not"#,
    r#"crm.tag 1001 name: stored "Office Fit-Out", right what record 1 has not"#,
    r#"uom.uom 7 uom_type: stored "tiny", right one of bigger, reference, smaller"#,
    "uom.uom 7 rounding: stored -0.01, right rounding > 0",
    "product.template 1 uom_id,uom_po_id: stored 4, 1, right the purchase unit is of the same category as the unit of measure",
    "sale.order 40 payment_term_id: stored 999, right a record of account.payment.term that is there",
    "account.tax.group 1 name: stored empty, right a value",
];

fn plant(database: &Address) {
    let dialect = database.dialect();
    let unchecked = match dialect {
        Dialect::Sqlite => "PRAGMA foreign_keys = OFF",
        Dialect::Postgres => "SET session_replication_role = replica",
    };
    for fault in FAULTS.iter().chain(own_faults(dialect)) {
        execute(database, &format!("{unchecked}; {fault}"));
    }
}

fn sorted(lines: &[&str], end: &str) -> Vec<String> {
    let mut lines: Vec<String> = lines.iter().map(|line| format!("{line}{end}")).collect();
    lines.sort();
    lines
}

#[test]
fn planted_faults_are_found_and_mended() {
    let server = Server::demo();
    let database = &server.database;
    plant(database);
    let in_order = |mut lines: Vec<String>| {
        lines.sort();
        lines
    };
    let before = dump(database);
    let found = in_order(verify(database));
    assert_eq!(dump(database), before, "it only reads");
    assert_eq!(found, sorted(&[MENDED, LEFT].concat(), ""));
    let mended = in_order([sorted(MENDED, " (mended)"), sorted(LEFT, "")].concat());
    assert_eq!(in_order(repair(database)), mended);
    assert_eq!(in_order(verify(database)), sorted(LEFT, ""));
    assert_eq!(server.record("sale.order", 35, "amount_total")["amount_total"], 200.0);
}

/// `verify` checks a writable computed field too, unless somebody has written its value.
#[test]
fn what_nobody_wrote_is_as_it_is_computed() {
    let server = Server::demo();
    let database = &server.database;
    let (units, dozens) = (1, 2);
    let template = |values: Value| {
        server.send("POST", "product.template", &values).ok()["id"]
            .as_i64()
            .unwrap()
    };
    let followed = template(json!({"name": "Pen", "uom_id": units}));
    let chosen = template(json!({"name": "Crayon", "uom_id": units, "uom_po_id": dozens}));
    assert_eq!(verify(database), Vec::<String>::new());
    execute(
        database,
        &format!("UPDATE product_template SET uom_po_id = {dozens} WHERE id IN ({followed}, {chosen})"),
    );
    let wrong = format!("product.template {followed} uom_po_id: stored {dozens}, right {units}");
    assert_eq!(verify(database), [wrong.as_str()]);
    assert_eq!(repair(database), [format!("{wrong} (mended)")]);
    assert_eq!(verify(database), Vec::<String>::new());
}
