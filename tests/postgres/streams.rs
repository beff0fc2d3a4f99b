//! Lists of any size from PostgreSQL: through a pgbouncer, and when the connection to the database is lost meanwhile.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use orm::db::Address;
use tests::{Pgbouncer, Server, address, execute, rows};

use crate::{demo, needed, postgres};

/// So many tags with so long names that they fit into no buffer between a server and its client.
const TAGS: usize = 40_000;

/// A server with many tags, and a list of all of them of which the beginning was taken.
fn begun(database: &Address) -> (Server, TcpStream) {
    let server = demo(database.clone(), |_| {});
    execute(
        database,
        &format!(
            "INSERT INTO crm_tag (name, color) SELECT repeat('x', 1000) || n, 0 FROM generate_series(1, {TAGS}) n"
        ),
    );
    let mut stream = TcpStream::connect(server.addr).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let head = format!(
        "GET /restful/api/v1/crm.tag?fields=name HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\
         accept: application/x-ndjson\r\naccess-token: {}\r\n\r\n",
        server.token
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.read_exact(&mut [0; 2_000]).unwrap();
    (server, stream)
}

/// Takes the rest: how many records it has, and whether it came to its end.
fn rest(mut stream: TcpStream) -> (usize, bool) {
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer); // an answer that breaks off may end with an error
    let records = answer.windows(6).filter(|part| part == b"{\"id\":").count();
    (records, answer.ends_with(b"\r\n0\r\n\r\n"))
}

#[test]
fn a_list_of_any_size_comes_through_a_pooler() {
    let Some(cluster) = postgres() else { return };
    let Some(pooler) = needed(Pgbouncer::start(cluster, 4)) else {
        return;
    };
    let database = address(&pooler.url(&cluster.database(None)));
    let (server, stream) = begun(&database);
    // It keeps one connection of the pooler; the others serve others, whose writes it does not see.
    execute(&database, "UPDATE crm_tag SET name = 'changed ' || id");
    assert_eq!(
        server
            .get("sale.order", &[("limit", "2")])
            .ok()
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let (records, complete) = rest(stream);
    assert!(complete && records > TAGS - 100, "{records}");
}

#[test]
fn a_list_breaks_off_when_the_database_is_lost() {
    let Some(cluster) = postgres() else { return };
    let database = address(&cluster.url(&cluster.database(None)));
    let (server, stream) = begun(&database);
    let others = "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity \
                  WHERE pid <> pg_backend_pid() AND datname = current_database()";
    assert!(rows(&database, others).len() > 1);
    let (records, complete) = rest(stream);
    assert!(!complete && records < TAGS, "{records} records are no complete list");
    // The next one is read over a new connection.
    let token = [("access-token", server.token.as_str()), ("accept", "text/csv")];
    let path = "/restful/api/v1/crm.tag?fields=id";
    let next = server.raw("GET", path, &token, tests::Body::None);
    assert_eq!((next.status, next.text().lines().count() > TAGS), (200, true));
}
