//! The current time, as the databases store it.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds in a day.
pub(crate) const DAY: u64 = 86_400;

/// Seconds and microseconds since 1970, UTC.
pub(crate) fn now() -> (u64, u32) {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (since.as_secs(), since.subsec_micros())
}

/// `YYYY-MM-DD HH:MM:SS`, and `.ffffff` when the microseconds are not zero.
pub(crate) fn text(seconds: u64, micros: u32) -> String {
    let (days, time) = (seconds / DAY, seconds % DAY);
    // Days since 1970 to year, month and day, with years that begin in March (Hinnant's `civil_from_days`).
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);

    let mut out = String::with_capacity(26);
    push(&mut out, year, 4);
    for (before, number) in [
        ('-', month),
        ('-', day),
        (' ', time / 3_600),
        (':', time / 60 % 60),
        (':', time % 60),
    ] {
        out.push(before);
        push(&mut out, number, 2);
    }
    if micros != 0 {
        out.push('.');
        push(&mut out, u64::from(micros), 6);
    }
    out
}

fn push(out: &mut String, number: u64, digits: u32) {
    for place in (0..digits).rev() {
        out.push(char::from(
            b'0' + u8::try_from(number / 10u64.pow(place) % 10).unwrap_or(0),
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn dates_are_right() {
        assert_eq!(text(0, 0), "1970-01-01 00:00:00");
        assert_eq!(text(951_782_399, 5), "2000-02-28 23:59:59.000005");
        assert_eq!(text(951_782_400, 0), "2000-02-29 00:00:00");
        assert_eq!(text(1_706_276_278, 701_565), "2024-01-26 13:37:58.701565");
        assert_eq!(text(1_735_689_599, 0), "2024-12-31 23:59:59");
    }
}
