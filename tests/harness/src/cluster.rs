//! Temporary PostgreSQL clusters on free ports. Tests never use a cluster that is already running. A temporary cluster
//! is stopped and deleted when the process ends.

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

/// Debian's folder of PostgreSQL's programs; they are in `VERSION/bin` below it.
const DEBIAN: &str = "/usr/lib/postgresql";
/// The user id for PostgreSQL's programs if the tests run as root: `pg_ctl` refuses to run as root.
const NOBODY: u32 = 65_534;

/// A temporary PostgreSQL cluster.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    settings: String,
    /// Environment variables of the server.
    variables: Vec<(&'static str, PathBuf)>,
    databases: AtomicU32,
}

/// The cluster that all tests of this process share. It is started at the first call.
///
/// # Errors
/// When there is no PostgreSQL or the cluster cannot be started; so for all functions that start one.
pub fn cluster() -> Result<&'static Cluster, &'static str> {
    static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(Cluster::new);
    cluster.as_ref().map_err(String::as_str)
}

impl Cluster {
    /// Starts a cluster for one test, which may kill or stop it.
    ///
    /// # Errors
    /// As [`cluster`].
    pub fn new() -> Result<Self, String> {
        Cluster::with("-c fsync=off -c max_wal_size=128MB") // a log that nobody replays takes little disk
    }

    /// Starts a cluster with settings, given as options of `postgres`: `-c fsync=off`.
    ///
    /// # Errors
    /// As [`cluster`].
    pub fn with(settings: &str) -> Result<Self, String> {
        Cluster::found(settings)?.made()
    }

    /// Starts a cluster whose error messages are in German.
    ///
    /// # Errors
    /// As [`cluster`], or when the locale cannot be made.
    pub fn german() -> Result<Self, String> {
        let mut cluster = Cluster::found("-c lc_messages=de_DE.UTF-8")?;
        let mut locale = command(Path::new("localedef"));
        locale
            .args(["-i", "de_DE", "-f", "UTF-8"])
            .arg(cluster.folder.join("de_DE.UTF-8"));
        run(&mut locale).map_err(|error| format!("there is no German: install Debian's `locales`: {error}"))?;
        cluster.variables.push(("LOCPATH", cluster.folder.clone()));
        cluster.made()
    }

    /// Initializes the data folder and starts the cluster.
    fn made(self) -> Result<Self, String> {
        let cluster = self;
        let mut initdb = command(&cluster.programs.join("initdb"));
        initdb.args([
            "--auth=trust",
            "--username=tests",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]);
        run(initdb.arg("-D").arg(cluster.data()))?;
        cluster.launch()?;
        Ok(cluster)
    }

    /// Starts a standby that replicates this cluster.
    ///
    /// # Errors
    /// As [`cluster`].
    pub fn standby(&self) -> Result<Self, String> {
        let standby = Cluster::found(&self.settings)?;
        let mut backup = command(&self.programs.join("pg_basebackup"));
        backup.args(["-h", "127.0.0.1", "-U", "tests", "-R", "-c", "fast", "--no-sync", "-p"]);
        let copied = run(backup.arg(self.port.to_string()).arg("-D").arg(standby.data()));
        copied.inspect_err(|_| {
            let _ = std::fs::remove_dir_all(&standby.folder); // nothing else would remove it
        })?;
        standby.launch()?;
        Ok(standby)
    }

    /// Finds the programs, a new folder and a free port for a cluster.
    fn found(settings: &str) -> Result<Self, String> {
        // First of all: if there are none, no folder must be left behind.
        let programs = programs().ok_or("there is no initdb: install PostgreSQL")?;
        Ok(Cluster {
            programs,
            folder: folder("postgres")?,
            port: free_port()?,
            settings: settings.to_owned(),
            variables: Vec::new(),
            databases: AtomicU32::new(0),
        })
    }

    fn launch(&self) -> Result<(), String> {
        self.begin()?;
        // A watching process stops the cluster when this process ends, in whatever way: then the pipe to `cat` closes.
        // CONT, because a test may have left the cluster suspended.
        let data = self.data();
        let stop = format!(
            "cat; kill -CONT $(head -n 1 '{data}/postmaster.pid'); '{}' stop -m immediate -D '{data}'; rm -rf '{}'",
            self.programs.join("pg_ctl").display(),
            self.folder.display(),
            data = data.display(),
        );
        let mut watch = command(Path::new("sh"));
        watch.args(["-c", &stop]).process_group(0).stdin(Stdio::piped());
        let watching = watch.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        std::mem::forget(watching.map_err(|error| error.to_string())?);
        Ok(())
    }

    fn begin(&self) -> Result<(), String> {
        let options = format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1 -c max_connections=200 {}",
            self.port,
            self.folder.display(),
            self.settings
        );
        run(self.control("start").args(["-o", &options]))
    }

    /// Kills all processes of the cluster (SIGKILL) and starts it again.
    ///
    /// # Panics
    /// When it does not start.
    pub fn kill(&self) {
        let first = self.process().expect("a cluster that runs").to_string();
        let children = std::fs::read_to_string(format!("/proc/{first}/task/{first}/children")).unwrap_or_default();
        for process in std::iter::once(first.as_str()).chain(children.split_whitespace()) {
            let process = process
                .parse()
                .ok()
                .and_then(Pid::from_raw)
                .expect("the number of a process");
            let _ = kill_process(process, Signal::KILL); // fails if it has ended already
        }
        // Starting fails until the last process is gone, because its shared memory is in use.
        let mut started = self.begin();
        for _ in 0..100 {
            if started.is_err() {
                std::thread::sleep(Duration::from_millis(50));
                started = self.begin();
            }
        }
        started.unwrap_or_else(|why| panic!("{why}"));
    }

    /// Restarts the cluster in `immediate` mode: its processes end at once, without a checkpoint.
    ///
    /// # Panics
    /// When it does not start.
    pub fn restart(&self) {
        let restarted = run(self.control("restart").args(["-m", "immediate"]));
        restarted.unwrap_or_else(|why| panic!("{why}"));
    }

    /// Stops the cluster in `immediate` mode: its processes end at once, without a checkpoint.
    ///
    /// # Panics
    /// When it cannot be stopped.
    pub fn stop(&self) {
        let stopped = run(self.control("stop").args(["-m", "immediate"]));
        stopped.unwrap_or_else(|why| panic!("{why}"));
    }

    /// Starts the cluster again after [`Self::stop`].
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_again(&self) {
        self.begin().unwrap_or_else(|why| panic!("{why}"));
    }

    /// Suspends all processes of the cluster (SIGSTOP) until [`Self::go_on`].
    ///
    /// # Panics
    /// When it is not running.
    pub fn hang(&self) {
        self.signal("-STOP");
    }

    /// Continues a suspended cluster (SIGCONT).
    ///
    /// # Panics
    /// When it is not running.
    pub fn go_on(&self) {
        self.signal("-CONT");
    }

    /// Sends a signal to the postmaster and then to its current child processes.
    fn signal(&self, signal: &str) {
        let first = self.process().map_or(String::new(), |process| process.to_string());
        let send = |process: &str| {
            Command::new("kill")
                .args([signal, process])
                .status()
                .is_ok_and(|sent| sent.success())
        };
        assert!(send(&first), "{} does not run", self.data().display());
        let started = Command::new("ps").args(["-o", "pid=", "--ppid", &first]).output();
        let started = started.unwrap_or_else(|error| panic!("ps: {error}")).stdout;
        for process in String::from_utf8_lossy(&started).split_whitespace() {
            send(process); // fails if it has ended already
        }
    }

    fn control(&self, action: &str) -> Command {
        let mut control = command(&self.programs.join("pg_ctl"));
        control.envs(self.variables.iter().map(|(name, value)| (name, value)));
        control.args([action, "-w", "-D"]).arg(self.data());
        control.arg("-l").arg(self.folder.join("log"));
        control
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Creates a database and returns its name. It is empty or a copy of another one, whose connections are ended.
    ///
    /// # Panics
    /// When it cannot be created.
    pub fn database(&self, template: Option<&str>) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let template = template.unwrap_or("template1");
        let leave =
            format!("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{template}'");
        self.run(&leave);
        self.run(&format!("CREATE DATABASE {name} TEMPLATE {template}"));
        name
    }

    /// Drops a database, even if it has open connections.
    pub(crate) fn remove(&self, name: &str) {
        self.run(&format!("DROP DATABASE {name} WITH (FORCE)"));
    }

    /// The address of a database.
    ///
    /// # Panics
    /// Never, because the URL is valid.
    pub fn address(&self, name: &str) -> Address {
        address(&self.url(name))
    }

    /// The number of its first process, whose children serve the connections; none if it does not run.
    pub fn process(&self) -> Option<u32> {
        let noted = std::fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        noted.lines().next()?.parse().ok()
    }

    /// The port on which the cluster listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The URL of a database.
    pub fn url(&self, name: &str) -> String {
        format!("postgres://tests@127.0.0.1:{}/{name}", self.port)
    }

    fn run(&self, sql: &str) {
        execute(&self.address("postgres"), sql);
    }
}

/// Parses the URL of a database.
///
/// # Panics
/// When it is not a valid URL.
pub fn address(url: &str) -> Address {
    Address::parse(url).unwrap_or_else(|error| panic!("{error}"))
}

/// A new folder that belongs to the user who runs PostgreSQL's programs, which is not always the current user. It is in
/// `/tmp`, where every user may enter.
pub(crate) fn folder(what: &str) -> Result<PathBuf, String> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = PathBuf::from(format!("/tmp/declarest-{what}-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    if is_root() {
        chown(&folder, Some(NOBODY), Some(NOBODY)).map_err(|error| error.to_string())?;
    }
    Ok(folder)
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// A command that does not run as root.
pub(crate) fn command(program: &Path) -> Command {
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
    // `initdb` in the path may be a link. The other programs are in the folder of its target.
    folders.find_map(|folder| {
        let initdb = folder.join("initdb").canonicalize().ok()?;
        let folder = initdb.parent()?.to_path_buf();
        folder.join("pg_ctl").exists().then_some(folder)
    })
}

pub(crate) fn free_port() -> Result<u16, String> {
    let bound = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    bound.map(|addr| addr.port()).map_err(|error| error.to_string())
}

/// Runs a program to its end. Its output is discarded: waiting for the end of a pipe would also wait for the server
/// that `pg_ctl` leaves running.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?}: {status}")),
        Err(error) => Err(format!("{command:?}: {error}")),
    }
}
