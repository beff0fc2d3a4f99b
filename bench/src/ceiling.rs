//! The HTTP ceiling: the baseline's answers served from memory, with the same framework and the same routes. It shows
//! how fast a server could be if the database cost nothing.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use axum::routing::get;
use tower::ServiceExt as _;

use crate::http::json;
use crate::workload::{Ask, WORKLOADS};

/// The answer of each workload, filled at its first request.
#[derive(Debug)]
struct Answers {
    /// Answers of `GET`, by path and query.
    read: HashMap<&'static str, OnceLock<Bytes>>,
    created: OnceLock<Bytes>,
    changed: OnceLock<Bytes>,
    origin: Router,
}

/// The routes of all workloads. The first request of each is answered by `origin`, all later ones with the same bytes.
pub(crate) fn router(origin: Router) -> Router {
    let reads = WORKLOADS.iter().filter(|workload| workload.ask == Ask::Read);
    let answers = Answers {
        read: reads.map(|workload| (workload.path, OnceLock::new())).collect(),
        created: OnceLock::new(),
        changed: OnceLock::new(),
        origin,
    };
    Router::new()
        .route("/restful/api/v1/sale.order", get(answer).post(created))
        .route("/restful/api/v1/sale.order/{id}", get(answer).put(changed))
        .route("/restful/api/v1/res.partner", get(answer))
        .route("/restful/api/v1/res.partner/{id}", get(answer))
        .with_state(Arc::new(answers))
}

async fn answer(State(answers): State<Arc<Answers>>, request: Request) -> Response<Body> {
    let asked = request.uri().path_and_query().map_or("", |path| path.as_str());
    match answers.read.get(asked) {
        Some(known) => answers.remembered(known, request).await,
        None => refused(StatusCode::NOT_FOUND),
    }
}

async fn created(State(answers): State<Arc<Answers>>, request: Request) -> Response<Body> {
    answers.received(&answers.created, request).await
}

async fn changed(State(answers): State<Arc<Answers>>, request: Request) -> Response<Body> {
    answers.received(&answers.changed, request).await
}

impl Answers {
    /// Reads the whole body first, as a real server has to, although the answer does not depend on it.
    async fn received(&self, known: &OnceLock<Bytes>, request: Request) -> Response<Body> {
        let (parts, body) = request.into_parts();
        match to_bytes(body, usize::MAX).await {
            Ok(body) => self.remembered(known, Request::from_parts(parts, body.into())).await,
            Err(_) => refused(StatusCode::BAD_REQUEST),
        }
    }

    async fn remembered(&self, known: &OnceLock<Bytes>, mut request: Request) -> Response<Body> {
        if let Some(bytes) = known.get() {
            return json(bytes.clone());
        }
        // The extensions hold the path parameters that this router matched; `origin` matches the path itself.
        request.extensions_mut().clear();
        let Ok(response) = self.origin.clone().oneshot(request).await;
        if response.status() != StatusCode::OK {
            return response;
        }
        match to_bytes(response.into_body(), usize::MAX).await {
            Ok(bytes) => json(known.get_or_init(|| bytes).clone()),
            Err(_) => refused(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}

fn refused(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
