//! Conditional reads: a GET is answered with an `ETag`, and a client that sends it back in `If-None-Match` gets 304
//! without a body for as long as the answer is the same.
//!
//! The tag is a hash of the body: it needs nothing from the database, is the same on every server, and what the caller's
//! rights change in an answer changes it too. The answer is made in order to know its tag; what a 304 saves is the
//! transfer, and the work of the client. The tag is weak (`W/"…"`), since the same answer may be sent compressed or not.

use axum::body::{Body, Bytes, HttpBody as _, to_bytes};
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH, VARY};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http_body_util::{BodyExt as _, Empty};
use orm::error::{Code, Error};
use xxhash_rust::xxh3::xxh3_128;

use super::problem::Problem;

/// A cache may keep the answer for its caller, and asks whether it is still right each time.
const ASK_FIRST: HeaderValue = HeaderValue::from_static("private, no-cache");
/// What an answer depends on besides the URL.
const DEPENDS_ON: HeaderValue =
    HeaderValue::from_static("accept, accept-encoding, access-token, access_token, authorization, company-ids");

/// Middleware around reads, for GET and HEAD: adds the tag to an answer, and replaces one that the client has by 304.
pub(super) async fn tagged(request: Request, next: Next) -> Response {
    if !is_read(request.method()) {
        return next.run(request).await;
    }
    let known: Vec<HeaderValue> = request.headers().get_all(IF_NONE_MATCH).iter().cloned().collect();
    let (mut head, body) = next.run(request).await.into_parts();
    if head.status != StatusCode::OK {
        return Response::from_parts(head, body);
    }
    head.headers.append(VARY, DEPENDS_ON);
    // An answer of unknown length is sent while it is read: it has no tag.
    if body.size_hint().exact().is_none() {
        return Response::from_parts(head, body);
    }
    // The others are single pieces of memory already: nothing is copied.
    let body = match to_bytes(body, usize::MAX).await {
        Ok(body) => body,
        Err(error) => return Problem::internal(format!("an answer breaks off: {error}")).into_response(),
    };
    let tag = format!("\"{:032x}\"", xxh3_128(&body));
    let has_it = known.iter().any(|list| names(list, &tag));
    // A quote and hexadecimal digits are always a valid header value.
    if let Ok(weak) = HeaderValue::try_from(format!("W/{tag}")) {
        head.headers.insert(ETAG, weak);
    }
    head.headers.insert(CACHE_CONTROL, ASK_FIRST);
    if !has_it {
        return Response::from_parts(head, Body::from(body));
    }
    head.status = StatusCode::NOT_MODIFIED;
    head.headers.remove(CONTENT_TYPE);
    // A body of unknown length, so that no `Content-Length: 0` is sent: it would be taken for that of the answer.
    Response::from_parts(head, Body::new(Empty::<Bytes>::new().map_frame(|frame| frame)))
}

/// Middleware that refuses conditions of writes, which have none. If the header were ignored, a client would believe
/// that its write was conditional.
pub(super) async fn unconditional(request: Request, next: Next) -> Response {
    match condition_of_a_write(&request) {
        None => next.run(request).await,
        Some(name) => {
            let detail = format!("`{name}` is not supported here: writes have no conditions; leave the header out");
            Problem::from(Error::new(Code::Malformed, detail)).into_response()
        }
    }
}

fn condition_of_a_write(request: &Request) -> Option<HeaderName> {
    let given = |name: &HeaderName| request.headers().contains_key(name);
    match is_read(request.method()) {
        true => Some(IF_MATCH).filter(given),
        false => [IF_MATCH, IF_NONE_MATCH].into_iter().find(given),
    }
}

/// Whether a list of tags (`W/"1", "2"`) has this one, weak or not, or is `*`. It may be split at each comma: where one is
/// inside a tag, neither part has the quotes at both ends that ours has.
fn names(list: &HeaderValue, tag: &str) -> bool {
    let mut tags = list.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    tags.any(|given| given == b"*" || given.strip_prefix(b"W/").unwrap_or(given) == tag.as_bytes())
}

fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}
