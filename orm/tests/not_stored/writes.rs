//! Writes of related fields, and of what fields that are not stored lead to.

use serde_json::json;

use super::Database;

#[test]
fn a_stored_related_field_follows_its_source() {
    let mut database = Database::new();
    database.update("test.partner", 1, &json!({"city": "Bruges"})).unwrap();
    assert_eq!(database.ids("test.order", &[("city", "Bruges")]), [1, 2]);
    database.update("test.order", 2, &json!({"partner_id": 3})).unwrap();
    assert_eq!(database.ids("test.order", &[("city", "Lima")]), [2, 4]);
    database.update("test.order", 2, &json!({"partner_id": 4})).unwrap();
    assert_eq!(database.ids("test.order", &[("city__is_set", "false")]), [2, 3]);
}

/// A stored computed field follows changes that reach it through fields that are not stored.
#[test]
fn what_is_stored_follows_what_it_reads_through_fields_that_are_not() {
    let mut database = Database::new();
    let summary = |database: &mut Database, id: i64| {
        let text = database.list("test.order", &[("id", &id.to_string()), ("fields", "summary")]);
        text.split('"').nth(5).unwrap_or_default().to_owned()
    };
    assert_eq!(summary(&mut database, 1), "Belgium, 2 orders: Some(41.000)");
    database.update("test.country", 1, &json!({"name": "België"})).unwrap();
    assert_eq!(summary(&mut database, 1), "België, 2 orders: Some(41.000)");
    database.update("test.order", 1, &json!({"amount": 1})).unwrap();
    assert_eq!(summary(&mut database, 1), "België, 2 orders: Some(4.000)");
    database.create("test.order", &json!({"name": "A3", "partner_id": 1, "amount": 0}));
    assert_eq!(summary(&mut database, 2), "België, 3 orders: None");
}

/// A value that is written to a related field is stored in the record at the end of its path.
#[test]
fn a_writable_related_field_is_written_where_it_stands() {
    let mut database = Database::new();
    database
        .update("test.partner", 2, &json!({"country_code": "CL"}))
        .unwrap();
    assert_eq!(database.ids("test.country", &[("code", "CL")]), [2]);
    database
        .update("test.partner", 2, &json!({"country_id": 1, "country_code": "B"}))
        .unwrap();
    assert_eq!(
        database.ids("test.country", &[("code", "B")]),
        [1],
        "behind the new country"
    );
    database.update("test.order", 1, &json!({"city": "Ypres"})).unwrap();
    assert_eq!(
        database.ids("test.order", &[("city", "Ypres")]),
        [1, 2],
        "and its copies follow"
    );
    let body = json!([
        {"name": "Eve", "country_id": 2, "country_code": "CH"},
        {"name": "Fay", "country_code": false},
    ]);
    database.create("test.partner", &body);
    assert_eq!(database.ids("test.country", &[("code", "CH")]), [2]);
    database.create(
        "test.order",
        &json!({"name": "D1", "partner_id": 4, "amount": 1, "city": "Cork"}),
    );
    assert_eq!(database.ids("test.partner", &[("city", "Cork")]), [4]);
    assert_eq!(database.ids("test.order", &[("city", "Cork")]), [5]);
    let refused = database
        .update("test.partner", 4, &json!({"country_code": "X"}))
        .unwrap_err();
    assert_eq!(
        refused.detail(),
        "`country_code` is `country_id.code`, and `country_id` is empty: there is no record to write it to"
    );
    let refused = database
        .update("test.partner", 4, &json!({"country_name": "X"}))
        .unwrap_err();
    assert_eq!(
        refused.detail(),
        "`country_name` is `country_id.name`, seen from here: it cannot be written"
    );
    let refused = database
        .update("test.partner", 4, &json!({"order_count": 3}))
        .unwrap_err();
    assert_eq!(refused.detail(), "`order_count` is computed: it cannot be written");
}

/// A delete does not read columns of fields that are not stored.
#[test]
fn what_is_deleted_does_not_look_for_columns_that_are_not_there() {
    let mut database = Database::new();
    database
        .env(|env| orm::write::delete(env, env.registry.find("test.order").unwrap(), 4))
        .unwrap();
    database
        .env(|env| orm::write::delete(env, env.registry.find("test.partner").unwrap(), 3))
        .unwrap();
    assert_eq!(database.ids("test.partner", &[]), [1, 2, 4]);
}

#[test]
fn a_writable_field_follows_what_is_not_stored_until_it_is_written() {
    let mut database = Database::new();
    let notes = |database: &mut Database| {
        let list = database.list("test.order", &[("fields", "note")]);
        let list: serde_json::Value = serde_json::from_str(&list).unwrap();
        let notes = list.as_array().unwrap().iter();
        notes
            .map(|order| order["note"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(notes(&mut database), ["Belgium 42", "Belgium 42", "Chile 41", "- 41"]);
    database.update("test.order", 2, &json!({"note": "mine"})).unwrap();
    database
        .update("test.country", 1, &json!({"name": "Belgique"}))
        .unwrap();
    assert_eq!(notes(&mut database), ["Belgique 42", "mine", "Chile 41", "- 41"]);
    database.update("test.order", 1, &json!({"partner_id": 2})).unwrap();
    assert_eq!(notes(&mut database), ["Chile 42", "mine", "Chile 42", "- 41"]);
    database.update("test.order", 2, &json!({"partner_id": 3})).unwrap();
    assert_eq!(notes(&mut database), ["Chile 42", "- 42", "Chile 42", "- 42"]);
}
