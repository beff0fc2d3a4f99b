//! What bounds lists of any size: how many are sent at a time, to how slow a client, for how long; and that each is one
//! snapshot, or breaks off.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;
use tests::{Body, Server, execute};

use super::super::user::log_in;
use super::{LINES, ask};

/// How long a test waits for a place to become free.
const PATIENCE: Duration = Duration::from_secs(60);

/// So many tags with so long names that they fit into no buffer between a server and its client.
const TAGS: usize = 40_000;

fn many(server: &Server) {
    let name = "x".repeat(1_000);
    execute(
        &server.database,
        &format!(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {TAGS}) \
             INSERT INTO crm_tag (name, color) SELECT '{name}' || n, 0 FROM numbers"
        ),
    );
}

/// Asks for all tags, and takes the head of the answer only.
fn begin(server: &Server, token: &str) -> (TcpStream, Vec<u8>) {
    let mut stream = TcpStream::connect(server.addr).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let head = format!(
        "GET /restful/api/v1/crm.tag?fields=name HTTP/1.1\r\nhost: a\r\nconnection: close\r\naccept: {LINES}\r\n\
         access-token: {token}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut begun = vec![0; 2_000];
    stream.read_exact(&mut begun).unwrap();
    assert!(
        begun.starts_with(b"HTTP/1.1 200 "),
        "{}",
        String::from_utf8_lossy(&begun)
    );
    (stream, begun)
}

/// Reads to the end. The last piece of a complete answer is an empty one.
fn rest((mut stream, mut answer): (TcpStream, Vec<u8>)) -> (Vec<u8>, bool) {
    let _ = stream.read_to_end(&mut answer); // an answer that breaks off may end with an error
    let complete = answer.ends_with(b"\r\n0\r\n\r\n");
    (answer, complete)
}

fn records(answer: &[u8]) -> usize {
    answer.windows(6).filter(|part| part == b"{\"id\":").count()
}

#[test]
fn a_stream_is_one_snapshot() {
    let server = Server::demo();
    many(&server);
    let before = server.ids("crm.tag", &[("limit", "10000")]).len();
    assert_eq!(before, 10_000);
    let count = server.get("crm.tag", &[("count", "exact"), ("limit", "1"), ("fields", "id")]);
    let count: usize = count.header("x-total-count").unwrap().parse().unwrap();
    let begun = begin(&server, &server.token);
    // Others write meanwhile, and do not wait for it.
    execute(&server.database, "DELETE FROM crm_tag WHERE id % 3 = 0");
    execute(&server.database, "UPDATE crm_tag SET name = 'changed ' || id");
    server.send("POST", "crm.tag", &json!({"name": "new"})).ok();
    let (answer, complete) = rest(begun);
    assert!(complete);
    assert_eq!(records(&answer), count);
    let text = String::from_utf8_lossy(&answer);
    assert!(!text.contains("changed") && !text.contains("new"));
}

#[test]
fn a_token_has_a_few_streams_at_a_time_and_others_have_theirs() {
    let server = Server::demo();
    many(&server);
    let (own, other) = (server.token.clone(), log_in(&server, "admin"));
    let begun = [begin(&server, &own), begin(&server, &own)];
    let refused = ask(&server, &own, LINES, "crm.tag", &[]).problem(429, "too_many_requests");
    assert!(
        refused["detail"].as_str().unwrap().contains("takes 2 lists"),
        "{refused}"
    );
    // Another token, and reads of all sizes that are answered at once, go on.
    assert_eq!(ask(&server, &other, LINES, "res.country", &[]).status, 200);
    assert_eq!(server.get("sale.order", &[]).ok().as_array().unwrap().len(), 27);
    server.send("POST", "crm.tag", &json!({"name": "beside"})).ok();
    // Who leaves gives the places back.
    drop(begun);
    let since = Instant::now();
    while ask(&server, &own, LINES, "res.country", &[]).status != 200 {
        assert!(since.elapsed() < PATIENCE, "the places are not given back");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn streams_beyond_the_number_wait_a_little_and_are_refused() {
    let server = Server::demo_with(|config| config.limits.max_streams = 1);
    many(&server);
    let other = log_in(&server, "admin");
    let begun = begin(&server, &server.token);
    let refused = ask(&server, &other, LINES, "crm.tag", &[]);
    assert!(refused.header("retry-after").is_some());
    refused.problem(503, "unavailable");
    assert!(rest(begun).1);
    // The thread takes what was refused out of the queue, and gives the token's place back.
    let since = Instant::now();
    while ask(&server, &other, LINES, "res.country", &[]).status != 200 {
        assert!(since.elapsed() < PATIENCE, "the place is not given back");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_stream_that_takes_too_long_breaks_off() {
    let server = Server::demo_with(|config| config.limits.max_stream = Duration::from_secs(1));
    many(&server);
    let begun = begin(&server, &server.token);
    std::thread::sleep(Duration::from_millis(1_500));
    let (answer, complete) = rest(begun);
    assert!(!complete, "it has no end, so that nobody takes it for complete");
    assert!(records(&answer) < TAGS);
    // A short one is complete in this time.
    assert_eq!(ask(&server, &server.token, LINES, "res.country", &[]).status, 200);
}

#[test]
fn a_stream_is_compressed_while_it_is_sent() {
    let server = Server::demo();
    many(&server);
    let headers = [
        ("access-token", server.token.as_str()),
        ("accept", LINES),
        ("accept-encoding", "gzip"),
    ];
    let reply = server.raw("GET", "/restful/api/v1/crm.tag?fields=name", &headers, Body::None);
    assert_eq!(reply.header("content-encoding"), Some("gzip"));
    let mut whole = Vec::new();
    flate2::read::GzDecoder::new(&*reply.body)
        .read_to_end(&mut whole)
        .unwrap();
    assert!(records(&whole) > TAGS && reply.body.len() * 5 < whole.len());
    let head = server.raw("HEAD", "/restful/api/v1/crm.tag?fields=name", &headers, Body::None);
    assert_eq!((head.status, head.body.len()), (200, 0));
}
