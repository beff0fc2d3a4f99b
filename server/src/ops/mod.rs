//! Operation of the server: connections and shutdown, request ids, logs, metrics, traces, health checks.

pub(crate) mod compression;
pub(crate) mod connections;
mod forwarded;
mod head;
pub(crate) mod health;
pub(crate) mod log;
pub(crate) mod metrics;
mod middleware;
mod pace;
pub(crate) mod redactor;
mod request_id;
pub(crate) mod security;
pub(crate) mod shutdown;
pub(crate) mod tls;
pub(crate) mod traces;
