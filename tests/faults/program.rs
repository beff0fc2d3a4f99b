//! Runs the program in a process of its own.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Once;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tests::{Body, cargo, request, target};

/// The path of the program, which is built at the first call.
pub(crate) fn program() -> PathBuf {
    static BUILT: Once = Once::new();
    BUILT.call_once(|| {
        let built = cargo(&["build", "--workspace", "--bin", "declarest"]).status();
        assert!(built.unwrap().success());
    });
    target().join("declarest")
}

/// Runs `declarest` with these arguments. Returns what it prints, or its error message.
pub(crate) fn declarest(words: &[&str]) -> Result<String, String> {
    let output = Command::new(program()).args(words).output().unwrap();
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

/// The command `declarest serve` over this database.
fn serve(url: &str) -> Command {
    let mut command = Command::new(program());
    command
        .args(["serve", "--demo", "--listen", "127.0.0.1:0"])
        .env("DECLAREST_LOG", "warn");
    command.arg("--database").arg(format!("saleorder_api={url}"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// How many bytes of the machine's memory a process has; `None` when it has ended.
pub(crate) fn memory_of(process: u32) -> Option<usize> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: usize = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kilobytes * 1024)
}

/// A running server, and a token of its demo user. It is killed when this is dropped.
pub(crate) struct Running {
    process: Child,
    pub(crate) addr: SocketAddr,
    pub(crate) token: String,
}

impl Running {
    /// Starts the program and logs in.
    pub(crate) fn start(url: &str) -> Self {
        Running::start_with(url, &[])
    }

    /// As [`Running::start`], with more arguments.
    pub(crate) fn start_with(url: &str, words: &[&str]) -> Self {
        Running::start_as(url, |command| {
            command.args(words);
        })
    }

    /// As [`Running::start`], by a changed command. What it writes to the standard error is dropped unless that changes
    /// it.
    pub(crate) fn start_as(url: &str, change: impl FnOnce(&mut Command)) -> Self {
        let mut command = serve(url);
        change(command.stderr(Stdio::null()));
        let mut process = command.spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains("API") {
            line.clear();
            assert_ne!(lines.read_line(&mut line).unwrap(), 0, "the program ended");
        }
        let url = line.split("http://").nth(1).unwrap();
        let addr = url.split('/').next().unwrap().parse().unwrap();
        std::thread::spawn(move || lines.read_to_string(&mut String::new()));
        let token = String::new();
        let mut running = Running { process, addr, token };
        let login = "/rest/api/login/token?login=admin&password=admin@123&db=saleorder_api";
        let login = request(addr, "GET", login, &[], Body::None).unwrap().ok();
        login["access_token"].as_str().unwrap().clone_into(&mut running.token);
        running
    }

    /// Sends `GET` to a path below `/restful/api/v1/`. Returns the JSON of a 200 answer.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Value {
        let path = format!("/restful/api/v1/{path}");
        let headers = [("access-token", self.token.as_str())];
        request(self.addr, "GET", &path, &headers, Body::None).unwrap().ok()
    }

    /// How many bytes of the machine's memory the program has.
    pub(crate) fn memory(&self) -> usize {
        memory_of(self.process.id()).unwrap()
    }

    /// Sends the program a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.process), signal).unwrap();
    }

    /// Waits for the program to end and returns its exit code.
    pub(crate) fn code(&mut self) -> Option<i32> {
        self.process.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill(); // fails if it has ended already
        let _ = self.process.wait();
    }
}

/// Asserts that the program does not start over this database and that its error message contains `word`. Returns all
/// that it prints.
#[track_caller]
pub(crate) fn refuses(url: &str, word: &str) -> String {
    let output = serve(url).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.starts_with("declarest: ") && text.contains(word), "{text}");
    assert!(!text.contains("panicked"), "{text}");
    format!("{}{text}", String::from_utf8_lossy(&output.stdout))
}
