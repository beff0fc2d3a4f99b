//! The application that the unit tests of this crate use.

#[path = "declarest.rs"]
mod declarest;

use crate::application::Program;

/// The program `declarest`.
pub(crate) fn program() -> &'static Program {
    Program::of(&declarest::APPLICATION).unwrap_or_else(|failure| panic!("{failure}"))
}
