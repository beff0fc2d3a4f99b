//! Traces for OpenTelemetry: a span for each request, with spans for what it does in a database. They are made where
//! `OTEL_EXPORTER_OTLP_ENDPOINT` (or `…_TRACES_ENDPOINT`) names a collector, and sent there over HTTP as protobuf, by a
//! thread of its own. The usual variables apply: `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_TRACES_SAMPLER`,
//! `OTEL_BSP_MAX_QUEUE_SIZE`, `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_SDK_DISABLED`.
//!
//! A span has the method, the template of the route (`/restful/api/v1/{model}`), the status and the request's id, and
//! nothing else of a request: no URL, no values.

use std::env;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::body::{Body, Bytes};
use axum::extract::{MatchedPath, Request};
use axum::http::{Method, Response};
use axum::middleware::Next;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{TraceContextExt as _, TracerProvider as _};
use opentelemetry_http::{HeaderExtractor, HttpClient, HttpError};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use tracing::{Span, field};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::failure::Failure;
use crate::outgoing::Outgoing;

/// The target of all spans. The log leaves it out.
pub(crate) const TARGET: &str = orm::db::TRACES;
/// How long the collector may take for an answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the end of the program waits for the last spans to be sent.
const LAST: Duration = Duration::from_secs(5);

/// Sends spans until it is dropped; then it sends those that are left.
#[derive(Debug)]
pub(crate) struct Traces(SdkTracerProvider);

impl Traces {
    /// Traces as the variables say; `None` if they say nothing of a collector. `service` is the name of the service
    /// where the variables have none.
    ///
    /// # Errors
    /// When the variables ask for something that there is not.
    pub(crate) fn of_variables(service: &'static str) -> Result<Option<Self>, Failure> {
        let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let is = |name: &str, value: &str| variable(name).is_some_and(|given| given.eq_ignore_ascii_case(value));
        let endpoint =
            variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT").or_else(|| variable("OTEL_EXPORTER_OTLP_ENDPOINT"));
        let Some(endpoint) =
            endpoint.filter(|_| !is("OTEL_SDK_DISABLED", "true") && !is("OTEL_TRACES_EXPORTER", "none"))
        else {
            return Ok(None);
        };
        for name in ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"] {
            if let Some(other) = variable(name).filter(|protocol| protocol != "http/protobuf") {
                return Err(Failure::new(format!(
                    "{name}={other}: traces are sent as http/protobuf only"
                )));
            }
        }
        let client = Collector {
            client: Outgoing::new(endpoint.starts_with("https:"), PATIENCE)?,
            away: AtomicBool::new(false),
        };
        let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary);
        let exporter = exporter.with_http_client(client).build();
        let exporter = exporter.map_err(|error| Failure::new(format!("OTEL_EXPORTER_OTLP_ENDPOINT: {error}")))?;
        let mut resource = Resource::builder();
        if variable("OTEL_SERVICE_NAME").is_none() {
            resource = resource.with_service_name(service);
        }
        let provider = SdkTracerProvider::builder().with_resource(resource.build());
        Ok(Some(Traces(provider.with_batch_exporter(exporter).build())))
    }

    /// What makes the spans.
    pub(crate) fn tracer(&self) -> SdkTracer {
        self.0.tracer("declarest")
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown_with_timeout(LAST) {
            tracing::warn!(%error, "the last spans could not be sent");
        }
    }
}

/// The client of the collector, on the thread that sends.
#[derive(Debug)]
struct Collector {
    client: Outgoing,
    /// It could not be reached the last time: that is logged once.
    away: AtomicBool,
}

#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let answer = self.client.send(request.map(Vec::from));
        let why = match &answer {
            Ok(answer) if answer.status().is_success() => None,
            Ok(answer) => Some(answer.status().to_string()),
            Err(error) => Some(error.to_string()),
        };
        match (why, self.away.load(Ordering::Relaxed)) {
            (Some(why), false) => {
                tracing::warn!(why, "spans cannot be sent to the collector; those until then are lost")
            }
            (None, true) => tracing::info!("spans are sent to the collector again"),
            _ => {}
        }
        self.away.store(
            !matches!(&answer, Ok(answer) if answer.status().is_success()),
            Ordering::Relaxed,
        );
        Ok(answer.map(|answer| answer.map(Bytes::from))?)
    }
}

/// Whether spans are made at all.
pub(crate) fn are_made() -> bool {
    tracing::enabled!(target: TARGET, tracing::Level::INFO)
}

/// The span of a request, which continues the trace that the client's header `traceparent` names. It is of no use, and
/// costs nothing, where no traces are made.
pub(super) fn span(request: &Request, id: &str) -> Span {
    let method = known(request.method());
    let span = tracing::info_span!(
        target: TARGET,
        "request",
        otel.kind = "server",
        otel.name = method,
        otel.status_code = field::Empty,
        http.request.method = method,
        http.route = field::Empty,
        http.response.status_code = field::Empty,
        request.id = id,
    );
    if !span.is_disabled() {
        let headers = HeaderExtractor(request.headers());
        // An error means that the layer of the traces is not there: then there is no span either.
        let _ = span.set_parent(TraceContextPropagator::new().extract(&headers));
    }
    span
}

/// Notes the answer in the request's span.
pub(super) fn answered(span: &Span, response: &Response<Body>) {
    let status = response.status();
    span.record("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
}

/// Middleware around the routes: notes in the request's span which of them it is.
pub(crate) async fn route(path: Option<MatchedPath>, request: Request, next: Next) -> Response<Body> {
    let span = Span::current();
    if let (false, Some(path)) = (span.is_disabled(), path) {
        span.record("http.route", path.as_str());
        // Its name cannot be recorded: the span has begun.
        let name = format!("{} {}", known(request.method()), path.as_str());
        span.context().span().update_name(name);
    }
    next.run(request).await
}

/// A method as an attribute. Clients may invent methods.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "_OTHER",
    }
}
