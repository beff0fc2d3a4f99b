//! Compression of answers, in the best coding that a client accepts (zstd, br, gzip), at its fastest level: an answer of
//! JSON becomes a fifth as long for a few milliseconds a megabyte.
//!
//! Only the routes of records and documents have it. Answers with a token (logins, API keys) are never compressed: where
//! what a stranger chooses is compressed together with a secret, the length of the answer tells about the secret.
//! Records are read with a token in a header, which no page of a stranger can make a browser send.

use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::header::ACCEPT_ENCODING;
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use hyper::body::Frame;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::coop;
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use crate::api::Problem;

/// Shorter answers, in bytes, fit into one packet as they are.
const WORTH: u64 = 1024;
/// How many answers are compressed at a time. A coding takes up to 1 MiB until its client has taken the answer; further
/// answers are sent as they are.
const MOST: usize = 64;
/// How many bytes are compressed before another task may run on the thread: no more than a few of these.
const PIECE: usize = 16 * 1024;

/// The answers that may be compressed at a time. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Encoders(Arc<Semaphore>);

impl Encoders {
    /// None is in use.
    pub(crate) fn new() -> Self {
        Encoders(Arc::new(Semaphore::new(MOST)))
    }
}

/// Middleware: compresses an answer that is worth it, if its client accepts that.
pub(crate) async fn compressed(State(Encoders(free)): State<Encoders>, request: Request, next: Next) -> Response {
    let mut accepted = HeaderMap::new();
    for coding in request.headers().get_all(ACCEPT_ENCODING) {
        accepted.append(ACCEPT_ENCODING, coding.clone());
    }
    let response = next.run(request).await;
    // An answer of unknown length is one of any size.
    let length = response.body().size_hint().exact().unwrap_or(WORTH);
    if accepted.is_empty() || response.status() != StatusCode::OK || length < WORTH {
        return response;
    }
    let Ok(encoder) = free.try_acquire_owned() else {
        return response;
    };
    let mut response = Some(response.map(|body| {
        let rest = Bytes::new();
        Body::new(Pieces { rest, body, encoder })
    }));
    let mut asked = Request::new(());
    *asked.headers_mut() = accepted;
    let worth = |_: StatusCode, _: Version, _: &HeaderMap, _: &Extensions| true;
    let answered = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(worth)
        .layer(service_fn(move |_| ready(response.take().ok_or(()))))
        .oneshot(asked);
    match answered.await {
        Ok(mut response) => {
            // The layer says 406 where not even an answer without a coding is accepted, also after a write was done.
            *response.status_mut() = StatusCode::OK;
            response.map(Body::new)
        }
        Err(()) => Problem::internal("an answer is compressed twice").into_response(),
    }
}

/// A body in small pieces, between which other tasks get their turn. It holds an encoder, and the body's share of the
/// memory budget of answers, until the client has taken it.
struct Pieces {
    /// What was taken of the body and is not handed on yet.
    rest: Bytes,
    body: Body,
    #[expect(dead_code, reason = "dropped with the body")]
    encoder: OwnedSemaphorePermit,
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        while self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                // Answers have no trailers.
                Some(Ok(frame)) => self.rest = frame.into_data().unwrap_or_default(),
                end => return Poll::Ready(end),
            }
        }
        ready!(coop::poll_proceed(context)).made_progress();
        let length = self.rest.len().min(PIECE);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(length)))))
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::to_bytes;
    use axum::http::header::CONTENT_ENCODING;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;

    use super::*;

    #[tokio::test]
    async fn a_bounded_number_of_answers_is_compressed_at_a_time() {
        let routes = Router::new()
            .route("/", get(async || "x".repeat(100_000)))
            .layer(from_fn_with_state(Encoders::new(), compressed));
        let ask = async || {
            let request = Request::get("/").header(ACCEPT_ENCODING, "gzip").body(Body::empty());
            routes.clone().oneshot(request.unwrap()).await.unwrap()
        };
        let is_compressed = |response: &Response| response.headers().contains_key(CONTENT_ENCODING);
        let mut waiting = Vec::new();
        for _ in 0..MOST {
            waiting.push(ask().await);
        }
        assert!(waiting.iter().all(is_compressed));
        let beyond = ask().await;
        assert!(!is_compressed(&beyond));
        let whole = to_bytes(beyond.into_body(), usize::MAX).await.unwrap();
        assert_eq!(whole.len(), 100_000);
        drop(waiting.pop());
        assert!(is_compressed(&ask().await));
    }
}
