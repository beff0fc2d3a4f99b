//! Currencies.

use orm::prelude::*;

use super::ResCurrencyRate;
use crate::arithmetic::round_to;

/// Currency
#[model("res.currency", order = "active desc, name")]
#[api]
#[unique(name, message = "There is a currency with this code already.")]
#[check(rounding > 0, message = "the rounding factor is greater than zero")]
pub struct ResCurrency {
    /// Currency
    ///
    /// Three letters, ISO 4217.
    #[field(size = 3)]
    pub name: String,
    /// Name
    pub full_name: Option<String>,
    /// Symbol
    ///
    /// What is printed beside amounts.
    pub symbol: Option<String>,
    /// Symbol Position
    #[field(default = ResCurrencyPosition::After)]
    pub position: Option<ResCurrencyPosition>,
    /// Rounding Factor
    ///
    /// Amounts are multiples of this.
    #[field(digits = (12, 6), default = 0.01)]
    pub rounding: Decimal,
    /// Decimal Places
    ///
    /// Digits after the point that the rounding factor asks for.
    #[field(compute, store, depends(rounding))]
    pub decimal_places: i32,
    /// Rates
    #[field(inverse = currency_id)]
    pub rate_ids: One2many<ResCurrencyRate>,
    /// Currency Unit
    pub currency_unit_label: Option<String>,
    /// Currency Subunit
    pub currency_subunit_label: Option<String>,
    /// Active
    #[field(default = true)]
    pub active: bool,
}

#[methods]
impl ResCurrency {
    fn decimal_places(&self) -> i32 {
        decimal_places(self.rounding)
    }
}

impl ResCurrency {
    /// `amount` in whole units of the currency, half away from zero.
    pub fn round(&self, amount: Monetary) -> Monetary {
        round_to(amount, self.rounding)
    }

    /// The smallest amount of `currency`; a hundredth where there is none.
    pub fn smallest(currency: Option<&ResCurrency>) -> Decimal {
        currency.map_or(Decimal::new(1, 2), |currency| currency.rounding)
    }
}

/// Where the symbol of a currency is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Selection)]
pub enum ResCurrencyPosition {
    /// After Amount
    After,
    /// Before Amount
    Before,
}

/// Digits after the point that multiples of `rounding` need at most: 2 for 0.01 and 0.05, 0 for 1 and above.
fn decimal_places(rounding: Decimal) -> i32 {
    if rounding <= Decimal::ZERO {
        return 0;
    }
    let steps = std::iter::successors(Some(rounding), |step| step.checked_mul(Decimal::TEN));
    steps.take_while(|step| *step < Decimal::ONE).map(|_| 1).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_places_follow_the_rounding_factor() {
        for (rounding, places) in [
            ("0.01", 2),
            ("0.05", 2),
            ("0.001", 3),
            ("1", 0),
            ("10", 0),
            ("0.5", 1),
            ("0.000001", 6),
            ("0", 0),
        ] {
            assert_eq!(decimal_places(rounding.parse().unwrap()), places, "{rounding}");
        }
    }
}
