//! How much one request may ask for.

/// How much one request may ask for.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The most records of one list.
    pub max_limit: usize,
    /// The most levels of nesting, in `fields` and in bodies.
    pub max_depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_limit: 10_000,
            max_depth: 8,
        }
    }
}
