//! The body of an error response: a problem document (RFC 9457).

use std::borrow::Cow;

use serde::Serialize;

use crate::error::{Issue, Place};
use crate::wire::{Refusal, Wire};

/// A problem document.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'a str,
    status: u16,
    code: &'a str,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    incident: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Mistake<'a>>,
}

/// One mistake with its place.
#[derive(Serialize)]
struct Mistake<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'a str>,
    message: &'a str,
}

/// The problem document of a refusal, as JSON.
pub(super) fn document(wire: &dyn Wire, refusal: &Refusal<'_>) -> Vec<u8> {
    let mistake = |issue| mistake(wire, issue);
    let document = Document {
        kind: "about:blank",
        title: refusal.title,
        status: refusal.status,
        code: refusal.code,
        detail: refusal.detail,
        incident: refusal.incident,
        errors: refusal.issues.iter().map(mistake).collect(),
    };
    // It has text and numbers only: this cannot fail.
    serde_json::to_vec(&document).unwrap_or_default()
}

fn mistake<'a>(wire: &dyn Wire, issue: &'a Issue) -> Mistake<'a> {
    let (pointer, parameter) = match &issue.place {
        Place::Pointer(pointer) => (Some(Cow::from(pointer)), None),
        Place::Field { record, name } => (Some(Cow::from(record.clone() + &wire.field_place(name))), None),
        Place::Parameter(name) => (None, Some(name.as_str())),
    };
    Mistake {
        pointer,
        parameter,
        message: &issue.message,
    }
}
