//! What a line of an order or an invoice comes to.
//!
//! Percent taxes on top of the price are worked out here. Fixed, divided, grouped and included taxes belong here too, and
//! are left out of the sum so far.

use orm::field::round;
use orm::prelude::*;

use super::{AccountTax, AccountTaxAmountType};

/// The amounts of a line, each rounded to its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineAmounts {
    /// Without taxes.
    pub subtotal: Monetary,
    /// The taxes.
    pub tax: Monetary,
    /// With taxes.
    pub total: Monetary,
}

/// The price of one unit less the discount, in per cent; not rounded.
pub fn discounted(price_unit: Decimal, discount: Decimal) -> Decimal {
    price_unit.saturating_mul(Decimal::ONE - discount / Decimal::ONE_HUNDRED)
}

/// The amounts of `quantity` units at `price` each, taxed at `rates` per cent, in a currency with `digits` after the point.
/// Each tax is rounded for itself, half away from zero. What is too large to work out saturates: no column holds it, so
/// storing it is refused.
pub fn line_amounts(
    quantity: Decimal,
    price: Decimal,
    rates: impl IntoIterator<Item = Decimal>,
    digits: u8,
) -> LineAmounts {
    let subtotal = round(quantity.saturating_mul(price), digits);
    let tax = rates
        .into_iter()
        .map(|rate| round(subtotal.saturating_mul(rate / Decimal::ONE_HUNDRED), digits))
        .fold(Decimal::ZERO, Decimal::saturating_add);
    LineAmounts {
        subtotal,
        tax,
        total: subtotal.saturating_add(tax),
    }
}

/// `amount` for each of `quantity` units; zero where there are none.
pub fn per_unit(amount: Monetary, quantity: Decimal, digits: u8) -> Monetary {
    amount
        .checked_div(quantity)
        .map_or(Decimal::ZERO, |each| round(each, digits))
}

/// The rates of those taxes that are a percentage on top of the price.
pub fn percent_rates(taxes: &[AccountTax]) -> impl Iterator<Item = Decimal> {
    taxes
        .iter()
        .filter(|tax| tax.amount_type == AccountTaxAmountType::Percent && !tax.price_include)
        .map(|tax| tax.amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    /// Subtotal, tax and total of quantity, price, discount and rates.
    fn amounts(quantity: &str, price: &str, discount: &str, rates: &[&str], digits: u8) -> [String; 3] {
        let price = discounted(number(price), number(discount));
        let amounts = line_amounts(number(quantity), price, rates.iter().map(|rate| number(rate)), digits);
        [amounts.subtotal, amounts.tax, amounts.total].map(|amount| amount.normalize().to_string())
    }

    #[test]
    fn a_line_without_taxes_is_quantity_times_price() {
        assert_eq!(amounts("2", "100", "0", &[], 2), ["200", "0", "200"]);
        assert_eq!(amounts("0", "19.99", "0", &["15"], 2), ["0", "0", "0"]);
    }

    #[test]
    fn percent_taxes_add_up_each_rounded_for_itself() {
        assert_eq!(amounts("3", "33.33", "0", &["15"], 2), ["99.99", "15", "114.99"]);
        assert_eq!(amounts("1", "1.10", "0", &["5", "5"], 2), ["1.1", "0.12", "1.22"]);
        assert_eq!(amounts("1", "100", "0", &["-3"], 2), ["100", "-3", "97"]);
    }

    #[test]
    fn halves_round_away_from_zero() {
        assert_eq!(amounts("0.5", "0.01", "0", &[], 2), ["0.01", "0", "0.01"]);
        assert_eq!(amounts("-2.5", "19.99", "0", &["10"], 2), ["-49.98", "-5", "-54.98"]);
        assert_eq!(amounts("1", "0.1", "0", &["5"], 2), ["0.1", "0.01", "0.11"]);
    }

    #[test]
    fn discounts_are_per_cent_of_the_price() {
        assert_eq!(amounts("3", "19.99", "10", &["15"], 2), ["53.97", "8.1", "62.07"]);
        assert_eq!(amounts("3", "19.99", "100", &["15"], 2), ["0", "0", "0"]);
    }

    #[test]
    fn the_currency_gives_the_digits() {
        assert_eq!(amounts("1", "1234.56", "0", &["10"], 0), ["1235", "124", "1359"]);
        assert_eq!(amounts("1", "1.2345", "0", &["10"], 3), ["1.235", "0.124", "1.359"]);
    }

    #[test]
    fn amounts_beyond_all_columns_saturate() {
        let most = "99999999999999.99";
        assert_eq!(amounts(most, most, most, &[most, most], 2)[0], Decimal::MIN.to_string());
        assert_eq!(
            line_amounts(Decimal::MAX, Decimal::MAX, [Decimal::MAX; 2], 2).total,
            Decimal::MAX
        );
    }

    #[test]
    fn amounts_per_unit_are_zero_without_units() {
        assert_eq!(per_unit(number("6.60"), number("0.33"), 2), number("20"));
        assert_eq!(per_unit(number("6.60"), Decimal::ZERO, 2), Decimal::ZERO);
    }
}
