//! The program itself where its surroundings fail.

mod backup;
mod surroundings;

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Once;

use orm::db::Address;
use serde_json::json;
use tests::{Body, TempDir, execute, request, rows};

/// The program, built along with these tests.
fn program() -> PathBuf {
    static BUILT: Once = Once::new();
    let exe = std::env::current_exe().unwrap();
    let dir = exe.parent().and_then(Path::parent).unwrap().to_path_buf();
    BUILT.call_once(|| {
        let profile = dir.file_name().and_then(|name| name.to_str()).unwrap();
        let profile = if profile == "debug" { "dev" } else { profile };
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let built = Command::new(cargo)
            .args([
                "build",
                "-q",
                "-p",
                "server",
                "--bin",
                "declarest",
                "--profile",
                profile,
                "--target-dir",
            ])
            .arg(dir.parent().unwrap())
            .status();
        assert!(built.unwrap().success());
    });
    dir.join("declarest")
}

fn serve(database: &Path) -> Command {
    let mut command = Command::new(program());
    command.args([
        "serve",
        "--demo",
        "--listen",
        "127.0.0.1:0",
        "--log",
        "warn",
        "--database",
    ]);
    command.arg(format!("saleorder_api=sqlite://{}", database.display()));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A running program; killed at the end.
struct Running(Child, SocketAddr);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill(); // it may have ended
        let _ = self.0.wait();
    }
}

fn start(database: &Path) -> Running {
    let mut child = serve(database).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("API") {
        line.clear();
        assert_ne!(lines.read_line(&mut line).unwrap(), 0, "the program ended");
    }
    let url = line.split("http://").nth(1).unwrap();
    let addr = url.split('/').next().unwrap().parse().unwrap();
    std::thread::spawn(move || lines.read_to_string(&mut String::new()));
    Running(child, addr)
}

fn login(addr: SocketAddr) -> String {
    let path = "/rest/api/login/token?login=admin&password=admin@123&db=saleorder_api";
    let reply = request(addr, "GET", path, &[], Body::None).unwrap().ok();
    reply["access_token"].as_str().unwrap().to_owned()
}

#[track_caller]
fn refuses(database: &Path, word: &str) {
    let output = serve(database).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.starts_with("declarest: ") && text.contains(word), "{text}");
    assert!(!text.contains("panicked"), "{text}");
}

#[test]
fn a_file_that_is_no_database_of_ours_is_refused_and_left_alone() {
    let dir = TempDir::new();
    let at = |name: &str| dir.path().join(name);
    refuses(dir.path(), "directory");
    refuses(&at("missing/x.db"), "missing/x.db");
    std::fs::write(at("text.db"), "no database at all\n".repeat(100)).unwrap();
    refuses(&at("text.db"), "not a database");
    assert_eq!(
        std::fs::read_to_string(at("text.db")).unwrap(),
        "no database at all\n".repeat(100)
    );
    std::fs::write(at("other.db"), []).unwrap();
    let other = Address::Sqlite(at("other.db"));
    execute(
        &other,
        "CREATE TABLE photos (id INTEGER PRIMARY KEY); INSERT INTO photos VALUES (7);",
    );
    refuses(&at("other.db"), "other.db");
    let tables = rows(&other, "SELECT name FROM sqlite_schema");
    assert_eq!(tables, ["photos"]);
}

#[test]
fn sigterm_ends_it_with_success() {
    let dir = TempDir::new();
    let mut running = start(&dir.path().join("x.db"));
    login(running.1);
    let told = Command::new("kill").arg(running.0.id().to_string()).status().unwrap();
    assert!(told.success());
    assert_eq!(running.0.wait().unwrap().code(), Some(0));
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let dir = TempDir::new();
    let database = dir.path().join("x.db");
    let mut running = start(&database);
    let (addr, token) = (running.1, login(running.1));
    let writer = std::thread::spawn(move || {
        let body = json!({"partner_id": 11, "order_line": [[0, 0, {"product_id": 27, "name": "x", "price_unit": 1}]]})
            .to_string();
        let mut kept = Vec::new();
        let headers = [("access-token", token.as_str())];
        while let Ok(reply) = request(
            addr,
            "POST",
            "/restful/api/v1/sale.order",
            &headers,
            Body::Json(body.as_bytes()),
        ) {
            kept.push(reply.ok()["id"].as_i64().unwrap());
        }
        kept
    });
    let content = Address::Sqlite(database.clone());
    while rows(&content, "SELECT CAST(count(*) AS TEXT) FROM sale_order WHERE id > 43")[0]
        .parse::<u32>()
        .unwrap()
        < 20
    {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    running.0.kill().unwrap();
    running.0.wait().unwrap();
    let kept = writer.join().unwrap();
    assert!(!kept.is_empty());
    let restarted = start(&database);
    let token = login(restarted.1);
    for id in kept {
        let path = format!("/restful/api/v1/sale.order/{id}?fields=amount_total");
        let order = request(restarted.1, "GET", &path, &[("access-token", &token)], Body::None)
            .unwrap()
            .ok();
        assert_eq!(order["amount_total"].to_string(), "1.0");
    }
}
