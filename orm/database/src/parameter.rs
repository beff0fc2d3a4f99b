//! Helpers for those parameters of a database's URL that are for this program: `pool_size`, time limits and so on.

use std::borrow::Cow;
use std::time::Duration;

use percent_encoding::percent_decode_str;

use crate::error::{Code, Error, Result};

/// The longest time limit that PostgreSQL accepts.
const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

/// How long a statement may run unless the URL says otherwise.
pub(crate) const STATEMENT_TIMEOUT: Duration = Duration::from_secs(60);

/// A name or a value without its percent-encoding.
pub(crate) fn decode(text: &str) -> Result<Cow<'_, str>> {
    let malformed = |_| Error::new(Code::Malformed, "the database's URL is no percent-encoded UTF-8 text");
    percent_decode_str(text).decode_utf8().map_err(malformed)
}

/// The error for a parameter: its name, then `why`.
pub(crate) fn refuse(name: &str, why: &str) -> Error {
    Error::new(
        Code::Malformed,
        format!("the parameter `{name}` of a database's URL {why}"),
    )
}

/// Parses a time with its unit, such as `500ms` or `5min`; `0`, for no limit, needs no unit.
pub(crate) fn time(name: &str, text: &str) -> Result<Duration> {
    let time = humantime::parse_duration(text).ok().filter(|time| *time <= LONGEST);
    let valid = "give a time with its unit, such as 500ms, 30s, 5min or 1h, or 0 for no limit";
    time.ok_or_else(|| refuse(name, &format!("is {text:?}: {valid}")))
}
