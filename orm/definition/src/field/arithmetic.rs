//! Decimal arithmetic that never fails: a result that is too large becomes `Decimal::MAX` or `MIN`. No column can hold
//! these, so storing such a result is refused.

use super::{Decimal, round};

/// Rounds `amount` to the nearest multiple of `unit`, half away from zero; unchanged if `unit` is not positive.
pub fn round_to(amount: Decimal, unit: Decimal) -> Decimal {
    to_multiple(amount, unit, |units| round(units, 0))
}

/// Rounds `amount` away from zero to a multiple of `unit`; unchanged if `unit` is not positive.
pub fn round_up_to(amount: Decimal, unit: Decimal) -> Decimal {
    to_multiple(amount, unit, |units| match units.is_sign_negative() {
        true => units.floor(),
        false => units.ceil(),
    })
}

fn to_multiple(amount: Decimal, unit: Decimal, whole: impl Fn(Decimal) -> Decimal) -> Decimal {
    match amount.checked_div(unit) {
        Some(units) if unit > Decimal::ZERO => whole(units).saturating_mul(unit).normalize(),
        _ => amount,
    }
}

/// `percent` per cent of `amount`.
pub fn percent_of(amount: Decimal, percent: Decimal) -> Decimal {
    amount.saturating_mul(percent / Decimal::ONE_HUNDRED)
}

/// `amount` divided by `divisor`; zero if `divisor` is zero.
pub fn divide(amount: Decimal, divisor: Decimal) -> Decimal {
    amount.checked_div(divisor).unwrap_or_else(|| match divisor.is_zero() {
        true => Decimal::ZERO,
        false if amount.is_sign_negative() == divisor.is_sign_negative() => Decimal::MAX,
        false => Decimal::MIN,
    })
}

/// The sum, saturating.
pub fn sum(amounts: impl IntoIterator<Item = Decimal>) -> Decimal {
    amounts.into_iter().fold(Decimal::ZERO, Decimal::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn amounts_round_to_multiples_half_away_from_zero() {
        for (amount, unit, rounded) in [
            ("1.005", "0.01", "1.01"),
            ("-1.005", "0.01", "-1.01"),
            ("1.0049", "0.01", "1"),
            ("7.5", "5", "10"),
            ("0.12", "0.05", "0.1"),
            ("0.125", "0.05", "0.15"),
            ("1234.56", "1", "1235"),
            ("1.23", "0", "1.23"),
        ] {
            assert_eq!(
                round_to(number(amount), number(unit)),
                number(rounded),
                "{amount} to {unit}"
            );
        }
    }

    #[test]
    fn rounding_up_goes_away_from_zero_and_leaves_multiples_alone() {
        for (amount, unit, rounded) in [
            ("1.001", "0.01", "1.01"),
            ("-1.001", "0.01", "-1.01"),
            ("1.01", "0.01", "1.01"),
        ] {
            assert_eq!(
                round_up_to(number(amount), number(unit)),
                number(rounded),
                "{amount} to {unit}"
            );
        }
    }

    #[test]
    fn what_is_too_large_saturates() {
        assert_eq!(percent_of(Decimal::MAX, number("200")), Decimal::MAX);
        assert_eq!(divide(Decimal::MAX, number("-0.1")), Decimal::MIN);
        assert_eq!(divide(Decimal::ONE, Decimal::ZERO), Decimal::ZERO);
        assert_eq!(sum([Decimal::MAX, Decimal::MAX]), Decimal::MAX);
    }
}
