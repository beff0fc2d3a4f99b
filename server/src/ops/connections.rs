//! Takes connections, serves HTTP/1.1 on them, and lets them end in peace.

use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::observe;

/// How long a client may take to send the head of a request, and to idle between two.
const HEAD: Duration = Duration::from_secs(30);
/// How long requests may take to end once the server is told to stop.
const DRAIN: Duration = Duration::from_secs(10);
/// How long to wait when the system has no connection to give: it is out of file descriptors, for example.
const BREATH: Duration = Duration::from_millis(100);

/// Serves until `stop` comes, then waits for the requests that are under way, for [`DRAIN`] at the most.
pub(crate) async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let (stopping, stopped) = watch::channel(false);
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    tokio::spawn(connection(stream, router.clone(), stopped.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(BREATH).await;
                }
            },
        }
    }
    drop((listener, stopped));
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

async fn connection(stream: TcpStream, router: Router, mut stopped: watch::Receiver<bool>) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    let service = service_fn(move |request| observe::answer(router.clone(), request));
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .pipeline_flush(true);
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = told(&mut stopped) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke off");
    }
}

/// Waits until the server stops.
async fn told(stopped: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone: the server has stopped too.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
