//! SQLite files that are no database, belong to another program, disappear, are cut short, or are on a full disk.

use std::path::{Path, PathBuf};
use std::process::Command;

use orm::db::Address;
use serde_json::{Value, json};
use tests::{Body, Reply, TempDir, execute, request, rows, skip};

use super::program::{self, Running};

#[track_caller]
fn refuses(file: &Path, word: &str) {
    program::refuses(&format!("sqlite://{}", file.display()), word);
}

#[test]
fn a_file_that_is_no_database_of_ours_is_refused_and_left_alone() {
    let dir = TempDir::new();
    let at = |name: &str| dir.path().join(name);
    refuses(dir.path(), "directory");
    refuses(&at("missing/x.db"), "missing/x.db");
    let text = "no database at all\n".repeat(100);
    std::fs::write(at("text.db"), &text).unwrap();
    refuses(&at("text.db"), "not a database");
    assert_eq!(std::fs::read_to_string(at("text.db")).unwrap(), text);
    std::fs::write(at("other.db"), []).unwrap();
    let other = Address::Sqlite(at("other.db").into());
    execute(
        &other,
        "CREATE TABLE photos (id INTEGER PRIMARY KEY); INSERT INTO photos VALUES (7);",
    );
    refuses(&at("other.db"), "other.db");
    let tables = rows(&other, "SELECT name FROM sqlite_schema");
    assert_eq!(tables, ["photos"]);
}

fn url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

fn ready(running: &Running) -> Reply {
    request(running.addr, "GET", "/readyz", &[], Body::None).unwrap()
}

fn create(running: &Running, name: &str) -> Reply {
    let body = json!({"name": name, "note": "x".repeat(10_000)}).to_string();
    let headers = [("access-token", running.token.as_str())];
    let path = "/restful/api/v1/account.payment.term";
    request(running.addr, "POST", path, &headers, Body::Json(body.as_bytes())).unwrap()
}

#[test]
fn a_file_that_is_deleted_or_replaced_is_written_no_more() {
    let dir = TempDir::new();
    let [file, aside, other] = ["x.db", "aside.db", "other.db"].map(|name| dir.path().join(name));
    drop(Running::start(&url(&other)));
    let running = Running::start(&url(&file));
    create(&running, "kept").ok();
    assert_eq!(ready(&running).status, 200);
    for replaced in [false, true] {
        std::fs::rename(&file, &aside).unwrap();
        if replaced {
            std::fs::copy(&other, &file).unwrap();
        }
        create(&running, "lost").problem(503, "unavailable");
        ready(&running).problem(503, "unavailable");
        if replaced {
            assert!(
                std::fs::read(&file).unwrap() == std::fs::read(&other).unwrap(),
                "it is as it was"
            );
        }
        std::fs::rename(&aside, &file).unwrap();
        if !replaced {
            create(&running, "back").ok();
            assert_eq!(ready(&running).status, 200);
        }
    }
}

#[test]
fn a_file_that_is_cut_short_does_not_end_the_program() {
    let dir = TempDir::new();
    let file = dir.path().join("x.db");
    let running = Running::start(&url(&file));
    running.get("res.partner?limit=1");
    let length = std::fs::metadata(&file).unwrap().len();
    for part in [length / 2, 8192, 0] {
        std::fs::OpenOptions::new()
            .write(true)
            .open(&file)
            .unwrap()
            .set_len(part)
            .unwrap();
        for path in ["res.partner", "sale.order", "res.country?limit=1000"] {
            let headers = [("access-token", running.token.as_str())];
            request(
                running.addr,
                "GET",
                &format!("/restful/api/v1/{path}"),
                &headers,
                Body::None,
            )
            .unwrap();
        }
        let alive = request(running.addr, "GET", "/livez", &[], Body::None).unwrap();
        assert_eq!(alive.status, 200);
    }
}

/// A small file system in memory. It is unmounted when this is dropped.
struct Disk(PathBuf);

impl Disk {
    fn new(at: &Path, size: &str) -> Result<Self, String> {
        let options = format!("size={size}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(at)
            .status();
        match mounted {
            Ok(status) if status.success() => Ok(Disk(at.to_owned())),
            other => Err(format!("no disk can be mounted here: {other:?}")),
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

/// On a full disk, writes are answered 503 and nothing of them is stored. With space again, the server goes on.
#[test]
fn a_full_disk_is_told_and_what_it_does_not_take_is_not_kept() {
    let dir = TempDir::new();
    let disk = match Disk::new(dir.path(), "24m") {
        Ok(disk) => disk,
        Err(why) => return skip(&why),
    };
    let file = dir.path().join("x.db");
    let running = Running::start(&url(&file));
    let filler = dir.path().join("filler");
    let filled = std::fs::write(&filler, vec![1; 32 << 20]);
    assert!(filled.is_err(), "the disk is full");
    let mut made = 0;
    let refused = loop {
        let reply = create(&running, &format!("number {made}"));
        if reply.status != 200 {
            break reply;
        }
        made += 1;
        assert!(made < 5_000, "the disk takes more and more");
    };
    refused.problem(503, "unavailable");
    let not_ready = (0..5_000).any(|_| ready(&running).status == 503);
    assert!(not_ready, "the disk takes more and more");
    let kept = || running.get("account.payment.term?fields=name&name__startswith=number&limit=5000");
    assert_eq!(kept().as_array().map(Vec::len), Some(made));
    std::fs::remove_file(&filler).unwrap();
    let made_after: Value = create(&running, "number again").ok();
    assert_eq!(made_after["name"], "number again");
    assert_eq!(ready(&running).status, 200);
    assert_eq!(kept().as_array().map(Vec::len), Some(made + 1));
    drop(running);
    drop(disk);
}
