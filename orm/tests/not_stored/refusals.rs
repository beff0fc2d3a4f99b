//! Refused conditions and definitions of fields that are not stored.

use orm::typed::entry;
use orm::{Entry, Runtime};

use super::{Database, models};

#[test]
fn what_is_computed_when_read_is_neither_compared_nor_sorted_by() {
    let mut database = Database::new();
    for (parameter, value, why) in [
        (
            "double",
            "3",
            "`double` is computed when it is read: it cannot be filtered by",
        ),
        (
            "partner_id.order_ids.label__ilike",
            "x",
            "`label` is computed when it is read: it cannot be filtered by",
        ),
        (
            "main_id.name",
            "Ann",
            "`main_id` is computed when it is read: a condition cannot lead through it",
        ),
        (
            "main_id",
            "1",
            "`main_id` is computed when it is read: it cannot be filtered by",
        ),
        (
            "sibling_ids",
            "1",
            "`sibling_ids` is computed when it is read: it cannot be filtered by",
        ),
        (
            "order",
            "double desc",
            "`double` cannot be sorted by: `double` is computed when it is read",
        ),
        (
            "order",
            "name, partner_orders",
            "`partner_orders` cannot be sorted by: `order_count` is computed when it is read",
        ),
        (
            "order",
            "main_id.name",
            "`main_id.name` cannot be sorted by: `main_id` is computed when it is read",
        ),
    ] {
        let refused = database.refused("test.order", &[(parameter, value)]);
        assert!(refused.contains(why), "{parameter}={value}: {refused}");
    }
}

mod wrong {
    use orm::prelude::*;

    use super::super::models::{Order, Partner};

    /// Related fields whose type or other keys do not fit the field at the end of their path
    #[model("test.unfit", order = "partner_orders")]
    #[display_name("{main_name}")]
    pub struct Unfit {
        pub order_id: Option<Many2one<Order>>,
        #[field(related = order_id.name)]
        pub number: Option<i64>,
        #[field(related = order_id.partner_id)]
        pub order_number: Option<Many2one<Order>>,
        #[field(related = order_id.amount, digits = (16, 4))]
        pub amount: Option<Decimal>,
        #[field(related = order_id.name)]
        pub needed: String,
        #[field(related = order_id.partner_id)]
        pub partner_id: Many2one<Partner>,
        #[field(related = order_id.country_name, writable)]
        pub written: Option<String>,
        #[field(related = order_id.display_name, store)]
        pub kept: Option<String>,
        #[field(related = order_id.partner_orders)]
        pub partner_orders: i64,
        #[field(related = order_id.main_id.name)]
        pub main_name: Option<String>,
        #[field(related = order_id.main_id.order_ids)]
        pub main_orders: One2many<Order>,
        #[field(related = order_id.partner_order_ids)]
        pub fine: One2many<Order>,
    }

    /// Related fields whose path leads to many records or back to themselves
    #[model("test.lost")]
    pub struct Lost {
        pub name: String,
        pub partner_id: Option<Many2one<Partner>>,
        #[field(related = partner_id.order_ids.name)]
        pub many: Option<String>,
        pub twin_id: Option<Many2one<Lost>>,
        #[field(related = twin_id.back)]
        pub forth: Option<String>,
        #[field(related = twin_id.forth)]
        pub back: Option<String>,
        #[field(compute, depends(name, twin_id.path))]
        pub path: String,
    }

    #[methods]
    impl Lost {
        fn path(&self) -> String {
            self.name.clone()
        }
    }
}

fn mistakes(model: Entry) -> String {
    let mut catalogue = models::catalogue();
    catalogue.push(model);
    Runtime::new(&catalogue).unwrap_err().detail().to_owned()
}

#[track_caller]
fn assert_all(mistakes: &str, expected: &[&str]) {
    for what in expected {
        assert!(mistakes.contains(what), "{what}\nin\n{mistakes}");
    }
    assert_eq!(mistakes.lines().count(), 1 + expected.len(), "{mistakes}");
}

#[test]
fn every_related_field_that_is_of_another_type_is_reported_at_start_up() {
    let expected = [
        "test.unfit: number: it is of another type than `order_id.name`: write `String`",
        "test.unfit: order_number: it is of another type than `order_id.partner_id`: write `Many2one<test.partner>`",
        "test.unfit: amount: it is of another type than `order_id.amount`: write `Decimal` with `digits = (16, 2)`",
        "test.unfit: needed: `order_id.name` may be empty: write its type as `Option<…>`",
        "test.unfit: partner_id: `order_id.partner_id` may be empty: write its type as `Option<…>`",
        "test.unfit: written: `order_id.country_name` cannot be written: leave `writable` out",
        "test.unfit: kept: `order_id.display_name` is made when it is read: leave `store` out",
        "test.unfit: main_orders: `order_id.main_id.order_ids` lies behind a relation that is not stored",
        "test.unfit: order: `partner_orders`: `order_count` is not stored",
        "test.unfit: display_name: `main_name`: `main_id` is not stored",
    ];
    assert_all(&mistakes(entry::<wrong::Unfit>()), &expected);
}

#[test]
fn every_related_path_that_leads_nowhere_is_reported_at_start_up() {
    let expected = [
        "test.lost: many: related: `partner_id.order_ids.name`: `order_ids` leads to many records",
        "test.lost: forth: `twin_id.back` leads back to it, and it is not stored",
        "test.lost: back: `twin_id.forth` leads back to it, and it is not stored",
        "test.lost: path: computed fields read each other in a circle: test.lost.path reads test.lost.path;",
    ];
    assert_all(&mistakes(entry::<wrong::Lost>()), &expected);
}

mod alike {
    use orm::prelude::*;

    /// Has an index of the same name as one of `test.city.zip`
    #[model("test.city")]
    pub struct City {
        pub name: String,
        #[field(index)]
        pub zip_code: Option<String>,
    }

    /// Has two indexes of the same name
    #[model("test.street")]
    #[index(house, number)]
    pub struct Street {
        pub house: Option<String>,
        pub number: Option<i64>,
        #[field(index)]
        pub house_number: Option<String>,
    }

    /// Has an index of the same name as one of `test.city`
    #[model("test.city.zip")]
    pub struct CityZip {
        #[field(index)]
        pub code: String,
        #[field(relation = "test_city")]
        pub city_ids: Many2many<City>,
    }
}

#[test]
fn two_things_of_one_name_in_the_database_are_reported_at_start_up() {
    let mut catalogue = models::catalogue();
    catalogue.extend([
        entry::<alike::City>(),
        entry::<alike::Street>(),
        entry::<alike::CityZip>(),
    ]);
    let refused = Runtime::new(&catalogue).unwrap_err();
    assert_all(
        refused.detail(),
        &[
            "test.street: `test_street_house_number_index` would be the name of two things in the database, one of \
             test.street and one of test.street: give a model, a field or a relation table another name",
            "test.city.zip: `test_city_zip_code_index` would be the name of two things in the database, one of test.city \
             and one of test.city.zip: give a model, a field or a relation table another name",
            "test.city.zip: city_ids: `test_city` is the table of test.city: a relation needs a table of its own",
        ],
    );
}
