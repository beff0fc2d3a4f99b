//! Around every request: its id, its log line, and what becomes of a panic.

use std::any::Any;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::http::header::{HeaderName, HeaderValue};
use axum::http::{Method, Request, Response, Uri};
use axum::response::IntoResponse;
use tower::Service;
use tower_http::catch_panic::CatchPanic;

use super::head;
use super::words::Words;
use crate::api::{Incident, Problem, Statements};

/// `X-Request-ID`
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id that is taken over from a client.
const LONGEST_ID: usize = 128;

/// Answers a request, and logs that it did.
pub(super) async fn answer<B>(
    router: Router,
    words: Arc<Words>,
    request: Request<B>,
) -> Result<Response<Body>, Infallible>
where
    B: HttpBody<Data = axum::body::Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    let started = Instant::now();
    let id = request_id(request.headers().get(&REQUEST_ID));
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let mut response = match head::check(&request) {
        Ok(()) => {
            let mut guarded = CatchPanic::custom(router, panicked as fn(_) -> _);
            guarded.call(request.map(Body::new)).await?.map(Body::new)
        }
        Err(problem) => problem.and_close(),
    };
    response.headers_mut().insert(REQUEST_ID, id.clone());
    log(&method, &uri, &words, &id, &response, started);
    Ok(response)
}

/// The answer to a panic; the log has its text.
fn panicked(panic: Box<dyn Any + Send>) -> Response<Body> {
    let text = (panic.downcast_ref::<String>().map(String::as_str))
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    Problem::internal(format!("panic: {text}")).into_response()
}

/// The client's id when it is harmless, else a new one.
fn request_id(given: Option<&HeaderValue>) -> HeaderValue {
    let harmless =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':' | b'/' | b'=' | b'+');
    match given {
        Some(id) if (1..=LONGEST_ID).contains(&id.len()) && id.as_bytes().iter().all(harmless) => id.clone(),
        Some(_) | None => {
            // Hexadecimal digits: always a valid header value.
            HeaderValue::try_from(format!("{:032x}", rand::random::<u128>())).unwrap_or(HeaderValue::from_static("-"))
        }
    }
}

fn log(method: &Method, uri: &Uri, words: &Words, id: &HeaderValue, response: &Response<Body>, started: Instant) {
    let url = words.shown(uri);
    let status = response.status().as_u16();
    let id = id.to_str().unwrap_or_default();
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    if let Some(Incident { id: incident, detail }) = response.extensions().get() {
        tracing::error!(target: "declarest::request", %method, %url, status, micros, id, incident, detail);
        return;
    }
    match response.extensions().get() {
        Some(Statements(statements)) => {
            tracing::info!(target: "declarest::request", %method, %url, status, micros, id, statements);
        }
        None if matches!(uri.path(), "/livez" | "/readyz") => {
            tracing::debug!(target: "declarest::request", %method, %url, status, micros, id);
        }
        None => tracing::info!(target: "declarest::request", %method, %url, status, micros, id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sane_request_ids_are_kept() {
        let id = |text: &str| request_id(Some(&HeaderValue::from_bytes(text.as_bytes()).unwrap()));
        assert_eq!(id("7f3c-a.b_c"), "7f3c-a.b_c");
        assert_eq!(id("a b").len(), 32);
        assert_eq!(id(&"a".repeat(129)).len(), 32);
        assert_eq!(request_id(None).len(), 32);
    }

    #[tokio::test]
    async fn a_panic_is_answered() {
        let router = Router::new().route("/", axum::routing::get(async || -> () { panic!("broken") }));
        let request = Request::builder().header("host", "x").body(Body::empty()).unwrap();
        let words = Arc::new(Words::new(crate::tests::program()));
        let response = answer(router, words, request).await.unwrap();
        assert_eq!(response.status().as_u16(), 500);
        assert_eq!(response.extensions().get::<Incident>().unwrap().detail, "panic: broken");
    }
}
