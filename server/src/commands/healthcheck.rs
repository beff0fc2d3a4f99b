//! `declarest healthcheck`: asks a running server whether it is ready, for example for a container's health check.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use axum::http::Uri;
use serde_json::Value;
use ureq::{Agent, Error};

use crate::failure::Failure;

/// How long the whole request may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// The maximum length of the answer: more than this server sends.
const LONGEST: u64 = 64 * 1024;

/// Sends `GET /readyz` to `url`, or to the server on this machine that listens on `listen`.
///
/// # Errors
/// When the answer is not 200, with its detail; when there is no answer, with the reason.
pub(crate) fn run(url: Option<&Uri>, listen: SocketAddr) -> Result<(), Failure> {
    let own = local(listen).to_string();
    let (host, prefix) = match url {
        None => (own, ""),
        Some(url) => match (url.scheme_str(), url.authority()) {
            (Some("http") | None, Some(authority)) => (authority.to_string(), url.path().trim_end_matches('/')),
            _ => return Err(Failure::new(format!("{url} cannot be asked: write http://HOST:PORT"))),
        },
    };
    let url = format!("http://{host}{prefix}/readyz");
    match ask(&url) {
        Ok((200, _)) => {
            println!("ready: {url}");
            Ok(())
        }
        Ok((status, body)) => {
            let problem: Value = serde_json::from_str(&body).unwrap_or_default();
            let why = problem["detail"].as_str().unwrap_or("it does not say why");
            Err(Failure::new(format!("not ready: {url} answers {status}: {why}")))
        }
        Err(error) => {
            let why = match error {
                Error::Timeout(_) => format!("does not answer within {} seconds", PATIENCE.as_secs()),
                Error::Protocol(_) => {
                    "answers something else than HTTP/1.1; a server with TLS is asked on its --admin-listen".to_owned()
                }
                Error::Io(error) => format!("does not answer: {error}"),
                error => format!("does not answer: {error}"),
            };
            Err(Failure::new(format!("not ready: {url} {why}")))
        }
    }
}

/// The status and the body of the answer.
fn ask(url: &str) -> Result<(u16, String), Error> {
    let config = Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .build();
    let mut answer = Agent::new_with_config(config).get(url).call()?;
    let body = answer.body_mut().with_config().limit(LONGEST).read_to_string()?;
    Ok((answer.status().as_u16(), body))
}

/// The address to connect to, on this machine, for a server that listens on `listen`. A server that listens on all
/// addresses (`0.0.0.0`, `[::]`) is reached at localhost.
fn local(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn a_server_that_listens_everywhere_is_asked_on_this_machine() {
        let asked = |listen: &str| local(listen.parse().unwrap()).to_string();
        assert_eq!(asked("0.0.0.0:8069"), "127.0.0.1:8069");
        assert_eq!(asked("[::]:8069"), "[::1]:8069");
        assert_eq!(asked("10.0.0.5:80"), "10.0.0.5:80");
    }
}
