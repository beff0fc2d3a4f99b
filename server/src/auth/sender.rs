//! Where a request comes from: what the log of events says about it, and what failed logins are counted by.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use tower_http::request_id::RequestId;

/// The address of the client, behind a proxy as that says it (`ops/forwarded.rs`), in the extensions of each request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

/// Where a request comes from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sender {
    /// The address of the client. `None` for a command.
    pub(super) address: Option<IpAddr>,
    /// The id of the request, which is bounded (`ops/middleware.rs`).
    pub(super) request: Option<String>,
    /// The header `User-Agent`.
    pub(super) user_agent: Option<String>,
}

impl Sender {
    /// Whom failures are counted for: the address, or on IPv6 the first 64 bits of it, since whoever has one has all
    /// with the same beginning.
    pub(super) fn network(&self) -> String {
        match self.address {
            None => "none".to_owned(),
            Some(IpAddr::V4(address)) => address.to_string(),
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Sender {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let text = |value: &axum::http::HeaderValue| value.to_str().ok().map(str::to_owned);
        let peer = parts.extensions.get::<ClientAddress>();
        Ok(Sender {
            address: peer.map(|ClientAddress(address)| *address),
            request: parts
                .extensions
                .get::<RequestId>()
                .and_then(|id| text(id.header_value())),
            user_agent: parts.headers.get(USER_AGENT).and_then(text),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_counted_by_address_or_network() {
        let network = |address: &str| {
            Sender {
                address: Some(address.parse().unwrap()),
                ..Sender::default()
            }
            .network()
        };
        assert_eq!(network("192.0.2.7"), "192.0.2.7");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(network("2001:db8:1:2:ffff::1"), "2001:db8:1:2::/64");
    }
}
