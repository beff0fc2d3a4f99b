//! Accepts connections, serves HTTP/1.1 on them, and closes them so that no answer is lost.
//!
//! Requests that hyper itself refuses (400 for what is not HTTP/1.1, 414 for a URL and 431 for a head that is too long)
//! get an answer without a body. The socket stays open for a moment after the last answer (`LINGER`). That is why hyper
//! is used directly: hyper-util's graceful shutdown does not give the stream back.

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use axum::routing::get;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use ipnet::IpNet;
use orm::error::{Code, Error};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_io_timeout::TimeoutWriter;
use tower::{Service, ServiceExt as _};

use super::health::livez;
use super::metrics::Metrics;
use super::pace::Paced;
use super::redactor::UrlRedactor;
use super::security::OverHttps;
use super::tls::Tls;
use super::{forwarded, middleware};
use crate::api::Problem;
use crate::auth::ClientAddress;

/// How long a client may take to send the head of a request, and stay idle between two requests.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// The maximum length of a request's head, and of the part of a body that is read at a time.
const LONGEST_HEAD: usize = 96 * 1024;
/// How long writing an answer waits for the client to receive more of it. A client that receives a little now and then
/// has this time beside what it needs at the slowest pace (`pace.rs`).
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long running requests may still take once the server is told to stop.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait after a connection could not be accepted, for example because there are no file descriptors left.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(100);
/// After the last answer the socket is still read for so long and so many bytes, and then closed. If it were closed
/// with unread bytes, TCP would reset the connection, and the client could lose the answer.
const LINGER: (Duration, u64) = (Duration::from_secs(1), 4 * 1024 * 1024);
/// How many connections beyond the maximum are answered 503 at a time; further ones are closed without an answer.
const REFUSALS: usize = 64;

/// An address that is listened on, and what is served there.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) listener: TcpListener,
    pub(crate) router: Router,
    /// The maximum number of connections at a time.
    pub(crate) most: usize,
    /// The certificate, for HTTPS.
    pub(crate) tls: Option<Arc<Tls>>,
    /// The proxies that are believed.
    pub(crate) proxies: Arc<[IpNet]>,
    /// What counts requests and connections.
    pub(crate) metrics: Option<Metrics>,
}

impl Endpoint {
    /// An endpoint without TLS, proxies or metrics.
    pub(crate) fn new(listener: TcpListener, router: Router, most: usize) -> Self {
        Endpoint {
            listener,
            router,
            most,
            tls: None,
            proxies: Arc::default(),
            metrics: None,
        }
    }
}

/// What all connections of an endpoint share.
#[derive(Clone)]
struct EndpointState {
    tls: Option<Arc<Tls>>,
    proxies: Arc<[IpNet]>,
    metrics: Option<Metrics>,
    stopped: watch::Receiver<bool>,
}

/// Serves connections until `stop` completes, then waits for the requests that are still running, at most for
/// [`DRAIN_TIMEOUT`].
pub(crate) async fn serve(endpoint: Endpoint, redactor: Arc<UrlRedactor>, stop: impl Future<Output = ()>) {
    let Endpoint {
        listener,
        router,
        most,
        tls,
        proxies,
        metrics,
    } = endpoint;
    let (stopping, stopped) = watch::channel(false);
    let state = EndpointState {
        tls,
        proxies,
        metrics: metrics.clone(),
        stopped,
    };
    let (places, open) = (
        Arc::new(Semaphore::new(most)),
        middleware::around(router, redactor.clone(), metrics.clone()),
    );
    let (refusals, full) = (
        Arc::new(Semaphore::new(REFUSALS)),
        middleware::around(too_many(), redactor, metrics),
    );
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let peer = peer.ip();
                if let Ok(place) = places.clone().try_acquire_owned() {
                    tokio::spawn(connection(stream, peer, open.clone(), state.clone(), place));
                } else if let Ok(place) = refusals.clone().try_acquire_owned() {
                    tokio::spawn(connection(stream, peer, full.clone(), state.clone(), place));
                }
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
            }
        }
    }
    drop((listener, open, full, state));
    tracing::info!("stopping: waiting for the requests that are under way");
    // An error means that no connection is open any more.
    let _ = stopping.send(true);
    if tokio::time::timeout(DRAIN_TIMEOUT, stopping.closed()).await.is_err() {
        tracing::warn!(
            "requests still under way after {} seconds are broken off",
            DRAIN_TIMEOUT.as_secs()
        );
    }
}

/// The routes for connections beyond the maximum: `/livez` answers as usual, everything else is 503.
fn too_many() -> Router {
    let refusal =
        || async { Problem::from(Error::new(Code::Unavailable, "too many connections are open")).and_close() };
    Router::new().route("/livez", get(livez)).fallback(refusal)
}

/// Serves a connection, after its handshake if there is TLS, and holds its permit `place` until it has ended.
async fn connection<S>(
    stream: TcpStream,
    peer: IpAddr,
    service: S,
    mut state: EndpointState,
    place: OwnedSemaphorePermit,
) where
    S: Service<Request<Incoming>, Response = Response<Body>, Error = Infallible, Future: Send> + Clone + Send,
{
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    let counted = state.metrics.as_ref().map(Metrics::opened);
    let (proxies, encrypted) = (state.proxies.clone(), state.tls.is_some());
    let service = service.map_request(move |mut request: Request<Incoming>| {
        let client = ClientAddress(forwarded::client(peer, request.headers(), &proxies));
        let over_https = encrypted || forwarded::over_https(peer, request.headers(), &proxies);
        request.extensions_mut().insert(client);
        if over_https {
            request.extensions_mut().insert(OverHttps);
        }
        request
    });
    match state.tls.clone() {
        None => exchange(stream, service, state.stopped).await,
        Some(tls) => {
            let handshake = tokio::select! {
                handshake = tls.accept(stream) => handshake,
                () = stop_requested(&mut state.stopped) => return,
            };
            match handshake {
                Ok(stream) => exchange(stream, service, state.stopped).await,
                Err(error) => tracing::debug!(%error, "a TLS handshake broke off"),
            }
        }
    }
    drop((counted, place));
}

/// Answers the requests that come over a stream.
async fn exchange<T, S>(stream: T, service: S, mut stopped: watch::Receiver<bool>)
where
    T: AsyncRead + AsyncWrite,
    S: Service<Request<Incoming>, Response = Response<Body>, Error = Infallible, Future: Send> + Clone + Send,
{
    let mut stream = TimeoutWriter::new(stream);
    stream.set_timeout(Some(WRITE_TIMEOUT));
    let stream = pin!(stream);
    let mut stream = Paced::new(stream, WRITE_TIMEOUT);
    let service = TowerToHyperService::new(service);
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(LONGEST_HEAD);
    let ended = {
        let mut connection = pin!(builder.serve_connection(TokioIo::new(&mut stream), service));
        tokio::select! {
            ended = connection.as_mut() => ended,
            () = stop_requested(&mut stopped) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke off");
    }
    linger(stream).await;
}

/// Reads and discards what the client still sends, until it closes the connection or [`LINGER`] is used up.
async fn linger(stream: impl AsyncRead) {
    let (patience, most) = LINGER;
    let mut rest = pin!(stream.take(most));
    let mut read = [0; 4096];
    let closed = async { while matches!(rest.as_mut().read(&mut read).await, Ok(1..)) {} };
    // A client that is still sending after this time has had the time to read the answer.
    let _ = tokio::time::timeout(patience, closed).await;
}

/// Waits until the server is told to stop.
async fn stop_requested(stopped: &mut watch::Receiver<bool>) {
    // An error means that the sender was dropped: the server has stopped as well.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
