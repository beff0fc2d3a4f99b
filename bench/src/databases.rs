//! Where the databases under test are: SQLite files in a folder, or databases of a temporary PostgreSQL cluster.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use harness::{Cluster, Pgbouncer, address, execute};

/// Server settings of the temporary cluster, for a machine of two cores with an SSD. The settings that make commits
/// durable keep their defaults.
const SETTINGS: &str = "-c shared_buffers=1GB -c effective_cache_size=4GB -c random_page_cost=1.1 -c max_wal_size=4GB";

/// A place for databases.
#[derive(Debug)]
pub enum Databases {
    /// A folder of SQLite files.
    Folder(PathBuf),
    /// A PostgreSQL cluster of the run's own.
    Cluster(Cluster),
}

impl Databases {
    /// In a new temporary cluster, or as files in `folder`, which must exist.
    ///
    /// # Errors
    /// When the cluster cannot be started.
    pub fn new(postgres: bool, folder: &Path) -> Result<Self, String> {
        match postgres {
            true => Cluster::with(SETTINGS).map(Databases::Cluster),
            false => Ok(Databases::Folder(folder.to_owned())),
        }
    }

    /// Creates a database and returns its URL: a copy of the database at `from`, which must not be in use, or else one
    /// without tables. `name` is the name of an SQLite file.
    ///
    /// # Errors
    /// When a file cannot be copied.
    pub fn make(&self, name: &str, from: Option<&str>) -> io::Result<String> {
        match self {
            Databases::Folder(folder) => {
                let file = folder.join(format!("{name}.db"));
                from.map_or(Ok(()), |from| copy(file_of(from), &file))?;
                Ok(format!("{SQLITE}{}", file.display()))
            }
            Databases::Cluster(cluster) => {
                let template = from.map(|url| address(url).default_name());
                Ok(cluster.url(&cluster.database(template.as_deref())))
            }
        }
    }

    /// Starts a pgbouncer in transaction mode in front of the cluster, with at most 8 connections to a database.
    ///
    /// # Errors
    /// When there is no cluster, or pgbouncer cannot be started.
    pub fn pooler(&self) -> Result<Pgbouncer, String> {
        match self {
            Databases::Cluster(cluster) => Pgbouncer::preparing(cluster, 8),
            Databases::Folder(_) => Err("a pgbouncer stands before PostgreSQL only".to_owned()),
        }
    }

    /// The process whose children work for the databases, if there is one.
    pub fn process(&self) -> Option<u32> {
        match self {
            Databases::Cluster(cluster) => cluster.process(),
            Databases::Folder(_) => None,
        }
    }

    /// On PostgreSQL: updates the planner's statistics and writes a checkpoint, so that the server does not do it
    /// during the measurements.
    pub fn settle(&self, url: &str) {
        if let Databases::Cluster(_) = self {
            execute(&address(url), "VACUUM ANALYZE");
            execute(&address(url), "CHECKPOINT");
        }
    }
}

const SQLITE: &str = "sqlite://";

/// The file of an SQLite database.
pub fn file_of(url: &str) -> &Path {
    Path::new(url.trim_start_matches(SQLITE))
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
