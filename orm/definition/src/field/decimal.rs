//! Exact decimals, rounded half away from zero to the digits that their column stores.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::def::Digits;

/// The number of `units` of the last digit: 1250 at scale 2 is 12.50.
pub fn from_scaled(units: i64, scale: u8) -> Decimal {
    Decimal::new(units, scale.into())
}

/// `number` in units of the last digit, rounded half away from zero: 12.5 at scale 2 is 1250. `None` if too large.
pub fn to_scaled(number: Decimal, scale: u8) -> Option<i64> {
    let mut rounded = round(number, scale);
    rounded.rescale(scale.into());
    (rounded.scale() == u32::from(scale))
        .then(|| i64::try_from(rounded.mantissa()).ok())
        .flatten()
}

/// The most digits of a column: SQLite's decimals are scaled integers of 64 bits.
const MOST_DIGITS: u8 = 18;

/// The bound of a decimal column: each number is less than it, and greater than its negative. 1000 for `(5, 2)`.
pub fn limit(digits: Digits) -> Decimal {
    let whole = u32::from(digits.precision.min(MOST_DIGITS).saturating_sub(digits.scale));
    Decimal::from_i128_with_scale(10_i128.pow(whole), 0)
}

/// `number` as a column with these digits stores it; `None` when it does not fit.
pub fn kept(number: Decimal, digits: Digits) -> Option<Decimal> {
    let kept = from_scaled(to_scaled(number, digits.scale)?, digits.scale);
    (kept.abs() < limit(digits)).then_some(kept)
}

/// `number` with at most `scale` digits after the point, rounded half away from zero.
pub fn round(number: Decimal, scale: u8) -> Decimal {
    number.round_dp_with_strategy(scale.into(), RoundingStrategy::MidpointAwayFromZero)
}
