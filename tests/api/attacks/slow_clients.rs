//! Clients that take their time: with the head of a request, with its body, with the answer. Each is left after half a
//! minute, and meanwhile others are answered.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tests::{Body, Server};

/// How long a test waits for the server to close a connection: several times what the server waits.
const PATIENCE: Duration = Duration::from_secs(240);

/// Sends one byte after the other, with pauses, until the server closes the connection; returns what it has answered.
fn dribble(server: &Server, head: &str, endless: &str) -> String {
    let mut stream = TcpStream::connect(server.addr).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    let mut answer = Vec::new();
    for byte in endless.bytes().cycle() {
        let mut part = [0; 4096];
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(length) => answer.extend_from_slice(&part[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                if stream.write_all(&[byte]).is_err() {
                    break;
                }
            }
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// Asks for a long answer and does not take it; returns when the server has closed the connection.
fn ignore(server: &Server, token: &str) {
    let nested = "state_ids(country_id(state_ids(country_id(state_ids(id,name,code,display_name,create_date)))))";
    let mut stream = TcpStream::connect(server.addr).unwrap();
    let head = format!(
        "GET /restful/api/v1/res.country/233?fields={nested} HTTP/1.1\r\nhost: a\r\naccess-token: {token}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.read_exact(&mut [0; 12]).unwrap();
    // When the server has left, a byte that is sent to it comes back as a refusal of the connection, and the one after
    // that cannot be sent.
    while stream.write_all(b" ").is_ok() {
        std::thread::sleep(Duration::from_millis(500));
    }
}

#[test]
fn slow_clients_are_left_and_keep_nobody_waiting() {
    let server = Server::demo_with(|config| config.limits.max_answer = 16_000_000);
    let token = &server.token;
    let post = format!("POST /restful/api/v1/res.partner HTTP/1.1\r\nhost: a\r\naccess-token: {token}\r\n");
    let body = format!("{post}content-type: application/json\r\ncontent-length: 1000000\r\n\r\n{{\"name\": \"");
    let chunked = format!("{post}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n");
    let login = "POST /rest/api/login/token HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n\
                 content-length: 1000\r\n\r\n{\"login\": \"";
    let left = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let clients = [
            scope.spawn(|| assert_eq!(dribble(&server, "G", "ET /livez"), "")),
            scope.spawn(|| assert_eq!(dribble(&server, "GET /livez HTTP/1.1\r\nhost: a\r\n", "x: y\r\n"), "")),
            scope.spawn(|| {
                let answer = dribble(&server, &body, "x");
                assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
            }),
            scope.spawn(|| {
                let answer = dribble(&server, &chunked, "1\r\nx\r\n");
                assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
            }),
            scope.spawn(|| {
                let answer = dribble(&server, login, "x");
                assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
            }),
            scope.spawn(|| ignore(&server, token)),
        ];
        scope.spawn(|| {
            let mut waited = Duration::ZERO;
            while !left.load(Ordering::Relaxed) {
                // Others read and write.
                server.record("res.partner", 11, "name");
                server
                    .call("PUT", "res.partner/11", Body::Json(b"{\"comment\": \"x\"}"))
                    .ok();
                std::thread::sleep(Duration::from_millis(250));
                waited += Duration::from_millis(250);
                assert!(waited < PATIENCE, "a slow client is still there");
            }
        });
        let left_all = clients.map(|client| client.join());
        left.store(true, Ordering::Relaxed);
        for client in left_all {
            client.unwrap();
        }
    });
    assert_eq!(server.ids("res.partner", &[("name__startswith", "x")]), [0; 0]);
}
