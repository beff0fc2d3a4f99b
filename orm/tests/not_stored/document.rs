//! Fields that are not stored in the OpenAPI document.

use orm::Runtime;
use orm_openapi::{Examples, document};
use serde_json::{Value, json};

use super::models;

fn made() -> Value {
    let registry = Runtime::new(&models::catalogue()).unwrap();
    serde_json::to_value(document("x", &registry, &Examples::default())).unwrap()
}

#[test]
fn records_have_every_field() {
    let document = made();
    let schemas = &document["components"]["schemas"];
    let order = &schemas["TestOrderRecord"];
    for (name, schema) in [
        ("country_name", "TextOrEmpty"),
        ("country_id", "IdNameOrEmpty"),
        ("due", "DateTimeOrEmpty"),
        ("main_id", "IdNameOrEmpty"),
    ] {
        let reference = format!("#/components/schemas/{schema}");
        assert_eq!(order["properties"][name]["$ref"], reference, "{name}");
        assert!(order["required"].as_array().unwrap().contains(&json!(name)), "{name}");
    }
    assert_eq!(
        order["properties"]["partner_name"]["type"], "string",
        "it is never empty"
    );
    assert_eq!(order["properties"]["double"]["type"], "number");
    assert_eq!(order["properties"]["sibling_ids"]["items"]["type"], "integer");
    let read = &schemas["TestOrderRead"];
    assert_eq!(read["required"], json!(["id", "name", "double"]));
    assert_eq!(
        read["properties"]["sibling_ids"]["items"]["required"],
        json!(["id", "quadruple"])
    );
    assert_eq!(schemas["TestOrderOtherState"]["enum"], json!(["draft", "done"]));
}

#[test]
fn bodies_have_those_that_are_writable() {
    let document = made();
    let schemas = &document["components"]["schemas"];
    let create = &schemas["TestPartnerCreate"];
    assert_eq!(create["required"], json!(["name"]));
    let names: Vec<&String> = create["properties"].as_object().unwrap().keys().collect();
    let expected = [
        "name",
        "city",
        "known",
        "parent_id",
        "country_id",
        "country_code",
        "order_ids",
    ];
    assert_eq!(names, expected);
}

#[test]
fn parameters_are_what_can_be_searched() {
    let document = made();
    let parameters = |model: &str| -> Vec<String> {
        let list = &document["paths"][format!("/restful/api/v1/{model}")]["get"]["parameters"];
        let name = |parameter: &Value| match parameter["$ref"].as_str() {
            Some(reference) => reference.trim_start_matches("#/components/parameters/").to_owned(),
            None => parameter["name"].as_str().unwrap_or_default().to_owned(),
        };
        list.as_array().unwrap().iter().map(name).collect()
    };
    let orders = parameters("test.order");
    for name in [
        "country_name__ilike",
        "country_id",
        "partner_orders",
        "partner_id__parent_of",
    ] {
        assert!(orders.iter().any(|known| known == name), "{name} in {orders:?}");
    }
    for name in ["double", "label", "main_id", "sibling_ids"] {
        assert!(!orders.iter().any(|known| known == name), "{name} in {orders:?}");
    }
    assert!(parameters("test.partner").iter().any(|name| name == "order_count"));
}
