//! The settings of logins and tokens: `DECLAREST_TOKEN_IDLE_HOURS`, `DECLAREST_TOKEN_MAX_DAYS`,
//! `DECLAREST_NO_LOGIN_GET`.

use chrono::TimeDelta;

/// The settings of logins and tokens.
#[derive(Debug, Clone, Copy)]
pub struct LoginConfig {
    /// A token expires when it has not been used for this long.
    pub token_idle: TimeDelta,
    /// A token expires this long after its login, used or not.
    pub token_max: TimeDelta,
    /// Whether `GET /rest/api/login/token` is allowed, whose URL holds the password.
    pub get: bool,
}

impl LoginConfig {
    /// Default of [`LoginConfig::token_idle`], in hours.
    pub const IDLE_HOURS: u32 = 24;
    /// Default of [`LoginConfig::token_max`], in days.
    pub const MAX_DAYS: u32 = 30;

    /// Settings from the numbers of the command line.
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
