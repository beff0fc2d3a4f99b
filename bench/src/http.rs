//! The routes of the baseline. Reads run on the thread that received them, over that thread's own connection.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, Uri};
use axum::routing::get;

use crate::create::Draft;
use crate::error::{Error, Result};
use crate::reader::Reader;
use crate::writer::Writer;

thread_local! {
    static READER: RefCell<Option<Reader>> = const { RefCell::new(None) };
}

/// What every handler has.
#[derive(Debug)]
struct App {
    database: PathBuf,
    writer: Writer,
}

/// The routes over the database at `database`.
///
/// # Errors
/// When it cannot be opened or has another schema.
pub fn router(database: PathBuf) -> Result<Router> {
    Reader::open(&database)?; // one that cannot be read is better known now than at the first request
    let writer = Writer::start(&database)?;
    Ok(Router::new()
        .route("/restful/api/v1/sale.order", get(list_orders).post(create_order))
        .route("/restful/api/v1/sale.order/{id}", get(one_order))
        .route("/restful/api/v1/res.partner", get(list_partners))
        .route("/restful/api/v1/res.partner/{id}", get(one_partner))
        .with_state(Arc::new(App { database, writer })))
}

async fn list_orders(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    answer(
        page(request.uri(), None)
            .and_then(|(limit, offset)| app.read(request.headers(), |reader| reader.orders.page(limit, offset))),
    )
}

async fn one_order(State(app): State<Arc<App>>, Path(id): Path<i64>, request: Request) -> Response<Body> {
    answer(app.read(request.headers(), |reader| {
        reader.orders.one(id)?.ok_or(Error::NotFound)
    }))
}

async fn list_partners(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    answer(
        page(request.uri(), Some(PARTNER_LIST_FIELDS))
            .and_then(|(limit, offset)| app.read(request.headers(), |reader| reader.partners.page(limit, offset))),
    )
}

async fn one_partner(State(app): State<Arc<App>>, Path(id): Path<i64>, request: Request) -> Response<Body> {
    answer(fields_only(request.uri()).and_then(|()| {
        app.read(request.headers(), |reader| {
            reader.partners.one(id)?.ok_or(Error::NotFound)
        })
    }))
}

async fn create_order(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    answer(app.create(&headers, &body).await)
}

impl App {
    /// Checks the token, then reads, both in one snapshot.
    fn read(&self, headers: &HeaderMap, read: impl FnOnce(&mut Reader) -> Result<Vec<u8>>) -> Result<Vec<u8>> {
        let token = token(headers)?;
        self.with_reader(|reader| {
            reader.snapshot(|reader| {
                reader.caller(token)?;
                read(reader)
            })
        })
    }

    async fn create(&self, headers: &HeaderMap, body: &[u8]) -> Result<Vec<u8>> {
        let token = token(headers)?;
        let caller = self.with_reader(|reader| reader.caller(token))?;
        self.writer.create(Draft::parse(body)?, caller).await
    }

    fn with_reader<T>(&self, read: impl FnOnce(&mut Reader) -> Result<T>) -> Result<T> {
        READER.with_borrow_mut(|slot| match slot {
            Some(reader) => read(reader),
            None => read(slot.insert(Reader::open(&self.database)?)),
        })
    }
}

fn token(headers: &HeaderMap) -> Result<&[u8]> {
    let bare = headers
        .get("access-token")
        .or_else(|| headers.get("access_token"))
        .map(HeaderValue::as_bytes);
    let bearer = || {
        headers
            .get(AUTHORIZATION)
            .and_then(|value| value.as_bytes().strip_prefix(b"Bearer "))
    };
    bare.or_else(bearer).ok_or(Error::Unauthenticated)
}

/// The fields that a list of partners has, and must be asked for.
const PARTNER_LIST_FIELDS: &str = "id,name,city,email";

/// The same of one partner.
const PARTNER_FIELDS: &str = "id,name,city,email,phone";

fn fields_only(uri: &Uri) -> Result<()> {
    match uri.query().and_then(|query| query.strip_prefix("fields=")) {
        Some(PARTNER_FIELDS) => Ok(()),
        _ => Err(Error::Malformed(format!("ask for fields={PARTNER_FIELDS}"))),
    }
}

/// `limit` and `offset`; `fields` can only be given as what the answer has.
fn page(uri: &Uri, fields: Option<&str>) -> Result<(usize, usize)> {
    let (mut limit, mut offset) = (10_000, 0);
    for pair in uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty())
    {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let number = || {
            value
                .parse()
                .map_err(|_| Error::Malformed(format!("{name} is a number, not {value:?}")))
        };
        match name {
            "limit" => limit = number()?,
            "offset" => offset = number()?,
            "fields" if fields == Some(value) => {}
            _ => return Err(Error::Malformed(format!("the baseline does not know {pair:?}"))),
        }
    }
    Ok((limit, offset))
}

/// JSON bytes as an answer.
pub(crate) fn json(body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn answer(result: Result<Vec<u8>>) -> Response<Body> {
    match result {
        Ok(bytes) => json(bytes),
        Err(error) => {
            let (status, text): (StatusCode, _) = error.answer();
            let mut response = Response::new(Body::from(text.to_owned()));
            *response.status_mut() = status;
            response
        }
    }
}
