//! An amount is rounded once, from all the digits that it was given with.

use orm::field::Decimal;
use orm::method;
use orm::query::Limits;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value as Json, json};

use super::{CENTS, FINER, FIVE_CENTS, THOUSANDTHS, WHOLE, World, numbers};

/// How many digits after the point the amounts have.
const DIGITS: u32 = 18;
const ONE: i128 = 10_i128.pow(DIGITS);

/// The currencies, with their rounding factors in units of the last digit. Without a currency, or with one that is
/// finer, the column decides.
fn currencies() -> [(Json, i128); 6] {
    [
        (json!(CENTS), ONE / 100),
        (json!(WHOLE), ONE),
        (json!(THOUSANDTHS), ONE / 1000),
        (json!(FIVE_CENTS), ONE / 20),
        (json!(FINER), ONE / 10_000),
        (json!(null), ONE / 10_000),
    ]
}

/// Amounts in units of the last digit: any, and those that are near the middle between two multiples.
fn amount(unit: i128) -> impl Strategy<Value = i128> {
    let near = (-2_000_i128..2_000, 0..DIGITS, -1_i128..=1)
        .prop_map(move |(multiple, digit, beyond)| multiple * unit + unit / 2 + beyond * 10_i128.pow(digit));
    prop_oneof![1 => -1_000 * ONE..1_000 * ONE, 3 => near]
}

/// The nearest multiple of the unit, half away from zero, in whole numbers.
fn nearest(amount: i128, unit: i128) -> i128 {
    (2 * amount.abs() + unit) / (2 * unit) * unit * amount.signum()
}

fn decimal(units: i128) -> Decimal {
    Decimal::from_i128_with_scale(units, DIGITS).normalize()
}

/// A number of an answer, exactly.
fn exactly(number: &Json) -> Decimal {
    number.to_string().parse::<Decimal>().unwrap().normalize()
}

#[test]
fn rounding_is_that_of_the_exact_number() {
    let world = World::new();
    let mut runner = TestRunner::deterministic();
    let (mut bills, mut expected) = (Vec::new(), Vec::new());
    for (currency, unit) in currencies() {
        for _ in 0..100 {
            let amount = amount(unit).new_tree(&mut runner).unwrap().current();
            let text = decimal(amount).to_string();
            bills.push(json!({"currency_id": currency, "paid": text, "words": text}));
            expected.push((text, decimal(nearest(amount, unit))));
        }
    }
    let ids = world.create_all("x.bill", &Json::Array(bills));
    for (id, (text, expected)) in ids.into_iter().zip(expected) {
        let read = world.read("x.bill", id, "paid,worded,currency_id");
        let stored = [exactly(&read[0]), exactly(&read[1])];
        assert_eq!(stored, [expected, expected], "{text}: {read}");
    }
    assert_eq!(world.findings(), [""; 0]);
}

/// 0.00499999 is 0.0050 with the four digits of a column, from which it would become 0.01.
#[test]
fn an_amount_that_is_given_twice_or_replaced_is_rounded_once() {
    let world = World::new();
    let bill = world.create("x.bill", &json!({"currency_id": CENTS, "paid": 0.004_999_99}));
    let read = |fields: &str| numbers(&world.read("x.bill", bill, fields));
    assert_eq!(read("paid"), numbers(&json!([0])));
    world.update("x.bill", bill, &json!({"paid": "-0.00499999"}));
    assert_eq!(read("paid"), numbers(&json!([0])));
    world.update("x.bill", bill, &json!({"paid": "0.00500001", "currency_id": WHOLE}));
    assert_eq!(read("paid"), numbers(&json!([0])));
    // With the currency that the same write gives, also where the field is computed unless it is written.
    let both = json!({"currency_id": THOUSANDTHS, "deposit": "1.00049999", "paid": "1.00050000"});
    world.update("x.bill", bill, &both);
    assert_eq!(read("deposit,paid"), numbers(&json!([1, 1.001])));
    // Commands on an item that is written twice in one request: the last amount counts.
    world.update(
        "x.bill",
        bill,
        &json!({"currency_id": CENTS, "item_ids": [[0, 0, {"price": "0.00499999"}]]}),
    );
    let item = |fields: &str| numbers(&world.read("x.item", 1, fields));
    assert_eq!(item("price,amount"), numbers(&json!([0, 0])));
    let twice = json!([[1, 1, {"price": "2.00499999"}], [1, 1, {"price": "3.00499999", "quantity": 2}]]);
    world.update("x.bill", bill, &json!({"item_ids": twice}));
    assert_eq!(item("price,amount"), numbers(&json!([3, 6])));
    world.update(
        "x.bill",
        bill,
        &json!({"item_ids": [[1, 1, {"price": "2.00499999"}], [1, 1, {"price": 0}]]}),
    );
    assert_eq!(item("price,amount"), numbers(&json!([0, 0])));
    assert_eq!(world.findings(), [""; 0]);
}

#[test]
fn the_currency_may_be_known_only_after_computing() {
    let world = World::new();
    let bill = world.create("x.bill", &json!({"currency_id": CENTS}));
    let receipt = world.create("x.receipt", &json!({"bill_id": bill, "amount": "7.12499999"}));
    let read = |fields: &str| numbers(&world.read("x.receipt", receipt, fields));
    assert_eq!(read("amount,hundredfold"), numbers(&json!([7.12, 712])));
    world.update("x.receipt", receipt, &json!({"bill_id": null, "amount": "7.12499999"}));
    assert_eq!(read("amount,hundredfold"), numbers(&json!([7.125, 712.5])));
}

#[test]
fn an_amount_beyond_its_column_is_refused() {
    let world = World::new();
    let bill = json!({"currency_id": WHOLE, "paid": "99999999999999.9"});
    let refused = world.try_create("x.bill", &bill).unwrap_err();
    assert!(
        refused.to_string().contains("`paid` would be 100000000000000"),
        "{refused}"
    );
}

#[test]
fn defaults_are_answered_as_they_would_be_stored() {
    let world = World::new();
    let defaults = |model: &str| -> Json {
        let (answer, _) = world.change(model, |env, model| {
            method::call(env, model, None, "default_get", &json!({}), &Limits::default())
        });
        serde_json::from_slice(&answer).unwrap()
    };
    // Without an offer, a discount has no currency.
    assert_eq!(exactly(&defaults("x.discount")["amount"]), Decimal::new(125, 3));
    assert_eq!(exactly(&defaults("x.offer")["fee"]), Decimal::ZERO);
    let offer = world.create("x.offer", &json!({}));
    let discount = world.create("x.discount", &json!({}));
    assert_eq!(numbers(&world.read("x.offer", offer, "fee")), numbers(&json!([0])));
    assert_eq!(exactly(&defaults("x.discount")["amount"]), Decimal::new(13, 2));
    assert_eq!(
        numbers(&world.read("x.discount", discount, "amount")),
        numbers(&json!([0.13]))
    );
}

/// What a file gives was rounded when it was written. A default was not.
#[test]
fn defaults_of_imported_records_are_rounded() {
    let world = World::new();
    let file = json!({
        "x.bill": {"fields": ["id", "currency_id", "paid"], "rows": [[7, CENTS, 1.0055], [8, WHOLE, 1.0055]]},
        "x.offer": {"fields": ["id"], "rows": [[7]]},
    });
    world.change("x.bill", |env, _| orm::write::load(env, &file, &mut |_, _| ()));
    let read = |id| numbers(&world.read("x.bill", id, "paid,fee,total"));
    assert_eq!(read(7), numbers(&json!([1.0055, 1.01, 1.01])));
    assert_eq!(read(8), numbers(&json!([1.0055, 1, 1])));
    assert_eq!(numbers(&world.read("x.offer", 7, "fee")), numbers(&json!([0])));
    assert_eq!(world.findings(), [""; 0]);
}
