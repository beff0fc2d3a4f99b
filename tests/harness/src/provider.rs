//! A temporary identity provider (OpenID Connect): `tests/provider/provider.mjs`, a real one from a package, run by Node.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

/// Where its packages are, from the project's folder.
const PACKAGES: &str = "target/ci-tools/provider";

/// A running identity provider. It ends when this is dropped, or when the process ends.
#[derive(Debug)]
pub struct Provider {
    process: Child,
    /// What it prints. It would end if nobody could read that.
    _printed: BufReader<ChildStdout>,
    /// What it calls itself: `http://127.0.0.1:PORT`.
    pub issuer: String,
    /// The private key that it signs with, as PEM.
    pub key: String,
    /// The id of that key.
    pub key_id: String,
}

impl Provider {
    /// Starts a provider with a new key, on a free port if `port` is 0. Its clients show their secret in this way:
    /// `client_secret_basic`, `client_secret_post`.
    ///
    /// # Errors
    /// When Node or the packages are missing, or it does not start.
    pub fn start(port: u16, method: &str) -> Result<Self, String> {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let packages = project.join(PACKAGES);
        if !packages.join("node_modules").is_dir() {
            return Err(format!(
                "there is no identity provider: copy tests/provider/package*.json to {PACKAGES} and run `npm ci` there"
            ));
        }
        let mut command = Command::new("node");
        command.arg(project.join("tests/provider/provider.mjs")).arg(packages);
        command.arg(port.to_string()).arg(method);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut process = command.spawn().map_err(|error| format!("node: {error}"))?;
        let mut line = String::new();
        let mut printed = BufReader::new(process.stdout.take().ok_or("no pipe")?);
        printed.read_line(&mut line).map_err(|error| error.to_string())?;
        let told: Value = serde_json::from_str(&line).unwrap_or_default();
        let text = |name: &str| told[name].as_str().map(str::to_owned);
        match (text("issuer"), text("key"), text("kid")) {
            (Some(issuer), Some(key), Some(key_id)) => Ok(Provider {
                process,
                _printed: printed,
                issuer,
                key,
                key_id,
            }),
            _ => Err("the identity provider does not start".to_owned()),
        }
    }

    /// Its port.
    ///
    /// # Panics
    /// Never: the issuer has one.
    pub fn port(&self) -> u16 {
        let port = self.issuer.rsplit(':').next();
        port.and_then(|port| port.parse().ok()).expect("a port")
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.process.kill(); // fails if it has ended already
        let _ = self.process.wait();
    }
}
