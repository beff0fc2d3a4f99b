//! A PostgreSQL cluster of this process's own: temporary, on a free port, never one that happens to run. It ends with the
//! process.

use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use orm::db::Address;
use rustix::process::{Pid, Signal, kill_process};

use crate::dump::execute;

/// Where Debian keeps the programs, below the version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// `pg_ctl` refuses to run as root; whoever else does then.
const NOBODY: u32 = 65_534;

/// The cluster.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    databases: AtomicU32,
}

/// The cluster of this process, started when it is asked for first.
///
/// # Errors
/// Why there is none.
pub fn cluster() -> Result<&'static Cluster, &'static str> {
    static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(Cluster::new);
    cluster.as_ref().map_err(String::as_str)
}

impl Cluster {
    /// A cluster of a test's own, which it may kill.
    ///
    /// # Errors
    /// Why there is none.
    pub fn new() -> Result<Self, String> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let programs = programs().ok_or("there is no initdb: install PostgreSQL")?;
        // Where everybody may go: it is not always this user who does.
        let (process, number) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = PathBuf::from(format!("/tmp/declarest-postgres-{process}-{number}"));
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        if is_root() {
            chown(&folder, Some(NOBODY), Some(NOBODY)).map_err(|error| error.to_string())?;
        }
        let cluster = Cluster {
            programs,
            folder,
            port: free_port()?,
            databases: AtomicU32::new(0),
        };
        let mut initdb = command(&cluster.programs.join("initdb"));
        initdb.args([
            "--auth=trust",
            "--username=tests",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]);
        run(initdb.arg("-D").arg(cluster.data()))?;
        cluster.start()?;
        // Stops it when this process ends, however it does: then its end of the pipe closes.
        let stop = format!(
            "cat; '{}' stop -m immediate -D '{}'; rm -rf '{}'",
            cluster.programs.join("pg_ctl").display(),
            cluster.data().display(),
            cluster.folder.display()
        );
        let mut watch = command(Path::new("sh"));
        watch.args(["-c", &stop]).process_group(0).stdin(Stdio::piped());
        let watching = watch.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        std::mem::forget(watching.map_err(|error| error.to_string())?);
        Ok(cluster)
    }

    fn start(&self) -> Result<(), String> {
        let options = format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200",
            self.port,
            self.folder.display()
        );
        run(self.control("start").args(["-o", &options]))
    }

    /// Kills every process of the cluster, and starts it again.
    ///
    /// # Panics
    /// When it does not start.
    pub fn kill(&self) {
        let noted = std::fs::read_to_string(self.data().join("postmaster.pid")).expect("a cluster that runs");
        let first = noted.lines().next().unwrap_or_default();
        let children = std::fs::read_to_string(format!("/proc/{first}/task/{first}/children")).unwrap_or_default();
        for process in std::iter::once(first).chain(children.split_whitespace()) {
            let process = process
                .parse()
                .ok()
                .and_then(Pid::from_raw)
                .expect("the number of a process");
            let _ = kill_process(process, Signal::KILL); // it may have ended
        }
        // Until the last of them is gone, its memory is in use.
        let mut started = self.start();
        for _ in 0..100 {
            if started.is_err() {
                std::thread::sleep(Duration::from_millis(50));
                started = self.start();
            }
        }
        started.unwrap_or_else(|why| panic!("{why}"));
    }

    /// Ends the cluster at once, all its processes told to, and starts it again.
    ///
    /// # Panics
    /// When it does not start.
    pub fn restart(&self) {
        let restarted = run(self.control("restart").args(["-m", "immediate"]));
        restarted.unwrap_or_else(|why| panic!("{why}"));
    }

    fn control(&self, action: &str) -> Command {
        let mut control = command(&self.programs.join("pg_ctl"));
        control.args([action, "-w", "-D"]).arg(self.data());
        control.arg("-l").arg(self.folder.join("log"));
        control
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// A new database: empty, or a copy of another one, which nobody uses any more.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn database(&self, template: Option<&str>) -> String {
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
    pub fn url(&self, name: &str) -> String {
        format!("postgres://tests@127.0.0.1:{}/{name}", self.port)
    }

    /// Where a database is.
    pub fn address(&self, name: &str) -> Address {
        let address = Address::parse(&self.url(name));
        address.unwrap_or_else(|error| panic!("{error}"))
    }

    fn run(&self, sql: &str) {
        execute(&self.address("postgres"), sql);
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// A command of somebody who is not root.
fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir("/").stdin(Stdio::null());
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
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
