//! Sequences: numbers follow one another also with concurrent creates; and changes of a sequence's record.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use orm::Runtime;
use orm::write;
use serde_json::json;

use super::models;
use super::world::{World, in_transaction};

/// A gapless sequence leaves out no number and gives none twice, also if creates run concurrently or are rolled back.
#[test]
fn no_number_is_left_out_or_given_twice() {
    let mut world = World::new();
    let (address, now) = (world.address().clone(), world.now);
    let threads = (0..60).map(|number| {
        let address = address.clone();
        std::thread::spawn(move || {
            let registry = Runtime::new(&models::catalogue()).unwrap();
            let mut session = address.open(false).unwrap();
            // One in six is rolled back.
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

/// Prefix, padding and next number are taken from the record of the sequence, once there is one.
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

fn at(world: &mut World, year: i32, month: u32) {
    let day = NaiveDate::from_ymd_opt(year, month, 3).unwrap();
    world.now = day.and_hms_opt(1, 2, 3).unwrap();
}

#[test]
fn a_year_begins_at_one() {
    let mut world = World::new();
    for (year, month) in [(2023, 11), (2023, 12), (2024, 1), (2024, 2), (2025, 7)] {
        at(&mut world, year, month);
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

#[test]
fn a_clock_that_goes_back_repeats_nothing() {
    let mut world = World::new();
    for year in [2023, 2024, 2023, 2024] {
        at(&mut world, year, 6);
        world.create("x.yearly", &json!({}));
    }
    let names = ["Y2023/01-06", "Y2024/01-06", "Y2023/02-06", "Y2024/03-06"];
    assert_eq!(world.names("x_yearly"), names);
}

/// A written `number_next` applies to the current year. The next year begins at 1.
#[test]
fn a_next_number_counts_for_the_year_that_runs() {
    let mut world = World::new();
    at(&mut world, 2023, 1);
    world.create("x.yearly", &json!({}));
    let sequence = world.ids("ir_sequence")[0];
    world
        .try_update("ir.sequence", sequence, &json!({"number_next": 70}))
        .unwrap();
    world.create("x.yearly", &json!({}));
    world
        .try_update("ir.sequence", sequence, &json!({"number_next": 5}))
        .unwrap();
    world.create("x.yearly", &json!({}));
    at(&mut world, 2024, 1);
    world.create("x.yearly", &json!({}));
    let names = ["Y2023/01-01", "Y2023/70-01", "Y2023/05-01", "Y2024/01-01"];
    assert_eq!(world.names("x_yearly"), names);
}

/// Loaded names that are ahead of the sequence are not given again: numbers go on above them.
#[test]
fn names_that_are_loaded_are_passed_over() {
    let mut world = World::new();
    at(&mut world, 2024, 2);
    for (first, named) in [
        (100, "Y2024/41-02"),
        (200, "Y2024/7-02"),
        (300, "Y2024/9999999999999999-02"),
    ] {
        let rows = json!({"x.yearly": {"fields": ["id", "name"], "rows": [[first, named]]}});
        world.try_load(&rows).unwrap();
        world.create("x.yearly", &json!({}));
    }
    let names = world.names("x_yearly");
    let given: Vec<&String> = names.iter().skip(1).step_by(2).collect();
    assert_eq!(given, ["Y2024/42-02", "Y2024/43-02", "Y2024/44-02"]);
}
