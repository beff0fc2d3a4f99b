//! One run of `bench`: its options, its databases and its servers.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use clap::{Parser, ValueEnum};
use harness::TempDir;

use crate::content::{self, Changeable};
use crate::databases::Databases;
use crate::measure::Subject;
use crate::servers::Server;
use crate::wrk::Load;

/// What a part of a run ends with.
pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Measures declarest and the hand-written baseline, and prints how they compare.
#[derive(Debug, Parser)]
pub struct Options {
    /// What to measure: everything unless something is named.
    pub parts: Vec<Part>,
    /// Measure over PostgreSQL, in a temporary cluster, instead of SQLite.
    #[arg(long)]
    pub postgres: bool,
    /// Measure declarest also through a pgbouncer in transaction mode.
    #[arg(long, requires = "postgres")]
    pub pgbouncer: bool,
    /// The numbers of orders. `pages` and `export` take the largest.
    #[arg(long, value_delimiter = ',', default_values_t = [20_000, 1_000_000])]
    pub orders: Vec<u32>,
    /// The numbers of open connections.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 16, 64])]
    pub connections: Vec<u32>,
    /// How often everything is measured. The tables show the medians.
    #[arg(long, default_value_t = 5)]
    pub rounds: usize,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 3)]
    pub seconds: u32,
    /// Of `requests`, measure only those whose name contains this.
    #[arg(long, default_value = "")]
    pub only: String,
    /// How many requests `shapes` sends.
    #[arg(long, default_value_t = 1_000_000)]
    pub requests: usize,
    /// The program to measure.
    #[arg(long, default_value = "target/release/declarest")]
    pub declarest: PathBuf,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// The workloads, against the hand-written server.
    Requests,
    /// A page far behind the first one, by cursor and by offset.
    Pages,
    /// All orders in one answer or file.
    Export,
    /// The memory after requests that all differ.
    Shapes,
}

/// A prepared database, of which copies are measured.
#[derive(Debug, Clone)]
pub struct Content {
    /// Where it is.
    pub url: String,
    /// A token of the administrator.
    pub token: String,
    /// The orders for the workloads that change orders.
    pub orders: Changeable,
}

/// One run.
#[derive(Debug)]
pub struct Run {
    /// What the caller asked for.
    pub options: Options,
    /// Where the databases are.
    pub databases: Databases,
    baseline: PathBuf,
    /// The folder for SQLite files, logs and scripts.
    place: TempDir,
    /// The prepared databases, by the number of their orders.
    prepared: RefCell<BTreeMap<u32, Content>>,
}

impl Run {
    /// Prepares nothing as yet.
    ///
    /// # Errors
    /// When a program is missing, or PostgreSQL cannot be started.
    pub fn new(options: Options) -> Result<Self> {
        let baseline = std::env::current_exe()?.with_file_name("baseline");
        for program in [&options.declarest, &baseline] {
            if !program.exists() {
                let missing = program.display();
                return Err(format!("{missing} is missing: cargo build --release -p server -p bench").into());
            }
        }
        let place = TempDir::new();
        Ok(Run {
            databases: Databases::new(options.postgres, place.path())?,
            options,
            baseline,
            place,
            prepared: RefCell::default(),
        })
    }

    /// Whether a part is to be measured.
    pub fn asks_for(&self, part: Part) -> bool {
        self.options.parts.is_empty() || self.options.parts.contains(&part)
    }

    /// The name of the database, for titles.
    pub fn database(&self) -> &'static str {
        match self.options.postgres {
            true => "PostgreSQL",
            false => "SQLite",
        }
    }

    /// Says on standard error what is done, because a run takes long.
    pub fn tell(&self, what: &str) {
        eprintln!("{}: {what}", self.database());
    }

    /// The folder of this run's files.
    pub fn place(&self) -> &Path {
        self.place.path()
    }

    /// A load from so many connections.
    pub fn load(&self, connections: u32) -> Load {
        Load {
            seconds: self.options.seconds,
            connections,
        }
    }

    /// The database with the demo data, generated orders of this number and everything that the workloads need. It is
    /// made when it is asked for the first time.
    ///
    /// # Errors
    /// When declarest refuses something.
    pub fn content(&self, orders: u32) -> Result<Content> {
        if let Some(content) = self.prepared.borrow().get(&orders) {
            return Ok(content.clone());
        }
        self.tell(&format!("a database of {orders} orders is made"));
        let url = self.databases.make(&format!("orders-{orders}"), None)?;
        content::seed(&self.options.declarest, &url, orders, self.place())?;
        let server = self.declarest(&url)?;
        let token = content::log_in(&server, &url)?;
        content::add_partners(&server, &token)?;
        let content = Content {
            orders: content::add_changeable(&server, &token)?,
            url: url.clone(),
            token,
        };
        server.stop()?;
        self.databases.settle(&url);
        self.prepared.borrow_mut().insert(orders, content.clone());
        Ok(content)
    }

    /// The database with the most orders.
    ///
    /// # Errors
    /// As [`content`](Self::content).
    pub fn largest(&self) -> Result<Content> {
        self.content(self.options.orders.iter().copied().max().unwrap_or_default())
    }

    /// declarest over a database.
    ///
    /// # Errors
    /// When it does not start.
    pub fn declarest(&self, url: &str) -> Result<Server> {
        let arguments = ["serve", "--database", url];
        Ok(Server::start(&self.options.declarest, &arguments, self.place())?)
    }

    /// The hand-written server over a database, with further arguments.
    ///
    /// # Errors
    /// When it does not start.
    pub fn baseline(&self, url: &str, more: &[&str]) -> Result<Server> {
        let arguments = [&["--database", url], more].concat();
        Ok(Server::start(&self.baseline, &arguments, self.place())?)
    }

    /// A server over a copy of this content. `pooler` is the process between the two, if there is one.
    pub fn subject(&self, server: Server, content: &Content, pooler: Option<u32>) -> Subject {
        Subject {
            server,
            token: content.token.clone(),
            orders: content.orders.clone(),
            helpers: self.databases.process().into_iter().chain(pooler).collect(),
        }
    }
}
