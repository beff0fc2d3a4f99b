//! The audit trail: what it keeps, and what the start-up says of wrong definitions.

#[allow(missing_docs, dead_code, reason = "what the macros make of test models")]
mod models;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use harness::Template;
use orm::env::Origin;
use orm::prelude::*;
use orm::query::{self, Limits, Request};
use orm::typed::entry;
use orm::{Runtime, write};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use super::small_world::{SmallWorld, parsed};
use super::template;

const ROWS: &str = "INSERT INTO x_users (name) VALUES ('Root'); \
    INSERT INTO x_tag (name) VALUES ('a'), ('b'), ('c'), ('d')";

static MARKET: LazyLock<Template> = LazyLock::new(|| template(&models::catalogue(), ROWS));

fn market() -> SmallWorld {
    SmallWorld::of(&models::catalogue(), MARKET.copy())
}

impl SmallWorld {
    fn everything(&mut self, model: &str, fields: &str) -> Vec<Json> {
        let parameters = [("fields", fields), ("order", "id")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let answer = self.env(|env| {
            let model = env.registry.find(model).unwrap();
            let request = Request::parse(env.registry, model, &parameters, &Limits::default(), env.wire)?;
            query::list(env, model, &request)
        });
        parsed(answer.unwrap()).as_array().unwrap().clone()
    }

    /// The entries about a record: what happened, and the changes.
    fn told(&mut self, model: &str, id: i64) -> Vec<(String, Json)> {
        let entries = self.everything("x.entry", "model,record_id,operation,changes");
        let of_it = entries
            .into_iter()
            .filter(|entry| entry["model"] == model && entry["record_id"] == id);
        of_it
            .map(|entry| {
                (
                    entry["operation"].as_str().unwrap().to_owned(),
                    entry["changes"].clone(),
                )
            })
            .collect()
    }
}

#[test]
fn secrets_and_bytes_are_never_kept() {
    let mut market = market();
    let id = market
        .new_id("x.deal", &json!({"name": "one", "photo": "aHVzaA==", "price": 1.5}))
        .unwrap();
    market.update("x.deal", id, &json!({"photo": false})).unwrap();
    let told = market.told("x.deal", id);
    let created = json!([
        {"field": "name", "old": null, "new": "one"},
        {"field": "price", "old": null, "new": 1.5},
        {"field": "total", "old": null, "new": 0},
        {"field": "discount", "old": null, "new": 0},
    ]);
    assert_eq!(told, [("create".to_owned(), created), ("write".to_owned(), json!([]))]);
}

#[test]
fn parts_of_a_model_add_fields() {
    let mut market = market();
    let id = market
        .new_id("x.person", &json!({"name": "Ann", "phone": "1", "city": "Ulm"}))
        .unwrap();
    market
        .update("x.person", id, &json!({"phone": "2", "city": "Bonn"}))
        .unwrap();
    let told = market.told("x.person", id);
    assert_eq!(told[1].1, json!([{"field": "city", "old": "Ulm", "new": "Bonn"}]));
    assert_eq!(told[0].1.as_array().unwrap().len(), 2, "{told:?}");
}

#[test]
fn what_follows_is_part_of_the_change() {
    let mut market = market();
    let id = market
        .new_id("x.deal", &json!({"name": "one", "line_ids": [[0, 0, {"amount": 20}]]}))
        .unwrap();
    // A method writes the record again within the write, and a line changes computed values.
    let twice = json!({"name": "twice", "line_ids": [[0, 0, {"amount": 30}]]});
    market.update("x.deal", id, &twice).unwrap();
    let told = market.told("x.deal", id);
    let changes = json!([
        {"field": "name", "old": "one", "new": "thrice"},
        {"field": "total", "old": 20, "new": 50},
        {"field": "discount", "old": 2, "new": 5},
    ]);
    assert_eq!(told[1..], [("write".to_owned(), changes)]);
}

#[test]
fn what_a_deletion_empties_is_told() {
    let mut market = market();
    let person = market.new_id("x.person", &json!({"name": "Ann"})).unwrap();
    let deal = json!({"name": "one", "person_id": person, "tag_ids": [[6, 0, [1, 2]]]});
    let id = market.new_id("x.deal", &deal).unwrap();
    market.delete("x.person", person).unwrap();
    market.delete("x.tag", 2).unwrap();
    let told = market.told("x.deal", id);
    let emptied = json!([{"field": "person_id", "old": person, "new": null}]);
    let untagged = json!([{"field": "tag_ids", "removed": [2], "added": []}]);
    assert_eq!(
        told[1..],
        [("write".to_owned(), emptied), ("write".to_owned(), untagged)]
    );
    market.delete("x.deal", id).unwrap();
    let told = market.told("x.deal", id);
    let (happened, changes) = told.last().unwrap();
    assert_eq!(happened, "delete");
    let tags = json!({"field": "tag_ids", "removed": [1], "added": []});
    assert!(changes.as_array().unwrap().contains(&tags), "{changes}");
}

/// Creates of several requests in one transaction: each is told by its own; what may be of any of them is refused.
#[test]
fn a_batch_tells_its_requests_apart() {
    let mut market = market();
    let person = market.new_id("x.person", &json!({"name": "Ann"})).unwrap();
    let origins = ["r0", "r1"].map(|request| Origin {
        request: Some(request.to_owned()),
        ..Origin::default()
    });
    let mut batch = |names: [&str; 2]| {
        let bodies = names.map(
            |name| json!({"name": name, "person_id": person, "tag_ids": [[4, 3]], "line_ids": [[0, 0, {"amount": 1}]]}),
        );
        market.env(|env| write::create_batch(env, env.registry.find("x.deal").unwrap(), &bodies.each_ref(), &origins))
    };
    batch(["one", "two"]).unwrap();
    // A method writes the person, for whichever request.
    batch(["one", "met"]).unwrap_err();
    let entries = market.everything("x.entry", "request,changes");
    let told = entries[1..]
        .iter()
        .map(|entry| (&entry["request"], &entry["changes"][0]["new"]));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [(&json!("r0"), &json!("one")), (&json!("r1"), &json!("two"))]
    );
}

#[test]
fn rust_code_does_not_change_the_trail() {
    let mut market = market();
    let id = market.new_id("x.person", &json!({"name": "Ann"})).unwrap();
    let gone = market.env(|env| Records::<models::Entry>::new([1]).unlink(env));
    let changed = market.env(|env| {
        let forged = models::EntryUpdate {
            login: Some(Some("nobody".to_owned())),
            ..models::EntryUpdate::default()
        };
        Records::<models::Entry>::new([1]).write(env, forged)
    });
    for refused in [gone, changed] {
        assert_eq!(refused.unwrap_err().code(), orm::error::Code::AccessDenied);
    }
    assert_eq!(market.told("x.person", id).len(), 1);
}

/// A change that a test makes.
#[derive(Debug, Clone)]
enum Step {
    Create(String, Vec<i64>),
    Write(usize, Json),
    Delete(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let name = prop_oneof![Just("one"), Just("two"), Just("twice"), Just("ß")];
    let tags = || prop::collection::vec(1..=4i64, 0..3);
    let values = prop_oneof![
        name.clone().prop_map(|name| json!({"name": name})),
        (0..3i32).prop_map(|price| json!({"price": f64::from(price) / 2.0})),
        tags().prop_map(|ids| json!({"tag_ids": [[6, 0, ids]]})),
        (1..=4i64).prop_map(|id| json!({"tag_ids": [[4, id]]})),
        (1..=4i64).prop_map(|id| json!({"tag_ids": [[3, id]]})),
        (0..50i64).prop_map(|amount| json!({"line_ids": [[0, 0, {"amount": amount}]]})),
        Just(json!({"line_ids": [[5]]})),
        (0..3i64).prop_map(|discount| json!({"discount": discount})),
    ];
    prop_oneof![
        1 => (name, tags()).prop_map(|(name, tags)| Step::Create(name.to_owned(), tags)),
        5 => (any::<usize>(), values).prop_map(|(index, values)| Step::Write(index, values)),
        1 => any::<usize>().prop_map(Step::Delete),
    ]
}

/// Applies the changes of an entry; each begins with the value that is there.
fn replay(record: &mut BTreeMap<String, Json>, changes: &Json) {
    for change in changes.as_array().unwrap() {
        let field = change["field"].as_str().unwrap().to_owned();
        let value = record.entry(field).or_default();
        match change.get("added") {
            None => {
                assert_eq!(*value, change["old"], "{change}");
                *value = change["new"].clone();
            }
            Some(added) => {
                let mut ids = value.as_array().cloned().unwrap_or_default();
                for removed in change["removed"].as_array().unwrap() {
                    assert!(ids.contains(removed), "{change}");
                    ids.retain(|id| id != removed);
                }
                for id in added.as_array().unwrap() {
                    assert!(!ids.contains(id), "{change}");
                    ids.push(id.clone());
                }
                ids.sort_by_key(Json::as_i64);
                *value = Json::Array(ids);
            }
        }
    }
}

/// Whoever plays the trail again, from nothing, has the records as they are.
#[test]
fn the_trail_played_again_gives_the_records() {
    let mut runner = TestRunner::new(Config::with_cases(24));
    let steps = prop::collection::vec(step(), 1..25);
    runner
        .run(&steps, |steps| {
            let mut market = market();
            let mut ids: Vec<i64> = Vec::new();
            for step in steps {
                match step {
                    Step::Create(name, tags) => {
                        let deal = json!({"name": name, "tag_ids": [[6, 0, tags]]});
                        ids.push(market.new_id("x.deal", &deal).unwrap());
                    }
                    Step::Write(index, values) if !ids.is_empty() => {
                        market.update("x.deal", ids[index % ids.len()], &values).unwrap();
                    }
                    Step::Delete(index) if !ids.is_empty() => {
                        let id = ids.swap_remove(index % ids.len());
                        market.delete("x.deal", id).unwrap();
                    }
                    Step::Write(..) | Step::Delete(_) => {}
                }
            }
            let mut records: BTreeMap<i64, BTreeMap<String, Json>> = BTreeMap::new();
            for entry in market.everything("x.entry", "record_id,operation,changes") {
                let id = entry["record_id"].as_i64().unwrap();
                let record = records.entry(id).or_default();
                replay(record, &entry["changes"]);
                if entry["operation"] == "delete" {
                    let empty = |value: &Json| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
                    assert!(record.values().all(empty), "{record:?}");
                    records.remove(&id);
                }
            }
            let there = market.everything("x.deal", "name,price,total,discount,tag_ids(id)");
            prop_assert_eq!(there.len(), records.len());
            for deal in there {
                let record = &records[&deal["id"].as_i64().unwrap()];
                let kept = |field: &str| record.get(field).cloned().unwrap_or_default();
                for field in ["name", "total", "discount"] {
                    prop_assert_eq!(kept(field), deal[field].clone(), "{}", field);
                }
                prop_assert_eq!(
                    kept("price").as_f64().unwrap_or(0.0),
                    deal["price"].as_f64().unwrap_or(0.0)
                );
                let tags = deal["tag_ids"].as_array().into_iter().flatten();
                let tags: Vec<Json> = tags.map(|tag| tag["id"].clone()).collect();
                prop_assert_eq!(kept("tag_ids").as_array().cloned().unwrap_or_default(), tags);
            }
            Ok(())
        })
        .unwrap();
}

/// Keeps what cannot be kept.
#[model("x.wrong")]
#[audit(pin, photo)]
pub(crate) struct Wrong {
    /// Pin
    #[field(secret)]
    pub pin: Option<String>,
    /// Photo
    pub photo: Option<Binary>,
}

/// A trail that lacks most.
#[model("x.poor", role = audit)]
#[audit]
#[access(everyone: read, write)]
pub(crate) struct Poor {
    /// Model
    pub model: String,
    /// Record, as a text
    pub record_id: String,
    /// Changes
    pub changes: Json,
}

#[test]
fn wrong_definitions_are_told() {
    let mistakes = |catalogue: &[orm::Entry]| Runtime::new(catalogue).unwrap_err().to_string();
    let wrong = mistakes(&[entry::<models::User>(), entry::<Wrong>()]);
    let poor = mistakes(&[entry::<models::User>(), entry::<Poor>()]);
    for (told, words) in [
        (&wrong, "x.wrong: no model of the catalogue has `role = audit`"),
        (
            &wrong,
            "x.wrong: `#[audit]`: `pin` is secret, and its values are kept nowhere else",
        ),
        (
            &wrong,
            "x.wrong: `#[audit]`: `photo` is binary, which would make the audit trail large",
        ),
        (
            &poor,
            "x.poor: `role = audit` needs a field `record_id: i64` with a column",
        ),
        (
            &poor,
            "x.poor: `role = audit` needs a field `login: Option<String>` with a column",
        ),
        (
            &poor,
            "x.poor: nobody may write records of the audit trail: give the right to `read` alone",
        ),
        (
            &poor,
            "x.poor: the audit trail keeps no trail of itself: leave `#[audit]` out",
        ),
    ] {
        assert!(told.contains(words), "{words}\nis not in\n{told}");
    }
}
