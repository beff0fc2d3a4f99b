//! Reads and searches of fields that are not stored, and of hierarchies.

use orm::query::{self, Request};
use serde_json::json;

use super::{Database, models};

#[test]
fn related_fields_read_as_the_end_of_their_path() {
    let mut database = Database::new();
    let fields = "country_name,country_id(code),partner_name,partner_title,partner_active,parent_active,city";
    assert_eq!(
        database.list("test.order", &[("fields", fields)]),
        concat!(
            r#"[{"id":1,"country_name":"Belgium","country_id":{"id":1,"code":"BE"},"partner_name":"Ann","#,
            r#""partner_title":"Ann (Belgium)","partner_active":true,"parent_active":false,"city":"Ghent"},"#,
            r#"{"id":2,"country_name":"Belgium","country_id":{"id":1,"code":"BE"},"partner_name":"Ann","#,
            r#""partner_title":"Ann (Belgium)","partner_active":true,"parent_active":false,"city":"Ghent"},"#,
            r#"{"id":3,"country_name":"Chile","country_id":{"id":2,"code":false},"partner_name":"Bob","#,
            r#""partner_title":"Bob (Chile)","partner_active":false,"parent_active":true,"city":false},"#,
            r#"{"id":4,"country_name":false,"partner_name":"Cleo","partner_title":"Cleo","partner_active":true,"#,
            r#""parent_active":false,"city":"Lima"}]"#
        )
    );
    assert_eq!(
        database.list(
            "test.order",
            &[("id", "3"), ("fields", "partner_order_ids(name,country_name)")]
        ),
        r#"[{"id":3,"partner_order_ids":[{"id":3,"name":"B1","country_name":"Chile"}]}]"#
    );
    database.create(
        "test.invoice",
        &json!({"number": "I1", "name": "A3", "partner_id": 1, "amount": 1}),
    );
    let plain = "country_name,country_id,partner_order_ids,sibling_ids,main_id,quadruple,partner_orders";
    assert_eq!(
        database.list("test.invoice", &[("fields", plain)]),
        concat!(
            r#"[{"id":1,"country_name":"Belgium","country_id":[1,"Belgium"],"partner_order_ids":[1,2,5],"#,
            r#""sibling_ids":[2,1],"main_id":false,"quadruple":4.0,"partner_orders":3}]"#
        ),
        "a delegate's related and computed fields are the record's own"
    );
}

#[test]
fn related_fields_are_compared_and_sorted_by_what_they_show() {
    let mut database = Database::new();
    let mut found = |name: &str, value: &str| database.ids("test.order", &[(name, value)]);
    assert_eq!(found("country_name", "Belgium"), [1, 2]);
    assert_eq!(
        found("country_name__ne", "Belgium"),
        [3, 4],
        "no country is not Belgium"
    );
    assert_eq!(found("country_name__is_set", "false"), [4]);
    assert_eq!(found("country_name__is_set", "true"), [1, 2, 3]);
    assert_eq!(found("country_name__not_in", "Belgium,Peru"), [3, 4]);
    assert_eq!(found("country_name__not_ilike", "bel"), [3, 4]);
    assert_eq!(found("parent_active", "true"), [3]);
    assert_eq!(found("parent_active", "false"), [1, 2, 4], "shown as false");
    assert_eq!(found("partner_title", "Ann (Belgium)"), [1, 2]);
    assert_eq!(found("country_id", "2"), [3]);
    assert_eq!(found("country_id", "Chile"), [3]);
    assert_eq!(found("country_id.code", "BE"), [1, 2], "a path goes on behind one");
    assert_eq!(found("partner_id.country_name", "Chile"), [3]);
    assert_eq!(found("partner_order_ids.name", "A2"), [1, 2]);
    assert_eq!(found("city", "Lima"), [4]);
    assert_eq!(found("domain", r#"["!", ["country_name", "=", "Belgium"]]"#), [3, 4]);
    let mut sorted = |order: &str| database.ids("test.order", &[("order", order)]);
    assert_eq!(
        sorted("country_name desc"),
        [4, 3, 1, 2],
        "empty ones come first when descending"
    );
    assert_eq!(sorted("country_name, id desc"), [2, 1, 3, 4]);
    assert_eq!(sorted("country_id desc, id"), [4, 3, 1, 2]);
    assert_eq!(sorted("partner_id.country_name, name desc"), [2, 1, 3, 4]);
}

#[test]
fn computed_values_read_as_stored_ones_do() {
    let mut database = Database::new();
    let fields = "double,quadruple,label,other_state,due,day,main_id(name,order_count),sibling_ids(name)";
    assert_eq!(
        database.list("test.order", &[("fields", fields), ("id__le", "3")]),
        concat!(
            r#"[{"id":1,"double":20.5,"quadruple":41.0,"label":"Belgium, 2 orders","other_state":"done","#,
            r#""due":"2024-01-26T13:37:58.701500","day":"2024-01-26","sibling_ids":[{"id":2,"name":"A2"}]},"#,
            r#"{"id":2,"double":0.0,"quadruple":0.0,"label":"Belgium, 2 orders","other_state":false,"#,
            r#""due":"2024-02-01T00:00:00","day":"2024-02-01","sibling_ids":[{"id":1,"name":"A1"}]},"#,
            r#"{"id":3,"double":6.0,"quadruple":12.0,"label":"Chile, 1 orders","other_state":"done","#,
            r#""due":"2024-02-01T00:00:00","day":"2024-02-01","main_id":{"id":1,"name":"Ann","order_count":2}}]"#
        )
    );
    assert_eq!(
        database.list("test.order", &[("id", "3")]),
        concat!(
            r#"[{"id":3,"name":"B1","partner_id":{"id":2,"order_count":1},"double":6.0,"#,
            r#""main_id":{"id":1,"name":"Ann"}}]"#
        ),
        "the read tree names them too"
    );
    let plain = database.list("test.partner", &[("id", "1")]);
    assert!(plain.contains(r#""country_name":"Belgium""#), "{plain}");
    assert!(plain.contains(r#""order_ids":[1,2],"order_count":2"#), "{plain}");
}

#[test]
fn statements_do_not_follow_the_number_of_records() {
    let mut database = Database::new();
    let count = |database: &mut Database| {
        let before = database.statements();
        database.list(
            "test.order",
            &[(
                "fields",
                "label,quadruple,partner_orders,main_id(order_count),sibling_ids(double)",
            )],
        );
        database.statements() - before
    };
    let few = count(&mut database);
    let order = json!({"name": "X", "partner_id": 3, "amount": 1});
    database.create("test.order", &serde_json::Value::Array(vec![order; 60]));
    let partner = json!({"name": "Y", "parent_id": 4, "country_id": 2});
    database.create("test.partner", &serde_json::Value::Array(vec![partner; 30]));
    assert_eq!(count(&mut database), few);
    assert!(few <= 16, "{few} statements");
}

#[test]
fn a_field_that_is_not_stored_is_searched_by_its_search() {
    let mut database = Database::new();
    let mut partners = |name: &str, value: &str| database.ids("test.partner", &[(name, value)]);
    assert_eq!(partners("order_count__gt", "0"), [1, 2, 3]);
    assert_eq!(partners("order_count", "0"), [4]);
    assert_eq!(partners("domain", r#"["!", ["order_count", "=", 0]]"#), [1, 2, 3]);
    assert_eq!(partners("parent_id.order_count__gt", "0"), [2, 3]);
    assert_eq!(
        database.ids("test.order", &[("partner_id.order_count__gt", "0")]),
        [1, 2, 3, 4]
    );
    assert_eq!(
        database.ids("test.order", &[("partner_orders", "0")]),
        Vec::<i64>::new()
    );
    let refused = database.refused("test.partner", &[("order_count__lt", "3")]);
    assert_eq!(refused, "only > 0 and = 0 are searched");
}

#[test]
fn archived_records_are_left_out_of_what_is_computed_and_searched() {
    let mut database = Database::new();
    database.update("test.order", 1, &json!({"active": false})).unwrap();
    let (siblings, all) = (("fields", "sibling_ids,rank"), ("active_test", "false"));
    assert_eq!(
        database.list("test.order", &[siblings, ("id", "2")]),
        r#"[{"id":2,"rank":42}]"#,
        "computations see all"
    );
    assert_eq!(
        database.list("test.order", &[siblings, ("id", "2"), all]),
        r#"[{"id":2,"sibling_ids":[{"id":1,"quadruple":41.0}],"rank":42}]"#
    );
    database.update("test.order", 2, &json!({"active": false})).unwrap();
    let mut partners = |parameters: &[(&str, &str)]| database.ids("test.partner", parameters);
    let behind = ("order_ids.partner_orders__gt", "0");
    assert_eq!(partners(&[behind]), [2, 3]);
    assert_eq!(partners(&[behind, all]), [1, 2, 3]);
}

#[test]
fn hierarchies_are_searched_both_ways() {
    let mut database = Database::new();
    let mut partners = |name: &str, value: &str| database.ids("test.partner", &[(name, value)]);
    assert_eq!(partners("id__child_of", "1"), [1, 2, 3]);
    assert_eq!(partners("id__child_of", "3,4"), [3, 4]);
    assert_eq!(partners("id__parent_of", "3"), [1, 2, 3]);
    assert_eq!(partners("id__parent_of", "4"), [4]);
    assert_eq!(partners("id__parent_of", "2, 4"), [1, 2, 4]);
    assert_eq!(partners("id__parent_of", "bob"), [1, 2]);
    assert_eq!(partners("parent_id__child_of", "2"), [2, 3]);
    assert_eq!(partners("parent_id__parent_of", "2"), [1, 2]);
    assert_eq!(partners("domain", r#"[["id", "child_of", [2, 4]]]"#), [2, 3, 4]);
    assert_eq!(partners("domain", r#"[["id", "child_of", "bo"]]"#), [2, 3]);
    assert_eq!(partners("domain", r#"["!", ["parent_id", "parent_of", 3]]"#), [4]);
    assert!(partners("domain", r#"[["id", "parent_of", []]]"#).is_empty());
    assert_eq!(database.ids("test.order", &[("partner_id__parent_of", "2")]), [1, 2, 3]);
    let refused = database.refused("test.order", &[("country_id__parent_of", "1")]);
    assert!(refused.contains("`parent_of` does not apply"), "{refused}");
    let refused = database.refused("test.partner", &[("name__parent_of", "1")]);
    assert!(refused.contains("`parent_of` does not apply"), "{refused}");
}

#[test]
fn a_typed_condition_holds_of_one_related_record() {
    let mut database = Database::new();
    let found = database.env(|env| {
        let model = env.registry.find("test.partner").unwrap();
        let mut request = Request::parse(env.registry, model, &[], &query::Limits::default(), &orm::wire::V1).unwrap();
        request.nodes.truncate(1);
        request.domain = orm::domain::Domain::Not(Box::new(models::in_country("Chile")));
        query::list(env, model, &request).map(|bytes| String::from_utf8(bytes).unwrap())
    });
    assert_eq!(found.unwrap(), r#"[{"id":1},{"id":3},{"id":4}]"#);
}

#[test]
fn a_related_many2one_over_required_relations_is_never_empty() {
    let mut database = Database::new();
    database.create(
        "test.invoice",
        &json!({"number": "I1", "name": "D1", "amount": 1, "partner_id": 2}),
    );
    let fields = [("fields", "buyer_id(name),payer_id(name)")];
    let bob = r#"{"id":2,"name":"Bob"}"#;
    assert_eq!(
        database.list("test.invoice", &fields),
        format!(r#"[{{"id":1,"buyer_id":{bob},"payer_id":{bob}}}]"#)
    );
    database.update("test.order", 5, &json!({"partner_id": 3})).unwrap();
    let cleo = r#"{"id":3,"name":"Cleo"}"#;
    assert_eq!(
        database.list("test.invoice", &fields),
        format!(r#"[{{"id":1,"buyer_id":{cleo},"payer_id":{cleo}}}]"#)
    );
}
