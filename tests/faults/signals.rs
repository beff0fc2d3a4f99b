//! The program is asked to end (SIGTERM).

use std::io::{Read, Write};
use std::net::TcpStream;

use rustix::process::Signal;
use serde_json::Value;
use tests::Database;

use super::load::order;
use super::program::Running;

/// The number of requests that are running when the program is asked to end.
const REQUESTS: usize = 100;

/// Begins a request and waits until the program asks for the body (`100 Continue`).
fn under_way(running: &Running, length: usize) -> TcpStream {
    let mut stream = TcpStream::connect(running.addr).unwrap();
    let head = format!(
        "POST /restful/api/v1/sale.order HTTP/1.1\r\nhost: test\r\naccess-token: {}\r\nexpect: 100-continue\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n",
        running.token
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(go_on, *b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

#[test]
fn requests_under_way_are_answered_before_it_ends() {
    let database = Database::empty();
    let mut running = Running::start(&database.url());
    let body = order(2).to_string();
    let streams: Vec<TcpStream> = (0..REQUESTS).map(|_| under_way(&running, body.len())).collect();
    running.signal(Signal::TERM);
    while TcpStream::connect(running.addr).is_ok() {
        std::thread::yield_now(); // until it accepts no new connections
    }
    for mut stream in &streams {
        stream.write_all(body.as_bytes()).unwrap();
    }
    for mut stream in streams {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap(); // to the end of the connection
        let (head, order) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
        let order: Value = serde_json::from_str(order).unwrap();
        assert_eq!(order["amount_total"].to_string(), "240.0");
    }
    assert_eq!(running.code(), Some(0));
    let kept = tests::rows(
        database.address(),
        "SELECT CAST(COUNT(*) AS TEXT) FROM sale_order WHERE client_order_ref = '2'",
    );
    assert_eq!(kept, [REQUESTS.to_string()]);
}

/// Opens a connection and sends these bytes.
fn connection(running: &Running, sent: &str) -> TcpStream {
    let mut stream = TcpStream::connect(running.addr).unwrap();
    stream.write_all(sent.as_bytes()).unwrap();
    stream
}

#[test]
fn no_client_keeps_it_from_ending() {
    let database = Database::empty();
    let mut running = Running::start(&database.url());
    let idle = connection(&running, "GET /livez HTTP/1.1\r\nhost: test\r\n\r\n");
    let head = connection(&running, "GET /livez HTTP/1.1\r\nhost:");
    let body = under_way(&running, 1_000);
    let nested = "state_ids(country_id(state_ids(country_id(state_ids(id,name,code,display_name,create_date)))))";
    let request = format!(
        "GET /restful/api/v1/res.country/233?fields={nested} HTTP/1.1\r\nhost: test\r\naccess-token: {}\r\n\r\n",
        running.token
    );
    let mut unread = connection(&running, &request);
    unread.read_exact(&mut [0; 12]).unwrap();
    running.signal(Signal::TERM);
    assert_eq!(running.code(), Some(0));
    drop((idle, head, body, unread));
}
