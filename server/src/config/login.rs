//! The settings of logins and tokens: `DECLAREST_TOKEN_IDLE_HOURS`, `DECLAREST_TOKEN_MAX_DAYS`,
//! `DECLAREST_NO_LOGIN_GET`, `DECLAREST_LOGIN_FAILURES`, `DECLAREST_ADDRESS_FAILURES`, `DECLAREST_FAILURE_MINUTES`,
//! `DECLAREST_LOGIN_WAIT_SECONDS`, `DECLAREST_EVENT_DAYS`.

use chrono::TimeDelta;

/// The settings of logins and tokens.
#[derive(Debug, Clone, Copy)]
pub struct LoginConfig {
    /// A token of a login expires when it has not been used for this long.
    pub token_idle: TimeDelta,
    /// A token of a login expires this long after it, used or not.
    pub token_max: TimeDelta,
    /// Whether `GET /rest/api/login/token` is allowed, whose URL holds the password.
    pub get: bool,
    /// After so many failures of one login, its further attempts wait.
    pub login_failures: u32,
    /// After so many failures from one address, further attempts from there wait. Many users may share an address.
    pub address_failures: u32,
    /// Failures are forgotten after so long without another one. No attempt has to wait longer.
    pub failure_window: TimeDelta,
    /// How long attempts wait after the failure that is one too many; twice as long after each further one.
    pub login_wait: TimeDelta,
    /// How long events (logins, failures, revoked tokens) are kept.
    pub events_kept: TimeDelta,
}

impl LoginConfig {
    /// Default of [`LoginConfig::token_idle`], in hours.
    pub const IDLE_HOURS: u32 = 24;
    /// Default of [`LoginConfig::token_max`], in days.
    pub const MAX_DAYS: u32 = 30;
    /// Default of [`LoginConfig::login_failures`].
    pub const LOGIN_FAILURES: u32 = 5;
    /// Default of [`LoginConfig::address_failures`].
    pub const ADDRESS_FAILURES: u32 = 100;
    /// Default of [`LoginConfig::failure_window`], in minutes.
    pub const FAILURE_MINUTES: u32 = 15;
    /// Default of [`LoginConfig::login_wait`], in seconds.
    pub const LOGIN_WAIT_SECONDS: u32 = 30;
    /// Default of [`LoginConfig::events_kept`], in days.
    pub const EVENT_DAYS: u32 = 90;
}

impl Default for LoginConfig {
    fn default() -> Self {
        LoginConfig {
            token_idle: TimeDelta::hours(Self::IDLE_HOURS.into()),
            token_max: TimeDelta::days(Self::MAX_DAYS.into()),
            get: true,
            login_failures: Self::LOGIN_FAILURES,
            address_failures: Self::ADDRESS_FAILURES,
            failure_window: TimeDelta::minutes(Self::FAILURE_MINUTES.into()),
            login_wait: TimeDelta::seconds(Self::LOGIN_WAIT_SECONDS.into()),
            events_kept: TimeDelta::days(Self::EVENT_DAYS.into()),
        }
    }
}
