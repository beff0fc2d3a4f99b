//! A successful answer: the runtime's bytes, and how many statements they took.

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};

use crate::room::Held;

/// `Server-Timing`: shown by the developer tools of browsers.
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// JSON from the runtime.
#[derive(Debug)]
pub(super) struct Answer {
    /// The body.
    pub(super) json: Held<Vec<u8>>,
    /// Statements that it took, with those of the creates that ran together with it.
    pub(super) statements: u64,
}

/// Statements of a request, for its log line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Statements(pub(crate) u64);

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(Bytes::from_owner(self.json)));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        // Digits and fixed text: always a valid header value.
        if let Ok(value) = HeaderValue::try_from(format!("sql;desc=\"{} statements\"", self.statements)) {
            headers.insert(SERVER_TIMING, value);
        }
        response.extensions_mut().insert(Statements(self.statements));
        response
    }
}
