//! Reads that take long: they are ended, and other requests do not wait for them.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use orm::db::{Address, Client, Dialect, Pool, Session};
use rustix::process::Signal;
use serde_json::json;
use tests::{Body, Database, Server, TempDir, address, execute, request, rows};

use super::load::most_sockets;
use super::program::Running;

/// A statement that would run for years.
fn endless(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000000000) SELECT MAX(i) FROM n"
        }
        Dialect::Postgres => "SELECT 1 FROM pg_sleep(100000000)",
    }
}

fn ask(session: &mut Session) -> orm::Result<()> {
    session.query_text(endless(session.dialect()), &[], |_| Ok(()))
}

/// Adds a parameter to a URL.
fn with(url: &str, parameter: &str) -> String {
    format!("{url}{}{parameter}", if url.contains('?') { "&" } else { "?" })
}

/// Waits up to 30 seconds until a condition is true.
#[track_caller]
fn eventually(what: &str, mut so: impl FnMut() -> bool) {
    for _ in 0..1_500 {
        if so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("{what}: not after half a minute");
}

#[test]
fn a_read_ends_when_its_time_is_over_or_nobody_waits_for_it() {
    let database = Database::empty();
    if let Address::Sqlite(file) = database.address() {
        std::fs::write(file.path(), []).unwrap();
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let pool = Pool::open(&address(&with(&database.url(), "statement_timeout=300ms")), 2, 1).unwrap();
    let late = runtime.block_on(pool.read(ask)).unwrap_err();
    assert_eq!(late.code().status(), 503, "{late}");
    assert!(late.detail().contains("statement_timeout"), "{late}");
    assert_eq!(
        runtime.block_on(pool.read(|session| session.texts("SELECT 'x'"))),
        Ok(vec!["x".to_owned()])
    );

    let pool = Pool::open(&address(&with(&database.url(), "statement_timeout=0")), 2, 1).unwrap();
    let (begun, ended) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let reads: Vec<_> = (0..3)
        .map(|_| {
            let (pool, begun, ended) = (pool.clone(), begun.clone(), ended.clone());
            runtime.spawn(async move {
                pool.read(move |session| {
                    begun.fetch_add(1, Ordering::SeqCst);
                    let asked = ask(session);
                    ended.fetch_add(1, Ordering::SeqCst);
                    asked
                })
                .await
            })
        })
        .collect();
    // A read that takes long is stopped and begins again on a separate thread. At least one has done so.
    eventually("one goes on", || begun.load(Ordering::SeqCst) > 3);
    for read in &reads {
        read.abort();
    }
    eventually("all have ended", || {
        begun.load(Ordering::SeqCst) == ended.load(Ordering::SeqCst)
            && reads.iter().all(tokio::task::JoinHandle::is_finished)
    });
    // Their threads and connections are free again.
    let all: Vec<_> = (0..8)
        .map(|_| pool.read(|session| session.texts("SELECT 'x'")))
        .collect();
    for answer in all {
        assert!(runtime.block_on(answer).is_ok());
    }
}

/// Replaces the table of states by a view whose reads never end.
fn slow_states(database: &Address) {
    let endless = match database.dialect() {
        Dialect::Sqlite => endless(Dialect::Sqlite).replace("MAX(i) FROM n", "1 FROM n WHERE i < 0"),
        Dialect::Postgres => endless(Dialect::Postgres).to_owned(),
    };
    let view = format!("CREATE VIEW res_country_state AS SELECT * FROM states WHERE EXISTS ({endless})");
    execute(
        database,
        &format!("ALTER TABLE res_country_state RENAME TO states; {view}"),
    );
}

/// Sends a request without reading the answer.
fn begin(addr: SocketAddr, token: &str, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(addr).unwrap();
    let head = format!("GET /restful/api/v1/{path} HTTP/1.1\r\nhost: test\r\naccess-token: {token}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

fn is_answered(mut stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    !matches!(stream.read(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock)
}

#[test]
fn a_read_of_a_write_ends_when_its_time_is_over_and_hurts_nobody_else() {
    let database = Database::empty();
    if let Address::Sqlite(file) = database.address() {
        std::fs::write(file.path(), []).unwrap();
    }
    execute(database.address(), "CREATE TABLE note (text VARCHAR(9))");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let pool = Pool::open(&address(&with(&database.url(), "statement_timeout=300ms")), 2, 1).unwrap();
    let (late, kept) = runtime.block_on(async {
        let late = pool.write(|session| {
            session.batch("INSERT INTO note VALUES ('late')")?;
            ask(session)
        });
        // On SQLite both run in one transaction, each in a savepoint.
        tokio::join!(
            late,
            pool.write(|session| session.batch("INSERT INTO note VALUES ('kept')"))
        )
    });
    let late = late.unwrap_err();
    assert_eq!(late.code().status(), 503, "{late}");
    assert_eq!(kept, Ok(()));
    assert_eq!(rows(database.address(), "SELECT text FROM note"), ["kept"]);
}

#[test]
fn slow_reads_keep_nobody_waiting() {
    let server = Server::demo();
    slow_states(&server.database);
    let slow: Vec<TcpStream> = (0..8)
        .map(|_| begin(server.addr, &server.token, "res.country.state?fields=id"))
        .collect();
    for _ in 0..20 {
        server.raw("GET", "/livez", &[], Body::None);
        let ready = server.raw("GET", "/readyz", &[], Body::None);
        assert_eq!(ready.status, 200, "{}", ready.text());
        let login = "/rest/api/login/token?login=admin&password=admin@123&db=saleorder_api";
        server.raw("GET", login, &[], Body::None).ok();
        server.get("uom.uom", &[]).ok();
        server
            .send("POST", "product.category", &json!({"name": "meanwhile"}))
            .ok();
    }
    assert!(!slow.iter().any(is_answered), "they are still under way");
    drop(slow);
    // Their clients are gone, so they are ended: there is room for other slow reads.
    let slow = begin(server.addr, &server.token, "res.country.state?fields=id");
    std::thread::sleep(Duration::from_millis(500));
    assert!(!is_answered(&slow));
    if server.database.dialect() == Dialect::Postgres {
        let sleeps = "SELECT COUNT(*)::text FROM pg_stat_activity WHERE state = 'active' AND wait_event = 'PgSleep' \
                      AND datname = current_database()";
        eventually("only the last one is under way", || {
            tests::rows(&server.database, sleeps) == ["1"]
        });
        drop(slow);
        eventually("none is", || tests::rows(&server.database, sleeps) == ["0"]);
    }
}

/// A client that gives up its reads, as browsers do, is not slow: its further reads need not take turns. (On SQLite a short
/// read is done before anybody can give it up.)
#[test]
fn who_gives_up_a_read_is_not_slow() {
    let database = Database::empty();
    if database.address().dialect() == Dialect::Sqlite {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let pool = Pool::open(database.address(), 4, 1).unwrap();
    let (under_way, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    for number in 0..20 {
        let client = Client(number);
        let read = || {
            let (under_way, most) = (under_way.clone(), most.clone());
            pool.read_for(client, move |session| {
                most.fetch_max(1 + under_way.fetch_add(1, Ordering::SeqCst), Ordering::SeqCst);
                let slept = session.query_text("SELECT 1 FROM pg_sleep(0.1)", &[], |_| Ok(()));
                under_way.fetch_sub(1, Ordering::SeqCst);
                slept
            })
        };
        runtime.block_on(async {
            let given_up = tokio::time::timeout(Duration::from_millis(30), read()).await;
            assert!(given_up.is_err());
            while under_way.load(Ordering::SeqCst) > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            most.store(0, Ordering::SeqCst);
            let (one, other) = tokio::join!(read(), read());
            one.and(other).unwrap();
        });
        if most.load(Ordering::SeqCst) == 2 {
            return; // a busy machine may make a read take long
        }
    }
    panic!("they took turns");
}

/// One client sends many more slow reads than there are threads. Another one is answered before all of them were tried:
/// while they still wait for their turns.
#[test]
fn many_slow_reads_of_one_client_keep_no_other_client_waiting() {
    most_sockets();
    let server = Server::demo_with(|config| config.network.admin_listen = Some(([127, 0, 0, 1], 0).into()));
    slow_states(&server.database);
    let login = "/rest/api/login/token?login=admin&password=admin@123";
    let login = || {
        server.raw("GET", login, &[], Body::None).ok()["access_token"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (one, other) = (login(), login());
    let waiting = || {
        let numbers = request(server.admin.unwrap(), "GET", "/metrics", &[], Body::None)
            .unwrap()
            .text();
        let name = "declarest_waiting{database=\"saleorder_api\",queue=\"read_of_slow_client\"} ";
        let line = numbers.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.parse::<usize>().unwrap()
    };
    let slow: Vec<TcpStream> = (0..900)
        .map(|_| begin(server.addr, &one, "res.country.state?fields=id"))
        .collect();
    eventually("they wait", || waiting() > 0);
    let before = waiting();
    let read = || {
        let path = "/restful/api/v1/res.partner/11?fields=name";
        server.raw("GET", path, &[("access-token", &other)], Body::None).ok()
    };
    read();
    server.is_alive();
    read();
    let after = waiting();
    assert!(
        2 * after > before,
        "{before}, {after}: the others had to wait for many of them"
    );
    drop(slow);
    eventually("none waits", || waiting() == 0);
}

#[test]
fn the_program_ends_while_a_read_is_under_way() {
    let database = Database::empty();
    let mut running = Running::start(&with(&database.url(), "statement_timeout=0"));
    slow_states(database.address());
    let slow = begin(running.addr, &running.token, "res.country.state?fields=id");
    running.get("uom.uom?limit=1");
    running.signal(Signal::TERM);
    assert_eq!(running.code(), Some(0));
    assert!(is_answered(&slow), "its connection has ended");
}

#[test]
fn parameters_of_a_file_are_understood_or_refused() {
    let folder = TempDir::new();
    let url = format!("sqlite://{}/f.db", folder.path().display());
    for (parameter, word) in [
        ("mode=ro", "`mode`"),
        ("immutable=1", "statement_timeout"),
        ("statement_timeuot=1s", "did you mean `statement_timeout`"),
        ("statement_timeout=5", "500ms, 30s, 5min or 1h"),
    ] {
        let error = Address::parse(&with(&url, parameter)).unwrap_err();
        assert!(error.detail().contains(word), "{error}");
    }
    assert!(Address::parse("sqlite://file:f.db").is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
