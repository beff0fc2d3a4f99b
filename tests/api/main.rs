//! The REST API, file by file as its URLs stand.

mod agreed;
mod create_batch;
mod errors;
mod filters;
mod follows;
mod http;
mod limits;
mod meetings;
mod methods;
mod prices;
mod products;
mod properties;
mod random_writes;
mod read;
mod seed;
mod sequences;
mod settings;
mod users;
mod values;
mod verify;
mod write;
mod write_refused;
