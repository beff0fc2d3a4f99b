//! Extensions: fields, sections and methods that other files add to a model.

#[allow(missing_docs, dead_code, reason = "what the macros make of test models")]
mod models;

use std::sync::LazyLock;

use harness::Template;
use orm::command::Delegate;
use orm::error::Code;
use orm::prelude::*;
use orm::query::{self, Limits, Request};
use orm::typed::{Child, Filter, RelationFilter};
use orm::{Entry, Runtime, write};
use serde_json::json;

use super::constraints::world::pointers;
use super::small_world::SmallWorld;
use super::template;
use models::base::{Partner, PartnerCreate, PartnerFilter, ProductCreate, TemplateCreate};
use models::{
    Order, OrderCreate, OrderFilter, ProductSales, ProductSalesCreate, Sales, SalesCreate, SalesFilter, Stock,
    StockCreate, StockFilter,
};
use models::{TemplateSales, TemplateSalesCreate, base};

const USER: &str = "INSERT INTO x_users (name) VALUES ('Root')";

static WHOLE: LazyLock<Template> = LazyLock::new(|| template(&models::catalogue(), USER));

fn shop() -> SmallWorld {
    SmallWorld::of(&models::catalogue(), WHOLE.copy())
}

impl SmallWorld {
    fn list(&mut self, model: &str, parameters: &[(&str, &str)]) -> Json {
        let parameters: Vec<(String, String)> = (parameters.iter())
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let answer = self.env(|env| {
            let model = env.registry.find(model).unwrap();
            let request = Request::parse(env.registry, model, &parameters, &Limits::default(), &orm::wire::V1)?;
            query::list(env, model, &request)
        });
        json(answer.unwrap())
    }

    fn fields(&mut self, model: &str, fields: &str) -> Json {
        self.list(model, &[("fields", fields), ("order", "id")])
    }
}

fn json(bytes: Vec<u8>) -> Json {
    serde_json::from_slice(&bytes).unwrap()
}

#[test]
fn an_extended_model_has_the_fields_of_all_its_extensions() {
    let mut shop = shop();
    let ann = json!({"name": "Ann", "credit": 5, "depot": "north", "order_ids": [[0, 0, {"qty": 1}]]});
    let answer = shop.create("x.partner", &ann).unwrap();
    assert_eq!(
        answer,
        json!({"id": 1, "name": "Ann", "level": "bronze", "order_ids": [{"id": 1, "qty": 1}]}),
        "the read tree of the model, and of its extensions; empty values are left out"
    );
    let bob = json!({"name": "Bob", "parent_id": 1, "depot_name": "own"});
    let answer = shop.create("x.partner", &bob).unwrap();
    let parent = json!({"id": 1, "name": "Ann"});
    assert_eq!(answer["parent_id"], parent, "both trees name fields of one relation");
    assert_eq!(
        shop.fields("x.partner", "level,bound,ordered,title,rank,depot,depot_name"),
        json!([
            {"id": 1, "level": "bronze", "bound": 100, "ordered": 6, "title": "Ann", "rank": 95, "depot": "north",
             "depot_name": "depot Ann"},
            {"id": 2, "level": "bronze", "bound": 100, "ordered": 0, "title": "Bob of Ann", "rank": 100, "depot": false,
             "depot_name": "own"},
        ])
    );
    assert_eq!(
        shop.list("x.partner", &[("title", "Bob"), ("fields", "id")]),
        json!([{"id": 2}]),
        "by its search"
    );
    assert_eq!(
        shop.list("x.partner", &[("level", "bronze"), ("fields", "id"), ("limit", "1")]),
        json!([{"id": 1}])
    );
}

#[test]
fn an_extension_adds_to_the_trees_of_reads_and_of_writes() {
    let mut shop = shop();
    assert_eq!(shop.create("x.tag", &json!({"name": "new"})).unwrap(), json!({"id": 1}));
    assert_eq!(
        shop.list("x.tag", &[]),
        json!([{"id": 1, "name": "new", "color": "red"}])
    );
    let label = json!({"id": 1, "name": "new", "color": "red"});
    assert_eq!(shop.create("x.label", &json!({"name": "new"})).unwrap(), label);
    assert_eq!(shop.list("x.label", &[]), json!([{"id": 1, "name": "new"}]));
}

#[test]
fn what_an_extension_demands_is_refused_like_the_models_own_rules() {
    let mut shop = shop();
    shop.create("x.partner", &json!({"name": "Ann"})).unwrap();
    for (body, code, place) in [
        (json!({"name": "Ann"}), Code::Conflict, &["/name"][..]),
        (
            json!({"name": "Ann", "level": "bronze"}),
            Code::Conflict,
            &["/name", "/level"],
        ),
        (json!({"name": "Eve", "credit": 101}), Code::Invalid, &["/credit"]),
        (json!({"name": "Eve", "level": "tin"}), Code::Invalid, &["/level"]),
        (json!({"name": " "}), Code::Invalid, &["/name"]),
    ] {
        let error = shop.create("x.partner", &body).unwrap_err();
        assert_eq!(
            (error.code(), pointers(&error)),
            (code, place.iter().map(ToString::to_string).collect()),
            "{error:?}"
        );
    }
    assert_eq!(
        shop.call_with("x.partner", 1, "promote", &json!({"bound": 7})).unwrap(),
        json!(true)
    );
    assert_eq!(
        shop.fields("x.partner", "level,bound"),
        json!([{"id": 1, "level": "gold", "bound": 7}])
    );
}

#[test]
fn other_models_follow_the_fields_of_an_extension() {
    let mut shop = shop();
    shop.create(
        "x.product",
        &json!({"name": "Chair", "code": "C", "policy": "delivery"}),
    )
    .unwrap();
    shop.create(
        "x.partner",
        &json!({"name": "Ann", "order_ids": [[0, 0, {"qty": 2, "product_id": 1}]]}),
    )
    .unwrap();
    assert_eq!(
        shop.fields("x.order", "note"),
        json!([{"id": 1, "note": "Ann bronze delivery"}])
    );
    assert_eq!(shop.fields("x.partner", "ordered"), json!([{"id": 1, "ordered": 2}]));
    assert_eq!(
        shop.fields("x.product", "name,policy,label"),
        json!([{"id": 1, "name": "Chair", "policy": "delivery", "label": "C Chair delivery"}])
    );
    shop.env(|env| {
        let template = env.registry.find("x.template").unwrap();
        write::update(env, template, 1, &json!({"policy": "order"}))
    })
    .unwrap();
    assert_eq!(
        shop.fields("x.order", "note"),
        json!([{"id": 1, "note": "Ann bronze order"}])
    );
    assert_eq!(
        shop.fields("x.product", "label"),
        json!([{"id": 1, "label": "C Chair order"}])
    );
}

#[test]
fn typed_code_reads_writes_and_finds_the_fields_of_an_extension() {
    let mut shop = shop();
    shop.env(|env| {
        let template = TemplateSalesCreate {
            base: TemplateCreate { name: "Chair".into() },
            policy: Some("delivery".into()),
        };
        let template = Records::<TemplateSales>::create(env, vec![template])?.one()?;
        let product = ProductSalesCreate {
            base: ProductCreate {
                template_id: Some(Delegate::Existing(template)),
                code: Some("C".into()),
            },
        };
        let product = Records::<ProductSales>::create(env, vec![product])?.one()?;
        let ann = SalesCreate {
            base: PartnerCreate {
                name: "Ann".into(),
                ..PartnerCreate::default()
            },
            level: Some("gold".into()),
            order_ids: vec![Child::create(OrderCreate {
                partner_id: 0,
                product_id: Some(product),
                qty: 3,
            })],
            ..SalesCreate::default()
        };
        let ann = Records::<Sales>::create(env, vec![ann])?;
        let partner = &ann.load(env, &["order_ids.product_id.template_id", "title"])?[0];
        assert_eq!(
            (
                &*partner.name,
                partner.level.as_deref(),
                partner.ordered,
                &*partner.title
            ),
            ("Ann", Some("gold"), 3, "Ann")
        );
        let order = &partner.order_ids[0];
        let product = order.product_id.as_ref().unwrap();
        assert_eq!(
            (&*product.template_id.policy, &*product.template_id.name),
            ("delivery", "Chair")
        );

        let child = StockCreate {
            base: PartnerCreate {
                name: "Bob".into(),
                parent_id: Some(ann.one()?),
                ..PartnerCreate::default()
            },
            depot: Some("south".into()),
            ..StockCreate::default()
        };
        let bob = Records::<Stock>::create(env, vec![child])?;
        let in_south = StockFilter {
            base: PartnerFilter {
                parent_id: Some(Box::new(RelationFilter::Matches(PartnerFilter {
                    name: Some(Filter::Eq("Ann".into())),
                    ..PartnerFilter::default()
                }))),
                ..PartnerFilter::default()
            },
            depot: Some(Filter::Eq("south".into())),
            ..StockFilter::default()
        };
        assert_eq!(Records::<Stock>::search(env, in_south)?, bob);
        let of_gold = OrderFilter {
            partner_id: Some(Box::new(RelationFilter::Matches(SalesFilter {
                level: Some(Filter::Eq("gold".into())),
                title: Some(Filter::Eq("Ann".into())),
                ..SalesFilter::default()
            }))),
            ..OrderFilter::default()
        };
        assert_eq!(Records::<Order>::search(env, of_gold)?.len(), 1);

        let named = |name: Filter<String>| PartnerFilter {
            name: Some(name),
            ..PartnerFilter::default()
        };
        let all = Records::<Partner>::search(env, PartnerFilter::default())?.len();
        for (name, found) in [
            (Filter::EqLike("A_n".into()), 1),
            (Filter::EqLike("a_n".into()), 0),
            (Filter::EqLike("An".into()), 0),
            (Filter::EqIlike("a_N".into()), 1),
            (Filter::NotLike("nn".into()), all - 1),
            (Filter::NotLike("NN".into()), all),
            (Filter::NotIlike("NN".into()), all - 1),
        ] {
            let count = Records::<Partner>::search(env, named(name.clone()))?.len();
            assert_eq!(count, found, "{name:?}");
        }
        let below_nobody_called_ann = PartnerFilter {
            parent_id: Some(Box::new(RelationFilter::NoneMatches(named(Filter::Eq("Ann".into()))))),
            ..PartnerFilter::default()
        };
        let found = Records::<Partner>::search(env, below_nobody_called_ann)?.len();
        assert_eq!(found, all - 1, "all but Bob, also those below nobody");
        Ok(())
    })
    .unwrap();
}

/// The area of sales is left out of the catalogue: the rest runs without it.
#[test]
fn a_model_runs_without_its_extensions() {
    let mut shop = SmallWorld::of(&base::catalogue(), template(&base::catalogue(), USER).copy());
    let answer = shop.create("x.partner", &json!({"name": "Ann"})).unwrap();
    assert_eq!(answer, json!({"id": 1, "name": "Ann"}));
    let error = shop
        .create("x.partner", &json!({"name": "Ann", "level": "gold"}))
        .unwrap_err();
    assert_eq!(pointers(&error), ["/level"]);
    let sales = SalesCreate {
        bound: Some(1),
        ..SalesCreate::default()
    };
    let error = shop.env(|env| Records::<Sales>::create(env, vec![sales])).unwrap_err();
    assert!(
        format!("{error:?}").contains("an extension of x.partner is used that is not in the catalogue"),
        "{error:?}"
    );
}

#[test]
fn what_does_not_fit_together_is_told_at_the_start() {
    let with = |entries: &[Entry]| {
        let catalogue = [&base::catalogue(), entries].concat();
        Runtime::new(&catalogue).unwrap_err().to_string()
    };
    let sales = orm::typed::entry::<Sales>();
    let order = orm::typed::entry::<Order>();
    let twice = with(&[sales, order, sales]);
    for words in [
        "x.partner: this part of the model is in the catalogue twice",
        "x.partner: level: declared at",
    ] {
        assert!(twice.contains(words), "{twice} lacks {words}");
    }
    let clash = with(&[sales, order, orm::typed::entry::<models::Clash>()]);
    for words in [
        "x.partner: level: declared at",
        "x.partner: the model has a method `promote` already; write another name",
        "x.partner: every model has a method `copy`: give this one another name",
    ] {
        assert!(clash.contains(words), "{clash} lacks {words}");
    }
    let lines: Vec<&str> = clash.lines().skip(1).collect();
    assert!(
        lines.iter().all(|line| line.contains("orm/tests/extension/models.rs:")),
        "the place of the second one: {clash}"
    );
    let apart = with(&[order, orm::typed::entry::<ProductSales>()]);
    for words in [
        "extension::models::Sales, an extension of x.partner that is not in the catalogue",
        "extension::models::TemplateSales, an extension of x.template that is not in the catalogue",
    ] {
        assert!(apart.contains(words), "{apart} lacks {words}");
    }
    let plain = with(&[orm::typed::entry::<models::Plain>()]);
    for section in ["read", "name_search"] {
        let words = format!("x.template: the model has no `#[{section}(…)]` to add to; leave it out here");
        assert!(plain.contains(&words), "{plain} lacks {words}");
    }
    let alone = Runtime::new(&[orm::typed::entry::<base::Users>(), sales])
        .unwrap_err()
        .to_string();
    assert!(
        alone.contains(
            "x.partner: the model that is extended here is not in the catalogue: add its struct to `catalogue!`"
        ),
        "{alone}"
    );
}

#[test]
fn a_model_is_listed_once() {
    let catalogue = [base::catalogue(), base::catalogue()].concat();
    let error = Runtime::new(&catalogue).unwrap_err().to_string();
    let lines: Vec<&str> = error.lines().skip(1).collect();
    assert_eq!(lines.len(), base::catalogue().len(), "{error}");
    for line in lines {
        assert!(line.contains("orm/tests/extension/"), "the place: {line}");
        assert!(
            line.ends_with(": the model is listed twice in `catalogue!`: list it once"),
            "{line}"
        );
    }
}

#[test]
fn the_target_of_a_relation_is_listed() {
    let catalogue = [orm::typed::entry::<base::Users>(), orm::typed::entry::<Order>()];
    let error = Runtime::new(&catalogue).unwrap_err().to_string();
    let told = "x.order: partner_id: its target `x.partner` is not in the catalogue: add its struct to `catalogue!`";
    assert!(error.lines().any(|line| line.ends_with(told)), "{error}");
}
