//! Reads rows of PostgreSQL. Decimals and times are decoded directly from PostgreSQL's binary format.

use std::error::Error as StdError;

use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};

use crate::error::{Error, Result};
use crate::{clock, json, row};

/// A NUMERIC in ten-thousandths.
struct Units(i64);

/// A TIMESTAMP in microseconds since 2000.
struct Micros(i64);

impl row::Row for Row {
    fn int(&self, column: usize) -> Result<Option<i64>> {
        Ok(self.try_get(column)?)
    }

    fn text(&self, column: usize) -> Result<Option<&[u8]>> {
        let text: Option<&str> = self.try_get(column)?;
        Ok(text.map(str::as_bytes))
    }

    fn units(&self, column: usize, scale: u32) -> Result<i64> {
        let Units(units) = self.try_get(column)?;
        Ok(units / 10i64.pow(4 - scale.min(4)))
    }

    fn date_time(&self, column: usize, out: &mut Vec<u8>) -> Result<()> {
        const BEFORE: i64 = 946_684_800; // seconds from 1970 to 2000
        let text = match self.try_get(column)? {
            Some(Micros(micros)) => {
                let seconds = u64::try_from(micros.div_euclid(1_000_000) + BEFORE);
                let seconds = seconds.map_err(|_| Error::Database("a time before 1970".to_owned()))?;
                let fraction = u32::try_from(micros.rem_euclid(1_000_000)).unwrap_or(0);
                Some(clock::text(seconds, fraction))
            }
            None => None,
        };
        json::date_time_or_false(out, text.as_deref().map(str::as_bytes));
        Ok(())
    }

    fn bool(&self, column: usize) -> Result<bool> {
        Ok(self.try_get(column)?)
    }
}

type Read<T> = std::result::Result<T, Box<dyn StdError + Sync + Send>>;

impl FromSql<'_> for Units {
    /// The binary format is a list of 16-bit words: the number of digits in base 10,000, the power of the first digit,
    /// the sign, the number of decimals to display, and then the digits.
    fn from_sql(_: &Type, raw: &[u8]) -> Read<Self> {
        let (words, []) = raw.as_chunks::<2>() else {
            return Err("half a word".into());
        };
        let mut words = words.iter().map(|word| i16::from_be_bytes(*word));
        let (Some(_), Some(weight), Some(sign), Some(_)) = (words.next(), words.next(), words.next(), words.next())
        else {
            return Err("no head".into());
        };
        let mut units = 0i64;
        for (at, digits) in (0i16..).zip(words) {
            let power = u32::try_from(weight - at + 1).map_err(|_| "more than four digits after the point")?;
            let part = 10_000i64
                .checked_pow(power)
                .and_then(|power| power.checked_mul(digits.into()));
            units = part.and_then(|part| units.checked_add(part)).ok_or("too large")?;
        }
        match sign {
            0 => Ok(Units(units)),
            0x4000 => Ok(Units(-units)),
            _ => Err("not a number".into()),
        }
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::NUMERIC
    }
}

impl FromSql<'_> for Micros {
    fn from_sql(_: &Type, raw: &[u8]) -> Read<Self> {
        Ok(Micros(i64::from_be_bytes(raw.try_into()?)))
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::TIMESTAMP
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_in_units_of_their_fourth_digit() {
        let units = |words: &[i16]| {
            let raw: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
            Units::from_sql(&Type::NUMERIC, &raw).map(|Units(units)| units)
        };
        assert_eq!(units(&[0, 0, 0, 2]).unwrap(), 0);
        assert_eq!(units(&[1, 0, 0, 2, 200]).unwrap(), 2_000_000);
        assert_eq!(units(&[2, 0, 0, 2, 19, 9_900]).unwrap(), 199_900);
        assert_eq!(units(&[3, 1, 0x4000, 4, 1, 2_345, 6_789]).unwrap(), -123_456_789);
        assert_eq!(units(&[1, -1, 0, 4, 5]).unwrap(), 5);
        assert!(units(&[1, -2, 0, 8, 5]).is_err());
        assert!(units(&[0, 0, -0x4000, 0]).is_err());
    }
}
