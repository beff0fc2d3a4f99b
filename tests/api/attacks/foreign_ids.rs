//! Ids of records that the caller's rules hide, in everything that he may write: they are refused as ids of no record.

use std::collections::BTreeMap;

use orm::def::Type;
use orm::registry::{FieldInfo, ModelInfo};
use orm::{Runtime, builtin};
use serde_json::{Value, json};
use tests::{Server, TempDir, command, dump};

use super::super::user::User;

/// An id of no record.
const MISSING: i64 = 888_000_001;
/// The ids of what belongs to the other company: this, and those behind it. No other number of an answer looks like one.
const HIDDEN: i64 = 777_000_001;

/// Records of another company, one of each model whose rules look at the company, in the format of `declarest load`.
fn other_company() -> Value {
    let id = HIDDEN;
    let table = |fields: &[&str], row: Value| json!({"fields": fields, "rows": [row]});
    json!({
        "res.partner": table(&["id", "name", "company_id"], json!([id, "Theirs", id])),
        "res.company": table(&["id", "partner_id", "name", "currency_id"], json!([id, id, "Other", 1])),
        "res.users": table(
            &["id", "partner_id", "login", "company_id", "company_ids", "share"],
            json!([id, id, "theirs", id, [id], true])
        ),
        "crm.team": table(&["id", "name", "company_id"], json!([id, "Theirs", id])),
        "account.payment.term": table(&["id", "name", "company_id"], json!([id, "Theirs", id])),
        "account.payment.term.line": table(&["id", "payment_id", "value"], json!([id, id, "balance"])),
        "account.tax.group": table(&["id", "name"], json!([id, "Theirs"])),
        "account.tax": table(
            &["id", "name", "amount", "company_id", "tax_group_id", "country_id"],
            json!([id, "Theirs", 1, id, id, 233])
        ),
        "account.move": table(&["id", "name", "company_id"], json!([id, "Theirs", id])),
        "res.currency.rate": table(&["id", "name", "currency_id", "company_id"], json!([id, "2020-01-01", 1, id])),
        "ir.sequence": table(&["id", "name", "code", "company_id"], json!([id, "Theirs", "theirs", id])),
        "product.pricelist": table(&["id", "name", "currency_id", "company_id"], json!([id, "Theirs", 1, id])),
        "product.pricelist.item": table(&["id", "pricelist_id"], json!([id, id])),
        "product.template": table(&["id", "name", "company_id"], json!([id, "Theirs", id])),
        "product.product": table(&["id", "product_tmpl_id"], json!([id, id])),
        "product.template.attribute.line": table(
            &["id", "product_tmpl_id", "attribute_id", "value_ids"],
            json!([id, id, 1, [1]])
        ),
        "product.template.attribute.value": table(
            &["id", "attribute_line_id", "product_attribute_value_id"],
            json!([id, id, 1])
        ),
        "sale.order": table(&["id", "name", "partner_id", "company_id"], json!([id, "Theirs", id, id])),
        "sale.order.line": table(&["id", "order_id", "name"], json!([id, id, "Theirs"])),
    })
}

fn load(server: &Server, records: &Value) {
    let folder = TempDir::new();
    let file = folder.path().join("other.json");
    std::fs::write(&file, records.to_string()).unwrap();
    command(&["load", file.to_str().unwrap()], &server.database);
}

/// What may be given to a relation to name a record.
fn given(field: &FieldInfo, id: i64) -> Vec<Value> {
    match field.is_x2many() {
        false => vec![json!(id), json!(id.to_string())],
        true => vec![
            json!([[4, id]]),
            json!([[3, id]]),
            json!([[2, id]]),
            json!([[1, id, {}]]),
            json!([[6, 0, [id]]]),
            json!([id]),
        ],
    }
}

fn may(user: &User<'_>, model: &ModelInfo, operation: &str) -> bool {
    let access = user.get(&format!("{}/access", model.def.name)).ok();
    access[operation]["allowed"] == true
}

/// Whoever may write a model names hidden records in each of its relations: in a create, an update, by a method, and one
/// level below. It is answered as for an id of no record, and nothing is written.
#[test]
fn hidden_records_are_refused_as_missing_ones() {
    let server = Server::demo();
    load(&server, &other_company());
    let runtime = Runtime::new(&models::catalogue()).unwrap();
    let manager = User::create(
        &server,
        "mia",
        &[
            "Sales / Administrator",
            "Invoicing / Billing Administrator",
            "Administration / Access Rights",
        ],
    );
    let tomas = User::new(&server, "tomas");
    let before = dump(&server.database);
    let mut asked = BTreeMap::new();
    for (name, user) in [("manager", &manager), ("salesman", &tomas)] {
        for model in runtime.models().iter().filter(|model| model.def.api) {
            let (creates, writes) = (may(user, model, "create"), may(user, model, "write"));
            let path = model.def.name;
            let own = if writes {
                user.ids(&format!("{path}?limit=1&fields=id"))
            } else {
                Vec::new()
            };
            for field in &model.fields {
                let Some(target) = field.target.filter(|_| !field.def.readonly && !field.def.secret) else {
                    continue;
                };
                let target = runtime.model(target);
                // Of models without such a rule, every record is seen by who may read them.
                let hidden = user.get(&format!("{}/{HIDDEN}", target.def.name)).status;
                if hidden != 404 || other_company().get(target.def.name).is_none() {
                    continue;
                }
                let requests = |id: i64| {
                    let mut requests = Vec::new();
                    for value in given(field, id) {
                        let body = json!({field.def.name: value});
                        if creates {
                            requests.push(("POST", path.to_owned(), body.clone()));
                            requests.push(("POST", format!("{path}/create"), json!({"vals": body})));
                        }
                        for own in &own {
                            requests.push(("PUT", format!("{path}/{own}"), body.clone()));
                            requests.push(("POST", format!("{path}/{own}/write"), json!({"vals": body})));
                            if creates {
                                requests.push(("POST", format!("{path}/{own}/copy"), json!({"default": body})));
                            }
                        }
                    }
                    requests
                };
                for (of_hidden, of_missing) in requests(HIDDEN).into_iter().zip(requests(MISSING)) {
                    let told = [(&of_hidden, HIDDEN), (&of_missing, MISSING)].map(|((method, path, body), id)| {
                        let reply = user.send(method, path, body);
                        let text = reply.text().replace(&id.to_string(), "ID");
                        let (text, _) = text.split_once("\"instance\"").unwrap_or((&text, ""));
                        (reply.status, text.to_owned())
                    });
                    assert_eq!(told[0], told[1], "{name}: {of_hidden:?}");
                    assert!(matches!(told[0].0, 403 | 404 | 422), "{name}: {of_hidden:?}: {told:?}");
                    *asked.entry((name, target.def.name)).or_insert(0) += 1;
                }
            }
        }
    }
    assert_eq!(dump(&server.database), before);
    // Each model of the other company was named by somebody.
    let untouched = ["account.move", "ir.sequence", "res.currency.rate", "account.tax.group"];
    for model in other_company().as_object().unwrap().keys() {
        let named = asked.keys().any(|(_, target)| target == model);
        assert!(
            named || untouched.contains(&model.as_str()),
            "{model} is in no relation: {asked:?}"
        );
    }
    // Every model with a rule has a record that it hides.
    for model in runtime.models().iter().filter(|model| !model.def.rules.is_empty()) {
        assert!(
            other_company().get(model.def.name).is_some(),
            "{} lacks a record",
            model.def.name
        );
    }
}

/// Whether an argument of this type names records; if so, of which model. Those of the methods that every model has are
/// ids of the model's own records.
fn records(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::Records(model) => Some(model),
        Type::List(inner) | Type::Optional(inner) => records(inner),
        Type::Value(_) | Type::Count | Type::Done => None,
    }
}

/// Every method is called on a hidden record, and with hidden records in each argument that names some: it answers as for
/// ids of no record.
#[test]
fn methods_take_hidden_records_for_missing_ones() {
    let server = Server::demo();
    load(&server, &other_company());
    let runtime = Runtime::new(&models::catalogue()).unwrap();
    let manager = User::create(
        &server,
        "mia",
        &["Sales / Administrator", "Invoicing / Billing Administrator"],
    );
    let before = dump(&server.database);
    let (mut on_records, mut in_arguments) = (0, 0);
    for model in runtime.models().iter().filter(|model| model.def.api) {
        let path = model.def.name;
        let hides = |model: &str| {
            let status = manager.get(&format!("{model}/{HIDDEN}")).status;
            status == 404 && other_company().get(model).is_some()
        };
        for method in builtin::methods(model) {
            let mut requests = Vec::new();
            if method.on_records && hides(path) {
                requests.push((format!("{path}/ID/{}", method.name), json!({"vals": {}})));
                on_records += 1;
            }
            for argument in method.arguments {
                let own = (argument.name == "ids").then_some(path);
                if records(&argument.ty).or(own).is_some_and(hides) {
                    let called = if method.on_records {
                        format!("{path}/1")
                    } else {
                        path.to_owned()
                    };
                    requests.push((
                        format!("{called}/{}", method.name),
                        json!({argument.name: ["ID"], "vals": {}}),
                    ));
                    in_arguments += 1;
                }
            }
            for (path, body) in requests {
                let told = [HIDDEN, MISSING].map(|id| {
                    let id = id.to_string();
                    let body = body.to_string().replace("\"ID\"", &id);
                    let body: Value = serde_json::from_str(&body).unwrap();
                    let reply = manager.send("POST", &path.replace("ID", &id), &body);
                    let text = reply.text().replace(&id, "ID");
                    let (text, _) = text.split_once("\"instance\"").unwrap_or((&text, ""));
                    (reply.status, text.to_owned())
                });
                assert_eq!(told[0], told[1], "{path} {body}");
            }
        }
    }
    assert!(
        on_records > 50 && in_arguments > 30,
        "{on_records} on records, {in_arguments} in arguments"
    );
    assert_eq!(dump(&server.database), before);
}

/// A record of another company cannot be taken over by naming it, nor reached below a record of one's own.
#[test]
fn hidden_records_are_not_reached_below_others() {
    let server = Server::demo();
    load(&server, &other_company());
    let before = dump(&server.database);
    let manager = User::create(&server, "mia", &["Sales / Administrator"]);
    let before_user = dump(&server.database);
    assert_ne!(before, before_user);
    for body in [
        json!({"order_line": [[1, HIDDEN, {"name": "x"}]]}),
        json!({"order_line": [[0, 0, {"product_id": HIDDEN}]]}),
        json!({"order_line": [[0, 0, {"product_id": 1, "tax_id": [[4, HIDDEN]]}]]}),
        json!({"order_line": [[0, 0, {"product_id": 1, "tax_id": [[1, HIDDEN, {"amount": 0}]]}]]}),
        json!({"order_line": [[0, 0, {"product_id": 1, "tax_id": [[0, 0, {"name": "a", "company_id": HIDDEN}]]}]]}),
    ] {
        let reply = manager.send("PUT", "sale.order/20", &body);
        assert!(
            matches!(reply.status, 403 | 422),
            "{body}: {} {}",
            reply.status,
            reply.text()
        );
    }
    for (method, path, body) in [
        (
            "POST",
            "sale.order/write",
            json!({"ids": [20, HIDDEN], "vals": {"client_order_ref": "x"}}),
        ),
        ("POST", "sale.order/unlink", json!({"ids": [20, HIDDEN]})),
        ("POST", "sale.order/777000001/action_confirm", json!({})),
        ("POST", "sale.order/777000001/copy", json!({})),
        ("DELETE", "sale.order/777000001", Value::Null),
        ("PUT", "res.company/777000001", json!({"name": "x"})),
    ] {
        let reply = manager.send(method, path, &body);
        assert!(
            matches!(reply.status, 403 | 404 | 422),
            "{method} {path}: {} {}",
            reply.status,
            reply.text()
        );
    }
    assert_eq!(dump(&server.database), before_user);
}
