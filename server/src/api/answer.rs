//! A successful answer: the text that the runtime made, and what it took to make it.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::credentials::Credentials;
use crate::memory_budget::Reserved;

/// The header `Server-Timing`, which the developer tools of browsers display.
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// What a job answers: a body, and the headers that go with it.
#[derive(Debug)]
pub(crate) struct Content {
    pub(super) json: Vec<u8>,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
}

impl From<Vec<u8>> for Content {
    fn from(json: Vec<u8>) -> Self {
        let headers = Vec::new();
        Content { json, headers }
    }
}

/// A successful answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The body, with its share of the memory budget of answers.
    pub(super) json: Reserved<Vec<u8>>,
    /// The headers that go with it.
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    /// What the request took; for a create that ran in a batch, what the whole batch took.
    pub(super) cost: Cost,
    /// For whom it is.
    pub(super) caller: Credentials,
}

/// What a request took, from when its token was found valid to its complete answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cost {
    /// The number of SQL statements.
    pub(super) statements: u64,
    /// The time that the database took for them.
    pub(super) database: Duration,
    /// All other time: reading the request's parameters, computing values, writing the answer.
    pub(super) render: Duration,
}

/// The number of SQL statements, passed to the log line of the request in the response's extensions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Statements(pub(crate) u64);

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(Bytes::from_owner(self.json)));
        let headers = response.headers_mut();
        headers.extend(self.headers);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(super::WIRE.media_type()));
        let Cost {
            statements,
            database,
            render,
        } = self.cost;
        let millis = |time: Duration| time.as_secs_f64() * 1000.0;
        let (sql, render) = (millis(database), millis(render));
        let timing = format!("sql;desc=\"{statements} statements\";dur={sql:.3}, render;dur={render:.3}");
        // Fixed text and digits are always a valid header value.
        if let Ok(value) = HeaderValue::try_from(timing) {
            headers.insert(SERVER_TIMING, value);
        }
        response.extensions_mut().insert(Statements(statements));
        self.caller.note_in(response)
    }
}
