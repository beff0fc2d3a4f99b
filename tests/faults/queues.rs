//! More requests than the program lets wait.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;

use orm::db::Dialect;
use tests::{Database, rows};

use super::load::{most_sockets, order};
use super::program::Running;

/// The number of creates that are sent at the same time: more than the program lets wait.
const CREATES: usize = 1_500;

#[test]
fn creates_that_wait_are_bounded_and_those_beyond_may_come_again() {
    most_sockets();
    let database = Database::empty();
    let running = Running::start(&database.url());
    let mut other = database.address().open(false).unwrap();
    other.control(other.dialect().begin_write()).unwrap();
    if other.dialect() == Dialect::Postgres {
        other.control("LOCK TABLE sale_order").unwrap();
    }
    let body = order(1).to_string();
    let request = format!(
        "POST /restful/api/v1/sale.order HTTP/1.1\r\nhost: test\r\naccess-token: {}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        running.token,
        body.len()
    );
    let streams: Vec<TcpStream> = (0..CREATES)
        .map(|_| {
            let mut stream = TcpStream::connect(running.addr).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            stream
        })
        .collect();
    // While the database is locked, a request that is answered is refused.
    let answered = |stream: &TcpStream| {
        stream.set_nonblocking(true).unwrap();
        let answered = stream.peek(&mut [0]).is_ok();
        stream.set_nonblocking(false).unwrap();
        answered
    };
    while !streams.iter().any(answered) {
        std::thread::yield_now();
    }
    other.control("ROLLBACK").unwrap();
    let mut statuses = BTreeMap::new();
    for mut stream in streams {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap_or_default().to_owned();
        assert!(status != "503" || answer.contains("retry-after"), "{answer}");
        *statuses.entry(status).or_insert(0) += 1;
    }
    let count = |status: &str| statuses.get(status).copied().unwrap_or(0);
    assert_eq!(count("200") + count("503"), CREATES, "{statuses:?}");
    assert!(count("503") > 0 && count("200") > 500, "{statuses:?}");
    let kept = "SELECT CAST(COUNT(*) AS TEXT) FROM sale_order WHERE client_order_ref = '1'";
    assert_eq!(rows(database.address(), kept), [count("200").to_string()]);
}
