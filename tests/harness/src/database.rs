//! Databases for tests, one for each test. The name of the test binary decides where they are: those of `api` are
//! SQLite files, those of `api_postgres` are in PostgreSQL.

use std::path::PathBuf;

use orm::db::Address;

use crate::dump::execute;
use crate::{Cluster, TempDir, cluster};

/// A database for one test. It is removed when this is dropped.
#[derive(Debug)]
pub struct Database {
    address: Address,
    place: Place,
}

#[derive(Debug)]
enum Place {
    File(TempDir),
    Cluster(Member),
}

/// A database of the shared cluster.
#[derive(Debug)]
struct Member {
    cluster: &'static Cluster,
    name: String,
}

/// A prepared database from which copies are made.
#[derive(Debug)]
pub struct Template(Content);

#[derive(Debug)]
enum Content {
    Nothing,
    /// The bytes of an SQLite file.
    File(Vec<u8>),
    /// The name of a database in the shared cluster.
    Database(String),
}

/// The shared cluster, or `None` in a binary whose name does not end in `_postgres`. If PostgreSQL is not installed,
/// this ends the process, so that the whole binary is skipped.
fn postgres() -> Option<&'static Cluster> {
    let program = std::env::current_exe().ok()?;
    // Cargo names the file `NAME-HASH`.
    let (name, _) = program.file_name()?.to_str()?.rsplit_once('-')?;
    let cluster = name.ends_with("_postgres").then(cluster)?;
    let skipped = |why: &str| {
        crate::skip(&format!("all tests of {name}: {why}"));
        std::process::exit(0)
    };
    Some(cluster.unwrap_or_else(skipped))
}

impl Database {
    /// A database without tables.
    pub fn empty() -> Self {
        Template(Content::Nothing).copy()
    }

    /// The address of the database.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The URL of the database, as it is given to the program.
    pub fn url(&self) -> String {
        match &self.place {
            Place::File(folder) => format!("sqlite://{}", file(folder).display()),
            Place::Cluster(member) => member.cluster.url(&member.name),
        }
    }

    /// Turns the database into a template. On PostgreSQL, connections that still use it are ended when a copy is made.
    ///
    /// # Panics
    /// When the database cannot be read.
    pub fn into_template(self) -> Template {
        Template(match self.place {
            Place::File(folder) => {
                let copy = folder.path().join("copy.db");
                // The copy must include what is still in the write-ahead log.
                execute(&self.address, &format!("VACUUM INTO '{}'", copy.display()));
                Content::File(std::fs::read(copy).expect("the copy"))
            }
            Place::Cluster(member) => {
                let name = member.name.clone();
                std::mem::forget(member); // not dropped here: it is deleted with the cluster
                Content::Database(name)
            }
        })
    }
}

impl Template {
    /// A new database with the same content.
    ///
    /// # Panics
    /// When it cannot be created.
    pub fn copy(&self) -> Database {
        let Some(cluster) = postgres() else {
            let folder = TempDir::new();
            let file = file(&folder);
            let content = match &self.0 {
                Content::File(content) => content.as_slice(),
                Content::Nothing | Content::Database(_) => &[],
            };
            std::fs::write(&file, content).expect("a file of its own");
            return Database {
                address: Address::Sqlite(file.into()),
                place: Place::File(folder),
            };
        };
        let template = match &self.0 {
            Content::Database(name) => Some(name.as_str()),
            Content::Nothing | Content::File(_) => None,
        };
        let name = cluster.database(template);
        Database {
            address: cluster.served(&name),
            place: Place::Cluster(Member { cluster, name }),
        }
    }
}

/// The path of the SQLite file in its folder.
fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("test.db")
}

impl Drop for Member {
    fn drop(&mut self) {
        self.cluster.remove(&self.name);
    }
}
