//! The `domain` of relations: which records they are for.

#[allow(missing_docs, dead_code, reason = "what the macros make of test models")]
mod models;

use std::sync::LazyLock;

use harness::Template;
use orm::Runtime;
use orm::error::{Code, Error};
use orm::prelude::*;
use orm::query::{self, Limits, Request};
use orm::{method, write};
use serde_json::json;

use super::constraints::world::pointers;
use super::small_world::SmallWorld;
use super::template;

const ROWS: &str = "INSERT INTO x_users (name) VALUES ('Root'); \
    INSERT INTO x_company (name) VALUES ('Ours'), ('Theirs'); \
    INSERT INTO x_person (name, kind, company_id, ceiling, nick, active) VALUES \
        ('Ann', 'customer', NULL, 5, 'pin', TRUE), ('Bob', 'vendor', NULL, 9, NULL, TRUE), \
        ('Cid', 'customer', 1, 0, NULL, TRUE), ('Dan', 'customer', 2, 7, 'nip', FALSE); \
    INSERT INTO x_label (name, for_orders) VALUES ('urgent', TRUE), ('x''y', FALSE), ('other', FALSE)";

static SHOP: LazyLock<Template> = LazyLock::new(|| template(&models::catalogue(), ROWS));

fn shop() -> SmallWorld {
    SmallWorld::of(&models::catalogue(), SHOP.copy())
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T>, place: &str, message: &str) {
    let error: Error = result.unwrap_err();
    assert_eq!(
        (error.code(), pointers(&error)),
        (Code::Invalid, vec![place.to_owned()])
    );
    assert_eq!(error.issues()[0].message, message);
}

#[test]
fn a_relation_leads_to_a_record_of_its_domain() {
    let mut shop = shop();
    shop.new_id("x.order", &json!({"person_id": 1})).unwrap();
    let vendor = "record 2 of x.person is none of those for `person_id` (`kind = customer`): `kind` is vendor";
    refused(shop.new_id("x.order", &json!({"person_id": 2})), "/person_id", vendor);
    let archived = "record 4 of x.person is none of those for `person_id` (`active = true`): `active` is false";
    refused(
        shop.new_id("x.order", &json!({"person_id": 4, "company_id": 2})),
        "/person_id",
        archived,
    );
    let other = "record 3 of x.person is none of those for `person_id` (`company_id is empty || company_id = \
                 self.company_id`): `company_id` is 1";
    refused(
        shop.new_id("x.order", &json!({"person_id": 3, "company_id": 2})),
        "/person_id",
        other,
    );
    refused(shop.new_id("x.order", &json!({"person_id": 3})), "/person_id", other);
    let order = shop
        .new_id("x.order", &json!({"person_id": 3, "company_id": 1}))
        .unwrap();
    // Another value of a field that the condition names, and one of another field.
    refused(
        shop.update("x.order", order, &json!({"company_id": 2})),
        "/person_id",
        other,
    );
    shop.update("x.order", order, &json!({"least": 3})).unwrap();
    shop.update("x.order", order, &json!({"company_id": 2, "person_id": 1}))
        .unwrap();
    // An empty value has no order.
    let nick = "record 2 of x.person is none of those for `deputy_id` (`nick is given`): `nick` is empty";
    refused(
        shop.update("x.order", order, &json!({"deputy_id": 2, "least": 0})),
        "/deputy_id",
        nick,
    );
    let ceiling = "record 1 of x.person is none of those for `deputy_id` (`ceiling >= self.least`): `ceiling` is 5";
    refused(
        shop.update("x.order", order, &json!({"deputy_id": 1, "least": 6})),
        "/deputy_id",
        ceiling,
    );
    refused(
        shop.update("x.order", order, &json!({"deputy_id": 1, "least": false})),
        "/deputy_id",
        ceiling,
    );
    shop.update("x.order", order, &json!({"deputy_id": 1})).unwrap();
    refused(
        shop.update("x.order", order, &json!({"least": 6})),
        "/deputy_id",
        ceiling,
    );
    shop.update("x.order", order, &json!({"deputy_id": false, "least": 6}))
        .unwrap();
}

#[test]
fn a_later_change_of_the_related_record_breaks_nothing() {
    let mut shop = shop();
    let order = shop.new_id("x.order", &json!({"person_id": 1})).unwrap();
    shop.update("x.person", 1, &json!({"active": false})).unwrap();
    shop.update("x.order", order, &json!({"least": 3})).unwrap();
    let archived = "record 1 of x.person is none of those for `person_id` (`active = true`): `active` is false";
    refused(
        shop.update("x.order", order, &json!({"person_id": 1})),
        "/person_id",
        archived,
    );
}

#[test]
fn each_record_of_a_relation_to_many_is_one_of_its_domain() {
    let mut shop = shop();
    let order = shop
        .new_id("x.order", &json!({"person_id": 1, "label_ids": [[6, 0, [1, 3]]]}))
        .unwrap();
    let message = "record 2 of x.label is none of those for `label_ids` (`for_orders = true || name != x'y`): \
                   `for_orders` is false, `name` is x\\'y";
    refused(
        shop.new_id("x.order", &json!({"person_id": 1, "label_ids": [[6, 0, [1, 2]]]})),
        "/label_ids/0/2/1",
        message,
    );
    refused(
        shop.update("x.order", order, &json!({"label_ids": [[3, 1], [4, 2]]})),
        "/label_ids/1/1",
        message,
    );
    // From the other side of the relation.
    let error = shop
        .update("x.label", 2, &json!({"order_ids": [[4, order]]}))
        .unwrap_err();
    assert_eq!(error.code(), Code::Invalid);
    assert_eq!(
        error.issues()[0].message,
        format!("record {order} of x.order: {message}")
    );
    shop.update("x.label", 2, &json!({"for_orders": true, "order_ids": [[4, order]]}))
        .unwrap();
}

#[test]
fn what_a_relation_to_many_has_already_is_left_alone() {
    let mut shop = shop();
    let labels = json!({"person_id": 1, "label_ids": [[6, 0, [1, 3]]]});
    let order = shop.new_id("x.order", &labels).unwrap();
    shop.update("x.label", 3, &json!({"name": "x'y"})).unwrap();
    shop.new_id("x.order", &json!({"person_id": 1, "label_ids": [[4, 1]]}))
        .unwrap();
    shop.update("x.order", order, &json!({"label_ids": [[3, 1]]})).unwrap();
    shop.update("x.order", order, &json!({"label_ids": [[4, 1]]})).unwrap();
    shop.env(|env| write::delete(env, env.registry.find("x.label").unwrap(), 1))
        .unwrap();
    assert_eq!(
        shop.update("x.order", order, &json!({"label_ids": [[4, 2]]}))
            .unwrap_err()
            .code(),
        Code::Invalid
    );
}

#[test]
fn a_mistake_is_told_where_the_body_makes_it() {
    let mut shop = shop();
    let visited = |visit: Json| json!({"person_id": 1, "visit_ids": [[0, 0, {}], [0, 0, visit]]});
    let order = shop.new_id("x.order", &json!({"person_id": 1})).unwrap();
    let vendor = "record 2 of x.person is none of those for `person_id` (`kind = customer`): `kind` is vendor";
    // By a field that stands for one of another record.
    let visit = json!({"order_id": order, "whom": 2});
    refused(shop.new_id("x.visit", &visit), "/whom", vendor);
    refused(
        shop.new_id("x.order", &visited(json!({"whom": 2}))),
        "/visit_ids/1/2/whom",
        vendor,
    );
    refused(
        shop.update("x.order", order, &visited(json!({"whom": 2}))),
        "/visit_ids/1/2/whom",
        vendor,
    );
    let one = shop.new_id("x.visit", &json!({"order_id": order})).unwrap();
    // A record of another one, in a list of ids.
    let other = shop.new_id("x.order", &json!({"person_id": 1})).unwrap();
    let foreign = format!("record {one} of x.visit does not belong to this record's `visit_ids`");
    let own = shop.new_id("x.visit", &json!({})).unwrap();
    for (given, place) in [
        (json!([[6, 0, [own, one]]]), "/visit_ids/0/2/1"),
        (json!([own, one]), "/visit_ids/1"),
    ] {
        refused(
            shop.update("x.order", other, &json!({"visit_ids": given})),
            place,
            &foreign,
        );
    }
}

/// `fields_get` tells a domain by which a client finds what may be given.
#[test]
fn the_domain_is_offered() {
    let mut shop = shop();
    let told = shop.env(|env| {
        let model = env.registry.find("x.order").unwrap();
        let wanted = json!({"attributes": ["domain"]});
        method::call(env, model, None, "fields_get", &wanted, &Limits::default())
    });
    let told: Json = serde_json::from_slice(&told.unwrap()).unwrap();
    let of = |field: &str| &told[field]["domain"];
    let person = "[('active', '=', True), ('kind', '=', 'customer'), '|', ('company_id', '=', False), \
                  ('company_id', '=', company_id)]";
    assert_eq!(of("person_id"), &json!(person));
    assert_eq!(
        of("label_ids"),
        &json!(["|", ["for_orders", "=", true], ["name", "!=", "x'y"]])
    );
    assert_eq!(of("company_id"), &Json::Null);
    // It finds those that are allowed.
    let found = shop.env(|env| {
        let model = env.registry.find("x.label").unwrap();
        let parameters = [("domain".to_owned(), of("label_ids").to_string())];
        let request = Request::parse(env.registry, model, &parameters, &Limits::default(), &orm::wire::V1)?;
        query::list(env, model, &request)
    });
    let found: Json = serde_json::from_slice(&found.unwrap()).unwrap();
    let ids: Vec<&Json> = found.as_array().unwrap().iter().map(|label| &label["id"]).collect();
    assert_eq!(ids, [&json!(1), &json!(3)]);
}

/// A client puts the record's values in the place of its fields. What is empty has no order, as when it is tested.
#[test]
fn a_domain_that_names_an_empty_field_finds_what_is_allowed() {
    let mut shop = shop();
    let wanted = json!({"fields": ["deputy_id"], "attributes": ["domain"]});
    let mut call = |model: &str, method: &str, arguments: &Json| -> Json {
        let answer = shop.env(|env| {
            let model = env.registry.find(model).unwrap();
            method::call(env, model, None, method, arguments, &Limits::default())
        });
        serde_json::from_slice(&answer.unwrap()).unwrap()
    };
    let told = call("x.order", "fields_get", &wanted)["deputy_id"]["domain"].clone();
    assert_eq!(told, json!("[('ceiling', '>=', least), ('nick', '!=', False)]"));
    let mut found = |least: &str| {
        let domain = told.as_str().unwrap().replace("least", least).replace("False", "false");
        let domain: String = domain.replace('(', "[").replace(')', "]").replace('\'', "\"");
        let domain: Json = serde_json::from_str(&domain).unwrap();
        let all = json!({"domain": domain, "active_test": false});
        let not = json!({"domain": ["!", domain[0]], "active_test": false});
        ["search", "search_count"].map(|method| match method {
            "search" => call("x.person", method, &all),
            _ => call("x.person", method, &not),
        })
    };
    assert_eq!(found("6"), [json!([4]), json!(2)]);
    assert_eq!(found("false"), [json!([]), json!(0)], "`!` turns `>=` into `<`");
    let parameter = [("ceiling__ge".to_owned(), "false".to_owned())];
    let error = shop.env(|env| {
        let model = env.registry.find("x.person").unwrap();
        Request::parse(env.registry, model, &parameter, &Limits::default(), &orm::wire::V1).map(|_| ())
    });
    assert!(error.is_err(), "a filter that a person writes is refused");
}

#[test]
fn a_domain_that_does_not_fit_is_told_at_the_start() {
    let message = Runtime::new(&wrong::catalogue()).unwrap_err().to_string();
    for said in [
        "domain = display_name = x: `display_name` is no column of x.users; leave it out",
        "domain = kind = driver: `driver` is none of its values",
        "domain = ceiling > text: `text` is given where a whole number belongs",
        "domain = ceiling = self.name: `ceiling` and `name` cannot be compared; write two fields of one type",
        "domain = code = x: `code` is secret, and who may be given would tell it; leave it out",
        "domain = perhaps = false: `perhaps` is a `bool` that may be empty, which a search takes for `false`",
        "domain = active > self.flag: `active` has no order; write `==` or `!=`",
    ] {
        assert!(message.contains(said), "{said}\n{message}");
    }
    assert!(message.contains("orm/tests/domain/mod.rs:"), "{message}");
}

mod wrong {
    use super::models::{Person, Users};
    use orm::prelude::*;

    /// Wrong
    #[model("x.wrong")]
    pub struct Wrong {
        /// Name
        pub name: String,
        /// Flag
        pub flag: bool,
        /// A
        #[field(domain = display_name == "x")]
        pub a_id: Option<Many2one<Users>>,
        /// B
        #[field(domain = kind == "driver")]
        pub b_id: Option<Many2one<Person>>,
        /// C
        #[field(domain = ceiling > "text")]
        pub c_id: Option<Many2one<Person>>,
        /// D
        #[field(domain = ceiling == self.name)]
        pub d_id: Option<Many2one<Person>>,
        /// E
        #[field(domain = active > self.flag)]
        pub e_id: Option<Many2one<Person>>,
        /// F
        #[field(domain = code == "x")]
        pub f_id: Option<Many2one<Person>>,
        /// G
        #[field(domain = !perhaps)]
        pub g_id: Option<Many2one<Person>>,
    }

    orm::catalogue! { Users, super::models::Company, Person, Wrong }
}
