//! Where the databases under test are: SQLite files in a folder, or databases of a PostgreSQL server.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use harness::{Cluster, Pgbouncer, execute};
use orm::db::Address;

/// Server settings of the temporary cluster, for a machine of two cores with an SSD. The settings that make commits
/// durable keep their defaults.
pub const SETTINGS: &str =
    "-c shared_buffers=1GB -c effective_cache_size=4GB -c random_page_cost=1.1 -c max_wal_size=4GB";

/// A place for databases. A database that was created on a server is dropped together with this.
#[derive(Debug)]
pub enum Databases {
    /// A folder of SQLite files.
    Folder(PathBuf),
    /// A PostgreSQL server.
    Server(Server),
}

/// A PostgreSQL server.
#[derive(Debug)]
pub struct Server {
    /// The URL up to a database's name, including the last `/`.
    base: String,
    /// The temporary cluster, if this run started the server itself.
    cluster: Option<Cluster>,
    made: AtomicU32,
}

impl Databases {
    /// Databases in this folder, which must exist.
    pub fn folder(path: &Path) -> Self {
        Databases::Folder(path.to_owned())
    }

    /// Databases in a new temporary cluster.
    ///
    /// # Errors
    /// When the cluster cannot be started.
    pub fn cluster() -> Result<Self, String> {
        let cluster = Cluster::with(SETTINGS)?;
        Ok(Databases::server(cluster.url(""), Some(cluster)))
    }

    /// Databases on the server of the database at `url`.
    pub fn beside(url: &str) -> Self {
        let base = url.rfind('/').map_or(url, |slash| &url[..=slash]);
        Databases::server(base.to_owned(), None)
    }

    fn server(base: String, cluster: Option<Cluster>) -> Self {
        Databases::Server(Server {
            base,
            cluster,
            made: AtomicU32::new(0),
        })
    }

    /// Creates a database and returns its URL: a copy of the database at `from`, which must not be in use, or else one
    /// without tables. `name` is the name of an SQLite file; on a server the name is `bench_PID_NUMBER`.
    ///
    /// # Errors
    /// When a file cannot be copied.
    pub fn make(&self, name: &str, from: Option<&str>) -> io::Result<String> {
        match self {
            Databases::Folder(folder) => {
                let file = folder.join(format!("{name}.db"));
                from.map_or(Ok(()), |from| copy(Path::new(from.trim_start_matches(SQLITE)), &file))?;
                Ok(format!("{SQLITE}{}", file.display()))
            }
            Databases::Server(server) => Ok(server.make(from)),
        }
    }

    /// Starts a pgbouncer in transaction mode in front of the temporary cluster, with at most 8 connections to a
    /// database.
    ///
    /// # Errors
    /// When there is no temporary cluster, or pgbouncer cannot be started.
    pub fn pooler(&self) -> Result<Pgbouncer, String> {
        match self {
            Databases::Server(Server {
                cluster: Some(cluster), ..
            }) => Pgbouncer::start(cluster, 8),
            Databases::Server(_) | Databases::Folder(_) => {
                Err("a pgbouncer stands before a cluster of the run's own: --postgres without --database".to_owned())
            }
        }
    }

    /// On PostgreSQL: updates the planner's statistics and writes a checkpoint, so that the server does not do it
    /// during the measurements.
    pub fn settle(&self, url: &str) {
        if let Databases::Server(_) = self {
            execute(&address(url), "VACUUM ANALYZE");
            execute(&address(url), "CHECKPOINT");
        }
    }
}

const SQLITE: &str = "sqlite://";

impl Server {
    fn make(&self, from: Option<&str>) -> String {
        let name = self.name(self.made.fetch_add(1, Ordering::Relaxed));
        let template = from.map_or("template1".to_owned(), |url| address(url).default_name());
        self.run(&format!(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{template}'"
        ));
        self.run(&format!("CREATE DATABASE {name} TEMPLATE {template}"));
        format!("{}{name}", self.base)
    }

    fn name(&self, number: u32) -> String {
        format!("bench_{}_{number}", std::process::id())
    }

    fn run(&self, sql: &str) {
        execute(&address(&format!("{}postgres", self.base)), sql);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A temporary cluster is deleted as a whole.
        if self.cluster.is_none() {
            for number in 0..*self.made.get_mut() {
                self.run(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name(number)));
            }
        }
    }
}

/// Parses the URL of a database.
///
/// # Panics
/// When it is not a valid URL.
pub fn address(url: &str) -> Address {
    Address::parse(url).unwrap_or_else(|error| panic!("{error}"))
}

/// Copies an SQLite file that no process has open, together with its write-ahead log.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    let log = |path: &Path| PathBuf::from(format!("{}-wal", path.display()));
    if log(from).exists() {
        fs::copy(log(from), log(to))?;
    }
    Ok(())
}
