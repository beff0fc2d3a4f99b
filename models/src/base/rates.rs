//! Converts amounts from one currency to another, at the rates of a day.
//!
//! A rate says how many units of a currency one unit of the company's currency is worth, from the day of the rate until
//! that of the next one. A company's own rates take precedence over rates for all companies, even over newer ones. A
//! currency without a rate on a day is converted one to one.

use orm::field::{Date, Decimal, divide};

/// A currency's rate from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The currency.
    pub currency: i64,
    /// The only company that the rate is for; `None` for all companies.
    pub company: Option<i64>,
    /// The first day on which the rate applies.
    pub from: Date,
    /// How many units one unit of the company's currency is worth.
    pub rate: Decimal,
}

/// The rates that apply to one company.
#[derive(Debug, Clone)]
pub struct Rates {
    company: i64,
    rates: Vec<Rate>,
}

impl Rates {
    /// Keeps those of `rates` that apply to `company`.
    pub fn new(company: i64, rates: impl IntoIterator<Item = Rate>) -> Rates {
        let rates = rates.into_iter();
        Rates {
            company,
            rates: rates
                .filter(|rate| rate.company.is_none_or(|only| only == company))
                .collect(),
        }
    }

    /// How many units of `currency` one unit of the company's currency is worth on `day`.
    pub fn rate(&self, currency: i64, day: Date) -> Decimal {
        let known = self
            .rates
            .iter()
            .filter(|rate| rate.currency == currency && rate.from <= day);
        known
            .max_by_key(|rate| (rate.company == Some(self.company), rate.from))
            .map_or(Decimal::ONE, |rate| rate.rate)
    }

    /// Converts `amount` from currency `from` to currency `to` at the rates of `day`; not rounded.
    pub fn convert(&self, amount: Decimal, from: i64, to: i64, day: Date) -> Decimal {
        match from == to {
            true => amount,
            false => divide(amount.saturating_mul(self.rate(to, day)), self.rate(from, day)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::number;

    const DOLLAR: i64 = 1;
    const EURO: i64 = 2;
    const YEN: i64 = 3;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn rate(currency: i64, company: Option<i64>, from: &str, rate: &str) -> Rate {
        Rate {
            currency,
            company,
            from: day(from),
            rate: number(rate),
        }
    }

    fn rates() -> Rates {
        Rates::new(
            7,
            [
                rate(EURO, None, "2024-01-01", "0.8"),
                rate(EURO, None, "2024-03-01", "0.9"),
                rate(YEN, None, "2024-01-01", "150"),
                rate(YEN, Some(7), "2023-06-01", "160"),
                rate(YEN, Some(8), "2024-02-01", "1"),
            ],
        )
    }

    #[test]
    fn a_rate_holds_from_its_day_until_the_next() {
        for (on, expected) in [
            ("2023-12-31", "1"),
            ("2024-01-01", "0.8"),
            ("2024-02-29", "0.8"),
            ("2025-01-01", "0.9"),
        ] {
            assert_eq!(rates().rate(EURO, day(on)), number(expected), "{on}");
        }
    }

    #[test]
    fn a_companys_own_rates_go_first_and_others_do_not_count() {
        assert_eq!(rates().rate(YEN, day("2024-05-01")), number("160"));
        assert_eq!(rates().rate(YEN, day("2023-01-01")), number("1"));
    }

    #[test]
    fn amounts_convert_over_the_companys_currency() {
        let convert = |amount: &str, from, to| rates().convert(number(amount), from, to, day("2024-02-01"));
        assert_eq!(convert("10", DOLLAR, EURO), number("8"));
        assert_eq!(convert("10", EURO, DOLLAR), number("12.5"));
        assert_eq!(convert("10", EURO, YEN), number("2000"));
        assert_eq!(convert("10.001", EURO, EURO), number("10.001"));
    }
}
