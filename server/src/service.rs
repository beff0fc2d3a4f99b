//! A server: first bound to its address and databases, then run.

use std::net::SocketAddr;
use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;

use axum::middleware::from_fn;
use orm::db::Pool;
use orm::registry::ModelInfo;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use crate::api;
use crate::application::{Application, Program};
use crate::auth::oidc::Oidc;
use crate::auth::request_rate::RequestRate;
use crate::commands::prepare::{self, PrepareOptions, Prepared};
use crate::config::{Config, DatabaseConfig};
use crate::failure::Failure;
use crate::memory_budget::MemoryBudget;
use crate::ops::connections::{self, Endpoint};
use crate::ops::metrics::{Metrics, admin_router};
use crate::ops::redactor::UrlRedactor;
use crate::ops::tls::Tls;
use crate::ops::{security, traces};
use crate::state::{App, Database, Databases, Shared};

/// The memory budgets of bodies and of answers: room for so many of the maximum length at a time.
const BODIES: usize = 8;
const ANSWERS: usize = 8;
/// How many connections the admin address takes at a time.
const ADMIN_CONNECTIONS: usize = 64;

/// A server that is listening already; it answers once [`Server::run`] is called.
#[derive(Debug)]
pub struct Server {
    public: Endpoint,
    addr: SocketAddr,
    admin: Option<Endpoint>,
    redactor: UrlRedactor,
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
        let exposed = config.is_exposed();
        let tls = Tls::of(&config.network)?.map(Arc::new);
        let Config {
            listen,
            databases,
            demo,
            migrate,
            limits,
            login,
            network,
            oidc,
        } = config;
        let oidc = oidc.map(Oidc::new).transpose()?;
        let program = Program::of(application)?;
        let start = PrepareOptions { demo, migrate, exposed };
        let preparing = tokio::task::spawn_blocking(move || open(&databases, program, start, limits.max_streams)).await;
        let (databases, prepared) =
            preparing.map_err(|error| Failure::new(format!("the start broke off: {error}")))??;
        if exposed {
            refuse_demo_login(application, &prepared, listen)?;
        }
        let app = Shared::new(App {
            program,
            databases: Databases::new(databases),
            limits,
            login,
            hashing: Semaphore::new(cores()),
            bodies: MemoryBudget::new(BODIES * limits.max_body),
            streams: api::Streams::new(limits.max_streams),
            answers: MemoryBudget::new(ANSWERS * limits.max_answer),
            uses: Default::default(),
            request_rate: RequestRate::new(limits.token_requests),
            oidc,
        });
        let listener = bind(listen).await?;
        let addr = listener.local_addr()?;
        let (metrics, admin) = match network.admin_listen {
            None => (None, None),
            Some(admin) => {
                let metrics = Metrics::new().map_err(|error| Failure::new(format!("metrics: {error}")))?;
                let router = admin_router(app.clone(), metrics.clone());
                (
                    Some(metrics),
                    Some(Endpoint::new(bind(admin).await?, router, ADMIN_CONNECTIONS)),
                )
            }
        };
        let mut router = api::router(app);
        if traces::are_made() {
            router = router.layer(from_fn(traces::route));
        }
        if !network.cors_origins.is_empty() {
            router = router.layer(security::cors(&network.cors_origins));
        }
        let public = Endpoint {
            tls,
            metrics,
            proxies: network.behind_proxy.into(),
            ..Endpoint::new(listener, router, limits.max_connections)
        };
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
            public,
            addr,
            admin,
            redactor: UrlRedactor::new(program),
            prepared,
            application,
        })
    }

    /// The address that the server listens on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The address of metrics and health checks, if they have one.
    ///
    /// # Errors
    /// When the system does not tell it.
    pub fn admin_addr(&self) -> std::io::Result<Option<SocketAddr>> {
        self.admin.as_ref().map(|admin| admin.listener.local_addr()).transpose()
    }

    /// The certificate, if the server speaks HTTPS.
    pub(crate) fn tls(&self) -> Option<&Arc<Tls>> {
        self.public.tls.as_ref()
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
        let redactor = Arc::new(self.redactor);
        let Some(admin) = self.admin else {
            return connections::serve(self.public, redactor, stop).await;
        };
        // The admin address answers until the last request has ended.
        let (ended, mut ending) = watch::channel(());
        let public = async {
            connections::serve(self.public, redactor.clone(), stop).await;
            drop(ended);
        };
        let admin_stop = async move { while ending.changed().await.is_ok() {} };
        tokio::join!(public, connections::serve(admin, redactor.clone(), admin_stop));
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|error| Failure::new(format!("cannot listen on {address}: {error}")))
}

/// Refuses databases in which everybody knows a password.
fn refuse_demo_login(application: &Application, prepared: &[Prepared], listen: SocketAddr) -> Result<(), Failure> {
    let known = prepared.iter().find(|prepared| prepared.demo_login);
    let Some((database, demo)) = known.map(|prepared| &prepared.database).zip(application.demo) else {
        return Ok(());
    };
    let (name, login) = (application.name, demo.login);
    Err(Failure::new(format!(
        "{listen} can be reached from other machines, and in the database {database} the user {login} has the password \
         of the demo data, which everybody knows: set another one with `{name} user set-password {login}`, or listen on \
         127.0.0.1 only"
    )))
}

fn open(
    configs: &[DatabaseConfig],
    program: &'static Program,
    start: PrepareOptions,
    streams: usize,
) -> Result<(Vec<Database>, Vec<Prepared>), Failure> {
    let (mut databases, mut prepared) = (Vec::new(), Vec::new());
    for config in configs {
        prepared.push(prepare::prepare(config, program, start)?);
        databases.push(Database {
            name: config.name.clone(),
            pool: Pool::open(&config.address, cores(), streams)?,
            writes: Arc::default(),
        });
    }
    Ok((databases, prepared))
}

/// The number of processor cores, but at least two.
fn cores() -> usize {
    available_parallelism().map_or(2, NonZero::get).max(2)
}
