//! Tests of the REST API over HTTP. Each test has a real server with a database of its own.

mod concurrency;
mod create_batch;
mod documented_examples;
mod errors;
mod filters;
mod http;
mod limits;
mod methods;
mod prices;
mod products;
mod properties;
mod random_writes;
mod read;
mod rights;
mod sequences;
mod settings;
mod stored_amounts;
mod user;
mod users;
mod values;
mod verify;
mod writable_computed;
mod write;
mod write_refused;
