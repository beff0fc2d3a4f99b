//! Exact decimals: rounded half away from zero, as a column of so many digits keeps them.

use rust_decimal::{Decimal, RoundingStrategy};

/// The number that `units` of the last digit are.
pub fn from_scaled(units: i64, scale: u8) -> Decimal {
    Decimal::new(units, scale.into())
}

/// `number` in units of the last digit, rounded half-up; `None` when it does not fit.
pub fn to_scaled(number: Decimal, scale: u8) -> Option<i64> {
    let mut rounded = round(number, scale);
    rounded.rescale(scale.into());
    (rounded.scale() == u32::from(scale))
        .then(|| i64::try_from(rounded.mantissa()).ok())
        .flatten()
}

/// The most digits of a column: SQLite's decimals are scaled integers of 64 bits.
const MOST_DIGITS: u8 = 18;

/// What a decimal of so many digits, `scale` of them after the point, is less than, either way.
pub fn limit(precision: u8, scale: u8) -> Decimal {
    let whole = u32::from(precision.min(MOST_DIGITS).saturating_sub(scale));
    Decimal::from_i128_with_scale(10_i128.pow(whole), 0)
}

/// `number` as a column of so many digits, `scale` of them after the point, gives it back; `None` when it does not fit.
pub fn kept(number: Decimal, precision: u8, scale: u8) -> Option<Decimal> {
    let kept = from_scaled(to_scaled(number, scale)?, scale);
    (kept.abs() < limit(precision, scale)).then_some(kept)
}

/// `number` with at most `scale` digits after the point, half away from zero.
pub fn round(number: Decimal, scale: u8) -> Decimal {
    number.round_dp_with_strategy(scale.into(), RoundingStrategy::MidpointAwayFromZero)
}
