//! `declarest backup` and `declarest restore`: while a server writes, while a server uses the file, and when
//! interrupted.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use orm::db::Address;
use rustix::process::Signal;
use tests::{Body, TempDir, assert_clean, execute, request, rows};

use super::load::order;
use super::program::{Running, program};

/// The command `declarest backup FILE` or `declarest restore FILE …`.
fn command(words: &[&str], file: &Path, database: &Path) -> Command {
    let mut command = Command::new(program());
    command.args(words).arg(file).arg("--database");
    command.arg(format!("saleorder_api=sqlite://{}", database.display()));
    command
}

#[track_caller]
fn succeeds(mut command: Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8_lossy(&stdout).into_owned()
}

#[track_caller]
fn refused(mut command: Command, word: &str) {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.starts_with("declarest: ") && text.contains(word), "{text}");
}

fn start(file: &Path) -> Running {
    Running::start(&format!("sqlite://{}", file.display()))
}

/// Creates an order of two lines and returns its id.
fn create(running: &Running) -> i64 {
    let headers = [("access-token", running.token.as_str())];
    let body = order(2).to_string();
    let body = Body::Json(body.as_bytes());
    let reply = request(running.addr, "POST", "/restful/api/v1/sale.order", &headers, body);
    reply.unwrap().ok()["id"].as_i64().unwrap()
}

/// The ids of the orders in an SQLite file, which must pass SQLite's integrity check.
#[track_caller]
fn orders(file: &Path) -> Vec<String> {
    let database = Address::Sqlite(file.to_owned().into());
    assert_eq!(rows(&database, "PRAGMA integrity_check"), ["ok"]);
    rows(&database, "SELECT CAST(id AS TEXT) FROM sale_order ORDER BY id")
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", file.display()))
}

#[test]
fn a_backup_beside_writers_holds_all_that_was_acknowledged_before_it() {
    let dir = TempDir::new();
    let (database, backup, restored) = (
        dir.path().join("x.db"),
        dir.path().join("backup"),
        dir.path().join("y.db"),
    );
    let running = start(&database);
    let (acknowledged, stop) = (Mutex::new(Vec::new()), AtomicBool::new(false));
    let before = std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let id = create(&running);
                    acknowledged.lock().unwrap().push(id);
                }
            });
        }
        while acknowledged.lock().unwrap().len() < 30 {
            std::thread::sleep(Duration::from_millis(5));
        }
        let before = acknowledged.lock().unwrap().clone();
        let output = command(&["backup"], &backup, &database).output();
        stop.store(true, Ordering::Relaxed);
        let output = output.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        before
    });
    assert!(!beside(&backup, ".part").exists());
    succeeds(command(&["restore"], &backup, &restored));
    let serving = start(&restored);
    for id in before {
        let order = serving.get(&format!("sale.order/{id}?fields=order_line"));
        assert_eq!(order["order_line"].as_array().map(Vec::len), Some(2), "{order}");
    }
    let id = create(&serving);
    let copied: i64 = orders(&backup).last().unwrap().parse().unwrap();
    assert!(id > copied, "ids go on behind {copied}: {id}");
    assert_clean(&Address::Sqlite(restored.into()));
    let broken = "SELECT CAST(o.id AS TEXT) FROM sale_order o \
                  WHERE o.id > 43 AND (SELECT COUNT(*) FROM sale_order_line l WHERE l.order_id = o.id) <> 2";
    assert!(
        rows(&Address::Sqlite(backup.into()), broken).is_empty(),
        "no order is there by half"
    );
}

#[test]
fn what_a_server_uses_is_not_replaced_and_what_is_replaced_is_kept() {
    let dir = TempDir::new();
    let (database, backup) = (dir.path().join("x.db"), dir.path().join("backup"));
    let mut running = start(&database);
    succeeds(command(&["backup"], &backup, &database));
    refused(command(&["restore"], &backup, &database), "--replace");
    refused(command(&["restore", "--replace"], &backup, &database), "in use");
    let id = create(&running);
    refused(command(&["restore", "--replace"], &backup, &database), "in use");
    create(&running);
    // The last writes of the killed server are in the write-ahead log beside the file.
    running.signal(Signal::KILL);
    running.code();
    assert!(beside(&database, "-wal").metadata().unwrap().len() > 0);

    let said = succeeds(command(&["restore", "--replace"], &backup, &database));
    let kept = beside(&database, ".before-restore");
    assert!(said.contains("x.db.before-restore"), "{said}");
    assert!(!beside(&database, "-wal").exists() && !beside(&database, ".part").exists());
    assert!(orders(&kept).contains(&id.to_string()));
    assert!(!orders(&database).contains(&id.to_string()));
    refused(command(&["restore", "--replace"], &backup, &database), "before-restore");
    create(&start(&database));
}

#[test]
fn only_a_database_of_ours_is_restored_and_nothing_is_overwritten() {
    let dir = TempDir::new();
    let at = |name: &str| dir.path().join(name);
    let to = at("x.db");
    refused(command(&["restore"], &at("missing"), &to), "no file");
    std::fs::write(at("text"), "no database at all\n".repeat(100)).unwrap();
    refused(command(&["restore"], &at("text"), &to), "not a database");
    std::fs::write(at("empty"), []).unwrap();
    refused(command(&["restore"], &at("empty"), &to), "no tables");
    execute(
        &Address::Sqlite(at("empty").into()),
        "CREATE TABLE photos (id INTEGER PRIMARY KEY)",
    );
    refused(command(&["restore"], &at("empty"), &to), "another program");
    refused(command(&["backup"], &at("backup"), &to), "no file");
    assert!(!to.exists() && !beside(&to, ".part").exists() && !at("backup").exists());

    drop(start(&to));
    std::fs::write(at("backup"), "what is there").unwrap();
    refused(command(&["backup"], &at("backup"), &to), "already");
    assert_eq!(std::fs::read_to_string(at("backup")).unwrap(), "what is there");
    succeeds(command(&["backup"], &at("newer"), &to));
    let newer = Address::Sqlite(at("newer").into());
    execute(
        &newer,
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('20990101000000')",
    );
    refused(command(&["restore"], &at("newer"), &at("y.db")), "20990101000000");
    // SQLite would apply a log that is left of a deleted file to the new file.
    std::fs::write(at("z.db-wal"), "the log of another file").unwrap();
    succeeds(command(&["backup"], &at("sound"), &to));
    refused(command(&["restore"], &at("sound"), &at("z.db")), "z.db-wal");
}

#[test]
fn a_damaged_database_gives_no_backup() {
    let dir = TempDir::new();
    let (database, backup) = (dir.path().join("x.db"), dir.path().join("backup"));
    drop(start(&database));
    // An order refers to a partner that does not exist. Only a client with foreign keys switched off can write this.
    let without = "PRAGMA foreign_keys = OFF; UPDATE sale_order SET partner_id = 999999 WHERE id = 43";
    execute(&Address::Sqlite(database.clone().into()), without);
    refused(
        command(&["backup"], &backup, &database),
        "sale_order refers to records that do not exist",
    );
    assert!(!backup.exists() && !beside(&backup, ".part").exists());
}

#[test]
fn a_restore_that_is_killed_leaves_the_old_file_or_the_new_one() {
    let dir = TempDir::new();
    let at = |name: &str| dir.path().join(name);
    let (backup, database) = (at("backup"), at("x.db"));
    let mut running = start(&at("old.db"));
    succeeds(command(&["backup"], &backup, &at("old.db")));
    for _ in 0..20 {
        create(&running);
    }
    running.signal(Signal::KILL);
    running.code();
    // The file that is replaced has a write-ahead log, as a killed server leaves it.
    let files = ["", "-wal"].map(|suffix| (std::fs::read(beside(&at("old.db"), suffix)).unwrap(), suffix));
    let prepare = || {
        for suffix in ["", "-wal", "-shm", "-journal", ".part", ".before-restore"] {
            let _ = std::fs::remove_file(beside(&database, suffix)); // not all of them exist
        }
        for (bytes, suffix) in &files {
            std::fs::write(beside(&database, suffix), bytes).unwrap();
        }
    };
    prepare();
    let (old, new) = (orders(&database), orders(&backup));
    assert_eq!(old.len(), new.len() + 20);

    prepare();
    let begun = Instant::now();
    succeeds(command(&["restore", "--replace"], &backup, &database));
    let whole = begun.elapsed();
    assert_eq!(orders(&database), new);
    for part in 0..40 {
        prepare();
        let mut restoring = command(&["restore", "--replace"], &backup, &database);
        let mut restoring = restoring.stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(whole * part / 40);
        restoring.kill().unwrap();
        restoring.wait().unwrap();
        let found = orders(&database);
        assert!(found == old || found == new, "{} orders", found.len());
        // The next restore succeeds, once the partial copy of the killed one is removed.
        let _ = std::fs::remove_file(beside(&database, ".part")); // it is missing if the restore got further
        if found == old {
            succeeds(command(&["restore", "--replace"], &backup, &database));
        }
        assert_eq!(orders(&database), new);
        assert_eq!(orders(&beside(&database, ".before-restore")), old);
    }
}

#[test]
fn for_postgresql_its_own_programs_are_named_without_the_password() {
    let dir = TempDir::new();
    for (word, named) in [("backup", "pg_dump"), ("restore", "pg_restore")] {
        let mut command = Command::new(program());
        command.arg(word).arg(dir.path().join("file"));
        command.env(
            "DECLAREST_DATABASE",
            "postgres://owner:secret@db.example/shop?sslmode=require",
        );
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.contains(named), "{text}");
        assert!(
            text.contains("'postgres://owner@db.example/shop?sslmode=require'"),
            "{text}"
        );
        assert!(!text.contains("secret"), "{text}");
    }
}
