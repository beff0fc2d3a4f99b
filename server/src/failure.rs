//! The error of a command: a sentence for the person who started the program.

use std::fmt;
use std::process::ExitCode;

/// Why a command failed, as a sentence for the person who started the program, and the exit code, by default 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    text: String,
    exit_code: u8,
}

impl Failure {
    /// A failure with this sentence.
    pub fn new(text: impl Into<String>) -> Self {
        Failure {
            text: text.into(),
            exit_code: 1,
        }
    }

    /// The same failure with another exit code.
    pub(crate) fn exiting(self, exit_code: u8) -> Self {
        Failure { exit_code, ..self }
    }

    /// The program's exit code.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.exit_code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Failure {}

impl From<orm::Error> for Failure {
    fn from(error: orm::Error) -> Self {
        Failure::new(error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Failure::new(error.to_string())
    }
}
