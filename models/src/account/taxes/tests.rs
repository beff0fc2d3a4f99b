use AccountTaxAmountType::{Division, Fixed, Group, Percent};

use super::*;
use crate::tests::number;

const DOLLARS: Rounding = Rounding {
    unit: Decimal::from_parts(1, 0, 0, false, 2),
    globally: false,
};

fn tax(id: i64, kind: AccountTaxAmountType, amount: &str) -> Tax {
    Tax {
        id,
        tax_group: None,
        sequence: 1,
        kind,
        amount: number(amount),
        included: false,
        affects_next: false,
        affected: true,
        children: Vec::new(),
    }
}

fn included(tax: Tax) -> Tax {
    Tax { included: true, ..tax }
}

fn affecting(tax: Tax) -> Tax {
    Tax {
        affects_next: true,
        ..tax
    }
}

/// Returns the total without taxes, each tax (id, amount, base), and the total with taxes.
fn amounts(taxes: &[Tax], price: &str, quantity: &str) -> (String, Vec<(i64, String, String)>, String) {
    let text = |amount: Decimal| amount.normalize().to_string();
    let taxed = compute_all(taxes, number(price), number(quantity), DOLLARS);
    let taxes = taxed
        .taxes
        .iter()
        .map(|tax| (tax.tax, text(tax.amount), text(tax.base)));
    (text(taxed.excluded), taxes.collect(), text(taxed.included))
}

#[track_caller]
fn check(taxes: &[Tax], [price, quantity]: [&str; 2], excluded: &str, each: &[(i64, &str, &str)], total: &str) {
    let (got_excluded, got, got_total) = amounts(taxes, price, quantity);
    let got: Vec<_> = got
        .iter()
        .map(|(id, amount, base)| (*id, amount.as_str(), base.as_str()))
        .collect();
    assert_eq!(
        (got_excluded.as_str(), got.as_slice(), got_total.as_str()),
        (excluded, each, total)
    );
}

#[test]
fn a_price_without_taxes_is_only_rounded() {
    check(&[], ["3.335", "1"], "3.34", &[], "3.34");
}

#[test]
fn percent_is_of_the_amount_and_halves_round_away_from_zero() {
    let taxes = [tax(1, Percent, "12.5")];
    check(&taxes, ["40", "2"], "80", &[(1, "10", "80")], "90");
    check(&taxes, ["0.04", "1"], "0.04", &[(1, "0.01", "0.04")], "0.05");
    check(&taxes, ["-0.04", "1"], "-0.04", &[(1, "-0.01", "-0.04")], "-0.05");
}

#[test]
fn percent_in_the_price_is_taken_out_and_the_parts_add_up() {
    let taxes = [included(tax(1, Percent, "8"))];
    check(&taxes, ["27", "1"], "25", &[(1, "2", "25")], "27");
    check(&taxes, ["9.99", "11"], "101.75", &[(1, "8.14", "101.75")], "109.89");
}

#[test]
fn fixed_is_for_each_unit_with_the_sign_of_quantity_times_price() {
    let taxes = [tax(1, Fixed, "0.75")];
    check(&taxes, ["8", "4"], "32", &[(1, "3", "32")], "35");
    check(&taxes, ["8", "-4"], "-32", &[(1, "-3", "-32")], "-35");
    check(&taxes, ["-8", "4"], "-32", &[(1, "-3", "-32")], "-35");
    check(&taxes, ["-8", "-4"], "32", &[(1, "3", "32")], "35");
    check(&taxes, ["0", "-4"], "0", &[(1, "-3", "0")], "-3");
    check(
        &[included(tax(1, Fixed, "0.75"))],
        ["8", "4"],
        "29",
        &[(1, "3", "29")],
        "32",
    );
}

#[test]
fn division_is_what_is_missing_to_a_base_that_is_the_rest() {
    check(&[tax(1, Division, "20")], ["80", "1"], "80", &[(1, "20", "80")], "100");
    check(
        &[included(tax(1, Division, "20"))],
        ["75", "1"],
        "60",
        &[(1, "15", "60")],
        "75",
    );
    check(&[tax(1, Division, "100")], ["80", "1"], "80", &[(1, "0", "80")], "80");
}

#[test]
fn a_group_stands_for_its_parts_in_its_place() {
    let group = Tax {
        sequence: 0,
        children: vec![
            tax(3, Percent, "4"),
            Tax {
                sequence: 0,
                ..tax(4, Percent, "6")
            },
        ],
        ..tax(9, Group, "0")
    };
    let each = [(4, "3", "50"), (3, "2", "50"), (1, "5", "50")];
    check(&[tax(1, Percent, "10"), group], ["50", "1"], "50", &each, "60");
}

#[test]
fn a_tax_may_be_part_of_the_base_of_later_ones() {
    let first = affecting(tax(1, Percent, "20"));
    check(
        &[first.clone(), tax(2, Percent, "10")],
        ["50", "1"],
        "50",
        &[(1, "10", "50"), (2, "6", "60")],
        "66",
    );
    let aloof = Tax {
        affected: false,
        ..tax(2, Percent, "10")
    };
    check(
        &[first.clone(), aloof],
        ["50", "1"],
        "50",
        &[(1, "10", "50"), (2, "5", "50")],
        "65",
    );
    // It matters which comes first.
    let early = Tax {
        sequence: 0,
        ..tax(2, Percent, "10")
    };
    check(
        &[first, early],
        ["50", "1"],
        "50",
        &[(2, "5", "50"), (1, "10", "50")],
        "65",
    );
}

#[test]
fn several_included_taxes_share_the_price() {
    let taxes = [included(tax(1, Percent, "10")), included(tax(2, Percent, "15"))];
    check(&taxes, ["100", "1"], "80", &[(1, "8", "80"), (2, "12", "80")], "100");
    // One after the other: 132 is 110 and a fifth, 110 is 100 and a tenth.
    let steps = [
        affecting(included(tax(1, Percent, "10"))),
        included(tax(2, Percent, "20")),
    ];
    check(
        &steps,
        ["132", "1"],
        "100",
        &[(1, "10", "100"), (2, "22", "110")],
        "132",
    );
    // Included and added.
    let mixed = [included(tax(1, Percent, "25")), tax(2, Percent, "10")];
    check(
        &mixed,
        ["125", "1"],
        "100",
        &[(1, "25", "100"), (2, "10", "100")],
        "135",
    );
    // An added tax before an included one makes the whole more than the price.
    let added_first = [affecting(tax(1, Percent, "10")), included(tax(2, Percent, "25"))];
    check(
        &added_first,
        ["125", "1"],
        "100",
        &[(1, "10", "100"), (2, "27.5", "110")],
        "137.5",
    );
}

#[test]
fn a_tax_of_nothing_does_not_make_up_for_rounding() {
    let taxes = [included(tax(1, Percent, "7")), included(tax(2, Percent, "0"))];
    check(
        &taxes,
        ["9.99", "1"],
        "9.34",
        &[(1, "0.65", "9.34"), (2, "0", "9.34")],
        "9.99",
    );
}

#[test]
fn the_currency_gives_the_digits_and_a_document_rounds_later() {
    let taxes = [tax(1, Percent, "7.5")];
    let unit = |unit: &str, globally| Rounding {
        unit: number(unit),
        globally,
    };
    let amount = |price: &str, rounding| compute_all(&taxes, number(price), Decimal::ONE, rounding).taxes[0].amount;
    assert_eq!(amount("1234", unit("1", false)), number("93"));
    assert_eq!(amount("12.34", unit("0.001", false)), number("0.926"));
    assert_eq!(amount("12.34", unit("0.05", false)), number("0.95"), "of 12.35");
    assert_eq!(amount("12.34", unit("0.01", true)), number("0.9255"));
}

#[test]
fn amounts_beyond_all_columns_saturate() {
    let taxes = [
        included(tax(1, Percent, "900000000000")),
        affecting(tax(2, Fixed, "900000000000")),
        tax(3, Division, "99.9999"),
    ];
    let most = number("99999999999999.99");
    for price in [most, -most, Decimal::MAX, Decimal::MIN] {
        for quantity in [most, Decimal::MAX, Decimal::MIN] {
            compute_all(&taxes, price, quantity, DOLLARS);
        }
    }
}
