//! Logins and tokens: `DECLAREST_TOKEN_IDLE_HOURS`, `DECLAREST_TOKEN_MAX_DAYS`, `DECLAREST_NO_LOGIN_GET`.

use chrono::TimeDelta;

/// Logins and tokens.
#[derive(Debug, Clone, Copy)]
pub struct LoginConfig {
    /// A token that is not used for so long ends.
    pub token_idle: TimeDelta,
    /// A token ends so long after its login, used or not.
    pub token_max: TimeDelta,
    /// `GET /rest/api/login/token` is answered; its password stands in the URL.
    pub get: bool,
}

impl LoginConfig {
    /// Standard of [`LoginConfig::token_idle`], in hours.
    pub const IDLE_HOURS: u32 = 24;
    /// Standard of [`LoginConfig::token_max`], in days.
    pub const MAX_DAYS: u32 = 30;

    /// Durations from the command line's numbers.
    pub fn new(idle_hours: u32, max_days: u32, get: bool) -> Self {
        LoginConfig {
            token_idle: TimeDelta::hours(idle_hours.into()),
            token_max: TimeDelta::days(max_days.into()),
            get,
        }
    }
}

impl Default for LoginConfig {
    fn default() -> Self {
        LoginConfig::new(Self::IDLE_HOURS, Self::MAX_DAYS, true)
    }
}
