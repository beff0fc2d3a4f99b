//! What is read before a caller is known: headers, and the settings of the program.

use std::path::Path;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use orm::error::Code;
use server::parsers;

use super::stand::Stand;

/// The headers of a request, one a line: `company-ids: 1,3`.
pub(super) fn headers(_: &mut Stand, input: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in input.split(|byte| *byte == b'\n') {
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let (name, value) = (&line[..colon], line.get(colon + 1..).unwrap_or_default());
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) {
            headers.append(name, value);
        }
    }
    match parsers::companies(&headers) {
        Ok(companies) => assert!(companies.len() <= 16, "{companies:?}"),
        Err(error) => {
            assert!(
                matches!(error.code(), Code::Malformed | Code::Unauthenticated),
                "{error:?}"
            );
            assert!(error.detail().len() < 300, "{error}");
        }
    }
}

/// A settings file. Every mistake is told with its line.
pub(super) fn settings(_: &mut Stand, input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    if let Err(failure) = parsers::settings(crate::declarest(), Path::new("settings.toml"), text) {
        let told = failure.to_string();
        let lines = 1 + text.bytes().filter(|byte| *byte == b'\n').count();
        let place = told
            .strip_prefix("settings.toml:")
            .and_then(|rest| rest.split_once(':'));
        let line = place.and_then(|(line, _)| line.parse::<usize>().ok());
        assert!(line.is_some_and(|line| (1..=lines).contains(&line)), "{told}");
    }
}
