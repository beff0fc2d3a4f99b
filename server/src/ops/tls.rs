//! HTTPS: the certificate and its key, and the handshake at the beginning of a connection.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::signal::unix::{SignalKind, signal};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

use crate::config::NetworkConfig;
use crate::failure::Failure;

/// How long a client may take for the handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// The files of a certificate and its key, and what was read from them last.
#[derive(Debug)]
pub(crate) struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    /// Reads the configured files, if there are any.
    ///
    /// # Errors
    /// When one of them is missing, cannot be read, or does not fit the other.
    pub(crate) fn of(config: &NetworkConfig) -> Result<Option<Self>, Failure> {
        let (certificate, key) = match (&config.tls_cert, &config.tls_key) {
            (None, None) => return Ok(None),
            (Some(certificate), Some(key)) => (certificate.clone(), key.clone()),
            _ => return Err(Failure::new("--tls-cert and --tls-key belong together: give both")),
        };
        let current = RwLock::new(read(&certificate, &key)?);
        Ok(Some(Tls {
            certificate,
            key,
            current,
        }))
    }

    /// Reads the files again. Connections that are open keep the old certificate.
    fn reload(&self) -> Result<(), Failure> {
        let new = read(&self.certificate, &self.key)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    /// Makes the handshake.
    ///
    /// # Errors
    /// When the client does not speak TLS, refuses the certificate, or takes longer than [`HANDSHAKE_TIMEOUT`].
    pub(super) async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner).clone();
        let handshake = TlsAcceptor::from(current).accept(stream);
        tokio::time::timeout(HANDSHAKE_TIMEOUT, handshake).await?
    }
}

/// Reads the files again whenever the process gets SIGHUP. Without files the signal does nothing.
///
/// # Errors
/// When the signal's handler cannot be installed.
pub(crate) fn reload_on_hangup(tls: Option<Arc<Tls>>) -> Result<(), Failure> {
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            match tls.as_ref().map(|tls| tls.reload()) {
                None => tracing::info!("SIGHUP: there is nothing to read again"),
                Some(Ok(())) => tracing::info!("SIGHUP: the certificate was read again"),
                Some(Err(error)) => tracing::error!(%error, "SIGHUP: the old certificate is kept"),
            }
        }
    });
    Ok(())
}

fn read(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, Failure> {
    let unreadable = |file: &Path, why: &dyn std::fmt::Display| {
        Failure::new(format!("cannot use {} for TLS: {why}", file.display()))
    };
    let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(|error| unreadable(certificate, &error))?;
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable(key, &error))?;
    let config =
        ServerConfig::builder_with_provider(Arc::new(default_provider())).with_safe_default_protocol_versions();
    let config = config.and_then(|config| config.with_no_client_auth().with_single_cert(chain, secret));
    let mut config = config.map_err(|error| unreadable(certificate, &error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
