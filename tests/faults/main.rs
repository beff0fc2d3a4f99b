//! The program itself where its surroundings fail.

mod backup;
mod files;
mod kills;
mod load;
mod program;
mod signals;
mod surroundings;
