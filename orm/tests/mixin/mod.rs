//! Mixins: fields, sections and methods that several models take over.

#[allow(missing_docs, dead_code, reason = "what the macros make of test models")]
mod models;

use std::sync::LazyLock;

use harness::Template;
use orm::error::Code;
use orm::prelude::*;
use orm::typed::Filter;
use serde_json::json;

use super::constraints::world::pointers;
use super::small_world::SmallWorld;
use super::template;
use models::{Customer, CustomerCreate, CustomerFilter};

static WORKSHOP: LazyLock<Template> =
    LazyLock::new(|| template(&models::catalogue(), "INSERT INTO x_users (name) VALUES ('Root')"));

fn workshop() -> SmallWorld {
    SmallWorld::of(&models::catalogue(), WORKSHOP.copy())
}

#[test]
fn models_take_over_fields_rules_and_methods() {
    let mut workshop = workshop();
    for model in ["x.customer", "x.supplier"] {
        workshop.create(model, &json!({"name": "Ann", "phone": "123"})).unwrap();
        for (body, code, place) in [
            (json!({"name": "Bob", "phone": "123"}), Code::Conflict, "/phone"),
            (json!({"name": "Bob", "calls": -1}), Code::Invalid, "/calls"),
            (json!({"name": "Bob", "phone": "abc"}), Code::Invalid, "/phone"),
        ] {
            let error = workshop.create(model, &body).unwrap_err();
            assert_eq!(
                (error.code(), pointers(&error)),
                (code, vec![place.to_owned()]),
                "{model}: {error:?}"
            );
        }
        assert_eq!(workshop.call(model, 1, "call").unwrap(), json!(1));
        assert_eq!(workshop.call(model, 1, "call").unwrap(), json!(2));
    }
    // The model's own rules hold beside those of its mixins.
    let error = workshop.create("x.customer", &json!({"name": ""})).unwrap_err();
    assert_eq!(pointers(&error), ["/name"]);
    let error = workshop.create("x.supplier", &json!({"name": "Ann"})).unwrap_err();
    assert_eq!(
        (error.code(), pointers(&error)),
        (Code::Conflict, vec!["/name".to_owned()])
    );
    let error = workshop.call("x.tool", 1, "call").unwrap_err();
    assert_eq!(error.code(), Code::NotFound, "a tool is not called");
}

#[test]
fn typed_code_uses_them_as_the_models_own() {
    let mut workshop = workshop();
    workshop
        .env(|env| {
            let customer = CustomerCreate {
                name: "Ann".into(),
                phone: Some("123".into()),
                active: Some(false),
                ..CustomerCreate::default()
            };
            let ann = Records::<Customer>::create(env, vec![customer])?;
            let loaded = &ann.load(env, &[])?[0];
            assert_eq!((&*loaded.called, loaded.active), ("Ann at 123", false));
            let by_phone = || CustomerFilter {
                phone: Some(Filter::Eq("123".into())),
                ..CustomerFilter::default()
            };
            assert!(
                Records::<Customer>::search(env, by_phone())?.is_empty(),
                "she is archived"
            );
            let archived = CustomerFilter {
                active: Some(Filter::Eq(false)),
                ..by_phone()
            };
            assert_eq!(Records::<Customer>::search(env, archived)?, ann);
            Ok(())
        })
        .unwrap();
}
