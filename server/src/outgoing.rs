//! Requests of this server to others: an identity provider, a collector of traces. Whoever sends one waits for the
//! answer on a thread that may wait, for a bounded time and length.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, Response};
use openidconnect::{HttpRequest, HttpResponse, SyncHttpClient};
use tokio_rustls::rustls::crypto::ring::default_provider;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

use crate::failure::Failure;

/// The maximum length of an answer.
const LONGEST: u64 = 512 * 1024;

/// A client, which follows no redirects.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing(Agent);

impl Outgoing {
    /// A client that waits so long for an answer. One for HTTPS trusts the certificates of the system, or those that
    /// `SSL_CERT_FILE` names.
    ///
    /// # Errors
    /// When these cannot be read.
    pub(crate) fn new(https: bool, patience: Duration) -> Result<Self, Failure> {
        let mut config = Agent::config_builder()
            .timeout_global(Some(patience))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None);
        if https {
            let found = rustls_native_certs::load_native_certs();
            if found.certs.is_empty() {
                let why = found
                    .errors
                    .first()
                    .map_or_else(|| "there are none".to_owned(), ToString::to_string);
                return Err(Failure::new(format!(
                    "the certificates that HTTPS to other servers needs cannot be read: {why}; the package \
                     ca-certificates has the usual ones, and SSL_CERT_FILE names a file of others"
                )));
            }
            let certs = found.certs.iter().map(|cert| Certificate::from_der(cert).to_owned());
            let tls = TlsConfig::builder()
                .provider(TlsProvider::Rustls)
                .unversioned_rustls_crypto_provider(Arc::new(default_provider()))
                .root_certs(RootCerts::Specific(Arc::new(certs.collect())));
            config = config.tls_config(tls.build());
        }
        Ok(Outgoing(Agent::new_with_config(config.build())))
    }

    /// Sends a request and reads the answer, whatever its status.
    ///
    /// # Errors
    /// When there is no answer in time, or it is too long.
    pub(crate) fn send(&self, request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
        let answer = match *request.method() {
            Method::GET => self.0.run(request.map(|_| ())),
            _ => self.0.run(request),
        };
        let (head, mut body) = answer?.into_parts();
        let body = body.with_config().limit(LONGEST).read_to_vec()?;
        Ok(Response::from_parts(head, body))
    }
}

impl SyncHttpClient for Outgoing {
    type Error = ureq::Error;

    fn call(&self, request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
        self.send(request)
    }
}
