//! What must be true of every answer.

use orm::error::{Code, Error, Issue, Place, Result};
use serde::de::IgnoredAny;
use serde_json::Value as Json;

use super::stand::MOST;

/// How long the text of a refusal may be, beside what it repeats of the input.
const WORDS: usize = 64 * 1024;

/// Checks an answer: JSON within its limit, or a refusal that is no defect, has words, and is not much longer than what
/// was sent.
pub(super) fn answer(sent: &[u8], answer: &Result<Vec<u8>>) {
    match answer {
        Ok(bytes) => {
            assert!(bytes.len() <= MOST, "an answer of {} bytes", bytes.len());
            let json: Result<IgnoredAny, _> = serde_json::from_slice(bytes);
            assert!(json.is_ok(), "no JSON: {}", String::from_utf8_lossy(bytes));
        }
        Err(error) => refusal(sent, error),
    }
}

/// Checks what every refusal has.
pub(super) fn refusal(sent: &[u8], error: &Error) {
    let code = error.code();
    let expected = !matches!(code, Code::Internal | Code::Unavailable | Code::Unauthenticated);
    assert!(expected, "{code:?}: {error}");
    assert!(!error.detail().is_empty(), "{error:?}");
    let length = error.to_string().len();
    assert!(length <= WORDS + 8 * sent.len(), "a refusal of {length} bytes");
}

/// Checks that a refusal of parameters names one of them.
pub(super) fn names_parameter(error: &Error, parameters: &[(String, String)]) {
    if error.code() != Code::Malformed {
        return;
    }
    assert!(!error.issues().is_empty(), "no place: {error}");
    for issue in error.issues() {
        let Place::Parameter(name) = &issue.place else {
            panic!("{issue:?} is no place in a URL");
        };
        assert!(parameters.iter().any(|(known, _)| known == name), "{issue:?}");
    }
}

/// Checks that each place of a refusal is in the body: a value that is there, or what an object lacks.
pub(super) fn names_place(error: &Error, body: &Json) {
    for Issue { place, message } in error.issues() {
        let found = match place {
            Place::Field { record, .. } => body.pointer(record).is_some(),
            Place::Pointer(pointer) => {
                let within = pointer.rsplit_once('/').map_or("", |(within, _)| within);
                body.pointer(pointer).is_some() || body.pointer(within).is_some()
            }
            Place::Parameter(_) => false,
        };
        assert!(found, "{place:?} is not in {body}: {message}");
    }
}
