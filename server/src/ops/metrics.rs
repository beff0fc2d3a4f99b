//! `GET /metrics` on the admin address: numbers about requests, connections, queues and memory, as Prometheus reads them.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use orm::db::MOST_WAITING;
use prometheus::{
    HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TEXT_FORMAT, TextEncoder,
};

use super::health::{livez, readyz};
use crate::api::Problem;
use crate::state::{App, Shared};

/// The bounds of the histogram's buckets, in seconds: from a short read to the time limit of a statement.
const BUCKETS: [f64; 14] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0,
];

/// The numbers of a server. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    connections: IntGauge,
    levels: Levels,
}

/// What is measured when the numbers are asked for, each beside the limit from which on requests are answered 503.
#[derive(Debug, Clone)]
struct Levels {
    waiting: [IntGaugeVec; 2],
    memory: [IntGaugeVec; 2],
    most_connections: IntGauge,
}

/// A connection that counts as open until this is dropped.
pub(super) struct OpenConnection(IntGauge);

impl Metrics {
    /// All at zero.
    ///
    /// # Errors
    /// Never: the names below are valid, and each is there once.
    pub(crate) fn new() -> prometheus::Result<Self> {
        let answered = Opts::new("declarest_requests_total", "Requests that were answered");
        let took = HistogramOpts::new(
            "declarest_request_seconds",
            "Time from a request's head to its answer's head",
        );
        let metrics = Metrics {
            registry: Registry::new(),
            requests: IntCounterVec::new(answered, &["method", "status"])?,
            seconds: HistogramVec::new(took.buckets(BUCKETS.to_vec()), &["method"])?,
            connections: IntGauge::new("declarest_connections", "Connections of clients that are open")?,
            levels: Levels::new()?,
        };
        metrics.registry.register(Box::new(metrics.requests.clone()))?;
        metrics.registry.register(Box::new(metrics.seconds.clone()))?;
        metrics.registry.register(Box::new(metrics.connections.clone()))?;
        let Levels {
            waiting,
            memory,
            most_connections,
        } = metrics.levels.clone();
        for gauges in waiting.into_iter().chain(memory) {
            metrics.registry.register(Box::new(gauges))?;
        }
        metrics.registry.register(Box::new(most_connections))?;
        Ok(metrics)
    }

    /// Counts a request.
    pub(super) fn answered(&self, method: &Method, status: StatusCode, took: Duration) {
        // Clients may invent methods, and each label that is new takes memory for good.
        let method = match method.as_str() {
            known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known,
            _ => "other",
        };
        self.requests.with_label_values(&[method, status.as_str()]).inc();
        self.seconds.with_label_values(&[method]).observe(took.as_secs_f64());
    }

    /// Counts a connection.
    pub(super) fn opened(&self) -> OpenConnection {
        self.connections.inc();
        OpenConnection(self.connections.clone())
    }

    fn answer(&self, app: &App) -> Response {
        self.levels.measure(app);
        match TextEncoder::new().encode_to_string(&self.registry.gather()) {
            Ok(text) => ([(CONTENT_TYPE, TEXT_FORMAT)], text).into_response(),
            Err(error) => Problem::internal(format!("metrics: {error}")).into_response(),
        }
    }
}

impl Levels {
    fn new() -> prometheus::Result<Self> {
        let gauges = |name: &str, help: &str, labels: &[&str]| IntGaugeVec::new(Opts::new(name, help), labels);
        let queue = ["database", "queue"];
        Ok(Levels {
            waiting: [
                gauges("declarest_waiting", "Requests that wait for a database", &queue)?,
                gauges("declarest_waiting_limit", "How many may wait", &queue)?,
            ],
            memory: [
                gauges("declarest_memory_bytes", "Memory that is taken", &["budget"])?,
                gauges("declarest_memory_limit_bytes", "How much may be taken", &["budget"])?,
            ],
            most_connections: IntGauge::new("declarest_connections_limit", "How many connections may be open")?,
        })
    }

    fn measure(&self, app: &App) {
        let set = |gauges: &[IntGaugeVec; 2], labels: &[&str], values: [usize; 2]| {
            for (gauge, value) in gauges.iter().zip(values) {
                gauge.with_label_values(labels).set(number(value));
            }
        };
        for database in app.databases.all() {
            for queue in database.pool.queues() {
                let name = format!("{}{}", if queue.standby { "standby_" } else { "" }, queue.queue);
                set(&self.waiting, &[&database.name, &name], [queue.waiting, queue.most]);
            }
            set(
                &self.waiting,
                &[&database.name, "single_write"],
                [database.writes.len(), MOST_WAITING],
            );
        }
        for (budget, memory) in [("bodies", &app.bodies), ("answers", &app.answers)] {
            set(&self.memory, &[budget], memory.taken().into());
        }
        self.most_connections.set(number(app.limits.max_connections));
    }
}

fn number(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// The routes of the admin address.
pub(crate) fn admin_router(app: Shared, metrics: Metrics) -> Router {
    Router::new()
        .route(
            "/metrics",
            get(async move |State(app): State<Shared>| metrics.answer(&app)),
        )
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
        .fallback(async || Problem::not_found("here are /metrics, /livez and /readyz"))
        .with_state(app)
}
