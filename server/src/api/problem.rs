//! The one place where errors become HTTP responses: RFC 9457 problem documents.
//!
//! The body of a 5xx has an incident id and no internal details. The reason is put into the response's extensions, from
//! where it is logged under that id.

use axum::body::Body;
use axum::http::header::{ALLOW, CONNECTION, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use orm::error::{Code, Error, Issue};
use orm::wire::Refusal;

use super::WIRE;

/// An error that is about to be sent as a response.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    issues: Vec<Issue>,
    allow: &'static str,
    /// The value of the header `Retry-After`, in seconds.
    retry_after: Option<i64>,
}

/// The reason of a 5xx, passed to the log in the response's extensions.
#[derive(Debug, Clone)]
pub(crate) struct Incident {
    /// The incident id, which the client gets too.
    pub(crate) id: String,
    /// What happened.
    pub(crate) detail: String,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Problem {
            status,
            code,
            detail: detail.into(),
            issues: Vec::new(),
            allow: "",
            retry_after: (status == StatusCode::SERVICE_UNAVAILABLE).then_some(2),
        }
    }

    /// 404.
    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::NOT_FOUND, Code::NotFound.as_str(), detail)
    }

    /// 405 with the header `Allow`. If `allow` is empty, the router adds the header.
    pub(crate) fn method_not_allowed(detail: impl Into<String>, allow: &'static str) -> Self {
        Problem {
            allow,
            ..Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
        }
    }

    /// 408: the body did not arrive in time.
    pub(crate) fn timeout(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::REQUEST_TIMEOUT, "request_timeout", detail)
    }

    /// 415.
    pub(crate) fn unsupported_media_type(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail)
    }

    /// 429 with the header `Retry-After`.
    pub(crate) fn too_many_requests(detail: impl Into<String>, seconds: i64) -> Self {
        Problem {
            retry_after: Some(seconds),
            ..Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail)
        }
    }

    /// 500; `detail` is logged, and not sent to the client.
    pub(crate) fn internal(detail: impl Into<String>) -> Self {
        Error::internal(detail).into()
    }

    /// The response with `Connection: close`: the connection is closed after it.
    pub(crate) fn and_close(self) -> Response<Body> {
        let mut response = self.into_response();
        response
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
        response
    }

    /// The contents of the problem document. With an incident, it has fixed texts instead of detail and issues.
    fn refusal<'a>(&'a self, incident: Option<&'a str>) -> Refusal<'a> {
        Refusal {
            status: self.status.as_u16(),
            title: self.status.canonical_reason().unwrap_or_default(),
            code: self.code,
            detail: match incident {
                None => &self.detail,
                Some(_) if self.status == StatusCode::SERVICE_UNAVAILABLE => "this cannot be done now; try again later",
                Some(_) => "something went wrong inside; the log has the reason under the incident's id",
            },
            incident,
            issues: if incident.is_some() { &[] } else { &self.issues },
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let (status, code) = (error.code().status(), error.code().as_str());
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let issues = error.issues().to_vec();
        Problem {
            issues,
            ..Problem::new(status, code, error.detail())
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response<Body> {
        let incident = self
            .status
            .is_server_error()
            .then(|| format!("{:016x}", rand::random::<u64>()));
        let (media_type, text) = WIRE.refusal(&self.refusal(incident.as_deref()));
        let mut response = Response::new(Body::from(text));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"declarest\""));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if !self.allow.is_empty() {
            headers.insert(ALLOW, HeaderValue::from_static(self.allow));
        }
        if let Some(id) = incident {
            response.extensions_mut().insert(Incident {
                id,
                detail: self.detail,
            });
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use orm::error::Place;

    fn json(problem: &Problem, incident: Option<&str>) -> serde_json::Value {
        serde_json::from_slice(&WIRE.refusal(&problem.refusal(incident)).1).unwrap()
    }

    #[test]
    fn a_refusal_names_every_mistake_with_its_place() {
        let issues = vec![
            Issue {
                place: Place::Pointer("/order_line/0".to_owned()),
                message: "no list".to_owned(),
            },
            Issue {
                place: Place::Parameter("limit".to_owned()),
                message: "no number".to_owned(),
            },
        ];
        let document = json(&Error::invalid(issues).into(), None);
        assert_eq!(document["status"], 422);
        assert_eq!(document["code"], "invalid");
        assert_eq!(document["title"], "Unprocessable Entity");
        assert_eq!(
            document["errors"][0],
            serde_json::json!({"pointer": "/order_line/0", "message": "no list"})
        );
        assert_eq!(
            document["errors"][1],
            serde_json::json!({"parameter": "limit", "message": "no number"})
        );
    }

    #[test]
    fn a_failure_tells_its_incident_and_nothing_else() {
        let response = Problem::internal("secret inside").into_response();
        let incident = response.extensions().get::<Incident>().unwrap().clone();
        assert_eq!(incident.detail, "secret inside");
        let document = json(&Problem::internal("secret inside"), Some(&incident.id)).to_string();
        assert!(
            document.contains(&incident.id) && !document.contains("secret"),
            "{document}"
        );
    }

    #[test]
    fn statuses_bring_their_headers() {
        let header = |code, name: axum::http::HeaderName| {
            Problem::from(Error::new(code, ""))
                .into_response()
                .headers()
                .contains_key(name)
        };
        assert!(header(Code::Unauthenticated, WWW_AUTHENTICATE));
        assert!(header(Code::Unavailable, RETRY_AFTER));
    }
}
