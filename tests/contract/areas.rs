//! Areas of models do not depend on sales, which extend them: without sales, the program has everything else.

use harness::{Database, execute};
use orm::{Entry, Env, Runtime, write};
use serde_json::{Value as Json, json};

/// The catalogue without the area of sales.
fn without_sales() -> Vec<Entry> {
    let sales = |entry: &Entry| entry.0.source.file.contains("models/src/sale/");
    models::catalogue().into_iter().filter(|entry| !sales(entry)).collect()
}

#[test]
fn without_sales_the_other_areas_run() {
    let runtime = Runtime::new(&without_sales()).unwrap_or_else(|error| panic!("{error}"));
    assert!(runtime.find("sale.order").is_none());
    let database = Database::empty();
    let tables = orm_schema::everything(&runtime, database.address().dialect());
    assert!(!tables.contains("sale_warn") && tables.contains("res_partner"));
    execute(database.address(), &tables);
    let mut session = database.address().open(false).unwrap();
    session.control(session.dialect().begin_write()).unwrap();
    let now = chrono::DateTime::UNIX_EPOCH.naive_utc();
    let mut env = Env::system(&mut session, &runtime, now);
    let first: Json = models::base::FIRST_RECORDS.parse().unwrap();
    write::load(&mut env, &first, &mut |_, _| {}).unwrap();
    for (model, body) in [
        ("res.partner", json!({"name": "Ann", "email": "Ann <ann@example.com>"})),
        ("uom.category", json!({"name": "Unit"})),
        (
            "uom.uom",
            json!({"name": "Units", "category_id": 1, "uom_type": "reference"}),
        ),
        ("product.category", json!({"name": "All"})),
        ("product.product", json!({"name": "Chair", "list_price": 70})),
    ] {
        let model = runtime.find(model).unwrap();
        write::create(&mut env, model, &body).unwrap_or_else(|error| panic!("{}: {error}", model.def.name));
    }
    let partner = runtime.find("res.partner").unwrap();
    let refused = write::create(&mut env, partner, &json!({"name": "Bob", "sale_warn": "warning"})).unwrap_err();
    assert!(refused.to_string().contains("sale_warn"), "{refused}");
}
