//! What is not as the models say is found, and mended where that needs no guessing.

use tests::{Server, assert_clean, dump, execute, repair, verify};

#[test]
fn the_demo_data_are_as_the_models_say() {
    let server = Server::demo();
    assert_clean(&server.database);
}

/// Statements that no write would have let in, in an order in which the database takes them.
const FAULTS: [&str; 6] = [
    "UPDATE sale_order_line SET price_subtotal = price_subtotal * 2 WHERE id = 56",
    "UPDATE sale_order SET amount_total = amount_total * 3 WHERE id = 35",
    "UPDATE product_category SET complete_name = 'wrong', parent_path = '0/' WHERE id = 1",
    "UPDATE res_partner SET parent_id = 11 WHERE id = 11",
    "DROP INDEX crm_tag_name_unique",
    "INSERT INTO crm_tag (id, name, color) SELECT id + 1000, name, color FROM crm_tag WHERE id < 3",
];

/// What can be mended without guessing.
const MENDED: [&str; 4] = [
    r#"product.category 1 complete_name: stored "wrong", right "All""#,
    r#"product.category 1 parent_path: stored "0/", right "1/""#,
    "sale.order.line 56 price_subtotal: stored 400, right 200",
    "sale.order 35 amount_total: stored 600, right 200",
];

/// What cannot.
const LEFT: [&str; 3] = [
    "res.partner 11 parent_id: stored 11, right a record that is not below it: 11 → 11",
    r#"crm.tag 1002 name: stored "Hospitality", right what record 2 has not"#,
    r#"crm.tag 1001 name: stored "Office Fit-Out", right what record 1 has not"#,
];

#[test]
fn planted_faults_are_found_and_mended() {
    let server = Server::demo();
    let database = &server.database;
    for fault in FAULTS {
        execute(database, fault);
    }
    let sorted = |lines: Vec<String>| {
        let mut lines = lines;
        lines.sort();
        lines
    };
    let mended = MENDED.map(|line| format!("{line} (mended)"));
    let left: Vec<String> = LEFT.map(str::to_owned).to_vec();
    let before = dump(database);
    let found = [MENDED.map(str::to_owned).to_vec(), left.clone()].concat();
    assert_eq!(sorted(verify(database)), sorted(found));
    assert_eq!(dump(database), before, "it only reads");
    assert_eq!(
        sorted(repair(database)),
        sorted([mended.to_vec(), left.clone()].concat())
    );
    assert_eq!(sorted(verify(database)), sorted(left));
    assert_eq!(server.record("sale.order", 35, "amount_total")["amount_total"], 200.0);
}
