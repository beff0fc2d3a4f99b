//! What requests may cost: `DECLAREST_MAX_BODY`, `DECLAREST_MAX_ANSWER`, `DECLAREST_MAX_LIMIT`, `DECLAREST_MAX_DEPTH`,
//! `DECLAREST_MAX_CONNECTIONS`.

/// What requests may cost.
#[derive(Debug, Clone, Copy)]
pub struct LimitsConfig {
    /// Bytes of a body; a longer one is answered 413.
    pub max_body: usize,
    /// Bytes of an answer; a longer one is refused, 413.
    pub max_answer: usize,
    /// Rows of a list, and ids of a call; a request for more is refused.
    pub max_limit: usize,
    /// Relations inside relations, in `fields` and in bodies.
    pub max_depth: usize,
    /// Connections of clients at a time; those beyond are answered 503.
    pub max_connections: usize,
}

impl LimitsConfig {
    /// Standard of [`LimitsConfig::max_body`].
    pub const MAX_BODY: usize = 1024 * 1024;
    /// Standard of [`LimitsConfig::max_answer`].
    pub const MAX_ANSWER: usize = 32 * 1024 * 1024;
    /// Standard of [`LimitsConfig::max_limit`].
    pub const MAX_LIMIT: usize = 10_000;
    /// Standard of [`LimitsConfig::max_depth`].
    pub const MAX_DEPTH: usize = 8;
    /// Standard of [`LimitsConfig::max_connections`].
    pub const MAX_CONNECTIONS: usize = 4096;
}

impl Default for LimitsConfig {
    fn default() -> Self {
        LimitsConfig {
            max_body: Self::MAX_BODY,
            max_answer: Self::MAX_ANSWER,
            max_limit: Self::MAX_LIMIT,
            max_depth: Self::MAX_DEPTH,
            max_connections: Self::MAX_CONNECTIONS,
        }
    }
}
