//! Self-signed certificates, for tests of TLS: to PostgreSQL, and of the program itself.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cluster::{Cluster, command, run};
use crate::dump::execute;

impl Cluster {
    /// Makes a self-signed certificate for `localhost` and turns TLS on in the cluster. Returns the paths of this
    /// certificate and of another one, with which a client must refuse the cluster.
    ///
    /// # Errors
    /// When there is no `openssl`.
    pub fn encrypt(&self) -> Result<[PathBuf; 2], String> {
        let data = self.data();
        let other = data.join("other.crt");
        // As the user who runs the cluster, because no other user may be able to read the key.
        let openssl = || command(Path::new("openssl"));
        make(openssl(), &data.join("server.crt"), &data.join("server.key"))?;
        make(openssl(), &other, &data.join("other.key"))?;
        let address = self.address("postgres");
        execute(&address, "ALTER SYSTEM SET ssl = on");
        execute(&address, "SELECT pg_reload_conf()");
        Ok([data.join("server.crt"), other])
    }
}

/// Makes a self-signed certificate for `localhost`, and its key, in place of those that are there.
///
/// # Errors
/// When there is no `openssl`.
pub fn certificate(certificate: &Path, key: &Path) -> Result<(), String> {
    make(Command::new("openssl"), certificate, key)
}

fn make(mut openssl: Command, certificate: &Path, key: &Path) -> Result<(), String> {
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
