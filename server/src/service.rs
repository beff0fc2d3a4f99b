//! A server: first bound to its address and databases, then run.

use std::net::SocketAddr;
use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;

use axum::Router;
use orm::db::Pool;
use orm::registry::ModelInfo;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::api;
use crate::application::{Application, Program};
use crate::commands::prepare::{self, PrepareOptions, Prepared};
use crate::config::{Config, DatabaseConfig};
use crate::failure::Failure;
use crate::memory_budget::MemoryBudget;
use crate::ops::connections;
use crate::ops::redactor::UrlRedactor;
use crate::state::{App, Database, Databases, Shared};

/// The memory budgets of bodies and of answers: room for so many of the maximum length at a time.
const BODIES: usize = 8;
const ANSWERS: usize = 8;

/// A server that is listening already; it answers once [`Server::run`] is called.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    addr: SocketAddr,
    router: Router,
    redactor: UrlRedactor,
    max_connections: usize,
    prepared: Vec<Prepared>,
    application: &'static Application,
}

impl Server {
    /// Prepares the databases (migrations, and demo data if configured), opens them, then opens the port.
    ///
    /// # Errors
    /// When a database cannot be used or the port cannot be opened, as a sentence for the person who starts the server.
    pub async fn bind(application: &'static Application, config: Config) -> Result<Self, Failure> {
        config.check()?;
        let Config {
            listen,
            databases,
            demo,
            migrate,
            limits,
            login,
        } = config;
        let program = Program::of(application)?;
        let preparing =
            tokio::task::spawn_blocking(move || open(&databases, program, PrepareOptions { demo, migrate })).await;
        let (databases, prepared) =
            preparing.map_err(|error| Failure::new(format!("the start broke off: {error}")))??;
        let app = Shared::new(App {
            program,
            databases: Databases::new(databases),
            limits,
            login,
            hashing: Semaphore::new(cores()),
            bodies: MemoryBudget::new(BODIES * limits.max_body),
            answers: MemoryBudget::new(ANSWERS * limits.max_answer),
            uses: Default::default(),
        });
        let listener = TcpListener::bind(listen).await;
        let listener = listener.map_err(|error| Failure::new(format!("cannot listen on {listen}: {error}")))?;
        let addr = listener.local_addr()?;
        let names = |wanted: fn(&&ModelInfo) -> bool| -> Vec<&str> {
            let models = program.models().iter().filter(wanted);
            models.map(|model| model.def.name).collect()
        };
        let unexposed = names(|model| !model.def.api);
        let administrators_only = names(|model| model.def.api && model.def.access.is_empty());
        let models = program.models().len();
        tracing::info!(
            models,
            without_api = ?unexposed,
            without_access = ?administrators_only,
            "the models of the catalogue; HTTP reaches those with #[api], and only administrators those without #[access]"
        );
        Ok(Server {
            listener,
            addr,
            router: api::router(app),
            redactor: UrlRedactor::new(program),
            max_connections: limits.max_connections,
            prepared,
            application,
        })
    }

    /// The address that the server listens on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The application that is served.
    pub(crate) fn application(&self) -> &'static Application {
        self.application
    }

    /// The outcome of preparing each database, in the order of the configuration.
    pub(crate) fn prepared(&self) -> &[Prepared] {
        &self.prepared
    }

    /// Serves until `stop` completes, then waits up to 10 seconds for the requests that are still running.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        connections::serve(self.listener, self.router, self.redactor, self.max_connections, stop).await;
    }
}

fn open(
    configs: &[DatabaseConfig],
    program: &'static Program,
    start: PrepareOptions,
) -> Result<(Vec<Database>, Vec<Prepared>), Failure> {
    let (mut databases, mut prepared) = (Vec::new(), Vec::new());
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

/// The number of processor cores, but at least two.
fn cores() -> usize {
    available_parallelism().map_or(2, NonZero::get).max(2)
}
