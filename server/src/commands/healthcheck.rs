//! `declarest healthcheck`: asks a running server whether it is ready, as whoever watches over it does.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use axum::http::Uri;
use serde_json::Value;

use crate::failure::Failure;

/// How long the server may take to take the connection, and to say each piece of its answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// The most of an answer that is read: more than a server of ours says.
const LONGEST: u64 = 64 * 1024;

/// Asks `GET /readyz` of `url`, or of the server that listens on `listen`; fails unless the answer is 200.
///
/// # Errors
/// With what was answered, or why there is no answer.
pub(crate) fn run(url: Option<&Uri>, listen: SocketAddr) -> Result<(), Failure> {
    let own = local(listen).to_string();
    let (host, prefix) = match url {
        None => (own, ""),
        Some(url) => match (url.scheme_str(), url.authority()) {
            (Some("http") | None, Some(authority)) => (authority.to_string(), url.path().trim_end_matches('/')),
            _ => return Err(Failure::new(format!("{url} cannot be asked: write http://HOST:PORT"))),
        },
    };
    let path = format!("{prefix}/readyz");
    let failed = |why: String| Failure::new(format!("not ready: http://{host}{path} {why}"));
    let answer = ask(&host, &path).map_err(|error| {
        failed(match error.kind() {
            // The system's words for a read that waited too long say that it should be tried again.
            ErrorKind::WouldBlock | ErrorKind::TimedOut => {
                format!("does not answer within {} seconds", PATIENCE.as_secs())
            }
            _ => format!("does not answer: {error}"),
        })
    })?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    match head.strip_prefix("HTTP/1.1 ").and_then(|head| head.get(..3)) {
        Some("200") => {
            println!("ready: http://{host}{path}");
            Ok(())
        }
        Some(status) => {
            let problem: Value = serde_json::from_str(body).unwrap_or_default();
            let why = problem["detail"].as_str().unwrap_or("it does not say why");
            Err(failed(format!("answers {status}: {why}")))
        }
        None => Err(failed("answers something else than HTTP/1.1".to_owned())),
    }
}

/// Where to find, on this machine, a server that listens there: everywhere is no place to connect to.
fn local(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

fn ask(host: &str, path: &str) -> std::io::Result<String> {
    let mut stream = connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.take(LONGEST).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Connects to the first of the host's addresses that takes the connection.
fn connect(host: &str) -> std::io::Result<TcpStream> {
    let named = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let host = if named { host.to_owned() } else { format!("{host}:80") };
    let mut refused = std::io::Error::from(ErrorKind::AddrNotAvailable);
    for addr in host.to_socket_addrs()? {
        match TcpStream::connect_timeout(&addr, PATIENCE) {
            Ok(stream) => return Ok(stream),
            Err(error) => refused = error,
        }
    }
    Err(refused)
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
