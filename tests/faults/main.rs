//! Tests of the program when something around it fails: processes are killed, files are damaged, databases are away.

mod backup;
mod config;
mod exchange;
mod explain;
mod files;
mod healthcheck;
mod kills;
mod load;
mod memory;
mod migrations;
mod program;
mod queues;
mod reads;
mod signals;
mod tls;
mod traces;
mod verify;
