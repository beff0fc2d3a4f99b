//! A server for one test, in the process of the test.

use std::net::SocketAddr;
use std::sync::OnceLock;

use harness::{Database, Template};
use orm::db::Address;
use serde_json::{Value, json};
use server::config::DatabaseConfig;
use server::{Application, Config};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::client::{Body, Reply, encode, request};

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct Server {
    /// The address on which it listens.
    pub addr: SocketAddr,
    /// The address of its metrics and health checks, if it has one.
    pub admin: Option<SocketAddr>,
    /// Its database.
    pub database: Address,
    /// An access token of `admin`; empty without the demo data.
    pub token: String,
    stop: Option<oneshot::Sender<()>>,
    runtime: Option<Runtime>,
    own: Option<Database>,
}

/// A database with the demo data, made once for all tests of a binary, and a token that is stored in it.
struct Prepared {
    template: Template,
    token: String,
}

impl Server {
    /// A server with the demo data; `admin` has logged in.
    pub fn demo() -> Self {
        Server::demo_with(|_| {})
    }

    /// As [`Server::demo`], with a changed configuration.
    pub fn demo_with(change: impl FnOnce(&mut Config)) -> Self {
        let mut server = Server::start(demo(), change);
        server.token.clone_from(&prepared().token);
        server
    }

    /// A server with an empty database and a changed configuration.
    pub fn empty(change: impl FnOnce(&mut Config)) -> Self {
        Server::start(Database::empty(), change)
    }

    fn start(own: Database, change: impl FnOnce(&mut Config)) -> Self {
        let name = "saleorder_api".to_owned();
        let address = own.address().clone();
        let mut server = Server::over(DatabaseConfig { name, address }, change);
        server.own = Some(own);
        server
    }

    /// A server over a given database, which is not removed with the server.
    ///
    /// # Panics
    /// When it does not start.
    pub fn over(database: DatabaseConfig, change: impl FnOnce(&mut Config)) -> Self {
        Server::serving(crate::declarest(), database, change)
    }

    /// As [`Server::over`], for another application than `declarest`.
    ///
    /// # Panics
    /// When it does not start.
    pub fn serving(
        application: &'static Application,
        database: DatabaseConfig,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let address = database.address.clone();
        let mut config = Config::new(database);
        change(&mut config);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let server = runtime.block_on(server::Server::bind(application, config));
        let server = server.unwrap_or_else(|failure| panic!("the server does not start: {failure}"));
        let addr = server.addr();
        let admin = server.admin_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        runtime.spawn(async move {
            server
                .run(async {
                    let _ = stopped.await; // an error if the sender was dropped: stops too
                })
                .await;
        });
        Server {
            addr,
            admin,
            database: address,
            token: String::new(),
            stop: Some(stop),
            runtime: Some(runtime),
            own: None,
        }
    }

    /// Sends a request with these headers only.
    ///
    /// # Panics
    /// When there is no answer.
    #[track_caller]
    pub fn raw(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Body<'_>) -> Reply {
        request(self.addr, method, path, headers, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// Sends a request of the demo user to a path below `/restful/api/v1/`.
    #[track_caller]
    pub fn call(&self, method: &str, path: &str, body: Body<'_>) -> Reply {
        self.raw(
            method,
            &format!("/restful/api/v1/{path}"),
            &[("access-token", &self.token)],
            body,
        )
    }

    /// Sends `GET` to a path below `/restful/api/v1/`.
    #[track_caller]
    pub fn get(&self, path: &str, parameters: &[(&str, &str)]) -> Reply {
        self.call("GET", &format!("{path}{}", encode(parameters)), Body::None)
    }

    /// Sends a request with a JSON body to a path below `/restful/api/v1/`.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, body: &Value) -> Reply {
        self.call(method, path, Body::Json(body.to_string().as_bytes()))
    }

    /// The ids of the records in a list, in its order.
    #[track_caller]
    pub fn ids(&self, model: &str, parameters: &[(&str, &str)]) -> Vec<i64> {
        let fields = [("fields", "id")];
        let parameters: Vec<(&str, &str)> = fields.into_iter().chain(parameters.iter().copied()).collect();
        let list = self.get(model, &parameters).ok();
        let ids = list
            .as_array()
            .expect("a list")
            .iter()
            .map(|record| record["id"].as_i64());
        ids.map(|id| id.expect("an id")).collect()
    }

    /// One record with these fields.
    #[track_caller]
    pub fn record(&self, model: &str, id: i64, fields: &str) -> Value {
        self.get(&format!("{model}/{id}"), &[("fields", fields)]).ok()
    }

    /// Asserts that the server still answers.
    #[track_caller]
    pub fn is_alive(&self) {
        assert_eq!(self.raw("GET", "/livez", &[], Body::None).status, 200);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(()); // fails if it has ended already
        }
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A new database with the demo data.
pub fn demo() -> Database {
    prepared().template.copy()
}

fn prepared() -> &'static Prepared {
    static PREPARED: OnceLock<Prepared> = OnceLock::new();
    PREPARED.get_or_init(|| {
        let mut server = Server::empty(|config| config.demo = true);
        let login = json!({"login": "admin", "password": "admin@123", "db": "saleorder_api"}).to_string();
        let login = server
            .raw("POST", "/rest/api/login/token", &[], Body::Json(login.as_bytes()))
            .ok();
        let database = server.own.take().expect("a database of its own");
        Prepared {
            template: database.into_template(),
            token: login["access_token"].as_str().expect("a token").to_owned(),
        }
    })
}
