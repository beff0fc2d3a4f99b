//! Tests of the document of a few small models that use every feature: orders with a read tree and their lines, users,
//! and a model that is not exposed.

mod models;

use serde_json::{Value as Json, json};

use super::names::{ARGUMENTS, SHARED, pascal};
use super::{Examples, document, operations};
use orm_definition::registry::Registry;

fn made() -> Json {
    let registry = Registry::new(&models::CATALOGUE).unwrap();
    let rows = json!({
        "sale.order": {
            "fields": ["id", "name", "state", "date_order", "amount", "partner_id"],
            "rows": [[1, "S1", "draft", "2024-01-26 13:37:58", false, 7]],
        },
        "sale.order.line": { "fields": ["id", "order_id", "name"], "rows": [[3, 1, "Chair"], [4, 1, "Table"]] },
        "res.users": { "fields": ["id", "name"], "rows": [[7, "Ann"]] },
    });
    let examples = Examples::parse([rows.to_string().as_str()]).unwrap();
    serde_json::to_value(document("Declarest", &registry, &examples)).unwrap()
}

fn schema<'a>(document: &'a Json, name: &str) -> &'a Json {
    &document["components"]["schemas"][name]
}

#[test]
fn every_exposed_model_has_its_operations() {
    let registry = Registry::new(&models::CATALOGUE).unwrap();
    let table = operations(&document("Declarest", &registry, &Examples::default()));
    let columns = |line: &'_ str| -> Vec<String> { line.split_whitespace().map(str::to_owned).collect() };
    let rows: Vec<Vec<String>> = table.lines().map(columns).collect();
    for row in [
        ["sale_order_list", "GET", "/restful/api/v1/sale.order"],
        ["sale_order_create", "POST", "/restful/api/v1/sale.order"],
        ["sale_order_get", "GET", "/restful/api/v1/sale.order/{id}"],
        ["sale_order_update", "PUT", "/restful/api/v1/sale.order/{id}"],
        ["sale_order_patch", "PATCH", "/restful/api/v1/sale.order/{id}"],
        ["sale_order_delete", "DELETE", "/restful/api/v1/sale.order/{id}"],
        ["sale_order_call_read", "POST", "/restful/api/v1/sale.order/{id}/read"],
        [
            "sale_order_call_confirm",
            "POST",
            "/restful/api/v1/sale.order/{id}/confirm",
        ],
        ["every_record_copy", "POST", "/restful/api/v1/{model}/{id}/copy"],
        ["every_record_call", "PATCH", "/restful/api/v1/{model}/{id}/{method}"],
        ["every_model_search", "POST", "/restful/api/v1/{model}/search"],
        ["login", "POST", "/rest/api/login/token"],
        ["create_token", "POST", "/rest/api/tokens"],
        ["revoke_token", "DELETE", "/rest/api/tokens/{token_id}"],
        ["change_password", "POST", "/rest/api/password"],
    ] {
        let [operation, method, path] = row;
        let line = [method, operation, path].map(str::to_owned);
        assert!(rows.contains(&line.to_vec()), "{row:?} in\n{table}");
    }
    assert!(!table.contains("res_hidden"), "it is not exposed");
    let mut ids: Vec<&str> = rows.iter().map(|row| row[1].as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), rows.len(), "no operation has another's name");
}

#[test]
fn a_read_tree_is_typed_exactly() {
    let document = made();
    let read = schema(&document, "SaleOrderRead");
    assert_eq!(read["required"], json!(["id", "name", "state", "amount"]));
    assert_eq!(read["properties"]["amount"], json!({ "type": "number" }));
    assert_eq!(
        read["properties"]["partner_id"]["required"],
        json!(["id", "display_name"])
    );
    let line = &read["properties"]["line_ids"]["items"];
    assert_eq!(line["required"], json!(["id", "name", "note"]));
    assert_eq!(
        line["properties"]["note"],
        json!({ "$ref": "#/components/schemas/TextOrEmpty" })
    );
    assert_eq!(schema(&document, "Empty")["enum"], json!([false]));
}

#[test]
fn a_plain_record_has_pairs_and_ids() {
    let document = made();
    let record = schema(&document, "SaleOrderRecord");
    assert_eq!(
        record["properties"]["partner_id"]["$ref"],
        "#/components/schemas/IdName"
    );
    assert_eq!(
        record["properties"]["create_uid"]["$ref"],
        "#/components/schemas/IdNameOrEmpty"
    );
    assert_eq!(record["properties"]["line_ids"]["items"]["type"], "integer");
    assert_eq!(record["properties"]["password"], Json::Null, "secrets are not read");
    let pair = schema(&document, "IdName");
    assert_eq!(pair["prefixItems"][1]["type"], "string");
    assert_eq!((&pair["minItems"], &pair["maxItems"]), (&json!(2), &json!(2)));
    assert!(pair["items"].is_object());
}

#[test]
fn bodies_name_what_may_be_written() {
    let document = made();
    let create = schema(&document, "SaleOrderCreate");
    assert_eq!(
        create["required"],
        json!(["partner_id"]),
        "the name has a default, the amount is computed"
    );
    let names: Vec<&String> = create["properties"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["name", "state", "date_order", "partner_id", "line_ids"]);
    assert_eq!(create["properties"]["name"]["maxLength"], 16);
    assert_eq!(
        create["properties"]["name"]["description"],
        "Reference. Shown on papers. Default: the next number"
    );
    assert_eq!(schema(&document, "SaleOrderUpdate")["required"], Json::Null);
    let values = schema(&document, "SaleOrderLineIdsValues");
    assert_eq!(
        values["required"],
        json!(["name"]),
        "the order is the one that the line is nested in"
    );
    assert_eq!(
        schema(&document, "SaleOrderLineCreate")["required"],
        json!(["order_id", "name"])
    );
}

#[test]
fn commands_are_tuples() {
    let document = made();
    let lines = &schema(&document, "SaleOrderCreate")["properties"]["line_ids"];
    assert_eq!(lines["$ref"], "#/components/schemas/SaleOrderLineIdsCommands");
    let command = schema(&document, "SaleOrderLineIdsCommand");
    let create = &command["anyOf"][0]["prefixItems"];
    assert_eq!(create[0]["enum"], json!([0]));
    assert_eq!(
        create[2]["allOf"][0]["$ref"],
        "#/components/schemas/SaleOrderLineIdsValues"
    );
    assert_eq!(
        schema(&document, "CommandSet")["prefixItems"][2]["items"]["type"],
        "integer"
    );
}

#[test]
fn methods_have_typed_arguments_and_results() {
    let document = made();
    let confirm = &document["paths"]["/restful/api/v1/sale.order/{id}/confirm"]["post"];
    assert_eq!(
        confirm["responses"]["200"]["content"]["application/json"]["schema"]["type"],
        "boolean"
    );
    assert_eq!(
        schema(&document, "SaleOrderConfirmArguments")["properties"]["day"],
        json!({"type": "string", "format": "date"})
    );
    let search = schema(&document, "ModelSearchArguments");
    assert!(search["required"].is_null(), "all may be left out");
    assert_eq!(search["properties"]["limit"]["minimum"], 0);
    let read = schema(&document, "ModelReadArguments");
    assert_eq!(read["required"], json!(["ids"]));
}

#[test]
fn filters_are_typed_by_kind() {
    let document = made();
    let list = &document["paths"]["/restful/api/v1/sale.order"]["get"]["parameters"];
    let shared = &document["components"]["parameters"];
    let named = |parameter: &Json| match parameter["$ref"].as_str() {
        Some(reference) => reference.trim_start_matches("#/components/parameters/").to_owned(),
        None => parameter["name"].as_str().unwrap_or_default().to_owned(),
    };
    let names: Vec<String> = list.as_array().unwrap().iter().map(named).collect();
    for name in [
        "fields",
        "offset",
        "limit",
        "order",
        "domain",
        "id__in",
        "name",
        "name__ilike",
        "state__in",
        "date_order_start",
        "date_order_end",
        "amount_start",
        "partner_id",
        "partner_id__in",
    ] {
        assert!(names.iter().any(|known| known == name), "{name} in {names:?}");
    }
    assert!(
        !names.iter().any(|name| name.starts_with("password")),
        "secrets are not searched"
    );
    assert_eq!(
        shared["limit"]["schema"]["oneOf"][0]["type"], "integer",
        "what all lists have is shared"
    );
    let state = list
        .as_array()
        .unwrap()
        .iter()
        .find(|parameter| parameter["name"] == "state")
        .unwrap();
    assert_eq!(state["schema"]["$ref"], "#/components/schemas/SaleOrderState");
}

#[test]
fn a_selection_does_not_take_the_name_of_another() {
    // `line_kind` of `sale.order` and `kind` of `sale.order.line` would both be named `SaleOrderLineKind`.
    let document = made();
    let kinds = |name: &str| schema(&document, name)["enum"].clone();
    let both = [kinds("SaleOrderLineKind"), kinds("SaleOrderLineKindValue")];
    assert!(both.contains(&json!(["x"])) && both.contains(&json!(["y"])), "{both:?}");
}

#[test]
fn refusals_and_tokens_are_declared() {
    let document = made();
    let responses = &document["paths"]["/restful/api/v1/sale.order"]["post"]["responses"];
    let statuses: Vec<&String> = responses.as_object().unwrap().keys().collect();
    assert_eq!(
        statuses,
        [
            "200", "400", "401", "403", "404", "408", "409", "413", "415", "422", "429", "503"
        ]
    );
    for (status, waits) in [("429", true), ("503", true), ("413", false)] {
        let header = &document["components"]["responses"][status]["headers"]["Retry-After"];
        assert_eq!(header["schema"]["type"] == "integer", waits, "{status}: {header}");
    }
    let content = &document["components"]["responses"]["422"]["content"]["application/problem+json"];
    assert_eq!(content["schema"]["$ref"], "#/components/schemas/Problem");
    assert_eq!(
        document["components"]["securitySchemes"]["access-token"]["in"],
        "header"
    );
    assert_eq!(document["security"], json!([{ "access-token": [] }, { "bearer": [] }]));
    assert_eq!(
        document["paths"]["/rest/api/login/token"]["get"]["security"],
        json!([{}])
    );
}

#[test]
fn examples_follow_the_rows() {
    let document = made();
    assert_eq!(
        schema(&document, "SaleOrderRead")["examples"][0],
        json!({
            "id": 1, "name": "S1", "state": "draft", "amount": 0.0,
            "partner_id": { "id": 7, "display_name": "Ann" },
            "line_ids": [{ "id": 3, "name": "Chair", "note": false }, { "id": 4, "name": "Table", "note": false }],
        })
    );
    assert_eq!(
        schema(&document, "SaleOrderCreate")["examples"][0],
        json!({
            "name": "S1", "state": "draft", "date_order": "2024-01-26T13:37:58", "partner_id": 7,
            "line_ids": [[0, 0, { "name": "Chair" }], [0, 0, { "name": "Table" }]],
        })
    );
}

/// `names::SHARED` keeps the names of the types of `Json` fields apart from these.
#[test]
fn schemas_of_no_model_are_listed() {
    let document = made();
    let models: Vec<String> = models::CATALOGUE.iter().map(|model| pascal(model.name)).collect();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for name in schemas.keys() {
        let of_model = models.iter().any(|model| name.starts_with(model));
        assert!(
            of_model || SHARED.contains(&name.as_str()) || name.ends_with(ARGUMENTS),
            "{name}"
        );
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn references<'a>(value: &'a Json, found: &mut Vec<&'a str>) {
        match value {
            Json::Object(members) => {
                found.extend(members.get("$ref").and_then(Json::as_str));
                members.values().for_each(|value| references(value, found));
            }
            Json::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let document = made();
    let mut found = Vec::new();
    references(&document, &mut found);
    for reference in found {
        assert!(document.pointer(&reference[1..]).is_some(), "{reference}");
    }
}

/// Swagger UI replaces references by their schemas: where they form a circle, it follows each way around it.
#[test]
fn no_schema_leads_back_to_itself() {
    fn follow<'a>(document: &'a Json, value: &'a Json, way: &mut Vec<&'a str>) {
        match value {
            Json::Object(members) => {
                if let Some(reference) = members.get("$ref").and_then(Json::as_str) {
                    assert!(!way.contains(&reference), "{way:?} → {reference}");
                    way.push(reference);
                    follow(document, document.pointer(&reference[1..]).unwrap(), way);
                    way.pop();
                }
                members.values().for_each(|value| follow(document, value, way));
            }
            Json::Array(items) => items.iter().for_each(|item| follow(document, item, way)),
            _ => {}
        }
    }
    let document = made();
    follow(&document, &document["paths"], &mut Vec::new());
}
