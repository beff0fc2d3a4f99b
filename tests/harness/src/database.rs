//! Databases of a test's own. The name of the binary says where they are: `api` runs on SQLite, `api_postgres` on PostgreSQL.

use std::path::PathBuf;

use orm::db::Address;

use crate::dump::execute;
use crate::{Cluster, TempDir, cluster};

/// A database that is removed at the end.
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

/// A database of the cluster.
#[derive(Debug)]
struct Member {
    cluster: &'static Cluster,
    name: String,
}

/// What others are copies of.
#[derive(Debug)]
pub struct Template(Content);

#[derive(Debug)]
enum Content {
    Nothing,
    /// What an SQLite file holds.
    File(Vec<u8>),
    /// What a database of the cluster does.
    Database(String),
}

/// The cluster, in a binary for PostgreSQL. Where there is no PostgreSQL such a binary says so and ends: all of it is
/// skipped.
fn postgres() -> Option<&'static Cluster> {
    let program = std::env::current_exe().ok()?;
    // Behind the name stands a hash.
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

    /// Where it is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Where it is, as the program is told.
    pub fn url(&self) -> String {
        match &self.place {
            Place::File(folder) => format!("sqlite://{}", file(folder).display()),
            Place::Cluster(member) => member.cluster.url(&member.name),
        }
    }

    /// Makes copies possible. Whoever still uses the database itself is sent away.
    ///
    /// # Panics
    /// When it cannot be read.
    pub fn into_template(self) -> Template {
        Template(match self.place {
            Place::File(folder) => {
                let copy = folder.path().join("copy.db");
                // Whatever the log of the file still holds belongs to the copy as well.
                execute(&self.address, &format!("VACUUM INTO '{}'", copy.display()));
                Content::File(std::fs::read(copy).expect("the copy"))
            }
            Place::Cluster(member) => {
                let name = member.name.clone();
                std::mem::forget(member); // it goes with the cluster
                Content::Database(name)
            }
        })
    }
}

impl Template {
    /// A new database with the same content.
    ///
    /// # Panics
    /// When it cannot be made.
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

/// The file in a folder of its own.
fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("test.db")
}

impl Drop for Member {
    fn drop(&mut self) {
        self.cluster.remove(&self.name);
    }
}
