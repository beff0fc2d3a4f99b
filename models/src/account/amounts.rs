//! Amounts of the lines of an order or an invoice, and of the whole document.
//!
//! Companies round in one of two ways. Per line: each tax of each line is rounded, and the document's amounts are the
//! sums of those of its lines. Globally: the amounts of a tax on all lines are added up first, and the sum is rounded
//! once.

use std::collections::BTreeMap;

use orm::field::{Decimal, divide, percent_of, round_to, sum};

use super::taxes::{Rounding, Tax, Taxed, compute_all};

/// What the amounts of a line are computed from.
#[derive(Debug, Clone)]
pub struct Line {
    /// Number of units.
    pub quantity: Decimal,
    /// The price of a unit, before the discount.
    pub price: Decimal,
    /// Per cent off the price; negative for an extra charge.
    pub discount: Decimal,
    /// The taxes.
    pub taxes: Vec<Tax>,
}

/// The amounts of a line or a document, rounded to the currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amounts {
    /// Without taxes.
    pub untaxed: Decimal,
    /// The taxes.
    pub tax: Decimal,
    /// With taxes.
    pub total: Decimal,
}

/// The totals of a tax group on a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaxGroupAmounts {
    /// The group.
    pub tax_group: Option<i64>,
    /// What its taxes are charged on.
    pub base: Decimal,
    /// The sum of its taxes.
    pub amount: Decimal,
}

/// The price of one unit less the discount, in per cent; not rounded.
pub fn discounted(price_unit: Decimal, discount: Decimal) -> Decimal {
    price_unit.saturating_sub(percent_of(price_unit, discount))
}

/// `amount` divided by `quantity`, rounded to a multiple of `smallest`; zero if `quantity` is zero.
pub fn per_unit(amount: Decimal, quantity: Decimal, smallest: Decimal) -> Decimal {
    round_to(divide(amount, quantity), smallest)
}

impl Line {
    /// The totals of the line, and the amount of each of its taxes.
    pub fn taxed(&self, rounding: Rounding) -> Taxed {
        compute_all(
            &self.taxes,
            discounted(self.price, self.discount),
            self.quantity,
            rounding,
        )
    }

    /// The amounts of the line.
    pub fn amounts(&self, rounding: Rounding) -> Amounts {
        document(std::slice::from_ref(self), rounding)
    }
}

/// The amounts of a document with these lines.
pub fn document(lines: &[Line], rounding: Rounding) -> Amounts {
    let taxed: Vec<Taxed> = lines.iter().map(|line| line.taxed(rounding)).collect();
    let untaxed = sum(taxed.iter().map(|line| line.excluded));
    let tax = sum(rounded_taxes(&taxed, rounding).into_values());
    Amounts {
        untaxed,
        tax,
        total: untaxed.saturating_add(tax),
    }
}

/// The totals of each tax group over all lines, in the order of the groups' ids. A line counts once for the base of a
/// group: with the base of its first tax in the group.
pub fn tax_groups(lines: &[Line], rounding: Rounding) -> Vec<TaxGroupAmounts> {
    let taxed: Vec<Taxed> = lines.iter().map(|line| line.taxed(rounding)).collect();
    let mut groups: BTreeMap<Option<i64>, TaxGroupAmounts> = BTreeMap::new();
    for line in &taxed {
        let mut seen = Vec::new();
        for tax in &line.taxes {
            let group = groups.entry(tax.tax_group).or_insert(TaxGroupAmounts {
                tax_group: tax.tax_group,
                base: Decimal::ZERO,
                amount: Decimal::ZERO,
            });
            if !seen.contains(&tax.tax_group) {
                seen.push(tax.tax_group);
                group.base = group.base.saturating_add(rounding.round(tax.base));
            }
        }
    }
    for ((tax_group, ..), amount) in rounded_taxes(&taxed, rounding) {
        if let Some(group) = groups.get_mut(&tax_group) {
            group.amount = group.amount.saturating_add(amount);
        }
    }
    groups.into_values().collect()
}

/// The taxes of a document are added up by this key: the tax group, the tax, and the later taxes whose base it is part
/// of. A tax that affects different taxes on different lines counts as several taxes, each rounded by itself.
type DocumentTax<'a> = (Option<i64>, i64, &'a [i64]);

/// The amount of each tax over all lines, rounded. If rounding is per line, the amounts are rounded already and do not
/// change.
fn rounded_taxes(lines: &[Taxed], rounding: Rounding) -> BTreeMap<DocumentTax<'_>, Decimal> {
    let mut taxes: BTreeMap<DocumentTax<'_>, Decimal> = BTreeMap::new();
    for tax in lines.iter().flat_map(|line| &line.taxes) {
        let amount = taxes.entry((tax.tax_group, tax.tax, &tax.affects)).or_default();
        *amount = amount.saturating_add(tax.amount);
    }
    for amount in taxes.values_mut() {
        *amount = rounding.round(*amount);
    }
    taxes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::AccountTaxAmountType::{Fixed, Percent};
    use crate::tests::number;

    fn rounding(unit: &str, globally: bool) -> Rounding {
        Rounding {
            unit: number(unit),
            globally,
        }
    }

    fn percent(id: i64, amount: &str) -> Tax {
        Tax {
            id,
            tax_group: Some(id * 10),
            sequence: 1,
            kind: Percent,
            amount: number(amount),
            included: false,
            affects_next: false,
            affected: true,
            children: Vec::new(),
        }
    }

    fn line(quantity: &str, price: &str, discount: &str, taxes: &[Tax]) -> Line {
        Line {
            quantity: number(quantity),
            price: number(price),
            discount: number(discount),
            taxes: taxes.to_vec(),
        }
    }

    #[track_caller]
    fn check(amounts: Amounts, untaxed: &str, tax: &str, total: &str) {
        let [untaxed, tax, total] = [untaxed, tax, total].map(number);
        assert_eq!(amounts, Amounts { untaxed, tax, total });
    }

    #[test]
    fn a_line_is_quantity_times_price_with_its_taxes() {
        let cents = rounding("0.01", false);
        check(line("2", "45.5", "0", &[]).amounts(cents), "91", "0", "91");
        check(line("0", "45.5", "0", &[percent(1, "5")]).amounts(cents), "0", "0", "0");
        check(
            line("7", "4.44", "0", &[percent(1, "9")]).amounts(cents),
            "31.08",
            "2.8",
            "33.88",
        );
        check(
            line("1", "1.10", "0", &[percent(1, "5"), percent(2, "5")]).amounts(cents),
            "1.1",
            "0.12",
            "1.22",
        );
        check(
            line("-2.5", "7.77", "0", &[percent(1, "10")]).amounts(cents),
            "-19.43",
            "-1.94",
            "-21.37",
        );
    }

    #[test]
    fn discounts_are_per_cent_of_the_price() {
        let cents = rounding("0.01", false);
        check(
            line("4", "12.34", "25", &[percent(1, "10")]).amounts(cents),
            "37.02",
            "3.7",
            "40.72",
        );
        check(
            line("4", "12.34", "100", &[percent(1, "10")]).amounts(cents),
            "0",
            "0",
            "0",
        );
        check(line("1", "10", "-5", &[]).amounts(cents), "10.5", "0", "10.5");
    }

    #[test]
    fn the_currency_gives_the_digits() {
        let line = line("1", "1234.5678", "0", &[percent(1, "10")]);
        check(line.amounts(rounding("1", false)), "1235", "124", "1359");
        check(
            line.amounts(rounding("0.001", false)),
            "1234.568",
            "123.457",
            "1358.025",
        );
        check(line.amounts(rounding("0.05", false)), "1234.55", "123.45", "1358");
    }

    #[test]
    fn a_document_is_rounded_by_line_or_as_a_whole() {
        let lines = vec![line("1", "0.45", "0", &[percent(1, "10")]); 3];
        check(document(&lines, rounding("0.01", false)), "1.35", "0.15", "1.5");
        check(document(&lines, rounding("0.01", true)), "1.35", "0.14", "1.49");
        // Each tax is rounded for itself.
        let lines = [
            line("1", "0.14", "0", &[percent(1, "10")]),
            line("1", "0.14", "0", &[percent(2, "10")]),
        ];
        check(document(&lines, rounding("0.01", true)), "0.28", "0.02", "0.3");
    }

    #[test]
    fn the_order_of_lines_does_not_matter() {
        let fixed = Tax {
            kind: Fixed,
            ..percent(3, "0.333")
        };
        let mut lines = vec![
            line("3", "0.15", "0", &[percent(1, "7.7")]),
            line("-1", "9.99", "12.5", &[percent(1, "7.7"), fixed]),
            line("2", "5.55", "0", &[percent(2, "19")]),
        ];
        for globally in [false, true] {
            let before = document(&lines, rounding("0.01", globally));
            lines.rotate_left(1);
            assert_eq!(document(&lines, rounding("0.01", globally)), before);
            lines.reverse();
            assert_eq!(document(&lines, rounding("0.01", globally)), before);
        }
    }

    #[test]
    fn groups_add_up_their_taxes_and_count_a_line_once_for_the_base() {
        let in_group = |id, amount| Tax {
            tax_group: Some(7),
            ..percent(id, amount)
        };
        let lines = [
            line("1", "100", "0", &[in_group(1, "10"), in_group(2, "5"), percent(3, "1")]),
            line("2", "50", "50", &[in_group(1, "10")]),
        ];
        let groups = tax_groups(&lines, rounding("0.01", false));
        let shown: Vec<_> = groups
            .iter()
            .map(|group| (group.tax_group, group.base, group.amount))
            .collect();
        assert_eq!(
            shown,
            [
                (Some(7), number("150"), number("20")),
                (Some(30), number("100"), number("1"))
            ]
        );
        assert_eq!(tax_groups(&[line("1", "100", "0", &[])], rounding("0.01", false)), []);
    }

    #[test]
    fn amounts_per_unit_are_zero_without_units() {
        let cents = number("0.01");
        assert_eq!(per_unit(number("6.60"), number("0.33"), cents), number("20"));
        assert_eq!(per_unit(number("10"), number("3"), cents), number("3.33"));
        assert_eq!(per_unit(number("6.60"), Decimal::ZERO, cents), Decimal::ZERO);
    }

    #[test]
    fn amounts_beyond_all_columns_saturate() {
        let most = "99999999999999.99";
        let amounts = line(most, most, "0", &[percent(1, most), percent(2, most)]).amounts(rounding("0.01", false));
        assert_eq!(amounts.total, Decimal::MAX);
    }
}
