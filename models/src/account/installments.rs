//! Splits an amount into parts with due dates, as a payment term says.
//!
//! The lines of the payment term are taken in their order, the balance last. Percentages are of the whole amount. Each
//! part is rounded to the currency; the balance is what is left, with the differences from rounding.

use chrono::{Datelike as _, Days, Months};
use orm::field::{Date, Decimal, percent_of};

use super::AccountPaymentTermLineValue;
use super::taxes::Rounding;

/// A line of a payment term: how large a part of the amount is, and when it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// How the part's amount is computed.
    pub value: AccountPaymentTermLineValue,
    /// Per cent or an amount of money, depending on `value`.
    pub amount: Decimal,
    /// When the part is due.
    pub due: Due,
}

/// How a due date is computed from the date of a document: add `months`, then `days`; with `end_of_month`, go on to the
/// end of the month reached and add `days_after`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Due {
    /// Months after the document's date. If the month reached is too short, its last day is taken.
    pub months: i32,
    /// Days after that.
    pub days: i32,
    /// At the end of the month reached.
    pub end_of_month: bool,
    /// Days after the end of the month.
    pub days_after: i32,
}

impl Due {
    /// The due date of a document dated `date`. A date beyond the calendar's range becomes `date` itself: due at once.
    pub fn from(self, date: Date) -> Date {
        self.checked_from(date).unwrap_or(date)
    }

    fn checked_from(self, date: Date) -> Option<Date> {
        let due = later(months_later(date, self.months)?, self.days)?;
        match self.end_of_month {
            true => later(last_of_month(due)?, self.days_after),
            false => Some(due),
        }
    }
}

fn months_later(date: Date, months: i32) -> Option<Date> {
    let distance = Months::new(months.unsigned_abs());
    match months < 0 {
        true => date.checked_sub_months(distance),
        false => date.checked_add_months(distance),
    }
}

fn later(date: Date, days: i32) -> Option<Date> {
    let distance = Days::new(days.unsigned_abs().into());
    match days < 0 {
        true => date.checked_sub_days(distance),
        false => date.checked_add_days(distance),
    }
}

fn last_of_month(date: Date) -> Option<Date> {
    date.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt()
}

/// The parts of `total` with their due dates, for a document of `date`.
pub fn installments(parts: &[Part], total: Decimal, date: Date, rounding: Rounding) -> Vec<(Date, Decimal)> {
    let (balance, others): (Vec<&Part>, Vec<&Part>) =
        (parts.iter()).partition(|part| part.value == AccountPaymentTermLineValue::Balance);
    let mut left = total;
    let mut installments = Vec::with_capacity(parts.len());
    for part in others.into_iter().chain(balance) {
        let amount = match part.value {
            AccountPaymentTermLineValue::Percent => rounding.round(percent_of(total, part.amount)),
            AccountPaymentTermLineValue::Fixed => rounding.round(match total < Decimal::ZERO {
                true => -part.amount,
                false => part.amount,
            }),
            AccountPaymentTermLineValue::Balance => left,
        };
        left = left.saturating_sub(amount);
        installments.push((part.due.from(date), amount));
    }
    installments
}

#[cfg(test)]
mod tests {
    use AccountPaymentTermLineValue::{Balance, Fixed, Percent};

    use super::*;
    use crate::tests::number;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn due_dates_count_months_then_days_then_the_end_of_the_month() {
        let due = |months, days, after: Option<i32>| Due {
            months,
            days,
            end_of_month: after.is_some(),
            days_after: after.unwrap_or(0),
        };
        for (due, date, expected) in [
            (due(0, 0, None), "2024-05-17", "2024-05-17"),
            (due(0, 45, None), "2024-01-20", "2024-03-05"),
            (due(1, 0, None), "2024-01-31", "2024-02-29"),
            (due(1, 1, None), "2024-01-31", "2024-03-01"),
            (due(0, 0, Some(0)), "2023-02-03", "2023-02-28"),
            (due(1, 0, Some(0)), "2024-11-05", "2024-12-31"),
            (due(0, 30, Some(10)), "2024-01-15", "2024-03-10"),
            (due(-1, -2, None), "2024-03-31", "2024-02-27"),
            (due(i32::MAX, 0, None), "2024-03-31", "2024-03-31"),
        ] {
            assert_eq!(due.from(day(date)), day(expected), "{due:?} from {date}");
        }
    }

    fn amounts(parts: &[(AccountPaymentTermLineValue, &str)], total: &str) -> Vec<Decimal> {
        let parts: Vec<Part> = parts
            .iter()
            .map(|(value, amount)| Part {
                value: *value,
                amount: number(amount),
                due: Due::default(),
            })
            .collect();
        let rounding = Rounding {
            unit: number("0.01"),
            globally: false,
        };
        let installments = installments(&parts, number(total), day("2024-01-01"), rounding);
        installments.into_iter().map(|(_, amount)| amount).collect()
    }

    #[test]
    fn the_balance_comes_last_and_takes_what_is_left() {
        assert_eq!(amounts(&[(Balance, "0")], "99.99"), [number("99.99")]);
        assert_eq!(
            amounts(&[(Balance, "0"), (Percent, "33.3333"), (Percent, "33.3333")], "100"),
            ["33.33", "33.33", "33.34"].map(number)
        );
        assert_eq!(
            amounts(&[(Fixed, "25.005"), (Percent, "50"), (Balance, "0")], "200"),
            ["25.01", "100", "74.99"].map(number)
        );
    }

    #[test]
    fn credit_notes_have_the_same_parts_with_the_other_sign() {
        assert_eq!(
            amounts(&[(Fixed, "25"), (Balance, "0")], "-200"),
            ["-25", "-175"].map(number)
        );
    }
}
