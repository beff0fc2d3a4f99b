//! Numbers: one after the other, whoever asks, and what an administrator changes.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use orm::db::Session;
use orm::registry::Registry;
use orm::write;
use serde_json::json;

use super::models;
use super::world::{World, in_transaction};

#[test]
fn no_number_is_left_out_or_given_twice() {
    let mut world = World::new();
    let (address, now) = (world.address().clone(), world.now);
    let threads = (0..60).map(|number| {
        let address = address.clone();
        std::thread::spawn(move || {
            let registry = Registry::new(&models::catalogue()).unwrap();
            let mut session = Session::new(address.open(false).unwrap());
            // Some change their mind.
            let keep = number % 6 != 0;
            let create = in_transaction(&mut session, &registry, now, keep, |env| {
                let model = env.registry.find("x.bill").unwrap();
                write::create(env, model, &json!({}))
            });
            create.unwrap();
        })
    });
    for thread in threads.collect::<Vec<_>>() {
        thread.join().unwrap();
    }
    let names: BTreeSet<String> = world.names("x_bill").into_iter().collect();
    assert_eq!(names, (1..=50).map(|number| format!("B{number:03}")).collect());
}

#[test]
fn the_record_decides() {
    let mut world = World::new();
    world.create("x.bill", &json!({}));
    world
        .session
        .batch("UPDATE ir_sequence SET prefix = 'C', padding = 5, number_next = 40 WHERE code = 'x.bill'")
        .unwrap();
    world
        .change("x.bill", |env, model| {
            write::create(env, model, &json!([{}, {"name": "Mine"}, {}]))
        })
        .unwrap();
    assert_eq!(world.names("x_bill"), ["B001", "C00040", "Mine", "C00041"]);
}

#[test]
fn a_year_begins_at_one() {
    let mut world = World::new();
    for (year, month) in [(2023, 11), (2023, 12), (2024, 1), (2024, 2), (2025, 7)] {
        world.now = NaiveDate::from_ymd_opt(year, month, 3)
            .unwrap()
            .and_hms_opt(1, 2, 3)
            .unwrap();
        world.create("x.yearly", &json!({}));
    }
    let names = [
        "Y2023/01-11",
        "Y2023/02-12",
        "Y2024/01-01",
        "Y2024/02-02",
        "Y2025/01-07",
    ];
    assert_eq!(world.names("x_yearly"), names);
}
