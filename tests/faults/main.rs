//! The program itself where its surroundings fail.

mod backup;
mod exchange;
mod files;
mod kills;
mod load;
mod migrations;
mod program;
mod queues;
mod reads;
mod signals;
mod surroundings;
mod verify;
