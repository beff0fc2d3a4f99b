//! Takes connections, serves HTTP/1.1 on them, and lets them end in peace.
//!
//! What hyper refuses by itself (400 for what is no HTTP/1.1, 414 for a URL and 431 for a head that is too long) it
//! answers without a body. A connection is kept for a moment after its last answer, so that the answer is not lost:
//! hyper-util's graceful shutdown would take the stream away.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use orm::error::{Code, Error};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_io_timeout::TimeoutWriter;

use super::health::livez;
use super::observe;
use super::words::Words;
use crate::api::Problem;

/// How long a client may take to send the head of a request, and to idle between two.
const HEAD: Duration = Duration::from_secs(30);
/// The longest head, and the most of a body that is read at a time.
const LONGEST_HEAD: usize = 96 * 1024;
/// How long an answer waits for its client to take more of it.
const TAKE: Duration = Duration::from_secs(30);
/// How long requests may take to end once the server is told to stop.
const DRAIN: Duration = Duration::from_secs(10);
/// How long to wait when the system has no connection to give: it is out of file descriptors, for example.
const BREATH: Duration = Duration::from_millis(100);
/// How long, and how many bytes, a client may go on sending after the last answer: closed at once, the connection would be
/// reset, and the answer lost on its way.
const LINGER: (Duration, u64) = (Duration::from_secs(1), 4 * 1024 * 1024);
/// How many connections are told at a time that there are too many; others beyond are closed without a word.
const REFUSALS: usize = 64;

/// What serves a connection.
#[derive(Clone)]
struct Served {
    router: Router,
    words: Arc<Words>,
    stopped: watch::Receiver<bool>,
}

/// Serves at most `most` connections at a time until `stop` comes, then waits for the requests that are under way, for
/// [`DRAIN`] at the most.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    words: Words,
    most: usize,
    stop: impl Future<Output = ()>,
) {
    let (stopping, stopped) = watch::channel(false);
    let words = Arc::new(words);
    let served = |router| Served {
        router,
        words: words.clone(),
        stopped: stopped.clone(),
    };
    let (places, open) = (Arc::new(Semaphore::new(most)), served(router));
    let (refusals, full) = (Arc::new(Semaphore::new(REFUSALS)), served(too_many()));
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                if let Ok(place) = places.clone().try_acquire_owned() {
                    tokio::spawn(connection(stream, open.clone(), place));
                } else if let Ok(place) = refusals.clone().try_acquire_owned() {
                    tokio::spawn(connection(stream, full.clone(), place));
                }
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
    drop((listener, open, full, stopped));
    tracing::info!("stopping: waiting for the requests that are under way");
    // Nobody listens when every connection has ended already.
    let _ = stopping.send(true);
    if tokio::time::timeout(DRAIN, stopping.closed()).await.is_err() {
        tracing::warn!(
            "requests still under way after {} seconds are broken off",
            DRAIN.as_secs()
        );
    }
}

/// What those hear who connect when there are as many connections as there may be.
fn too_many() -> Router {
    let refusal =
        || async { Problem::from(Error::new(Code::Unavailable, "too many connections are open")).and_close() };
    Router::new().route("/livez", get(livez)).fallback(refusal)
}

/// Serves a connection, which holds its place until it ends.
async fn connection(stream: TcpStream, served: Served, place: OwnedSemaphorePermit) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    let mut stream = TimeoutWriter::new(stream);
    stream.set_timeout(Some(TAKE));
    let mut stream = pin!(stream);
    let Served {
        router,
        words,
        mut stopped,
    } = served;
    let service = service_fn(move |request| observe::answer(router.clone(), words.clone(), request));
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(LONGEST_HEAD);
    let ended = {
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream.as_mut()), service));
        tokio::select! {
            ended = connection.as_mut() => ended,
            () = told(&mut stopped) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke off");
    }
    linger(stream).await;
    drop(place);
}

/// Waits for the client to close, too.
async fn linger(stream: impl AsyncRead) {
    let (patience, most) = LINGER;
    let mut rest = pin!(stream.take(most));
    let mut read = [0; 4096];
    let closed = async { while matches!(rest.as_mut().read(&mut read).await, Ok(1..)) {} };
    // Whoever goes on sending has had the time to read the answer.
    let _ = tokio::time::timeout(patience, closed).await;
}

/// Waits until the server stops.
async fn told(stopped: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone: the server has stopped too.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
