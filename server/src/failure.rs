//! Why a command cannot do its work: a sentence for the person who started it.

use std::fmt;
use std::process::ExitCode;

/// A sentence for the person who started the program; it ends with exit code 1 unless another one is given.
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

    /// The same, with another exit code.
    pub(crate) fn exiting(self, exit_code: u8) -> Self {
        Failure { exit_code, ..self }
    }

    /// How the program ends.
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
