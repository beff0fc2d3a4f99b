//! Periods of the calendar: where one ends, what it is called, and when it is in UTC.

use chrono::{Datelike as _, Days, Months, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _};
use chrono_tz::Tz;

use crate::db::Period;
use crate::field::YEARS;

/// The beginning of the next period, in local time.
pub(super) fn next(period: Period, start: NaiveDateTime) -> Option<NaiveDateTime> {
    match period {
        Period::Hour => start.checked_add_signed(TimeDelta::hours(1)),
        Period::Day => start.checked_add_days(Days::new(1)),
        Period::Week => start.checked_add_days(Days::new(7)),
        Period::Month => start.checked_add_months(Months::new(1)),
        Period::Quarter => start.checked_add_months(Months::new(3)),
        Period::Year => start.checked_add_months(Months::new(12)),
    }
}

/// The beginning of the period that a local time is in.
pub(super) fn start_of(period: Period, time: NaiveDateTime) -> Option<NaiveDateTime> {
    let day = time.date();
    let day = match period {
        Period::Hour => return time.date().and_hms_opt(chrono::Timelike::hour(&time), 0, 0),
        Period::Day => day,
        Period::Week => day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into()))?,
        Period::Month => day.with_day(1)?,
        Period::Quarter => day.with_day(1)?.with_month(day.month0() / 3 * 3 + 1)?,
        Period::Year => day.with_ordinal(1)?,
    };
    Some(day.and_time(NaiveTime::MIN))
}

/// What a period that begins at this local time is called: `October 2026`, `Q4 2026`, `W43 2026`, `19 Oct 2026`,
/// `04:00 19 Oct`. These are the words of version 1, with its weeks (the first is the one with 1 January) and its clock of
/// twelve hours. They are for people: the range of a group says exactly what it is.
pub(super) fn label(period: Period, start: NaiveDateTime) -> String {
    match period {
        Period::Hour => start.format("%I:00 %d %b").to_string(),
        Period::Day => start.format("%d %b %Y").to_string(),
        Period::Week => {
            let first = start.date().with_ordinal(1).unwrap_or(start.date());
            let week = (start.ordinal0() + first.weekday().num_days_from_sunday()) / 7 + 1;
            format!("W{week} {}", start.format("%Y"))
        }
        Period::Month => start.format("%B %Y").to_string(),
        Period::Quarter => format!("Q{} {}", start.month0() / 3 + 1, start.format("%Y")),
        Period::Year => start.format("%Y").to_string(),
    }
}

/// When it is this local time in a time zone, in UTC: the first time if the clock is turned back over it, the moment at
/// which the clock is turned forward if it never shows it. `None` beyond what can be stored.
pub(super) fn to_utc(zone: Option<Tz>, local: NaiveDateTime) -> Option<NaiveDateTime> {
    let utc = match zone {
        None => local,
        Some(zone) => match zone.from_local_datetime(&local).earliest() {
            Some(time) => time.naive_utc(),
            None => turned_forward(zone, local)?,
        },
    };
    YEARS.contains(&utc.year()).then_some(utc)
}

/// The first moment at which the clock of a time zone shows more than a time that it never shows.
fn turned_forward(zone: Tz, local: NaiveDateTime) -> Option<NaiveDateTime> {
    // No clock is turned by more than a day, and none is more than a day from UTC.
    let (mut before, mut after) = (
        local.checked_sub_days(Days::new(3))?,
        local.checked_add_days(Days::new(3))?,
    );
    while after - before > TimeDelta::seconds(1) {
        let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
        match zone.from_utc_datetime(&middle).naive_local() < local {
            true => before = middle,
            false => after = middle,
        }
    }
    Some(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn clocks_that_are_turned_bound_their_periods() {
        let utc = |zone, local: &str| to_utc(Some(zone), time(local)).unwrap().to_string();
        // On 26 October 2025 it is 02:30 twice in Brussels, on 30 March never.
        assert_eq!(utc(Tz::Europe__Brussels, "2025-10-26T02:00:00"), "2025-10-26 00:00:00");
        assert_eq!(utc(Tz::Europe__Brussels, "2025-10-26T03:00:00"), "2025-10-26 02:00:00");
        assert_eq!(utc(Tz::Europe__Brussels, "2025-03-30T02:30:00"), "2025-03-30 01:00:00");
        // In Beirut the day begins at one o'clock when the clock is turned; in Apia a whole day is left out.
        assert_eq!(utc(Tz::Asia__Beirut, "2025-03-30T00:00:00"), "2025-03-29 22:00:00");
        assert_eq!(utc(Tz::Pacific__Apia, "2011-12-30T00:00:00"), "2011-12-30 10:00:00");
        assert_eq!(to_utc(None, time("+10000-01-01T00:00:00")), None);
    }

    #[test]
    fn periods_have_names() {
        for (period, start, name) in [
            (Period::Hour, "2026-10-19T16:00:00", "04:00 19 Oct"),
            (Period::Day, "2026-12-01T00:00:00", "01 Dec 2026"),
            (Period::Week, "2026-11-30T00:00:00", "W49 2026"),
            (Period::Week, "2027-01-11T00:00:00", "W3 2027"),
            (Period::Month, "2026-10-01T00:00:00", "October 2026"),
            (Period::Quarter, "2026-10-01T00:00:00", "Q4 2026"),
            (Period::Year, "0824-01-01T00:00:00", "0824"),
        ] {
            assert_eq!(label(period, time(start)), name);
        }
    }

    #[test]
    fn periods_follow_each_other() {
        for (period, inside, start, end) in [
            (
                Period::Hour,
                "2024-02-29T13:30:00",
                "2024-02-29T13:00:00",
                "2024-02-29T14:00:00",
            ),
            (
                Period::Week,
                "2024-03-03T13:30:00",
                "2024-02-26T00:00:00",
                "2024-03-04T00:00:00",
            ),
            (
                Period::Month,
                "2024-02-29T13:30:00",
                "2024-02-01T00:00:00",
                "2024-03-01T00:00:00",
            ),
            (
                Period::Quarter,
                "2024-12-31T13:30:00",
                "2024-10-01T00:00:00",
                "2025-01-01T00:00:00",
            ),
            (
                Period::Year,
                "2024-12-31T13:30:00",
                "2024-01-01T00:00:00",
                "2025-01-01T00:00:00",
            ),
        ] {
            assert_eq!(start_of(period, time(inside)), Some(time(start)));
            assert_eq!(next(period, time(start)), Some(time(end)));
        }
    }
}
