//! A certificate of its own for a cluster, so that it is spoken to in secret.

use std::path::{Path, PathBuf};

use crate::cluster::{Cluster, command, run};
use crate::dump::execute;

impl Cluster {
    /// Makes a certificate for this machine that nobody signed, and lets the cluster show it. Answers where the certificate
    /// is, and another one, which signed nothing.
    ///
    /// # Errors
    /// When there is no program that makes them.
    pub fn encrypt(&self) -> Result<[PathBuf; 2], String> {
        let data = self.data();
        let other = data.join("other.crt");
        make(&data.join("server.crt"), &data.join("server.key"))?;
        make(&other, &data.join("other.key"))?;
        let address = self.address("postgres");
        execute(&address, "ALTER SYSTEM SET ssl = on");
        execute(&address, "SELECT pg_reload_conf()");
        Ok([data.join("server.crt"), other])
    }
}

/// The user that makes them is the one who runs the cluster: nobody else may read the keys.
fn make(certificate: &Path, key: &Path) -> Result<(), String> {
    let mut openssl = command(Path::new("openssl"));
    openssl.args([
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
    ]);
    run(openssl.arg("-keyout").arg(key).arg("-out").arg(certificate))
}
