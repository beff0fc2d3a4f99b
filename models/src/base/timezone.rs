//! Where on Earth it is what time.

use chrono::TimeZone as _;
use chrono_tz::Tz;
use orm::field::DateTime;

/// How far a timezone is from UTC at a time: `+0100`. Without a name, it is UTC; empty where nobody knows the name.
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
