//! HTTPS, with the program in a process of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tests::{Database, TempDir, certificate, skip};

use super::program::program;

/// A server that speaks HTTPS. It is killed when this is dropped.
struct Served {
    process: Child,
    addr: SocketAddr,
}

impl Served {
    fn start(database: &Database, certificate: &Path, key: &Path) -> Self {
        let mut command = Command::new(program());
        command.args(["serve", "--listen", "127.0.0.1:0", "--database", &database.url()]);
        command.arg("--tls-cert").arg(certificate).arg("--tls-key").arg(key);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let url = lines.find_map(|line| Some(line.unwrap().split_once("https://")?.1.to_owned()));
        let addr = url.unwrap().split('/').next().unwrap().parse().unwrap();
        std::thread::spawn(move || lines.count());
        Served { process, addr }
    }

    /// What is answered to a client that trusts this certificate only; nothing if it does not trust the server.
    fn ask(&self, trusted: &Path) -> String {
        let mut client = Command::new("openssl")
            .args([
                "s_client",
                "-quiet",
                "-verify_return_error",
                "-servername",
                "localhost",
                "-connect",
            ])
            .arg(self.addr.to_string())
            .arg("-CAfile")
            .arg(trusted)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut sent = client.stdin.take().unwrap();
        // Fails if the client has ended already.
        let _ = sent.write_all(b"GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let answer = client.wait_with_output().unwrap();
        String::from_utf8_lossy(&answer.stdout).into_owned()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill(); // fails if it has ended already
        let _ = self.process.wait();
    }
}

#[test]
fn https_is_served_with_the_newest_certificate_and_waits_for_nobody() {
    let folder = TempDir::new();
    let path = |name: &str| folder.path().join(name);
    let (own, key) = (path("own.crt"), path("own.key"));
    if let Err(why) = certificate(&own, &key) {
        return skip(&why);
    }
    let (database, old) = (Database::empty(), path("old.crt"));
    std::fs::copy(&own, &old).unwrap();
    let served = Served::start(&database, &own, &key);
    // These never finish, or never begin, their handshakes.
    let mut idle: Vec<TcpStream> = (0..20).map(|_| TcpStream::connect(served.addr).unwrap()).collect();
    idle[0].write_all(&[22, 3, 1, 2, 0]).unwrap();
    let answer = served.ask(&own);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok"), "{answer}");
    assert!(
        answer.contains("strict-transport-security: max-age=31536000\r\n"),
        "{answer}"
    );
    assert!(
        !tests::request(served.addr, "GET", "/livez", &[], tests::Body::None).is_ok_and(|reply| reply.status == 200)
    );

    // A broken file is not taken, a new certificate is.
    let hang_up = || kill_process(Pid::from_child(&served.process), Signal::HUP).unwrap();
    std::fs::write(&own, "broken").unwrap();
    hang_up();
    std::thread::sleep(Duration::from_millis(200));
    assert!(served.ask(&old).starts_with("HTTP/1.1 200"));
    certificate(&own, &key).unwrap();
    assert!(served.ask(&own).is_empty(), "not read yet");
    hang_up();
    while !served.ask(&own).starts_with("HTTP/1.1 200") {
        std::thread::yield_now();
    }
    assert!(served.ask(&old).is_empty());

    for stream in &mut idle {
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        assert!(!matches!(stream.read(&mut [0]), Ok(1..)), "it is closed");
    }
}

#[test]
fn files_that_do_not_fit_are_refused() {
    let folder = TempDir::new();
    let path = |name: &str| folder.path().join(name);
    let made = [("a.crt", "a.key"), ("b.crt", "b.key")].map(|(file, key)| certificate(&path(file), &path(key)));
    if let Some(why) = made.into_iter().find_map(Result::err) {
        return skip(&why);
    }
    for (file, key, told) in [
        ("a.crt", "b.key", "a.crt"),
        ("none.crt", "a.key", "none.crt"),
        ("a.crt", "a.crt", "a.crt"),
    ] {
        let mut command = Command::new(program());
        command.args(["config", "check", "--tls-cert"]).arg(path(file));
        let output = command.arg("--tls-key").arg(path(key)).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && text.contains(told), "{text}");
    }
}
