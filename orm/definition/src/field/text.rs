//! Parses the text that a caller gives for a field into a [`Value`], or says which form is expected.

use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, Timelike as _};
use rust_decimal::Decimal;

use super::{kept, limit};
use crate::def::{Digits, Kind};
use crate::error::nearest;
use crate::value::Value;

/// Parses text given for a field of this kind.
///
/// # Errors
/// A message: what was given and what is expected.
pub fn from_text(kind: &Kind, text: &str) -> Result<Value, String> {
    let expected = || format!("`{text}` is given where {} belongs", form(kind));
    match kind {
        Kind::Char { size } if *size > 0 && text.chars().count() > *size as usize => Err(format!(
            "the text has {} characters, at most {size} are allowed",
            text.chars().count()
        )),
        Kind::Char { .. } | Kind::Text | Kind::Html | Kind::DisplayName => {
            storable(text).map(|()| Value::Text(text.to_owned()))
        }
        Kind::Bool => match text {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(expected()),
        },
        Kind::Id | Kind::Many2one { .. } => match integer(text) {
            Some(id) if id > 0 => Ok(Value::Int(id)),
            _ => Err(expected()),
        },
        Kind::Int => match integer(text) {
            Some(number) if i32::try_from(number).is_ok() => Ok(Value::Int(number)),
            Some(_) => Err(format!("{text} is out of range: from {} to {}", i32::MIN, i32::MAX)),
            None => Err(expected()),
        },
        Kind::BigInt => integer(text).map(Value::Int).ok_or_else(expected),
        Kind::Float => match text.parse::<f64>() {
            // Turns -0.0 into 0.0: SQLite has only one zero.
            Ok(number) if number.is_finite() => Ok(Value::Float(number + 0.0)),
            _ => Err(expected()),
        },
        Kind::Decimal { digits } | Kind::Monetary { digits, .. } => decimal(text, *digits).ok_or_else(expected)?,
        Kind::Date => date(text).map(Value::Date).ok_or_else(expected),
        Kind::DateTime => datetime(text).map(Value::DateTime).ok_or_else(expected),
        Kind::Selection { items } => match items.iter().any(|item| item.value == text) {
            true => Ok(Value::Text(text.to_owned())),
            false => Err(format!(
                "`{text}` is none of its values{}",
                nearest(text, items.iter().map(|item| item.value))
            )),
        },
        Kind::Binary => BASE64.decode(text).map(Value::Binary).map_err(|_| expected()),
        Kind::Json { of } => {
            let json = serde_json::from_str(text).map_err(|_| expected())?;
            if let Some(of) = of {
                (of.check)(&json)?;
            }
            Ok(Value::Json(json))
        }
        Kind::One2many { .. } | Kind::Many2many { .. } => Err(expected()),
    }
}

/// As [`from_text`], for a value that is to be written: an amount of money keeps the digits that its column has not. It
/// is rounded once, to its currency, when that is known.
///
/// # Errors
/// As [`from_text`].
pub fn as_given(kind: &Kind, text: &str) -> Result<Value, String> {
    let value = from_text(kind, text)?;
    match kind {
        Kind::Monetary { .. } => Ok(number(text).map_or(value, |(amount, _)| Value::Decimal(amount))),
        _ => Ok(value),
    }
}

/// Refuses NUL, the one character that PostgreSQL cannot store in a text.
///
/// # Errors
/// A message for the caller.
pub fn storable(text: &str) -> Result<(), String> {
    match text.contains('\0') {
        true => Err("text may not contain the character NUL".to_owned()),
        false => Ok(()),
    }
}

/// The expected form of a field of this kind, for messages.
pub fn form(kind: &Kind) -> &'static str {
    match kind {
        Kind::Char { .. } | Kind::Text | Kind::Html | Kind::DisplayName => "text",
        Kind::Bool => "true or false",
        Kind::Id | Kind::Many2one { .. } => "the id of a record",
        Kind::Int | Kind::BigInt => "a whole number",
        Kind::Float | Kind::Decimal { .. } | Kind::Monetary { .. } => "a number",
        Kind::Date => "a date (YYYY-MM-DD)",
        Kind::DateTime => "a date and time (YYYY-MM-DDTHH:MM:SS, UTC unless an offset is given)",
        Kind::Selection { .. } => "one of the values of the selection, as text,",
        Kind::Binary => "base64 text",
        Kind::Json { .. } => "JSON",
        Kind::One2many { .. } | Kind::Many2many { .. } => "a list of commands",
    }
}

/// The last microsecond of a day: the meaning of a date as the end of a range of times.
pub fn end_of_day(date: NaiveDate) -> NaiveDateTime {
    let last = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap_or_default();
    date.and_time(last)
}

/// The years that both databases store and sort alike.
pub const YEARS: RangeInclusive<i32> = 1..=9999;

/// A calendar date, exactly `YYYY-MM-DD`, of the years 1 to 9999.
fn date(text: &str) -> Option<NaiveDate> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    (shape && YEARS.contains(&date.year())).then_some(date)
}

/// A point in time, converted to UTC: `2026-05-31T12:00:00`, or with a space for `T`. A fraction, and `Z` or an offset
/// (`+02:00`, `+0200`), are optional. The year, in UTC too, is 1 to 9999.
pub fn datetime(text: &str) -> Option<NaiveDateTime> {
    date(text.get(..10)?)?;
    let text = text.replacen(' ', "T", 1);
    let time = match NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f") {
        Ok(time) => time,
        Err(_) => DateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f%#z")
            .ok()?
            .naive_utc(),
    };
    let leap_second = time.nanosecond() >= 1_000_000_000;
    if leap_second || text.get(10..)?.contains(' ') || !YEARS.contains(&time.year()) {
        return None;
    }
    // Both databases store microseconds; further digits are cut off.
    time.with_nanosecond(time.nanosecond() / 1_000 * 1_000)
}

/// A number to compare a field with, not rounded to the field's digits. With more than 28 digits it is rounded away
/// from zero, which changes no comparison: no field has as many digits.
///
/// # Errors
/// A message: what was given and what is expected.
pub fn exact_number(text: &str) -> Result<Value, String> {
    let number = number(text).and_then(|(number, exact)| match exact {
        true => Some(number),
        false => {
            let beyond = Decimal::new(if text.starts_with('-') { -1 } else { 1 }, number.scale());
            number.checked_add(beyond)
        }
    });
    let number = number.ok_or_else(|| format!("`{text}` is given where a number of at most 28 digits belongs"));
    number.map(Value::Decimal)
}

/// A whole number, also written `3.0` or `3e0`.
fn integer(text: &str) -> Option<i64> {
    let (number, exact) = number(text)?;
    let whole = exact && number.is_integer();
    whole
        .then(|| i64::try_from(number.mantissa() / 10_i128.pow(number.scale())).ok())
        .flatten()
}

/// Parses a decimal as JSON writes one; the `bool` says whether all digits are kept. Digits beyond the 28th are cut
/// off, which does not change a later rounding, half away from zero, to fewer digits.
fn number(text: &str) -> Option<(Decimal, bool)> {
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", digits),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || digits.contains('.') && !is_number(fraction) {
        return None;
    }
    let significant = format!("{whole}{fraction}");
    let significant = significant.trim_start_matches('0');
    if significant.is_empty() {
        return Some((Decimal::ZERO, true));
    }
    // How many significant digits are before the point; -2 for 0.001.
    let before = significant.len() as i64 - fraction.len() as i64 + i64::from(exponent);
    let scale = (significant.len() as i64 - before).max(0);
    let places = 28.min(scale).min(28 - before.max(0));
    let kept = usize::try_from(before.checked_add(places)?).unwrap_or_default();
    if before > 28 {
        return None;
    }
    let (kept, cut) = significant.split_at_checked(kept).unwrap_or((significant, ""));
    let zeros = "0".repeat(usize::try_from(before + places - significant.len() as i64).unwrap_or_default());
    let mantissa = format!("{sign}0{kept}{zeros}").parse().ok()?;
    let number = Decimal::try_from_i128_with_scale(mantissa, u32::try_from(places).ok()?).ok()?;
    Some((number, cut.bytes().all(|digit| digit == b'0')))
}

/// A decimal, rounded half away from zero to `scale`. `None` when the text is no number; an error when out of range.
fn decimal(text: &str, digits: Digits) -> Option<Result<Value, String>> {
    let number = number(text)?.0;
    Some(
        kept(number, digits)
            .map(Value::Decimal)
            .ok_or_else(|| format!("{text} is out of range: less than {} either way", limit(digits))),
    )
}
