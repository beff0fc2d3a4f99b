//! What a request may cost: `DECLAREST_MAX_BODY`, `DECLAREST_MAX_LIMIT`, `DECLAREST_MAX_DEPTH`.

/// What a request may cost.
#[derive(Debug, Clone, Copy)]
pub struct LimitsConfig {
    /// Bytes of a body; a longer one is answered 413.
    pub max_body: usize,
    /// Rows of a list; a request for more is refused.
    pub max_limit: usize,
    /// Relations inside relations, in `fields` and in bodies.
    pub max_depth: usize,
}

impl LimitsConfig {
    /// Standard of [`LimitsConfig::max_body`].
    pub const MAX_BODY: usize = 1024 * 1024;
    /// Standard of [`LimitsConfig::max_limit`].
    pub const MAX_LIMIT: usize = 10_000;
    /// Standard of [`LimitsConfig::max_depth`].
    pub const MAX_DEPTH: usize = 8;
}

impl Default for LimitsConfig {
    fn default() -> Self {
        LimitsConfig {
            max_body: Self::MAX_BODY,
            max_limit: Self::MAX_LIMIT,
            max_depth: Self::MAX_DEPTH,
        }
    }
}
