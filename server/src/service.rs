//! A server: bound to its address and databases, then run.

use std::net::SocketAddr;
use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;

use axum::Router;
use orm::db::Pool;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::api;
use crate::application::{Application, Program};
use crate::commands::prepare::{self, Prepared, Start};
use crate::config::{Config, DatabaseConfig};
use crate::failure::Failure;
use crate::ops::connections;
use crate::ops::words::Words;
use crate::room::Room;
use crate::state::{App, Database, Databases, Shared};

/// How many bodies of the greatest length there is room for at a time, and how many such answers.
const BODIES: usize = 8;
const ANSWERS: usize = 8;

/// A server that listens already and answers once it is [run](Server::run).
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    addr: SocketAddr,
    router: Router,
    words: Words,
    max_connections: usize,
    prepared: Vec<Prepared>,
    application: &'static Application,
}

impl Server {
    /// Prepares the databases (their migrations, and the demo data where it is asked for), opens them and the port.
    ///
    /// # Errors
    /// With a sentence for the person who starts it.
    pub async fn bind(application: &'static Application, config: Config) -> Result<Self, Failure> {
        let Config {
            listen,
            databases,
            demo,
            migrate,
            limits,
            login,
        } = config;
        let program = Program::of(application)?;
        let preparing = tokio::task::spawn_blocking(move || open(&databases, program, Start { demo, migrate })).await;
        let (databases, prepared) =
            preparing.map_err(|error| Failure::new(format!("the start broke off: {error}")))??;
        let app = Shared::new(App {
            program,
            databases: Databases::new(databases),
            limits,
            login,
            hashing: Semaphore::new(cores()),
            bodies: Room::new(BODIES * limits.max_body),
            answers: Room::new(ANSWERS * limits.max_answer),
            uses: Default::default(),
        });
        let listener = TcpListener::bind(listen).await;
        let listener = listener.map_err(|error| Failure::new(format!("cannot listen on {listen}: {error}")))?;
        let addr = listener.local_addr()?;
        Ok(Server {
            listener,
            addr,
            router: api::router(app),
            words: Words::new(program),
            max_connections: limits.max_connections,
            prepared,
            application,
        })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// What it serves.
    pub(crate) fn application(&self) -> &'static Application {
        self.application
    }

    /// What was found and done in each database, in the order of the configuration.
    pub(crate) fn prepared(&self) -> &[Prepared] {
        &self.prepared
    }

    /// Answers until `stop` comes and the requests under way are answered.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        connections::serve(self.listener, self.router, self.words, self.max_connections, stop).await;
    }
}

fn open(
    configs: &[DatabaseConfig],
    program: &'static Program,
    start: Start,
) -> Result<(Vec<Database>, Vec<Prepared>), Failure> {
    let (mut databases, mut prepared) = (Vec::new(), Vec::new());
    if configs.is_empty() {
        return Err(Failure::new("no database is configured"));
    }
    for (index, config) in configs.iter().enumerate() {
        if configs[..index].iter().any(|other| other.name == config.name) {
            return Err(Failure::new(format!(
                "two databases are named {:?}: write NAME=URL",
                config.name
            )));
        }
    }
    for config in configs {
        prepared.push(prepare::prepare(config, program, start)?);
        databases.push(Database {
            name: config.name.clone(),
            pool: Pool::open(&config.address, cores())?,
            creates: Arc::default(),
        });
    }
    Ok((databases, prepared))
}

/// Processor cores, at least two.
fn cores() -> usize {
    available_parallelism().map_or(2, NonZero::get).max(2)
}
