//! Searches: random domains over random rows find what a direct evaluation finds.

mod evaluate;
mod generate;
#[allow(missing_docs, dead_code, reason = "what the macros make of test models")]
mod models;

use std::sync::LazyLock;

use harness::Template;
use orm::method;
use orm::prelude::*;
use orm::query::Limits;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use super::small_world::{SmallWorld, parsed};
use super::template;
use evaluate::Rows;
use generate::{LABELS, PARCELS, PLACES};

static DEPOT: LazyLock<Template> =
    LazyLock::new(|| template(&models::catalogue(), "INSERT INTO x_users (name) VALUES ('Root')"));

/// How many sets of rows there are, and how many domains are asked of each.
const WORLDS: u32 = 16;
const DOMAINS: usize = 60;

/// Creates the records. Answers them with the values that they were given, and with the ids of the records that refer to
/// each, so that a condition can be evaluated on them without the database.
fn store(depot: &mut SmallWorld, given: Vec<(&'static str, Vec<Json>)>) -> Rows {
    let mut rows = Rows::new();
    for (model, records) in given {
        for (mut record, id) in records.into_iter().zip(1..) {
            // A parent is an earlier parcel.
            if record["parent_id"].as_i64().is_some_and(|parent| parent >= id) {
                record["parent_id"] = Json::Null;
            }
            assert_eq!(depot.new_id(model, &record).unwrap(), id);
            record["id"] = json!(id);
            rows.entry(model).or_default().insert(id, record);
        }
    }
    let owned = |rows: &Rows, field: &str, owner: i64| -> Json {
        let parcels = rows["x.parcel"].iter();
        parcels
            .filter(|(_, parcel)| parcel[field] == owner)
            .map(|(id, _)| *id)
            .collect()
    };
    for id in 1..=PARCELS {
        let children = owned(&rows, "parent_id", id);
        rows.get_mut("x.parcel").unwrap().get_mut(&id).unwrap()["child_ids"] = children;
    }
    for id in 1..=PLACES {
        let parcels = owned(&rows, "place_id", id);
        rows.get_mut("x.place").unwrap().get_mut(&id).unwrap()["parcel_ids"] = parcels;
    }
    rows
}

fn search(depot: &mut SmallWorld, model: &str, domain: &[Json]) -> Vec<i64> {
    let found = depot.env(|env| {
        let model = env.registry.find(model).unwrap();
        let arguments = json!({"domain": domain, "order": "id"});
        method::call(env, model, None, "search", &arguments, &Limits::default())
    });
    let found = found.unwrap_or_else(|error| panic!("{}: {error}", json!(domain)));
    serde_json::from_value(parsed(found)).unwrap()
}

#[test]
fn random_domains_find_what_a_direct_evaluation_finds() {
    let mut runner = TestRunner::new(Config {
        max_shrink_iters: 300,
        ..Config::with_cases(WORLDS)
    });
    let records = |model: &'static str, count: i64| prop::collection::vec(generate::record(model), count as usize);
    let rows = (
        records("x.place", PLACES),
        records("x.label", LABELS),
        records("x.parcel", PARCELS),
    );
    let models = prop_oneof![4 => Just("x.parcel"), 1 => Just("x.place"), 1 => Just("x.label")];
    let domains = models.prop_flat_map(|model| (Just(model), generate::domain(model, 2)));
    let domains = prop::collection::vec(domains, DOMAINS);
    runner
        .run(&(rows, domains), |((places, labels, parcels), domains)| {
            let mut depot = SmallWorld::of(&models::catalogue(), DEPOT.copy());
            let given = vec![("x.place", places), ("x.label", labels), ("x.parcel", parcels)];
            let rows = store(&mut depot, given);
            for (model, domain) in domains {
                let expected = evaluate::found(&rows, model, &domain);
                let found = search(&mut depot, model, &domain);
                prop_assert_eq!(found, expected, "{} {}\n{}", model, json!(domain), json!(rows));
            }
            Ok(())
        })
        .unwrap();
}
