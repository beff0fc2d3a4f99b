//! The program itself where its surroundings fail.

mod files;
mod kills;
mod load;
mod program;
mod signals;
