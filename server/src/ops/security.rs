//! What browsers are told about answers: what a page may load, who may show or call it.

use std::time::Duration;

use axum::extract::Request;
use axum::http::Method;
use axum::http::header::{
    ACCEPT, ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName, HeaderValue,
    IF_NONE_MATCH, LINK, REFERRER_POLICY, RETRY_AFTER, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::cors::CorsLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::api::{REQUEST_ID, TOTAL};

/// For answers that are no pages: a browser that shows one as a page loads and runs nothing, also in no frame.
const NO_PAGE: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
/// For Swagger UI, which has its scripts and styles from this server and calls this server only. Its icons are in its
/// style sheet (`data:`).
const DOCS: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// A browser uses HTTPS only for this host, for a year after the last answer.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// In the extensions of a request that came over HTTPS, to this server or to a proxy before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct OverHttps;

/// Middleware: an answer over HTTPS tells browsers to come back by HTTPS only.
pub(super) async fn strict_transport(request: Request, next: Next) -> Response {
    let over_https = request.extensions().get::<OverHttps>().is_some();
    let mut response = next.run(request).await;
    if over_https {
        response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
    response
}

/// The headers of every answer. A route may have set its own already.
pub(super) fn headers() -> [SetResponseHeaderLayer<HeaderValue>; 4] {
    [
        SetResponseHeaderLayer::if_not_present(CONTENT_SECURITY_POLICY, NO_PAGE),
        SetResponseHeaderLayer::if_not_present(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        SetResponseHeaderLayer::if_not_present(REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        // What does not say itself how it may be kept is kept nowhere.
        SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ]
}

/// The policy of the pages of Swagger UI.
pub(crate) fn docs_policy() -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(CONTENT_SECURITY_POLICY, DOCS)
}

/// Lets pages of these origins call the API; without origins only those of this server. Cookies play no part.
pub(crate) fn cors(origins: &[HeaderValue]) -> CorsLayer {
    let tokens = [
        HeaderName::from_static("access-token"),
        HeaderName::from_static("access_token"),
    ];
    let companies = HeaderName::from_static("company-ids");
    let sent = [
        ACCEPT,
        AUTHORIZATION,
        CONTENT_TYPE,
        IF_NONE_MATCH,
        REQUEST_ID,
        companies.clone(),
    ];
    CorsLayer::new()
        .allow_origin(origins.to_vec())
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(sent.into_iter().chain(tokens).collect::<Vec<_>>())
        .expose_headers([ALLOW, ETAG, LINK, RETRY_AFTER, REQUEST_ID, TOTAL, companies])
        .max_age(Duration::from_secs(3600))
}
