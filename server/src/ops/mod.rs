//! Operation of the server: connections and shutdown, request ids, logs, health checks.

pub(crate) mod connections;
mod head;
pub(crate) mod health;
pub(crate) mod log;
mod middleware;
pub(crate) mod redactor;
pub(crate) mod shutdown;
