//! The parameters in the URL of a PostgreSQL database.

use std::time::Duration;

use orm::db::{Address, Pool, Session};
use orm::error::Code;
use serde_json::json;
use tests::{Body, address, execute, rows};

use crate::{demo, eventually, number, postgres, run, runtime, text};

fn setting(session: &mut Session, name: &str) -> String {
    text(session, &format!("SELECT current_setting('{name}')"))
}

#[test]
fn values_that_cannot_be_are_refused_with_those_that_can() {
    for (parameter, valid) in [
        ("pool_size=0", "1 to 1000"),
        ("pool_size=many", "1 to 1000"),
        ("pool_size=1001", "1 to 1000"),
        ("pool_size=1&pool_size=2", "twice"),
        ("pool_timeout=5", "500ms, 30s, 5min or 1h"),
        ("statement_timeout=5weeks", "500ms, 30s, 5min or 1h"),
        ("statement_timeout=-1s", "500ms, 30s, 5min or 1h"),
        ("statement_timeout=999999h", "500ms, 30s, 5min or 1h"),
        ("idle_in_transaction_session_timeout=1%73s", "500ms, 30s, 5min or 1h"),
        ("idle_in_transaction_session_timeout=5ms", "at least 1s"),
        ("pooler=session", "`transaction`, `prepared` or `none`"),
        ("replica=standby", "postgres://USER@HOST/NAME"),
        ("replica=postgres://h/x%3Fpool_size%3D0", "1 to 1000"),
        ("replica=postgres://h/x%3Freplica%3Dpostgres://h/y", "`replica` itself"),
    ] {
        let url = format!("postgres://u@h/sales?sslmode=disable&{parameter}");
        let error = Address::parse(&url).unwrap_err();
        assert_eq!(error.code(), Code::Malformed);
        let name = parameter.split('=').next().unwrap();
        let said = error.detail();
        assert!(said.contains(&format!("`{name}`")) && said.contains(valid), "{said}");
    }
    assert!(Address::parse("postgres://u@h/s?pool_size=3&pool_timeout=0&statement_timeout=90s&pooler=none").is_ok());
}

/// Parameters that the program does not know are given to libpq. If libpq refuses one, the message lists the program's
/// own, and never contains the password.
#[test]
fn libpq_s_parameters_are_libpq_s() {
    let Some(cluster) = postgres() else { return };
    let url = cluster.url(&cluster.database(None));
    let error = address(&format!("{url}?pool_siez=3&password=s3cret"))
        .open(false)
        .err()
        .unwrap();
    let said = error.detail();
    assert!(
        said.contains("\"pool_siez\"") && said.contains("pool_size, pool_timeout"),
        "{said}"
    );
    let error = address(&format!("{url}?sslmode=sometimes")).open(false).err().unwrap();
    assert!(error.detail().contains("sslmode"), "{error}");
    // libpq cannot parse this password; its own message would repeat it.
    let broken = url.replace("tests@", "tests:s3cret%zz@");
    let error = address(&broken).open(false).err().unwrap();
    assert!(
        error.detail().contains("percent-encoded") && !error.detail().contains("s3cret"),
        "{error}"
    );
}

#[test]
fn sockets_have_urls_too() {
    let Some(cluster) = postgres() else { return };
    let name = cluster.database(None);
    let folder = rows(
        &cluster.address(&name),
        "SELECT current_setting('unix_socket_directories')",
    )
    .remove(0);
    let url = format!(
        "postgres://tests@/{name}?host={folder}&port={}&pool_size=1",
        cluster.port()
    );
    let address = address(&url);
    assert_eq!(address.default_name(), name);
    let connected = "SELECT current_database() || COALESCE(host(inet_client_addr()), ' socket')";
    assert_eq!(rows(&address, connected), [format!("{name} socket")]);
}

#[test]
fn connections_are_set_as_the_url_says() {
    let Some(cluster) = postgres() else { return };
    let url = cluster.url(&cluster.database(None));
    let names = [
        "application_name",
        "statement_timeout",
        "idle_in_transaction_session_timeout",
    ];
    let own = "application_name=shop&statement_timeout=1500ms&idle_in_transaction_session_timeout=2min";
    for (parameters, expected) in [
        ("", ["declarest", "1min", "1min"]),
        (own, ["shop", "1500ms", "2min"]),
        ("statement_timeout=0", ["declarest", "0", "1min"]),
        // A setting in `options` takes precedence over the default.
        ("options=-c%20statement_timeout%3D5s", ["declarest", "5s", "1min"]),
    ] {
        let address = address(&format!("{url}?{parameters}"));
        let mut session = address.session().unwrap();
        assert_eq!(names.map(|name| setting(&mut session, name)), expected, "{parameters}");
        // Behind a pooler, each transaction sets the limits itself.
        let pooled = tests::address(&format!("{url}?pooler=transaction&{parameters}"));
        let mut session = pooled.session().unwrap();
        for begin in [Session::begin_read, Session::begin_write] {
            begin(&mut session).unwrap();
            assert_eq!(
                names.map(|name| setting(&mut session, name))[1..],
                pooled_limits(parameters, &expected)
            );
            session.control("ROLLBACK").unwrap();
            assert_eq!(setting(&mut session, names[2]), "0", "nothing is left behind");
        }
    }
}

/// The limits that a transaction sets behind a pooler. `options` has no effect there: it would apply to a connection to
/// the server, and those belong to the pooler.
fn pooled_limits<'a>(parameters: &str, expected: &[&'a str; 3]) -> [&'a str; 2] {
    match parameters.starts_with("options") {
        true => ["1min", expected[2]],
        false => [expected[1], expected[2]],
    }
}

#[test]
fn a_statement_ends_when_its_time_is_over() {
    let Some(cluster) = postgres() else { return };
    let url = cluster.url(&cluster.database(None));
    for pooler in ["none", "transaction", "prepared"] {
        let address = address(&format!("{url}?statement_timeout=50ms&pooler={pooler}"));
        let pool = Pool::open(&address, 1, 1).unwrap();
        let sleep = |session: &mut Session| session.query_text("SELECT pg_sleep(60)", &[], |_| Ok(()));
        for answer in [
            runtime().block_on(pool.read(sleep)),
            runtime().block_on(pool.write(sleep)),
        ] {
            assert_eq!(answer.unwrap_err().code(), Code::Unavailable);
        }
    }
}

#[test]
fn there_are_as_many_connections_as_the_url_says() {
    let Some(cluster) = postgres() else { return };
    let name = cluster.database(None);
    for size in [1_usize, 3] {
        let server = demo(address(&format!("{}?pool_size={size}", cluster.url(&name))), |_| {});
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let server = &server;
                scope.spawn(move || {
                    for round in 0..5 {
                        server.get("sale.order", &[("limit", "80")]).ok();
                        let name = format!("{thread} {round}");
                        server.send("POST", "product.category", &json!({"name": name})).ok();
                    }
                });
            }
        });
        let count = format!(
            "SELECT COUNT(*)::text FROM pg_stat_activity WHERE datname = '{name}' AND application_name = 'declarest' \
             AND pid <> pg_backend_pid()"
        );
        let connections: usize = rows(&cluster.address("postgres"), &count)[0].parse().unwrap();
        // Reads that take long have connections of their own.
        assert!(
            (2 * size..=2 * size + size.div_ceil(2)).contains(&connections),
            "{connections}"
        );
        drop(server);
        let left = || rows(&cluster.address("postgres"), &count) == ["0"];
        eventually("the server's connections are closed", left);
    }
}

#[test]
fn who_waits_too_long_for_a_connection_is_told_to_come_back() {
    let Some(cluster) = postgres() else { return };
    let name = cluster.database(None);
    let server = demo(
        address(&format!("{}?pool_size=1&pool_timeout=300ms", cluster.url(&name))),
        |_| {},
    );
    let before = rows(&server.database, "SELECT name FROM product_category ORDER BY id");
    let mut other = server.database.session().unwrap();
    other.begin_write().unwrap();
    run(&mut other, "LOCK TABLE product_category").unwrap();
    let waits = |count: &str| {
        let waiting = format!(
            "SELECT COUNT(*)::text FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM \
             pg_database WHERE datname = '{name}')"
        );
        let address = cluster.address("postgres");
        eventually("they wait for the lock", || rows(&address, &waiting) == [count]);
    };
    std::thread::scope(|scope| {
        let server = &server;
        let create = |name: &str| server.send("POST", "product.category", &json!({ "name": name }));
        // The create occupies the only connection that writes, the list the one for reads that take long.
        let first = scope.spawn(move || create("first"));
        let reads = scope.spawn(move || server.get("product.category", &[]));
        waits("2");
        let too_late = [
            create("late"),
            server.send("PUT", "product.category/1", &json!({"name": "late"})),
            server.call("DELETE", "product.category/1", Body::None),
            server.raw("GET", "/readyz", &[], Body::None),
        ];
        for reply in too_late {
            reply.problem(503, "unavailable");
            assert!(reply.header("retry-after").is_some());
        }
        other.control("ROLLBACK").unwrap();
        first.join().unwrap().ok();
        reads.join().unwrap().ok();
        create("next").ok();
    });
    let after = rows(&server.database, "SELECT name FROM product_category ORDER BY id");
    assert_eq!(
        after,
        [before.as_slice(), &["first".to_owned(), "next".to_owned()]].concat()
    );
}

#[test]
fn a_request_that_is_given_up_is_not_begun() {
    let Some(cluster) = postgres() else { return };
    let url = cluster.url(&cluster.database(None));
    execute(&address(&url), "CREATE TABLE counts (id BIGINT PRIMARY KEY)");
    let pool = Pool::open(&address(&format!("{url}?pool_size=1&pool_timeout=0")), 4, 1).unwrap();
    let (begun, begins) = std::sync::mpsc::channel();
    let (end, ends) = std::sync::mpsc::channel::<()>();
    let ends = std::sync::Mutex::new(ends);
    runtime().block_on(async {
        let first = tokio::spawn({
            let pool = pool.clone();
            async move {
                pool.write(move |_| {
                    begun.send(()).unwrap();
                    ends.lock().unwrap().recv().unwrap();
                    Ok(())
                })
                .await
            }
        });
        tokio::task::spawn_blocking(move || begins.recv().unwrap())
            .await
            .unwrap();
        let insert = pool.write(|session| run(session, "INSERT INTO counts VALUES (1)"));
        assert!(tokio::time::timeout(Duration::from_millis(50), insert).await.is_err());
        end.send(()).unwrap();
        first.await.unwrap().unwrap();
        let count = pool
            .write(|session| number(session, "SELECT COUNT(*) FROM counts"))
            .await;
        assert_eq!(count, Ok(0));
    });
}
