//! How the provider is asked: one request after another on a thread that may wait, each within a time and a length.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, Response};
use openidconnect::{HttpRequest, HttpResponse, SyncHttpClient};
use tokio_rustls::rustls::crypto::ring::default_provider;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

use crate::failure::Failure;

/// How long the provider may take for one answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// The maximum length of an answer. Documents of metadata and keys have a few thousand bytes.
const LONGEST: u64 = 512 * 1024;

/// A client for requests to the provider, which follows no redirects.
#[derive(Debug, Clone)]
pub(super) struct Http(Agent);

impl Http {
    /// A client; one for HTTPS trusts the certificates of the system, or those that `SSL_CERT_FILE` names.
    ///
    /// # Errors
    /// When these cannot be read.
    pub(super) fn new(https: bool) -> Result<Self, Failure> {
        let mut config = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
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
                    "the certificates that HTTPS to the identity provider needs cannot be read: {why}; the package \
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
        Ok(Http(Agent::new_with_config(config.build())))
    }
}

impl SyncHttpClient for Http {
    type Error = ureq::Error;

    fn call(&self, request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
        let answer = match *request.method() {
            Method::GET => self.0.run(request.map(|_| ())),
            _ => self.0.run(request),
        };
        let (head, mut body) = answer?.into_parts();
        let body = body.with_config().limit(LONGEST).read_to_vec()?;
        Ok(Response::from_parts(head, body))
    }
}
