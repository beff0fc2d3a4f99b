//! A server of a test's own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use orm::db::Address;
use serde_json::{Value, json};
use server::Config;
use server::config::DatabaseConfig;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::client::{Body, Reply, encode, request};
use crate::cluster::{Cluster, cluster};
use crate::dump::execute;

/// A directory that is removed at the end.
#[derive(Debug)]
pub struct TempDir(PathBuf);

impl TempDir {
    /// A new directory.
    ///
    /// # Panics
    /// When it cannot be made.
    #[expect(clippy::new_without_default, reason = "it makes a directory")]
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "declarest-tests-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a temporary directory");
        TempDir(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0); // what stays is in the system's directory for such
    }
}

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub addr: SocketAddr,
    /// Its database.
    pub database: Address,
    /// A token of the demo user; empty without the demo data.
    pub token: String,
    stop: Option<oneshot::Sender<()>>,
    runtime: Option<Runtime>,
    own: Own,
}

/// What goes with the server.
#[derive(Debug)]
enum Own {
    Nothing,
    File { _dir: TempDir },
    Database(&'static Cluster, String),
}

/// The demo data, made once for all tests of a binary, and a token that it knows.
struct Prepared {
    content: Content,
    token: String,
}

/// What a new database holds.
enum Content {
    Nothing,
    /// What an SQLite file does.
    File(Vec<u8>),
    /// What a database of the cluster does.
    Database(String),
}

/// The cluster, in the binary that runs the tests of the API on PostgreSQL. Where there is no PostgreSQL, that one runs them
/// on SQLite again.
fn postgres() -> Option<&'static Cluster> {
    let program = std::env::current_exe().ok()?;
    let asked = program.file_name()?.to_str()?.starts_with("api_postgres");
    let found = asked.then(cluster)?;
    found
        .map_err(|why| crate::skip(&format!("tests on PostgreSQL: {why}")))
        .ok()
}

impl Server {
    /// A server with the demo data; `admin` has logged in.
    pub fn demo() -> Self {
        let prepared = prepared();
        let mut server = Server::start(&prepared.content, |_| {});
        server.token.clone_from(&prepared.token);
        server
    }

    /// A server with an empty database and settings of its own.
    pub fn empty(change: impl FnOnce(&mut Config)) -> Self {
        Server::start(&Content::Nothing, change)
    }

    fn start(content: &Content, change: impl FnOnce(&mut Config)) -> Self {
        let (address, own) = match postgres() {
            Some(cluster) => {
                let template = match content {
                    Content::Database(name) => Some(name.as_str()),
                    Content::Nothing | Content::File(_) => None,
                };
                let name = cluster.database(template);
                (cluster.served(&name), Own::Database(cluster, name))
            }
            None => {
                let dir = TempDir::new();
                let file = dir.path().join("saleorder_api.db");
                if let Content::File(bytes) = content {
                    std::fs::write(&file, bytes).expect("a copy of the demo data");
                }
                (Address::Sqlite(file), Own::File { _dir: dir })
            }
        };
        let name = "saleorder_api".to_owned();
        let mut server = Server::over(DatabaseConfig { name, address }, change);
        server.own = own;
        server
    }

    /// A server with a database that somebody else keeps.
    ///
    /// # Panics
    /// When it does not start.
    pub fn over(database: DatabaseConfig, change: impl FnOnce(&mut Config)) -> Self {
        let address = database.address.clone();
        let mut config = Config::new(database);
        change(&mut config);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let server = runtime.block_on(server::Server::bind(config));
        let server = server.unwrap_or_else(|failure| panic!("the server does not start: {failure}"));
        let addr = server.addr();
        let (stop, stopped) = oneshot::channel();
        runtime.spawn(async move {
            server
                .run(async {
                    let _ = stopped.await; // dropped: stop too
                })
                .await;
        });
        Server {
            addr,
            database: address,
            token: String::new(),
            stop: Some(stop),
            runtime: Some(runtime),
            own: Own::Nothing,
        }
    }

    /// Any request, with these headers only.
    ///
    /// # Panics
    /// When there is no answer.
    #[track_caller]
    pub fn raw(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Body<'_>) -> Reply {
        request(self.addr, method, path, headers, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// A request of the demo user below `/restful/api/v1/`.
    #[track_caller]
    pub fn call(&self, method: &str, path: &str, body: Body<'_>) -> Reply {
        self.raw(
            method,
            &format!("/restful/api/v1/{path}"),
            &[("access-token", &self.token)],
            body,
        )
    }

    /// `GET` below `/restful/api/v1/`.
    #[track_caller]
    pub fn get(&self, path: &str, parameters: &[(&str, &str)]) -> Reply {
        self.call("GET", &format!("{path}{}", encode(parameters)), Body::None)
    }

    /// A request with a JSON body below `/restful/api/v1/`.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, body: &Value) -> Reply {
        self.call(method, path, Body::Json(body.to_string().as_bytes()))
    }

    /// The ids that a list answers, in its order.
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

    /// Asserts that the server answers.
    #[track_caller]
    pub fn is_alive(&self) {
        assert_eq!(self.raw("GET", "/livez", &[], Body::None).status, 200);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(()); // it may have ended
        }
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
        if let Own::Database(cluster, name) = &self.own {
            cluster.remove(name);
        }
    }
}

fn prepared() -> &'static Prepared {
    static PREPARED: OnceLock<Prepared> = OnceLock::new();
    PREPARED.get_or_init(|| {
        let mut server = Server::empty(|config| config.demo = true);
        let login = json!({"login": "admin", "password": "admin@123", "db": "saleorder_api"}).to_string();
        let login = server
            .raw("POST", "/rest/api/login/token", &[], Body::Json(login.as_bytes()))
            .ok();
        let content = match (&server.database, std::mem::replace(&mut server.own, Own::Nothing)) {
            (_, Own::Database(_, name)) => Content::Database(name),
            (Address::Sqlite(file), _own) => {
                let copy = file.with_file_name("copy.db");
                // Whatever the log of the file still holds belongs to the copy as well.
                execute(&server.database, &format!("VACUUM INTO '{}'", copy.display()));
                Content::File(std::fs::read(copy).expect("the copy"))
            }
            (Address::Postgres(_), _) => Content::Nothing,
        };
        Prepared {
            content,
            token: login["access_token"].as_str().expect("a token").to_owned(),
        }
    })
}
