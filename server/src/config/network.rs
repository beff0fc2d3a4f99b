//! How the server stands in the network: `DECLAREST_BEHIND_PROXY`, `DECLAREST_TLS_CERT`, `DECLAREST_TLS_KEY`,
//! `DECLAREST_CORS_ORIGIN`, `DECLAREST_ADMIN_LISTEN`.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use axum::http::{HeaderValue, Uri};
use ipnet::IpNet;

/// How the server stands in the network.
#[derive(Debug, Clone, Default)]
pub struct NetworkConfig {
    /// The proxies before the server. Only they are believed what they say about the address of a client.
    pub behind_proxy: Vec<IpNet>,
    /// The file of the certificate and those that lead to its authority, as PEM. With it the server speaks HTTPS.
    pub tls_cert: Option<PathBuf>,
    /// The file of the certificate's private key, as PEM.
    pub tls_key: Option<PathBuf>,
    /// The origins of other sites whose pages may call the API from a browser.
    pub cors_origins: Vec<HeaderValue>,
    /// Where `/metrics` and health checks are answered besides, without TLS and to everybody who gets there.
    pub admin_listen: Option<SocketAddr>,
}

/// Reads an address, or a network like `10.0.0.0/8`.
///
/// # Errors
/// When it is neither.
pub(crate) fn network(text: &str) -> Result<IpNet, &'static str> {
    let address = |text: &str| text.parse::<IpAddr>().map(IpNet::from);
    let read = text.parse().or_else(|_| address(text));
    read.map_err(|_| "write an address, or a network like 10.0.0.0/8")
}

/// Reads an origin as browsers send it: `https://HOST` or `https://HOST:PORT`.
///
/// # Errors
/// When it is something else.
pub(crate) fn origin(text: &str) -> Result<HeaderValue, &'static str> {
    let uri: Option<Uri> = text.parse().ok();
    let parts = uri.as_ref().and_then(|uri| uri.scheme_str().zip(uri.authority()));
    let exact = parts.is_some_and(|(scheme, host)| text == format!("{scheme}://{host}"));
    match HeaderValue::from_str(text) {
        Ok(value) if exact => Ok(value),
        _ => Err("write an origin: https://HOST or https://HOST:PORT, without a path"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_and_origins() {
        assert_eq!(network("10.0.0.1").unwrap().to_string(), "10.0.0.1/32");
        assert_eq!(network("2001:db8::/32").unwrap().to_string(), "2001:db8::/32");
        assert!(network("proxy").is_err());
        assert!(origin("https://shop.example").is_ok() && origin("http://localhost:3000").is_ok());
        for wrong in [
            "*",
            "shop.example",
            "https://shop.example/",
            "https://shop.example/x",
            "null",
        ] {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
    }
}
