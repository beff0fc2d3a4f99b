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

/// A cluster.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    settings: String,
    /// Variables of its processes.
    variables: Vec<(&'static str, PathBuf)>,
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
        Cluster::with("-c fsync=off")
    }

    /// A cluster with settings, as PostgreSQL's program takes them.
    ///
    /// # Errors
    /// Why there is none.
    pub fn with(settings: &str) -> Result<Self, String> {
        Cluster::found(settings)?.made()
    }

    /// A cluster that says in German what it refuses.
    ///
    /// # Errors
    /// Why there is none.
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

    /// Makes what is in its folder, and starts it.
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

    /// A standby that follows this cluster.
    ///
    /// # Errors
    /// Why there is none.
    pub fn standby(&self) -> Result<Self, String> {
        let standby = Cluster::found(&self.settings)?;
        let mut backup = command(&self.programs.join("pg_basebackup"));
        backup.args(["-h", "127.0.0.1", "-U", "tests", "-R", "-c", "fast", "--no-sync", "-p"]);
        let copied = run(backup.arg(self.port.to_string()).arg("-D").arg(standby.data()));
        copied.inspect_err(|_| {
            let _ = std::fs::remove_dir_all(&standby.folder); // it stays empty
        })?;
        standby.launch()?;
        Ok(standby)
    }

    /// Programs, a folder and a port for a cluster.
    fn found(settings: &str) -> Result<Self, String> {
        // Looked for first: else a folder would be left.
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
        // Stops it when this process ends, however it does: then its end of the pipe closes. A test may have left it
        // suspended.
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
        let mut started = self.begin();
        for _ in 0..100 {
            if started.is_err() {
                std::thread::sleep(Duration::from_millis(50));
                started = self.begin();
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

    /// Ends the cluster at once, as a kill does.
    ///
    /// # Panics
    /// When it does not end.
    pub fn stop(&self) {
        let stopped = run(self.control("stop").args(["-m", "immediate"]));
        stopped.unwrap_or_else(|why| panic!("{why}"));
    }

    /// Starts the cluster again that was stopped.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_again(&self) {
        self.begin().unwrap_or_else(|why| panic!("{why}"));
    }

    /// Lets the cluster hang, until it goes on.
    ///
    /// # Panics
    /// When it does not run.
    pub fn hang(&self) {
        self.signal("-STOP");
    }

    /// Lets the cluster go on that hangs.
    ///
    /// # Panics
    /// When it does not run.
    pub fn go_on(&self) {
        self.signal("-CONT");
    }

    /// Sends a signal to the first process, and to those that it started by then.
    fn signal(&self, signal: &str) {
        let file = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap_or_default();
        let first = file.lines().next().unwrap_or_default();
        let send = |process: &str| {
            Command::new("kill")
                .args([signal, process])
                .status()
                .is_ok_and(|sent| sent.success())
        };
        assert!(send(first), "{} does not run", self.data().display());
        let started = Command::new("ps").args(["-o", "pid=", "--ppid", first]).output();
        let started = started.unwrap_or_else(|error| panic!("ps: {error}")).stdout;
        for process in String::from_utf8_lossy(&started).split_whitespace() {
            send(process); // it may have ended
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

    /// Where a database is.
    ///
    /// # Panics
    /// Never: the URL is one.
    pub fn address(&self, name: &str) -> Address {
        address(&self.url(name))
    }

    /// Where it listens.
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

/// What a URL names.
///
/// # Panics
/// When it is none.
pub fn address(url: &str) -> Address {
    Address::parse(url).unwrap_or_else(|error| panic!("{error}"))
}

/// A new folder where everybody may go, of the user who runs the programs: it is not always this one.
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

/// A command of somebody who is not root.
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
    // What stands in the path may be a link: the other programs are where it leads.
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

/// Runs a program to its end; what it wrote to its log is not waited for.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?}: {status}")),
        Err(error) => Err(format!("{command:?}: {error}")),
    }
}
