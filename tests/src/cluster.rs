//! A PostgreSQL cluster of this process's own: temporary, on a free port, never one that happens to run. It ends with the
//! process.

use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use orm::db::Address;

use crate::dump::execute;

/// Where Debian keeps the programs, below the version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// `pg_ctl` refuses to run as root; whoever else does then.
const NOBODY: u32 = 65_534;

/// The cluster.
#[derive(Debug)]
pub(crate) struct Cluster {
    port: u16,
    databases: AtomicU32,
}

/// The cluster of this process, started when it is asked for first.
///
/// # Errors
/// Why there is none.
pub(crate) fn cluster() -> Result<&'static Cluster, &'static str> {
    static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(Cluster::start);
    cluster.as_ref().map_err(String::as_str)
}

impl Cluster {
    fn start() -> Result<Self, String> {
        let programs = programs().ok_or("there is no initdb: install PostgreSQL")?;
        let folder = std::env::temp_dir().join(format!("declarest-postgres-{}", std::process::id()));
        let data = folder.join("data");
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
        if root {
            chown(&folder, Some(NOBODY), Some(NOBODY)).map_err(|error| error.to_string())?;
        }
        let command = |program: &Path| {
            let mut command = Command::new(program);
            command.current_dir("/").stdin(Stdio::null());
            if root {
                command.uid(NOBODY).gid(NOBODY);
            }
            command
        };
        let mut initdb = command(&programs.join("initdb"));
        // Sorted by bytes, as SQLite does; cases by Unicode.
        let locale = ["--encoding=UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8"];
        initdb
            .args(["--auth=trust", "--username=tests", "--no-sync"])
            .args(locale);
        run(initdb.arg("-D").arg(&data))?;
        let port = free_port()?;
        let options = format!(
            "-p {port} -k {} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200",
            folder.display()
        );
        let mut start = command(&programs.join("pg_ctl"));
        start.args(["start", "-w", "-o", &options]).arg("-D").arg(&data);
        run(start.arg("-l").arg(folder.join("log")))?;
        // Stops it when this process ends, however it does: then its end of the pipe closes.
        let stop = format!(
            "cat; '{}' stop -m immediate -D '{}'; rm -rf '{}'",
            programs.join("pg_ctl").display(),
            data.display(),
            folder.display()
        );
        let mut watch = command(Path::new("sh"));
        watch.args(["-c", &stop]).process_group(0).stdin(Stdio::piped());
        let watching = watch.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        std::mem::forget(watching.map_err(|error| error.to_string())?);
        Ok(Cluster {
            port,
            databases: AtomicU32::new(0),
        })
    }

    /// A new database: empty, or a copy of another one, which nobody uses any more.
    ///
    /// # Panics
    /// When it cannot be made.
    pub(crate) fn database(&self, template: Option<&str>) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let template = template.unwrap_or("template1");
        let leave =
            format!("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{template}'");
        self.run(&leave);
        self.run(&format!("CREATE DATABASE {name} TEMPLATE {template}"));
        name
    }

    /// Removes a database, whoever uses it.
    pub(crate) fn remove(&self, name: &str) {
        self.run(&format!("DROP DATABASE {name} WITH (FORCE)"));
    }

    /// The URL of a database.
    pub(crate) fn url(&self, name: &str) -> String {
        format!("postgres://tests@127.0.0.1:{}/{name}", self.port)
    }

    fn run(&self, sql: &str) {
        execute(&Address::Postgres(self.url("postgres")), sql);
    }
}

/// The folder of the newest `initdb`.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir(DEBIAN)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok())
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort();
    let mut folders = std::env::split_paths(&path).chain(versions.into_iter().rev().map(|(_, folder)| folder));
    folders.find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
}

fn free_port() -> Result<u16, String> {
    let bound = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    bound.map(|addr| addr.port()).map_err(|error| error.to_string())
}

/// Runs a program to its end; what it wrote to its log is not waited for.
fn run(command: &mut Command) -> Result<(), String> {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?}: {status}")),
        Err(error) => Err(format!("{command:?}: {error}")),
    }
}
