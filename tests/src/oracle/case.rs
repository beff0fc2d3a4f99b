//! One case: what was asked, what is expected, what came.

use serde_json::Value;

use super::alike::{alike, short};
use crate::Reply;

/// What an answer amounts to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    /// Refused, with the reason.
    Refused(String),
    /// Accepted, with what it gives.
    Gives(Value),
    /// Neither: an answer that no client should ever get.
    Failed(String),
}

/// A case with its outcome.
#[derive(Debug)]
pub(super) struct Case {
    /// The file, and the section where it has several: `write_cases/states`.
    pub(super) file: String,
    /// Its name or number in the file.
    pub(super) label: String,
    /// By which a listed difference finds it.
    pub(super) facets: Vec<(&'static str, String)>,
    /// What was asked.
    pub(super) input: String,
    pub(super) expected: String,
    pub(super) got: String,
    /// `refused`, `accepted` or `failed`.
    pub(super) how: &'static str,
    pub(super) passed: bool,
}

impl Answer {
    /// An HTTP answer, its body turned by `read`.
    pub(super) fn of(reply: &Reply, read: impl FnOnce(Value) -> Value) -> Answer {
        let body = serde_json::from_slice(&reply.body);
        match (reply.status, body) {
            (200..=299, Ok(body)) => Answer::Gives(read(body)),
            (400..=499, _) => Answer::Refused(format!("{} {}", reply.status, reply.text())),
            _ => Answer::Failed(format!("{} {}", reply.status, reply.text())),
        }
    }

    /// What the facts say of a case: `error`, or whatever `read` finds.
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

    /// The same with what it gives turned.
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
    /// Compares the meaning of two answers: refused or not, and what is given.
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
