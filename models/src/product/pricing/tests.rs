use super::*;
use crate::base::rates::Rate;
use crate::tests::number;

const DOLLAR: i64 = 1;
const YEN: i64 = 2;

fn time(text: &str) -> DateTime {
    text.parse().unwrap()
}

fn pieces() -> Unit {
    Unit::new(1, 1, 1.0, number("0.01"))
}

fn dozens() -> Unit {
    Unit::new(2, 1, 1.0 / 12.0, number("0.01"))
}

fn product() -> Product {
    Product {
        variant: 31,
        template: 21,
        categories: vec![12, 11],
        unit: pieces(),
        list_price: number("40"),
        cost: number("25"),
        currency: DOLLAR,
    }
}

/// A rule for everything, at a fixed price.
fn rule(id: i64, price: &str) -> Rule {
    Rule {
        id,
        applied_on: AppliedOn::Global,
        category: None,
        template: None,
        variant: None,
        min_quantity: Decimal::ZERO,
        starts: None,
        ends: None,
        base: Base::ListPrice,
        base_pricelist: None,
        compute: ComputePrice::Fixed,
        fixed_price: number(price),
        percent_price: Decimal::ZERO,
        formula: Formula::default(),
    }
}

fn percent(id: i64, percent: &str) -> Rule {
    Rule {
        compute: ComputePrice::Percentage,
        percent_price: number(percent),
        ..rule(id, "0")
    }
}

fn formula(id: i64, formula: Formula) -> Rule {
    Rule {
        compute: ComputePrice::Formula,
        formula,
        ..rule(id, "0")
    }
}

fn lists(lists: impl IntoIterator<Item = (i64, i64, Vec<Rule>)>) -> Pricelists {
    let yen = Rate {
        currency: YEN,
        company: None,
        from: time("2024-01-01T00:00:00").date(),
        rate: number("150"),
    };
    Pricelists {
        lists: lists
            .into_iter()
            .map(|(id, currency, rules)| (id, Pricelist { currency, rules }))
            .collect(),
        rates: Rates::new(1, [yen]),
    }
}

/// The price of one of `quantity` pieces on a list with `rules`, and the rule that decided.
fn price(rules: Vec<Rule>, quantity: &str) -> (Decimal, Option<i64>) {
    let product = product();
    let wanted = Wanted {
        product: &product,
        quantity: number(quantity),
        unit: &pieces(),
        time: time("2024-06-15T12:00:00"),
    };
    let found = lists([(1, DOLLAR, rules)]).price(1, &wanted).unwrap();
    (found.price, found.rule)
}

#[test]
fn without_a_rule_a_product_has_its_own_price() {
    assert_eq!(price(vec![], "1"), (number("40"), None));
}

#[test]
fn the_narrowest_rule_decides() {
    let mut rules = vec![
        rule(4, "1"),
        Rule {
            applied_on: AppliedOn::ProductCategory,
            category: Some(11),
            ..rule(3, "2")
        },
        Rule {
            applied_on: AppliedOn::Product,
            template: Some(21),
            ..rule(2, "3")
        },
        Rule {
            applied_on: AppliedOn::ProductVariant,
            variant: Some(31),
            ..rule(1, "4")
        },
    ];
    for (expected, id) in [("4", 1), ("3", 2), ("2", 3), ("1", 4)] {
        assert_eq!(price(rules.clone(), "1"), (number(expected), Some(id)));
        rules.pop();
    }
}

#[test]
fn rules_for_others_do_not_count() {
    let rules = vec![
        Rule {
            applied_on: AppliedOn::ProductCategory,
            category: Some(99),
            ..rule(3, "2")
        },
        Rule {
            applied_on: AppliedOn::Product,
            template: Some(99),
            ..rule(2, "3")
        },
        Rule {
            applied_on: AppliedOn::ProductVariant,
            variant: Some(99),
            ..rule(1, "4")
        },
        Rule {
            starts: Some(time("2024-06-15T12:00:01")),
            ..rule(4, "5")
        },
        Rule {
            ends: Some(time("2024-06-15T11:59:59")),
            ..rule(5, "6")
        },
    ];
    assert_eq!(price(rules, "1"), (number("40"), None));
}

#[test]
fn greater_quantities_then_newer_rules_go_first() {
    let least = |id, price, quantity| Rule {
        min_quantity: number(quantity),
        ..rule(id, price)
    };
    let rules = || {
        vec![
            least(1, "30", "0"),
            least(2, "20", "10"),
            least(3, "10", "100"),
            least(4, "19", "10"),
        ]
    };
    assert_eq!(price(rules(), "9.99"), (number("30"), Some(1)));
    assert_eq!(price(rules(), "10"), (number("19"), Some(4)));
    assert_eq!(price(rules(), "1000"), (number("10"), Some(3)));
}

#[test]
fn the_nearer_category_goes_first() {
    let of = |id, price, category| Rule {
        applied_on: AppliedOn::ProductCategory,
        category: Some(category),
        ..rule(id, price)
    };
    assert_eq!(
        price(vec![of(1, "10", 12), of(2, "20", 11)], "1"),
        (number("10"), Some(1))
    );
}

#[test]
fn per_cent_is_off_the_base() {
    assert_eq!(price(vec![percent(1, "12.5")], "1").0, number("35"));
    assert_eq!(
        price(
            vec![Rule {
                base: Base::StandardPrice,
                ..percent(1, "-20")
            }],
            "1"
        )
        .0,
        number("30")
    );
}

#[test]
fn a_formula_discounts_rounds_adds_and_keeps_to_its_margins() {
    let steps = Formula {
        discount: number("7"),
        round: number("10"),
        surcharge: number("-0.01"),
        ..Formula::default()
    };
    assert_eq!(
        price(vec![formula(1, steps)], "1").0,
        number("39.99"),
        "37.2 to 40, less a cent"
    );
    let least = Formula {
        min_margin: number("12"),
        ..steps
    };
    assert_eq!(price(vec![formula(1, least)], "1").0, number("52"));
    let most = Formula {
        max_margin: number("-5"),
        ..steps
    };
    assert_eq!(price(vec![formula(1, most)], "1").0, number("35"));
}

#[test]
fn rules_are_for_the_products_own_unit() {
    let product = product();
    let unit = dozens();
    let wanted = Wanted {
        product: &product,
        quantity: Decimal::TWO,
        unit: &unit,
        time: time("2024-06-15T12:00:00"),
    };
    let least = |id, price, quantity| Rule {
        min_quantity: number(quantity),
        ..rule(id, price)
    };
    let found = lists([(1, DOLLAR, vec![least(1, "30", "24"), least(2, "20", "25")])]).price(1, &wanted);
    assert_eq!(
        found,
        Some(Price {
            price: number("360"),
            rule: Some(1)
        })
    );
    let added = formula(
        1,
        Formula {
            surcharge: Decimal::ONE,
            ..Formula::default()
        },
    );
    assert_eq!(
        lists([(1, DOLLAR, vec![added])]).price(1, &wanted).unwrap().price,
        number("492")
    );
}

#[test]
fn lists_build_on_each_other_in_their_currencies() {
    let product = product();
    let unit = pieces();
    let wanted = Wanted {
        product: &product,
        quantity: Decimal::ONE,
        unit: &unit,
        time: time("2024-06-15T12:00:00"),
    };
    let on = |id, list| Rule {
        base: Base::Pricelist,
        base_pricelist: Some(list),
        ..percent(id, "10")
    };
    let known = lists([
        (1, DOLLAR, vec![rule(1, "30")]),
        (2, YEN, vec![on(2, 1)]),
        (3, YEN, vec![]),
        (4, DOLLAR, vec![on(4, 5)]),
        (5, DOLLAR, vec![on(5, 4)]),
    ]);
    assert_eq!(
        known.price(2, &wanted),
        Some(Price {
            price: number("4050"),
            rule: Some(2)
        })
    );
    assert_eq!(known.price_before_discount(2, &wanted), Some(number("4500")));
    assert_eq!(
        known.price(3, &wanted),
        Some(Price {
            price: number("6000"),
            rule: None
        })
    );
    assert_eq!(known.price(4, &wanted), None, "a circle");
    assert_eq!(known.price(9, &wanted), None, "no such list");
}
