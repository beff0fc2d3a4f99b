//! The HTTP ceiling: the baseline's answers from memory, by the same framework and the same routes.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Response, StatusCode, Uri};
use axum::routing::get;

use crate::create::Draft;
use crate::error::{Error, Result};
use crate::http::json;
use crate::reader::Reader;
use crate::workload::WORKLOADS;
use crate::writer::Work;

/// Answers by path and query; the answer to a `POST` under its path with `POST ` before it.
type Answers = Arc<HashMap<String, Bytes>>;

/// The routes, with every workload's answer read once from `database`. Nothing is written: the create is rolled back.
///
/// # Errors
/// When the database cannot be read, or has not what the workloads ask for.
pub fn router(database: &Path) -> Result<Router> {
    let mut answers = HashMap::new();
    let (mut reader, mut work) = (Reader::open(database)?, Work::open(database)?);
    for workload in WORKLOADS {
        let (key, bytes) = match workload.body {
            Some(body) => (
                format!("POST {}", workload.path),
                work.rehearse(&Draft::parse(body.as_bytes())?)?,
            ),
            None => (workload.path.to_owned(), read(&mut reader, workload.path)?),
        };
        answers.insert(key, Bytes::from(bytes));
    }
    Ok(Router::new()
        .route("/restful/api/v1/sale.order", get(answer).post(answer_post))
        .route("/restful/api/v1/sale.order/{id}", get(answer))
        .route("/restful/api/v1/res.partner", get(answer))
        .route("/restful/api/v1/res.partner/{id}", get(answer))
        .with_state(Arc::new(answers)))
}

fn read(reader: &mut Reader, path: &str) -> Result<Vec<u8>> {
    let number = |name: &str| {
        let query = path.split_once('?').map_or("", |(_, query)| query);
        let value = query
            .split('&')
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        value.and_then(|value| value.parse().ok()).unwrap_or(0)
    };
    let (limit, offset) = (number("limit"), number("offset"));
    let resource = path.trim_start_matches("/restful/api/v1/");
    match resource.split_once(['/', '?']) {
        Some(("sale.order", _)) => reader.orders.page(limit, offset),
        Some(("res.partner", _)) if limit > 0 => reader.partners.page(limit, offset),
        Some(("res.partner", rest)) => {
            let id = rest.split('?').next().unwrap_or_default();
            let id = id.parse().map_err(|_| Error::NotFound)?;
            reader.partners.one(id)?.ok_or(Error::NotFound)
        }
        _ => Err(Error::NotFound),
    }
}

async fn answer(State(answers): State<Answers>, uri: Uri) -> Response<Body> {
    found(answers.get(uri.path_and_query().map_or("", |path| path.as_str())))
}

async fn answer_post(State(answers): State<Answers>, _body: Bytes) -> Response<Body> {
    found(answers.get("POST /restful/api/v1/sale.order"))
}

fn found(bytes: Option<&Bytes>) -> Response<Body> {
    match bytes {
        Some(bytes) => json(bytes.clone()),
        None => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        }
    }
}
