//! Running the server: connections and their end, request ids, logs, health.

pub(crate) mod connections;
mod head;
pub(crate) mod health;
pub(crate) mod log;
mod observe;
pub(crate) mod shutdown;
pub(crate) mod words;
