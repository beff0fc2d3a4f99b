//! The HTTP client for everything but the measurements of `wrk`. It keeps its connection open.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use ureq::http::{Request, Response};
use ureq::{Agent, Body};

/// How long a server may take to begin its answer. A thousand orders in one request take a debug build a while.
const PATIENCE: Duration = Duration::from_secs(120);

/// Sends requests to one server.
#[derive(Debug, Clone)]
pub struct Client {
    /// The address as the beginning of a URL.
    pub base: String,
    agent: Agent,
}

impl Client {
    /// For the server that listens there.
    pub fn new(server: SocketAddr) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_recv_response(Some(PATIENCE));
        Client {
            base: format!("http://{server}"),
            agent: config.build().into(),
        }
    }

    /// Sends one request; the answer, whatever its status. `accept` is the type that is asked for.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        token: &str,
        accept: &str,
        body: Option<&str>,
    ) -> io::Result<Response<Body>> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("access-token", token)
            .header("accept", accept);
        let answer = match body {
            None => self.agent.run(request.body(()).map_err(io::Error::other)?),
            Some(body) => {
                let request = request.header("content-type", "application/json").body(body);
                self.agent.run(request.map_err(io::Error::other)?)
            }
        };
        answer.map_err(|error| io::Error::other(format!("{method} {}{path}: {error}", self.base)))
    }

    /// Sends one request and returns the answer, which must be 200.
    ///
    /// # Errors
    /// When there is no answer, or it has another status.
    pub fn request(&self, method: &str, path: &str, token: &str, body: Option<&str>) -> io::Result<Response<Vec<u8>>> {
        let (head, mut body) = self.send(method, path, token, "application/json", body)?.into_parts();
        let content = body.with_config().limit(u64::MAX).read_to_vec();
        let answer = Response::from_parts(head, content.map_err(io::Error::other)?);
        match answer.status().as_u16() {
            200 => Ok(answer),
            status => Err(io::Error::other(format!(
                "{method} {}{path}: {status}: {}",
                self.base,
                String::from_utf8_lossy(answer.body())
            ))),
        }
    }
}
