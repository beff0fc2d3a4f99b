//! What was agreed stays: amounts that somebody, or a method, wrote. They are judged as they are rounded.

#[allow(missing_docs, dead_code, reason = "what the macros make of test models")]
mod models;

use std::sync::LazyLock;

use harness::Template;
use orm::error::Code;
use orm::prelude::*;
use serde_json::json;

use super::constraints::world::{findings, pointers};
use super::small_world::SmallWorld;
use super::template;
use models::{Deal, Product, ProductUpdate};

/// Currencies that are rounded to cents, to whole units and to thousandths.
const CENTS: i64 = 1;
const WHOLE: i64 = 2;
const THOUSANDTHS: i64 = 3;

const ROWS: &str = "INSERT INTO x_users (name) VALUES ('Root')";

static TEMPLATE: LazyLock<Template> = LazyLock::new(|| template(&models::catalogue(), ROWS));

fn market() -> SmallWorld {
    let mut market = SmallWorld::of(&models::catalogue(), TEMPLATE.copy());
    for rounding in ["0.01", "1", "0.001"] {
        let currency = json!({"name": rounding, "rounding": rounding});
        market.create("x.currency", &currency).unwrap();
    }
    for price in ["1.005", "20.004"] {
        let product = json!({"name": price, "list_price": price});
        market.create("x.product", &product).unwrap();
    }
    market
}

impl SmallWorld {
    fn deal(&mut self, id: i64) -> Deal {
        self.env(|env| Records::<Deal>::from(id).load(env, &[]))
            .unwrap()
            .remove(0)
    }

    /// The price of a deal, as text.
    fn price(&mut self, id: i64) -> String {
        self.deal(id).price.normalize().to_string()
    }

    fn list_price(&mut self, product: i64, price: i64) {
        let change = ProductUpdate {
            list_price: Some(price.into()),
            ..ProductUpdate::default()
        };
        self.env(|env| Records::<Product>::from(product).write(env, change))
            .unwrap();
    }
}

#[test]
fn what_a_method_writes_along_with_a_change_stands() {
    let mut market = market();
    let deal = market
        .new_id("x.deal", &json!({"currency_id": CENTS, "product_id": 1}))
        .unwrap();
    assert_eq!(market.price(deal), "1.01");
    // The change of the product computes the price again, whatever it holds.
    let mut after = |change: Json| {
        market.update("x.deal", deal, &change).unwrap();
        market.price(deal)
    };
    assert_eq!(after(json!({"todo": "before", "product_id": 2})), "7");
    assert_eq!(
        after(json!({"todo": false, "qty": 2})),
        "7",
        "and is remembered as written"
    );
    assert_eq!(after(json!({"product_id": 1})), "2.01");
    assert_eq!(after(json!({"todo": "after", "product_id": 2, "qty": 3})), "8");
    assert_eq!(
        after(json!({"todo": false, "product_id": 1, "item_ids": [[0, 0, {"name": "a"}]]})),
        "5"
    );
    assert_eq!(after(json!({"product_id": 2, "item_ids": [[2, 1]]})), "6");
    assert_eq!(
        after(json!({"todo": "before", "product_id": 1, "price": 9})),
        "9",
        "the last word"
    );
    // What a record is computed from may change after the method has written.
    let new = json!({"currency_id": CENTS, "product_id": 1, "item_ids": [[0, 0, {"name": "a"}]]});
    let deal = market.new_id("x.deal", &new).unwrap();
    assert_eq!(market.price(deal), "5");
    let after = market
        .new_id("x.deal", &json!({"product_id": 1, "todo": "after"}))
        .unwrap();
    assert_eq!(market.price(after), "8");
    assert_eq!(findings(&mut market.session, &market.runtime), Vec::<String>::new());
}

#[test]
fn another_currency_rounds_what_was_agreed() {
    let mut market = market();
    let deal = |body: Json| {
        let mut given = json!({"currency_id": CENTS, "product_id": 1});
        given.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        given
    };
    let taken = market.new_id("x.deal", &deal(json!({}))).unwrap();
    let written = market
        .new_id("x.deal", &deal(json!({"price": 1.01, "third": 0.33})))
        .unwrap();
    let other = market.new_id("x.deal", &deal(json!({"price": 3.47}))).unwrap();
    let mut currency = |currency: i64, prices: [&str; 3]| {
        for (deal, price) in [taken, written, other].into_iter().zip(prices) {
            market
                .update("x.deal", deal, &json!({"currency_id": currency}))
                .unwrap();
            assert_eq!(market.price(deal), price, "{currency}");
        }
        let thirds = [taken, written].map(|deal| market.deal(deal).third.normalize().to_string());
        assert_eq!(findings(&mut market.session, &market.runtime), Vec::<String>::new());
        thirds
    };
    // What is computed until somebody writes it follows exactly; what was agreed has no more digits than it had.
    assert_eq!(currency(THOUSANDTHS, ["1.01", "1.01", "3.47"]), ["0.333", "0.33"]);
    assert_eq!(currency(WHOLE, ["1", "1", "3"]), ["0", "0"]);
    assert_eq!(currency(CENTS, ["1", "1", "3"]), ["0.33", "0"]);
    // The price of the product is another one meanwhile.
    market.list_price(1, 50);
    market.update("x.deal", taken, &json!({"currency_id": WHOLE})).unwrap();
    assert_eq!(market.price(taken), "1");
    market
        .update("x.deal", taken, &json!({"currency_id": CENTS, "qty": 2}))
        .unwrap();
    assert_eq!(market.price(taken), "100");
}

#[test]
fn what_was_agreed_is_rounded_whatever_else_changes() {
    let mut market = market();
    let items = json!([[0, 0, {"name": "a", "cost": 2.47}], [0, 0, {"name": "b"}]]);
    let new = json!({"currency_id": CENTS, "third": 3.47, "item_ids": items});
    let deal = market.new_id("x.deal", &new).unwrap();
    let mut amounts = |change: Json| {
        market.update("x.deal", deal, &change).unwrap();
        assert_eq!(findings(&mut market.session, &market.runtime), Vec::<String>::new());
        let items = market
            .env(|env| Records::<models::Item>::new(vec![1, 2]).load(env, &[]))
            .unwrap();
        let amounts = [market.deal(deal).third, items[0].cost, items[1].cost];
        amounts.map(|amount| amount.normalize().to_string())
    };
    assert_eq!(amounts(json!({"currency_id": WHOLE, "qty": 5})), ["3", "2", "2"]);
    assert_eq!(
        amounts(json!({"currency_id": CENTS, "third": 4.456})),
        ["4.46", "2", "1.67"]
    );
    let items = json!([[1, 1, {"cost": 1.2344}]]);
    assert_eq!(
        amounts(json!({"currency_id": THOUSANDTHS, "item_ids": items})),
        ["4.46", "1.234", "1.667"]
    );
    assert_eq!(amounts(json!({"currency_id": null})), ["4.46", "1.234", "1.6667"]);
}

#[test]
fn amounts_are_judged_as_they_are_rounded() {
    let mut market = market();
    let new = json!({"currency_id": CENTS, "capped": 10.004, "fee": 5.004, "item_ids": [[0, 0, {"name": "a"}]]});
    let deal = market.new_id("x.deal", &new).unwrap();
    let amounts = |market: &mut SmallWorld| {
        let deal = market.deal(deal);
        [deal.capped.unwrap_or_default(), deal.fee].map(|amount| amount.normalize().to_string())
    };
    assert_eq!(amounts(&mut market), ["10", "5"]);
    market.update("x.deal", deal, &json!({"capped": 1, "fee": 0})).unwrap();
    market
        .update("x.deal", deal, &json!({"capped": 10.004, "fee": 5.004}))
        .unwrap();
    assert_eq!(amounts(&mut market), ["10", "5"]);
    let mut refused = |change: Json, place: &str| {
        let error = market.update("x.deal", deal, &change).unwrap_err();
        assert_eq!(
            (error.code(), pointers(&error)),
            (Code::Invalid, vec![place.to_owned()])
        );
    };
    refused(json!({"capped": 10.005}), "/capped");
    refused(json!({"currency_id": THOUSANDTHS, "capped": 10.004}), "/capped");
    refused(json!({"fee": 5.005}), "/fee");
    market
        .update(
            "x.deal",
            deal,
            &json!({"currency_id": WHOLE, "capped": 10.4, "fee": 5.4}),
        )
        .unwrap();
    assert_eq!(amounts(&mut market), ["10", "5"]);
    // An amount that is the same once it is rounded resets nothing.
    market.update("x.deal", deal, &json!({"said": "agreed"})).unwrap();
    market.update("x.deal", deal, &json!({"fee": 4.9})).unwrap();
    assert_eq!(market.deal(deal).said, "agreed");
    market.update("x.deal", deal, &json!({"fee": 4.4})).unwrap();
    assert_eq!(market.deal(deal).said, "fee 4");
}

#[test]
fn records_of_several_currencies_and_computed_ones_are_judged_each_by_its_own() {
    let mut market = market();
    let [cents, whole] = [CENTS, WHOLE].map(|id| market.new_id("x.deal", &json!({"currency_id": id})).unwrap());
    let capped = |market: &mut SmallWorld, amount: i64| {
        let change = models::DealUpdate {
            capped: Some(Some(Decimal::new(amount, 3))),
            ..models::DealUpdate::default()
        };
        market.env(|env| Records::<Deal>::new(vec![cents, whole]).write(env, change))
    };
    capped(&mut market, 9_494).unwrap();
    let both = [cents, whole].map(|deal| market.deal(deal).capped.unwrap().normalize().to_string());
    assert_eq!(both, ["9.49", "9"]);
    assert_eq!(capped(&mut market, 10_400).unwrap_err().code(), Code::Invalid);

    let slip = market
        .new_id("x.slip", &json!({"deal_id": cents, "amount": 10.004}))
        .unwrap();
    let refused = market.update("x.slip", slip, &json!({"amount": 10.4})).unwrap_err();
    assert_eq!(pointers(&refused), ["/amount"]);
    let moved = market
        .update("x.slip", slip, &json!({"deal_id": whole, "amount": 10.4}))
        .unwrap();
    assert_eq!(moved["amount"].as_f64(), Some(10.0));
    assert_eq!(findings(&mut market.session, &market.runtime), Vec::<String>::new());
}

#[test]
fn what_a_method_sets_wrongly_is_told_at_its_record() {
    let mut market = market();
    let items = json!({"item_ids": [[0, 0, {"name": "a"}], [0, 0, {"name": "long"}]]});
    let deal = market.new_id("x.deal", &json!({})).unwrap();
    for refused in [
        market.new_id("x.deal", &items).map(|_| ()),
        market.update("x.deal", deal, &items).map(|_| ()),
    ] {
        assert_eq!(pointers(&refused.unwrap_err()), ["/item_ids/1/2/name"]);
    }
}
