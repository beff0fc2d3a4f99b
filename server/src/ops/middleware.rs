//! What is done around every request: it gets an id and a log line, and a panic becomes a 500.

use std::any::Any;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::{Method, Response, Uri};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use tower::{Service, ServiceBuilder};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{PropagateRequestIdLayer, RequestId, SetRequestIdLayer};
use tracing::Instrument as _;

use super::head;
use super::metrics::Metrics;
use super::redactor::UrlRedactor;
use super::request_id::{RandomId, without_harmful_id};
use super::{security, traces};
use crate::api::{Incident, Problem, REQUEST_ID, Statements};

/// The routes, with everything that is done around each request.
pub(super) fn around<B>(
    router: Router,
    redactor: Arc<UrlRedactor>,
    metrics: Option<Metrics>,
) -> impl Service<Request<B>, Response = Response<Body>, Error = Infallible, Future: Send> + Clone + Send
where
    B: HttpBody<Data = axum::body::Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    let [policy, sniffing, referrer, caching] = security::headers();
    ServiceBuilder::new()
        .map_request(|request: Request<B>| without_harmful_id(request.map(Body::new)))
        .layer(SetRequestIdLayer::new(REQUEST_ID, RandomId))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(from_fn_with_state((redactor, metrics), log))
        .layer(policy)
        .layer(sniffing)
        .layer(referrer)
        .layer(caching)
        .layer(from_fn(security::strict_transport))
        .layer(from_fn(validate_head))
        .layer(CatchPanicLayer::custom(panicked))
        .service(router)
}

async fn validate_head(request: Request, next: Next) -> Response<Body> {
    match head::validate(&request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.and_close(),
    }
}

/// The answer after a panic: 500; the text of the panic is logged.
fn panicked(panic: Box<dyn Any + Send>) -> Response<Body> {
    let text = orm::db::panic_text(panic.as_ref());
    Problem::internal(format!("panic: {text}")).into_response()
}

/// Answers a request in a span of its own, and logs that it was answered.
async fn log(
    State((redactor, metrics)): State<(Arc<UrlRedactor>, Option<Metrics>)>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let started = Instant::now();
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let id = request.extensions().get::<RequestId>().cloned();
    let id = id.as_ref().and_then(|id| id.header_value().to_str().ok());
    let span = traces::span(&request, id.unwrap_or_default());
    let response = next.run(request).instrument(span.clone()).await;
    traces::answered(&span, &response);
    if let Some(metrics) = &metrics {
        metrics.answered(&method, response.status(), started.elapsed());
    }
    write_line(&method, &uri, &redactor, id.unwrap_or_default(), &response, started);
    response
}

fn write_line(
    method: &Method,
    uri: &Uri,
    redactor: &UrlRedactor,
    id: &str,
    response: &Response<Body>,
    started: Instant,
) {
    let url = redactor.redacted(uri);
    let status = response.status().as_u16();
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    if let Some(Incident { id: incident, detail }) = response.extensions().get() {
        tracing::error!(target: "declarest::request", %method, %url, status, micros, id, incident, detail);
        return;
    }
    match response.extensions().get() {
        Some(Statements(statements)) => {
            tracing::info!(target: "declarest::request", %method, %url, status, micros, id, statements);
        }
        None if matches!(uri.path(), "/livez" | "/readyz" | "/metrics") => {
            tracing::debug!(target: "declarest::request", %method, %url, status, micros, id);
        }
        None => tracing::info!(target: "declarest::request", %method, %url, status, micros, id),
    }
}

#[cfg(test)]
mod tests {
    use tower::ServiceExt as _;

    use super::*;

    async fn answer(request: axum::http::request::Builder) -> Response<Body> {
        let routes = Router::new()
            .route("/", axum::routing::get(async || ()))
            .route("/panic", axum::routing::get(async || -> () { panic!("broken") }));
        let redactor = Arc::new(UrlRedactor::new(crate::tests::program()));
        let request = request.header("host", "x").body(Body::empty()).unwrap();
        around(routes, redactor, None).oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn a_harmless_request_id_is_kept() {
        for (given, kept) in [
            ("7f3c-a.b_c", true),
            ("a b", false),
            (&"a".repeat(129), false),
            ("", false),
        ] {
            let response = answer(Request::get("/").header(REQUEST_ID, given)).await;
            let id = response.headers()[REQUEST_ID].to_str().unwrap();
            assert!(if kept { id == given } else { id.len() == 36 }, "{given:?}: {id:?}");
        }
        assert_eq!(answer(Request::get("/")).await.headers()[REQUEST_ID].len(), 36);
    }

    #[tokio::test]
    async fn a_panic_is_answered() {
        let response = answer(Request::get("/panic")).await;
        assert_eq!(response.status().as_u16(), 500);
        assert_eq!(response.extensions().get::<Incident>().unwrap().detail, "panic: broken");
    }
}
