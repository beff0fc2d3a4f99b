//! The subcommands: what each does once the command line is read.

pub(crate) mod backup;
pub(crate) mod export;
pub(crate) mod healthcheck;
pub(crate) mod load;
pub(crate) mod migrate;
pub(crate) mod prepare;
pub(crate) mod seed;
pub(crate) mod serve;
pub(crate) mod user;

mod demo;
