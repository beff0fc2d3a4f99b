//! The routes of the baseline. They are the same over both databases.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, Uri};
use axum::routing::get;

use crate::draft::{Change, Draft};
use crate::error::{Error, Result};
use crate::store::{Country, Page, Question, Store};
use crate::token;

/// The routes over a database.
pub(crate) fn router<S: Store>(store: S) -> Router {
    Router::new()
        .route(
            "/restful/api/v1/sale.order",
            get(list_orders::<S>).post(create_order::<S>),
        )
        .route(
            "/restful/api/v1/sale.order/{id}",
            get(one_order::<S>).put(change_order::<S>),
        )
        .route("/restful/api/v1/res.partner", get(list_partners::<S>))
        .route("/restful/api/v1/res.partner/{id}", get(one_partner::<S>))
        .with_state(Arc::new(store))
}

type Answer = Response<Body>;

async fn list_orders<S: Store>(State(store): State<Arc<S>>, request: Request) -> Answer {
    let (Parts { uri, headers, .. }, _) = request.into_parts();
    answer(&*store, &headers, orders(&uri)).await
}

async fn one_order<S: Store>(State(store): State<Arc<S>>, Path(id): Path<i64>, request: Request) -> Answer {
    let (Parts { headers, .. }, _) = request.into_parts();
    answer(&*store, &headers, Ok(Question::Order(id))).await
}

async fn list_partners<S: Store>(State(store): State<Arc<S>>, request: Request) -> Answer {
    let (Parts { uri, headers, .. }, _) = request.into_parts();
    let page = page(&uri, Some(PARTNER_LIST_FIELDS));
    answer(&*store, &headers, page.map(Question::Partners)).await
}

async fn one_partner<S: Store>(State(store): State<Arc<S>>, Path(id): Path<i64>, request: Request) -> Answer {
    let (Parts { uri, headers, .. }, _) = request.into_parts();
    let partner = fields_only(&uri).map(|()| Question::Partner(id));
    answer(&*store, &headers, partner).await
}

async fn create_order<S: Store>(State(store): State<Arc<S>>, headers: HeaderMap, body: Bytes) -> Answer {
    answer(&*store, &headers, Draft::parse(&body).map(Question::Create)).await
}

async fn change_order<S: Store>(
    State(store): State<Arc<S>>,
    Path(id): Path<i64>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    answer(&*store, &headers, Change::parse(id, &body).map(Question::Change)).await
}

async fn answer(store: &impl Store, headers: &HeaderMap, question: Result<Question>) -> Answer {
    let answer = async { store.answer(token::shown(headers)?, question?).await };
    match answer.await {
        Ok(bytes) => json(bytes),
        Err(error) => {
            let (status, text): (StatusCode, _) = error.answer();
            let mut response = Response::new(Body::from(text.to_owned()));
            *response.status_mut() = status;
            response
        }
    }
}

/// A 200 response with a JSON body.
pub(crate) fn json(body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The `fields` that a request for a list of partners must give: the baseline knows no others.
const PARTNER_LIST_FIELDS: &str = "id,name,city,email";

/// The `fields` that a request for one partner must give.
const PARTNER_FIELDS: &str = "id,name,city,email,phone";

/// The beginning of a query for orders by the country of their customer.
const BY_COUNTRY: &str = "fields=id,name,partner_id(name),amount_total&partner_id.country_id.code=";

/// The beginning of a query for orders by month.
const BY_MONTH: &str = "group_by=date_order:month&aggregate=amount_total&currency_id=";

/// What is asked of orders: by country, by month, or a page of them.
fn orders(uri: &Uri) -> Result<Question> {
    let query = uri.query().unwrap_or_default();
    if let Some(currency) = query.strip_prefix(BY_MONTH) {
        return number("currency_id", currency).map(Question::Months);
    }
    if let Some((code, limit)) = query
        .strip_prefix(BY_COUNTRY)
        .and_then(|rest| rest.split_once("&limit="))
    {
        let (code, limit) = (code.to_owned(), number("limit", limit)?);
        return Ok(Question::OrdersOf(Country { code, limit }));
    }
    page(uri, None).map(Question::Orders)
}

fn number<N: std::str::FromStr>(name: &str, value: &str) -> Result<N> {
    value
        .parse()
        .map_err(|_| Error::Malformed(format!("{name} is a number, not {value:?}")))
}

fn fields_only(uri: &Uri) -> Result<()> {
    match uri.query().and_then(|query| query.strip_prefix("fields=")) {
        Some(PARTNER_FIELDS) => Ok(()),
        _ => Err(Error::Malformed(format!("ask for fields={PARTNER_FIELDS}"))),
    }
}

/// Parses `limit` and `offset`. `fields` is accepted only with the value that is given here.
fn page(uri: &Uri, fields: Option<&str>) -> Result<Page> {
    let (mut limit, mut offset) = (10_000, 0);
    for pair in uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty())
    {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match name {
            "limit" => limit = number(name, value)?,
            "offset" => offset = number(name, value)?,
            "fields" if fields == Some(value) => {}
            _ => return Err(Error::Malformed(format!("the baseline does not know {pair:?}"))),
        }
    }
    Ok(Page { limit, offset })
}
