//! The id of a request: in a header of the request, of its answer, and in its line of the log.

use axum::extract::Request;
use axum::http::header::HeaderValue;
use tower_http::request_id::{MakeRequestId, RequestId};
use uuid::Builder;

use crate::api::REQUEST_ID;

/// The maximum length of a request id that is accepted from a client.
const LONGEST_ID: usize = 128;

/// Makes ids for requests that have none: random UUIDs (version 4), from the thread's own generator, since they need to
/// be different, not secret. A call of the system for each request would cost more than the rest of the id.
#[derive(Debug, Clone, Copy)]
pub(super) struct RandomId;

impl MakeRequestId for RandomId {
    fn make_request_id<B>(&mut self, _: &axum::http::Request<B>) -> Option<RequestId> {
        let id = Builder::from_random_bytes(rand::random()).into_uuid();
        HeaderValue::try_from(id.to_string()).ok().map(RequestId::new)
    }
}

/// Removes the id that the client sent, unless it is short and has only harmless characters. A request without an id
/// gets a new one.
pub(super) fn without_harmful_id(mut request: Request) -> Request {
    let harmless =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':' | b'/' | b'=' | b'+');
    let kept = |id: &HeaderValue| (1..=LONGEST_ID).contains(&id.len()) && id.as_bytes().iter().all(harmless);
    if request.headers().get(&REQUEST_ID).is_some_and(|id| !kept(id)) {
        request.headers_mut().remove(&REQUEST_ID);
    }
    request
}
