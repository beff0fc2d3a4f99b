//! A temporary pgbouncer in transaction mode: each transaction may run on another connection to PostgreSQL.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use orm::db::Address;

use crate::cluster::{Cluster, address, command, folder, free_port};

/// A running pgbouncer. It is stopped when this is dropped, or when the process ends.
#[derive(Debug)]
pub struct Pgbouncer {
    watch: Child,
    folder: PathBuf,
    port: u16,
    /// The value of `pooler` in URLs that lead through it.
    pooler: &'static str,
}

impl Pgbouncer {
    /// Starts a pgbouncer with up to `connections` connections to each database of the cluster.
    ///
    /// # Errors
    /// When pgbouncer is not installed or does not start.
    pub fn start(cluster: &Cluster, connections: u16) -> Result<Self, String> {
        let program = programs().next().ok_or("there is no pgbouncer: install it")?;
        Pgbouncer::run(&program, cluster, connections, "transaction", "")
    }

    /// As [`Pgbouncer::start`], one that knows prepared statements.
    ///
    /// # Errors
    /// As [`Pgbouncer::start`]; when pgbouncer is older than version 1.22.
    pub fn preparing(cluster: &Cluster, connections: u16) -> Result<Self, String> {
        let program = programs().find(|program| version(program) >= Some((1, 22)));
        let program = program.ok_or("there is no pgbouncer of version 1.22 or newer: install one in the PATH")?;
        Pgbouncer::run(
            &program,
            cluster,
            connections,
            "prepared",
            "max_prepared_statements = 500\n",
        )
    }

    fn run(
        program: &Path,
        cluster: &Cluster,
        connections: u16,
        pooler: &'static str,
        more: &str,
    ) -> Result<Self, String> {
        let (folder, port) = (folder("pgbouncer")?, free_port()?);
        let place = folder.display();
        let settings = format!(
            "[databases]\n* = host=127.0.0.1 port={} user=tests\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n\
             pool_mode = transaction\ndefault_pool_size = {connections}\nmax_client_conn = 500\n\
             server_login_retry = 1\n{more}\
             logfile = {place}/log\npidfile = {place}/pid\n",
            cluster.port()
        );
        let file = folder.join("pgbouncer.ini");
        std::fs::write(&file, settings).map_err(|error| error.to_string())?;
        // Stops pgbouncer when the pipe to `cat` closes.
        let run = format!(
            "'{}' -q '{}' & started=$!; cat; kill $started; wait; rm -rf '{place}'",
            program.display(),
            file.display()
        );
        let mut watch = command(Path::new("sh"));
        watch
            .args(["-c", &run])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let watch = watch.spawn().map_err(|error| error.to_string())?;
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if begun.elapsed() > Duration::from_secs(10) {
                let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
                return Err(format!("pgbouncer does not start: {log}"));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(Pgbouncer {
            watch,
            folder,
            port,
            pooler,
        })
    }

    /// The URL of a database of the cluster, through this pgbouncer.
    pub fn url(&self, name: &str) -> String {
        let Pgbouncer { port, pooler, .. } = self;
        format!("postgres://tests@127.0.0.1:{port}/{name}?pooler={pooler}")
    }

    /// The number of its process; none if it does not run.
    pub fn process(&self) -> Option<u32> {
        let noted = std::fs::read_to_string(self.folder.join("pid")).ok()?;
        noted.trim().parse().ok()
    }

    /// The content of its log.
    ///
    /// # Panics
    /// When the log cannot be read.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).expect("a log")
    }
}

impl Cluster {
    /// The address of a database for the server of a test. With `DECLAREST_TESTS_PGBOUNCER=1` it leads through a
    /// pgbouncer.
    ///
    /// # Panics
    /// When a pgbouncer is asked for and cannot be started.
    pub fn served(&self, name: &str) -> Address {
        static POOLER: OnceLock<Pgbouncer> = OnceLock::new();
        if std::env::var("DECLAREST_TESTS_PGBOUNCER").as_deref() != Ok("1") {
            return self.address(name);
        }
        let start = || Pgbouncer::start(self, 4).unwrap_or_else(|why| panic!("{why}"));
        address(&POOLER.get_or_init(start).url(name))
    }
}

impl Drop for Pgbouncer {
    fn drop(&mut self) {
        drop(self.watch.stdin.take());
        let _ = self.watch.wait(); // closing the pipe has told it to end
    }
}

/// Every pgbouncer of the machine.
fn programs() -> impl Iterator<Item = PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let folders = folders.into_iter().chain([PathBuf::from("/usr/sbin")]);
    folders
        .map(|folder| folder.join("pgbouncer"))
        .filter(|program| program.exists())
}

/// The first two numbers of a program's version, for example of `PgBouncer 1.24.1`.
fn version(program: &Path) -> Option<(u32, u32)> {
    let said = Command::new(program).arg("--version").output().ok()?;
    let said = String::from_utf8(said.stdout).ok()?;
    let mut numbers = said.lines().next()?.strip_prefix("PgBouncer ")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}
