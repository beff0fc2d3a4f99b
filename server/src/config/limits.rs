//! The limits of requests: `DECLAREST_MAX_BODY`, `DECLAREST_MAX_ANSWER`, `DECLAREST_MAX_LIMIT`, `DECLAREST_MAX_DEPTH`,
//! `DECLAREST_MAX_STATEMENTS`, `DECLAREST_MAX_CONNECTIONS`, `DECLAREST_MAX_STREAMS`, `DECLAREST_MAX_STREAM_SECONDS`,
//! `DECLAREST_TOKEN_REQUESTS`.

use std::time::Duration;

/// The limits of requests.
#[derive(Debug, Clone, Copy)]
pub struct LimitsConfig {
    /// Maximum bytes of a request's body; a longer one is answered 413.
    pub max_body: usize,
    /// Maximum bytes of an answer; a request with a longer one is answered 413.
    pub max_answer: usize,
    /// Maximum number of rows in a list, and of ids in a method call; a request for more is refused.
    pub max_limit: usize,
    /// Maximum nesting of relations, in `fields` and in bodies.
    pub max_depth: usize,
    /// Maximum number of statements that a request takes; one that would take more is answered 413.
    pub max_statements: u64,
    /// Maximum number of open client connections; further ones are answered 503.
    pub max_connections: usize,
    /// Maximum number of lists of any size that are sent at a time, from each database; a token may have half of them
    /// (429). Further ones wait a little, and are answered 503.
    pub max_streams: usize,
    /// For how long such a list may be sent; then it breaks off.
    pub max_stream: Duration,
    /// Maximum number of requests of one access token in a minute; further ones are answered 429. 0: no maximum.
    pub token_requests: u32,
}

impl LimitsConfig {
    /// Default of [`LimitsConfig::max_body`].
    pub const MAX_BODY: usize = 1024 * 1024;
    /// Default of [`LimitsConfig::max_answer`].
    pub const MAX_ANSWER: usize = 32 * 1024 * 1024;
    /// Default of [`LimitsConfig::max_limit`].
    pub const MAX_LIMIT: usize = 10_000;
    /// Default of [`LimitsConfig::max_depth`].
    pub const MAX_DEPTH: usize = 8;
    /// Default of [`LimitsConfig::max_statements`].
    pub const MAX_STATEMENTS: u64 = 1_000;
    /// Default of [`LimitsConfig::max_connections`].
    pub const MAX_CONNECTIONS: usize = 4096;
    /// Default of [`LimitsConfig::max_streams`].
    pub const MAX_STREAMS: usize = 4;
    /// Default of [`LimitsConfig::max_stream`], in seconds.
    pub const MAX_STREAM_SECONDS: u64 = 3600;
}

impl Default for LimitsConfig {
    fn default() -> Self {
        LimitsConfig {
            max_body: Self::MAX_BODY,
            max_answer: Self::MAX_ANSWER,
            max_limit: Self::MAX_LIMIT,
            max_depth: Self::MAX_DEPTH,
            max_statements: Self::MAX_STATEMENTS,
            max_connections: Self::MAX_CONNECTIONS,
            max_streams: Self::MAX_STREAMS,
            max_stream: Duration::from_secs(Self::MAX_STREAM_SECONDS),
            token_requests: 0,
        }
    }
}
