//! The servers under test: starts and stops them.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::client::Client;

/// A running server. It is killed when this is dropped.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// Sends requests to it.
    pub client: Client,
    child: Child,
}

impl Server {
    /// Starts `program` with `arguments` and `--listen` on a free port, and waits until it accepts connections. Its
    /// output goes to a file in `folder`.
    ///
    /// # Errors
    /// When it cannot be started, ends early, or does not listen within a minute.
    pub fn start(program: &Path, arguments: &[&str], folder: &Path) -> io::Result<Self> {
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let log = folder.join(format!("{}.log", address.port()));
        let output = fs::File::create(&log)?;
        let child = Command::new(program)
            .args(arguments)
            .args(["--listen", &address.to_string()])
            .env("DECLAREST_LOG", "warn")
            .stdin(Stdio::null())
            .stderr(output.try_clone()?)
            .stdout(output)
            .spawn()
            .map_err(|error| io::Error::other(format!("{}: {error}", program.display())))?;
        let client = Client::new(address);
        let mut server = Server { address, client, child };
        let started = Instant::now();
        while TcpStream::connect(address).is_err() {
            if server.child.try_wait()?.is_some() || started.elapsed() > Duration::from_secs(60) {
                let said = fs::read_to_string(&log).unwrap_or_default();
                return Err(io::Error::other(format!("{} did not start: {said}", program.display())));
            }
            sleep(Duration::from_millis(50));
        }
        Ok(server)
    }

    /// The number of its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Asks the server to end (SIGTERM) and waits for it.
    ///
    /// # Errors
    /// When `kill` cannot be run.
    pub fn stop(mut self) -> io::Result<()> {
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        self.child.wait().map(drop)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail if the server has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
