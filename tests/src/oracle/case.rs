//! One case: the request, the expected answer, and the answer that came.

use serde_json::Value;

use super::alike::{alike, short};
use crate::Reply;

/// An answer, reduced to what is compared.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    /// Refused, with the reason.
    Refused(String),
    /// Accepted, with the resulting value.
    Gives(Value),
    /// Neither, such as a status 500: no client should ever get this.
    Failed(String),
}

/// A case with its outcome.
#[derive(Debug)]
pub(super) struct Case {
    /// The file and, if it has sections, the section: `write_cases/states`.
    pub(super) file: String,
    /// Its name or number in the file.
    pub(super) label: String,
    /// Properties of the case, which the entries of `differences.toml` match with `when`.
    pub(super) facets: Vec<(&'static str, String)>,
    /// The request, for the report.
    pub(super) input: String,
    pub(super) expected: String,
    pub(super) got: String,
    /// `refused`, `accepted` or `failed`.
    pub(super) how: &'static str,
    pub(super) passed: bool,
}

impl Answer {
    /// The answer to an HTTP request. `read` takes the value to compare from the body.
    pub(super) fn of(reply: &Reply, read: impl FnOnce(Value) -> Value) -> Answer {
        let body = serde_json::from_slice(&reply.body);
        match (reply.status, body) {
            (200..=299, Ok(body)) => Answer::Gives(read(body)),
            (400..=499, _) => Answer::Refused(format!("{} {}", reply.status, reply.text())),
            _ => Answer::Failed(format!("{} {}", reply.status, reply.text())),
        }
    }

    /// The recorded answer of a case: refused if it has an `error`, otherwise the value that `read` takes from it.
    pub(super) fn expected(case: &Value, read: impl FnOnce(&Value) -> Value) -> Answer {
        match &case["error"] {
            Value::Null => Answer::Gives(read(case)),
            error => {
                let message = error.get("message").or_else(|| error.get("data.message"));
                let data = error.get("data.message").or(message);
                Answer::Refused(data.and_then(Value::as_str).unwrap_or("refused").to_owned())
            }
        }
    }

    /// Applies `turn` to the value of an accepted answer.
    pub(super) fn map(self, turn: impl FnOnce(Value) -> Value) -> Answer {
        match self {
            Answer::Gives(value) => Answer::Gives(turn(value)),
            other => other,
        }
    }

    fn text(&self) -> String {
        match self {
            Answer::Refused(why) => format!("refused: {}", short(&why.replace('\n', " "), 600)),
            Answer::Gives(value) => short(&value.to_string(), 3000),
            Answer::Failed(why) => format!("FAILED: {}", short(why, 600)),
        }
    }
}

impl Case {
    /// Compares two answers: both refused, or both accepted with values that mean the same.
    pub(super) fn new(
        file: &str,
        label: impl Into<String>,
        input: impl Into<String>,
        facets: Vec<(&'static str, String)>,
        expected: &Answer,
        got: &Answer,
    ) -> Case {
        let passed = match (expected, got) {
            (Answer::Refused(_), Answer::Refused(_)) => true,
            (Answer::Gives(expected), Answer::Gives(got)) => alike(expected, got),
            _ => false,
        };
        Case {
            file: file.to_owned(),
            label: label.into(),
            facets,
            input: input.into(),
            expected: expected.text(),
            got: got.text(),
            how: match got {
                Answer::Refused(_) => "refused",
                Answer::Gives(_) => "accepted",
                Answer::Failed(_) => "failed",
            },
            passed,
        }
    }
}
