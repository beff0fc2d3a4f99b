//! Groups of records: they equal those that the test makes itself, of random rows; and what is refused.

mod expected;
#[allow(missing_docs, dead_code, reason = "what the macros make of test models")]
mod models;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta, TimeZone as _};
use chrono_tz::Tz;
use harness::Template;
use orm::prelude::*;
use orm::query::Limits;
use orm::{method, write};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::constraints::world::in_transaction;
use super::small_world::{SmallWorld, parsed};
use super::template;
use expected::{Row, TOLD, groups, is_mixed, shown};

const ROWS: &str = "INSERT INTO x_users (name) VALUES ('Root'); \
    INSERT INTO x_currency (name) VALUES ('one'), ('other'); \
    INSERT INTO x_country (name) VALUES ('A'), ('B'); \
    INSERT INTO x_place (name, country_id) VALUES ('first', 1), ('second', NULL), ('third', 2); \
    INSERT INTO x_tag (name) VALUES ('a'), ('b'), ('c')";

static WORLD: LazyLock<Template> = LazyLock::new(|| template(&models::catalogue(), ROWS));

fn world() -> SmallWorld {
    SmallWorld::of(&models::catalogue(), WORLD.copy())
}

const KEYS: [&str; 16] = [
    "name",
    "kind",
    "paid",
    "number",
    "price",
    "place_id",
    "place_id.country_id",
    "country_id",
    "tag_ids",
    "day:week",
    "day",
    "at:hour",
    "at:day",
    "at:week",
    "at:quarter",
    "at:year",
];

/// The nights in which clocks are turned.
const NIGHTS: [&str; 6] = [
    "2025-03-30",
    "2025-10-26",
    "2025-03-09",
    "2025-11-02",
    "2025-04-06",
    "2025-10-05",
];

const ZONES: [Tz; 5] = [
    Tz::UTC,
    Tz::Europe__Brussels,
    Tz::America__New_York,
    Tz::Asia__Kolkata,
    Tz::Australia__Lord_Howe,
];

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Some rows have the largest price that there is, so that sums have more than 64 bits.
fn price() -> impl Strategy<Value = Decimal> {
    prop_oneof![
        4 => (-3_0000..3_0000i64).prop_map(|units| Decimal::new(units, 4)),
        4 => (-2..3i64).prop_map(Decimal::from),
        1 => Just(decimal("99999999999999.9999")),
        1 => Just(decimal("-99999999999999.9999")),
    ]
}

/// Hours around the nights in which clocks are turned, and any others.
fn at() -> impl Strategy<Value = NaiveDateTime> {
    let near = (select(&NIGHTS[..]), -24..24i64).prop_map(|(night, hours)| (night.parse().unwrap(), hours * 30));
    let any = (0..3000u64).prop_map(|days| (day(days), 0));
    prop_oneof![near, any]
        .prop_map(|(day, minutes): (NaiveDate, i64)| day.and_hms_opt(0, 15, 0).unwrap() + TimeDelta::minutes(minutes))
}

fn day(days: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + Days::new(days)
}

fn row() -> impl Strategy<Value = Row> {
    let few = 1..=3i64;
    let texts = (
        prop::option::of(select(&["a", "B", "ß"][..])),
        prop::option::of(select(&["retail", "wholesale"][..])),
        prop::option::of(any::<bool>()),
    );
    let numbers = (
        prop::option::of(prop_oneof![-2..3i32, Just(i32::MAX)]),
        prop::option::of(price()),
        prop::option::of(-20..20i32),
        prop::option::of(1..=2i64),
        prop::option::of(price().prop_map(|price| price.trunc())),
    );
    let dates = (prop::option::of((0..60u64).prop_map(day)), prop::option::of(at()));
    let related = (prop::option::of(few), subsequence(vec![1, 2, 3], 0..=3));
    (texts, numbers, dates, related).prop_map(|(texts, numbers, dates, related)| Row {
        name: texts.0,
        kind: texts.1,
        paid: texts.2,
        number: numbers.0,
        price: numbers.1,
        ratio: numbers.2,
        currency: numbers.3,
        amount: numbers.4,
        day: dates.0,
        at: dates.1,
        place: related.0,
        tags: related.1,
    })
}

/// Calls a method of the model of sales.
fn call(env: &mut Env<'_>, name: &str, arguments: &Value) -> Result<Value> {
    let model = env.registry.find("x.sale").unwrap();
    method::call(env, model, None, name, arguments, &Limits::default()).map(parsed)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// What a group tells of a key. Two hours of a day have the same name; where they begin tells them apart.
fn told(group: &Value, key: &str, zone: Tz) -> String {
    let from = group["__range"][key]["from"].as_str();
    match from.map(str::parse::<NaiveDateTime>) {
        Some(Ok(from)) if key == "at:hour" => {
            let local = zone.from_utc_datetime(&from).naive_local();
            let hour = local.format("%Y-%m-%d %H:00:00");
            json!(format!("{} {hour}", group[key].as_str().unwrap_or_default())).to_string()
        }
        _ => shown(&group[key]),
    }
}

/// Groups random rows, and compares.
fn compare(env: &mut Env<'_>, rows: &[Row], keys: &[&str], zone: Tz, least: Decimal) -> Result<(), TestCaseError> {
    let failed = |error: Error| TestCaseError::fail(format!("{error:?}"));
    let bodies: Vec<Value> = rows.iter().map(Row::body).collect();
    write::create(env, env.registry.find("x.sale").unwrap(), &Value::Array(bodies)).map_err(failed)?;
    let fields: Vec<&str> = TOLD.iter().map(|(_, asked, _)| *asked).collect();
    let mut asked = json!({
        "groupby": keys, "fields": fields, "lazy": false, "tz": zone.name(), "orderby": "total desc, __count",
    });
    let answer = call(env, "read_group", &asked).map_err(failed)?;
    let expected = groups(rows, keys, zone);
    let (none, mut seen) = (Vec::new(), BTreeSet::new());
    let mut sorted: Vec<(bool, Decimal, i64)> = Vec::new();
    for group in list(&answer) {
        let place: Vec<String> = keys.iter().map(|key| told(group, key, zone)).collect();
        let Some(rows) = expected.get(&place).or(keys.is_empty().then_some(&none)) else {
            return Err(TestCaseError::fail(format!("no row is in {group}")));
        };
        for (name, _, value) in TOLD {
            prop_assert_eq!(shown(&group[name]), value(rows), "{} of {}", name, group);
        }
        let count = group["__count"].as_i64().unwrap_or_default();
        prop_assert_eq!(count, rows.len() as i64, "{}", group);
        prop_assert_eq!(!group["__several_currencies"].is_null(), is_mixed(rows), "{}", group);
        // The condition of the group finds its records.
        let found = call(env, "search_count", &json!({"domain": group["__domain"]})).map_err(failed)?;
        prop_assert_eq!(found, json!(count), "{}", group);
        let price = rows.iter().filter_map(|row| row.price).reduce(|sum, price| sum + price);
        sorted.push((price.is_some(), -price.unwrap_or_default(), count));
        seen.insert(place);
    }
    // Without keys, the records are one group, even if there are none.
    let most = expected.len().max(usize::from(keys.is_empty()));
    prop_assert_eq!((seen.len(), list(&answer).len()), (most, most));
    prop_assert!(sorted.is_sorted(), "{:?}", sorted);
    // A condition on groups picks some of them.
    let sums = json!(["|", ["total", ">=", least.to_string()], ["mean", "<", 0]]);
    asked["having"] = json!([sums[0], sums[1], sums[2], ["__count", ">", 1]]);
    let picked = call(env, "read_group", &asked).map_err(failed)?;
    let fits = |rows: &&Vec<&Row>| {
        let prices: Vec<Decimal> = rows.iter().filter_map(|row| row.price).collect();
        let sum: Decimal = prices.iter().sum();
        rows.len() > 1 && !prices.is_empty() && (sum >= least || sum < Decimal::ZERO)
    };
    prop_assert_eq!(
        list(&picked).len(),
        expected.values().filter(fits).count(),
        "{}",
        picked
    );
    Ok(())
}

#[test]
fn groups_equal_grouping_in_the_test() {
    let mut world = world();
    let mut runner = TestRunner::new(Config::with_cases(64));
    let given = (
        prop::collection::vec(row(), 0..24),
        subsequence(KEYS.to_vec(), 0..=3),
        select(&ZONES[..]),
        price(),
    );
    let world = RefCell::new(&mut world);
    runner
        .run(&given, |(rows, keys, zone, least)| {
            let SmallWorld { session, runtime, .. } = &mut **world.borrow_mut();
            let now = chrono::DateTime::UNIX_EPOCH.naive_utc();
            // Nothing is kept, so that each case begins without rows.
            let compared = |env: &mut Env<'_>| Ok(compare(env, &rows, &keys, zone, least));
            in_transaction(session, runtime, now, false, compared).unwrap()
        })
        .unwrap();
}
