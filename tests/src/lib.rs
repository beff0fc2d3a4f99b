//! What the test binaries share: a real server over a real database of its own, and a client that speaks HTTP over a plain
//! socket.

mod client;
pub mod oracle;
mod server;

pub use client::{Body, Reply, encode, request};
pub use harness::{Cluster, Database, TempDir, Template, cluster, dump, execute, rows, skip, tell};
pub use server::{Server, demo};
