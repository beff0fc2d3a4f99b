//! A minimal HTTP/1.1 client. It opens a connection for each request and sends exactly what a test gives, also if it is
//! invalid.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// How long a test waits for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// The body of a request.
#[derive(Debug, Clone, Copy)]
pub enum Body<'a> {
    /// No body.
    None,
    /// `application/json`.
    Json(&'a [u8]),
    /// Another content type.
    Typed(&'a str, &'a [u8]),
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as it was sent, without the framing of chunks.
    pub body: Vec<u8>,
}

impl Reply {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is not JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    /// The JSON body of a successful answer.
    ///
    /// # Panics
    /// When the answer is not 200 with JSON.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/json"));
        self.json()
    }

    /// The body of an error, which must be a problem document (RFC 9457) with this status and code.
    ///
    /// # Panics
    /// When the answer has another status, code or form.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let problem = self.json();
        for member in ["type", "title", "detail"] {
            let text = problem[member].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "no {member} in {problem}");
        }
        assert_eq!(problem["status"], status, "{problem}");
        assert_eq!(problem["code"], code, "{problem}");
        problem
    }

    /// The number of statements that the request took, from the header `Server-Timing`.
    ///
    /// # Panics
    /// When the header is missing.
    #[track_caller]
    pub fn statements(&self) -> u64 {
        let timing = self.header("server-timing").expect("a header server-timing");
        let count = timing
            .strip_prefix("sql;desc=\"")
            .and_then(|rest| rest.split_once(" statements\";"));
        let count = count.and_then(|(count, _)| count.parse().ok());
        count.expect("a number of statements")
    }
}

/// Sends one request and reads the answer to its end.
///
/// # Errors
/// When the connection cannot be made, or ends without an answer.
pub fn request(
    addr: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Body<'_>,
) -> std::io::Result<Reply> {
    let (kind, bytes) = match body {
        Body::None => ("", &[][..]),
        Body::Json(bytes) => ("application/json", bytes),
        Body::Typed(kind, bytes) => (kind, bytes),
    };
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    if !kind.is_empty() {
        head += &format!("content-type: {kind}\r\n");
    }
    if !matches!(body, Body::None) {
        head += &format!("content-length: {}\r\n", bytes.len());
    }
    head += "\r\n";
    let mut stream = TcpStream::connect(addr)?;
    stream.set_nodelay(true)?;
    stream.write_all(&[head.as_bytes(), bytes].concat())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    parse(&answer, method)
        .ok_or_else(|| std::io::Error::other(format!("no answer: {}", String::from_utf8_lossy(&answer))))
}

/// Sends these bytes over a new connection, which stays open meanwhile, and reads `answers` answers.
///
/// # Errors
/// When an answer does not come in time, or the connection ends before.
pub fn exchange(addr: SocketAddr, sent: &[u8], answers: usize) -> std::io::Result<Vec<Reply>> {
    let mut stream = TcpStream::connect(addr)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    // Fails if the server refuses the request and closes the connection before everything is sent.
    let _ = stream.write_all(sent);
    let mut stream = BufReader::new(stream);
    (0..answers).map(|_| next_reply(&mut stream)).collect()
}

/// Reads one answer. Its length is given by `Content-Length`.
fn next_reply(stream: &mut impl BufRead) -> std::io::Result<Reply> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read_until(b'\n', &mut head)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    let mut reply = parse(&head, "HEAD").ok_or_else(|| std::io::Error::other("no answer"))?;
    let length = reply.header("content-length").and_then(|length| length.parse().ok());
    reply.body.resize(length.unwrap_or(0), 0);
    stream.read_exact(&mut reply.body)?;
    Ok(reply)
}

fn parse(answer: &[u8], method: &str) -> Option<Reply> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let body = answer[end + 4..].to_vec();
    let mut reply = Reply { status, headers, body };
    match (reply.header("transfer-encoding"), reply.header("content-length")) {
        (Some("chunked"), _) => reply.body = unchunk(&reply.body)?,
        // In the answer to a HEAD request, the length is that of the answer to a GET.
        (_, Some(length)) if method != "HEAD" && length.parse() != Ok(reply.body.len()) => return None,
        _ => {}
    }
    Some(reply)
}

fn unchunk(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|window| window == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?, 16).ok()?;
        let data = rest.get(end + 2..end + 2 + size)?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(data);
        rest = rest.get(end + 4 + size..)?;
    }
}

/// The query string of these parameters, including the `?`; empty if there are none.
pub fn encode(parameters: &[(&str, &str)]) -> String {
    let escaped = |text: &str| -> String {
        let byte = |byte: u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'-' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        };
        text.bytes().map(byte).collect()
    };
    let pair = |(name, value): &(&str, &str)| format!("{}={}", escaped(name), escaped(value));
    let pairs: Vec<String> = parameters.iter().map(pair).collect();
    if pairs.is_empty() {
        String::new()
    } else {
        format!("?{}", pairs.join("&"))
    }
}
