//! Where the databases under test are: SQLite files in a folder, or databases of a PostgreSQL server.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use harness::{Cluster, Pgbouncer, execute};
use orm::db::Address;

/// What the cluster of a run is set to, for a machine of two cores with a disk that does not rotate. Whatever makes
/// commits safe is as it is without being set.
pub const SETTINGS: &str =
    "-c shared_buffers=1GB -c effective_cache_size=4GB -c random_page_cost=1.1 -c max_wal_size=4GB";

/// A place for databases. What was made in it goes with it.
#[derive(Debug)]
pub enum Databases {
    /// A folder of files.
    Folder(PathBuf),
    /// A server.
    Server(Server),
}

/// A PostgreSQL server.
#[derive(Debug)]
pub struct Server {
    /// Before a database's name, `/` included.
    base: String,
    /// The cluster, where it is ours.
    cluster: Option<Cluster>,
    made: AtomicU32,
}

impl Databases {
    /// A folder that exists.
    pub fn folder(path: &Path) -> Self {
        Databases::Folder(path.to_owned())
    }

    /// A temporary cluster of this process's own.
    ///
    /// # Errors
    /// Why there is none.
    pub fn cluster() -> Result<Self, String> {
        let cluster = Cluster::with(SETTINGS)?;
        Ok(Databases::server(cluster.url(""), Some(cluster)))
    }

    /// The server that has the database at `url`.
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

    /// The URL of a new database of this name: one without tables, or a copy of one that nobody has open.
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

    /// A pgbouncer in transaction mode before the cluster, with as many connections as declarest opens here.
    ///
    /// # Errors
    /// Why there is none.
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

    /// Brings what the planner goes by up to date, as the server does by itself in time.
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
        // A cluster of our own ends with the process.
        if self.cluster.is_none() {
            for number in 0..*self.made.get_mut() {
                self.run(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name(number)));
            }
        }
    }
}

/// Where a database is.
///
/// # Panics
/// When the URL is none.
pub fn address(url: &str) -> Address {
    Address::parse(url).unwrap_or_else(|error| panic!("{error}"))
}

/// Copies a file that nobody has open, its write-ahead log included.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    let log = |path: &Path| PathBuf::from(format!("{}-wal", path.display()));
    if log(from).exists() {
        fs::copy(log(from), log(to))?;
    }
    Ok(())
}
