//! The periods of the calendar by which dates are grouped, and the SQL that finds the period a date is in. PostgreSQL
//! knows the time zones; for SQLite, [`register`] adds a function that does.

use std::sync::{Mutex, PoisonError};

use chrono::{NaiveDateTime, TimeZone as _};
use chrono_tz::Tz;
use diesel::result::QueryResult;
use diesel::sql_types::{Nullable, Text};
use diesel::sqlite::SqliteConnection;

use super::{Dialect, time_text};
use crate::def::Kind;

/// A period of the calendar. Weeks begin on Mondays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// An hour of a day.
    Hour,
    /// A day.
    Day,
    /// Monday to Sunday.
    Week,
    /// A month of a year.
    Month,
    /// January to March, April to June, July to September, October to December.
    Quarter,
    /// A year.
    Year,
}

impl Period {
    /// Every period, from the shortest to the longest, with its name: `month`.
    pub const ALL: [(&'static str, Period); 6] = [
        ("hour", Period::Hour),
        ("day", Period::Day),
        ("week", Period::Week),
        ("month", Period::Month),
        ("quarter", Period::Quarter),
        ("year", Period::Year),
    ];
}

impl Dialect {
    /// The local time of a point in time, in the time zone whose name is bound.
    pub fn local_time(self, time: &str) -> String {
        match self {
            Dialect::Sqlite => format!("declarest_local_time({time}, ?)"),
            Dialect::Postgres => format!("timezone(?, timezone('UTC', {time}))"),
        }
    }

    /// The beginning of the period that a date, or a local time, is in: of the same type. The text has `value` in it as
    /// often as it needs it.
    pub fn start_of(self, period: Period, kind: &Kind, value: &str) -> String {
        let is_date = matches!(kind, Kind::Date);
        match self {
            Dialect::Postgres => {
                let name = Period::ALL.iter().find(|(_, known)| *known == period);
                let name = name.map_or("day", |(name, _)| *name);
                match is_date {
                    true => format!("date_trunc('{name}', {value}::timestamp)::date"),
                    false => format!("date_trunc('{name}', {value})"),
                }
            }
            // Dates and times are stored as text that begins `2024-01-26 13:`.
            Dialect::Sqlite => {
                let start = first_part(period, value);
                let end = match period {
                    Period::Hour => ":00:00",
                    Period::Day | Period::Week => "",
                    Period::Month | Period::Quarter => "-01",
                    Period::Year => "-01-01",
                };
                let time = if is_date || period == Period::Hour {
                    ""
                } else {
                    " 00:00:00"
                };
                format!("({start} || '{end}{time}')")
            }
        }
    }

    /// An expression that dates, or local times, of the same period have in common, and no others: a shorter one than
    /// [`Dialect::start_of`], where there is one.
    pub fn same_period(self, period: Period, value: &str) -> Option<String> {
        match self {
            Dialect::Postgres => None,
            Dialect::Sqlite => Some(first_part(period, value)),
        }
    }
}

/// What a stored date or time of a period has in common with the others, as SQLite's expression: `2024-01` of a month.
fn first_part(period: Period, value: &str) -> String {
    let digits = match period {
        Period::Hour => 13,
        Period::Day => 10,
        Period::Week => return format!("date({value}, '-6 days', 'weekday 1')"),
        Period::Month => 7,
        Period::Quarter => {
            return format!("substr({value}, 1, 5) || printf('%02d', (substr({value}, 6, 2) - 1) / 3 * 3 + 1)");
        }
        Period::Year => 4,
    };
    format!("substr({value}, 1, {digits})")
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// The local time of a point in time in a time zone.
    fn declarest_local_time(time: Nullable<Text>, zone: Text) -> Nullable<Text>;
}

/// Registers the function on a connection. It keeps the last time zone, since a statement has only one.
pub(crate) fn register(connection: &mut SqliteConnection) -> QueryResult<()> {
    let last: Mutex<(String, Tz)> = Mutex::new(("UTC".to_owned(), Tz::UTC));
    declarest_local_time_utils::register_impl(connection, move |time: Option<String>, zone: String| {
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.0 != zone {
            let known = zone.parse().unwrap_or(Tz::UTC);
            *last = (zone, known);
        }
        local_time(&time?, last.1)
    })
}

/// The local time of a stored time, in the form of stored times.
fn local_time(time: &str, zone: Tz) -> Option<String> {
    let time = NaiveDateTime::parse_from_str(time, "%Y-%m-%d %H:%M:%S%.f").ok()?;
    Some(time_text(zone.from_utc_datetime(&time).naive_local()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_times_follow_the_season() {
        for (zone, time, local) in [
            (Tz::Europe__Brussels, "2026-01-31 23:30:00", "2026-02-01 00:30:00"),
            (
                Tz::Europe__Brussels,
                "2026-07-31 23:30:00.250",
                "2026-08-01 01:30:00.250",
            ),
            (Tz::America__St_Johns, "2026-01-01 03:29:59", "2025-12-31 23:59:59"),
        ] {
            assert_eq!(local_time(time, zone).as_deref(), Some(local), "{zone}");
        }
    }
}
