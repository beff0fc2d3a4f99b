//! Offsets of timezones from UTC.

use chrono::TimeZone as _;
use chrono_tz::Tz;
use orm::field::DateTime;

/// The offset of a timezone from UTC at `time`, such as `+0100`. Without a name the timezone is UTC; `None` if the name
/// is unknown.
pub fn utc_offset(name: Option<&str>, time: DateTime) -> Option<String> {
    let zone: Tz = name.unwrap_or("UTC").parse().ok()?;
    Some(zone.from_utc_datetime(&time).format("%z").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_follow_the_season_and_the_name() {
        let at = |name, time: &str| utc_offset(name, time.parse().unwrap());
        for (name, time, offset) in [
            (None, "2024-07-01T12:00:00", Some("+0000")),
            (Some("Europe/Brussels"), "2024-01-01T12:00:00", Some("+0100")),
            (Some("Europe/Brussels"), "2024-07-01T12:00:00", Some("+0200")),
            (Some("Asia/Kolkata"), "2024-07-01T12:00:00", Some("+0530")),
            (Some("America/New_York"), "2024-01-01T12:00:00", Some("-0500")),
            (Some("Nowhere"), "2024-01-01T12:00:00", None),
        ] {
            assert_eq!(at(name, time).as_deref(), offset, "{name:?} {time}");
        }
    }
}
