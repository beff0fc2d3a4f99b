//! Converts quantities and prices between units of one category.
//!
//! The factor of a unit is how many of this unit make one reference unit: 1000 for the gram, where the kilogram is the
//! reference unit. For a unit bigger than the reference unit the factor is a fraction, such as 1/12 for the dozen, that
//! is often no finite decimal. Its reciprocal usually is exact, so conversions use that. They multiply first and divide
//! once, so that a result that is a whole number is exact.

use orm::field::{Decimal, divide, round_to, round_up_to};

/// Significant digits kept of a factor or its reciprocal: more than a user enters, but few enough to drop the error of
/// the `f64`.
const DIGITS: u32 = 12;

/// The properties of a unit of measure that conversions use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// Id of the unit.
    pub id: i64,
    /// Id of the category; units of one category convert into each other.
    pub category: i64,
    /// Converted quantities are rounded to a multiple of this.
    pub rounding: Decimal,
    /// `count` of this unit make `references` reference units: 1000 and 1 for the gram, 1 and 12 for the dozen.
    count: Decimal,
    /// See `count`.
    references: Decimal,
}

/// How a converted quantity is rounded to a multiple of its unit's `rounding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuantityRounding {
    /// Not at all.
    Exact,
    /// To the nearest, half away from zero.
    HalfUp,
    /// Away from zero, so that the quantity is never too small.
    Up,
}

impl Unit {
    /// Stands for the unit of a product that has none; it converts into no other unit.
    pub const ONE: Unit = Unit {
        id: 0,
        category: 0,
        rounding: Decimal::ZERO,
        count: Decimal::ONE,
        references: Decimal::ONE,
    };

    /// A unit of which `factor` make one reference unit.
    pub fn new(id: i64, category: i64, factor: f64, rounding: Decimal) -> Unit {
        let digits = |factor: f64| {
            Decimal::from_f64_retain(factor)
                .and_then(|factor| factor.round_sf(DIGITS))
                .unwrap_or_default()
                .normalize()
        };
        let bigger = factor > 0.0 && factor < 1.0;
        Unit {
            id,
            category,
            rounding,
            count: if bigger { Decimal::ONE } else { digits(factor) },
            references: if bigger { digits(factor.recip()) } else { Decimal::ONE },
        }
    }

    /// Converts `quantity` of this unit into `to`; `None` if the two are of different categories.
    pub fn convert(&self, quantity: Decimal, to: &Unit, rounding: QuantityRounding) -> Option<Decimal> {
        if self.id == to.id && rounding == QuantityRounding::Exact {
            return Some(quantity);
        }
        if self.category != to.category {
            return None;
        }
        let converted = divide(
            quantity.saturating_mul(self.references.saturating_mul(to.count)),
            self.count.saturating_mul(to.references),
        );
        Some(match rounding {
            QuantityRounding::Exact => converted,
            QuantityRounding::HalfUp => round_to(converted, to.rounding),
            QuantityRounding::Up => round_up_to(converted, to.rounding),
        })
    }

    /// The price of one `to`, given the `price` of one of this unit; `None` if the two are of different categories. Not
    /// rounded. Prices convert inversely to quantities: a dozen costs 12 times the price of a piece.
    pub fn convert_price(&self, price: Decimal, to: &Unit) -> Option<Decimal> {
        to.convert(price, self, QuantityRounding::Exact)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::number;

    fn unit(id: i64, category: i64, factor: f64, rounding: &str) -> Unit {
        Unit::new(id, category, factor, number(rounding))
    }

    fn weights() -> [Unit; 4] {
        [
            unit(1, 1, 1.0, "0.01"),
            unit(2, 1, 1000.0, "1"),
            unit(3, 1, 0.001, "0.001"),
            unit(4, 1, 2.20462, "0.01"),
        ]
    }

    #[test]
    fn quantities_convert_within_a_category() {
        let [kilogram, gram, tonne, pound] = weights();
        let convert =
            |quantity: &str, from: Unit, to: Unit| from.convert(number(quantity), &to, QuantityRounding::Exact);
        assert_eq!(convert("2.5", kilogram, gram), Some(number("2500")));
        assert_eq!(convert("2500", gram, tonne), Some(number("0.0025")));
        assert_eq!(convert("0.5", tonne, kilogram), Some(number("500")));
        assert_eq!(convert("2.20462", pound, kilogram), Some(Decimal::ONE));
        assert_eq!(convert("3", gram, gram), Some(number("3")));
        assert_eq!(convert("3", gram, unit(9, 2, 1.0, "1")), None);
    }

    #[test]
    fn fractions_that_no_decimal_holds_come_out_even() {
        let (piece, dozen, gross) = (
            unit(1, 1, 1.0, "0.01"),
            unit(2, 1, 1.0 / 12.0, "0.01"),
            unit(3, 1, 1.0 / 144.0, "0.01"),
        );
        for rounding in [QuantityRounding::Exact, QuantityRounding::HalfUp, QuantityRounding::Up] {
            assert_eq!(dozen.convert(number("7"), &piece, rounding), Some(number("84")));
            assert_eq!(piece.convert(number("84"), &dozen, rounding), Some(number("7")));
            assert_eq!(gross.convert(number("0.5"), &dozen, rounding), Some(number("6")));
        }
    }

    #[test]
    fn quantities_round_to_their_unit() {
        let (piece, dozen) = (unit(1, 1, 1.0, "1"), unit(2, 1, 1.0 / 12.0, "0.01"));
        let convert = |rounding| piece.convert(number("5"), &dozen, rounding);
        assert_eq!(convert(QuantityRounding::HalfUp), Some(number("0.42")), "of 0.41666…");
        let convert = |rounding| piece.convert(number("-1"), &dozen, rounding);
        assert_eq!(convert(QuantityRounding::HalfUp), Some(number("-0.08")), "of -0.08333…");
        assert_eq!(convert(QuantityRounding::Up), Some(number("-0.09")));
        assert_eq!(
            piece.convert(number("2.2"), &piece, QuantityRounding::Up),
            Some(number("3"))
        );
    }

    #[test]
    fn prices_grow_with_the_unit() {
        let (piece, dozen) = (unit(1, 1, 1.0, "1"), unit(2, 1, 1.0 / 12.0, "0.01"));
        assert_eq!(piece.convert_price(number("2.50"), &dozen), Some(number("30")));
        assert_eq!(dozen.convert_price(number("30"), &piece), Some(number("2.5")));
        assert_eq!(piece.convert_price(number("2.50"), &unit(9, 2, 1.0, "1")), None);
    }

    #[test]
    fn factors_that_are_no_numbers_give_nothing() {
        let piece = unit(1, 1, 1.0, "1");
        for factor in [0.0, f64::NAN, f64::INFINITY, f64::MIN_POSITIVE, f64::MAX] {
            let strange = unit(2, 1, factor, "1");
            strange.convert(Decimal::ONE, &piece, QuantityRounding::Up);
            piece.convert(Decimal::MAX, &strange, QuantityRounding::Up);
        }
    }
}
