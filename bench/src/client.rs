//! A small HTTP client for everything but the measurements: logging in, creating records, comparing answers.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Sends one request over a connection of its own and returns the body of a 200 answer.
///
/// # Errors
/// When the server cannot be reached, or answers anything but 200.
pub fn request(server: SocketAddr, method: &str, path: &str, token: &str, body: Option<&str>) -> io::Result<Vec<u8>> {
    let odd = |why: &str| io::Error::other(format!("{method} {path} at {server}: {why}"));
    let (head, body) = exchange(server, method, path, token, body)?;
    if !head.starts_with("http/1.1 200") {
        let status = head.lines().next().unwrap_or_default();
        return Err(odd(&format!("{status}: {}", String::from_utf8_lossy(&body))));
    }
    if head.contains("transfer-encoding: chunked") {
        return unchunked(&body).ok_or_else(|| odd("the answer breaks off"));
    }
    Ok(body)
}

/// Sends one request over a connection of its own and returns the status of the answer.
///
/// # Errors
/// When the server cannot be reached, or gives no answer.
pub fn status(server: SocketAddr, method: &str, path: &str, token: &str, body: Option<&str>) -> io::Result<u16> {
    let (head, _) = exchange(server, method, path, token, body)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.ok_or_else(|| io::Error::other(format!("{method} {path} at {server}: no status")))
}

/// Sends one request over a connection of its own; the head of the answer, in lower case, and its body.
fn exchange(
    server: SocketAddr,
    method: &str,
    path: &str,
    token: &str,
    body: Option<&str>,
) -> io::Result<(String, Vec<u8>)> {
    let mut stream = TcpStream::connect(server)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let body = body.unwrap_or_default();
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: {server}\r\nconnection: close\r\naccess-token: {token}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end = answer
        .windows(4)
        .position(|bytes| bytes == b"\r\n\r\n")
        .ok_or_else(|| io::Error::other(format!("{method} {path} at {server}: no HTTP answer")))?;
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    let body = answer.split_off(end + 4);
    Ok((head, body))
}

fn unchunked(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    loop {
        let line = body.windows(2).position(|bytes| bytes == b"\r\n")?;
        let length = usize::from_str_radix(str::from_utf8(&body[..line]).ok()?.trim(), 16).ok()?;
        let chunk = body.get(line + 2..line + 2 + length)?;
        if length == 0 {
            return Some(out);
        }
        out.extend_from_slice(chunk);
        body = body.get(line + 4 + length..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::unchunked;

    #[test]
    fn chunks_are_put_together() {
        assert_eq!(unchunked(b"3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n").unwrap(), b"abcd");
        assert!(unchunked(b"5\r\nabc").is_none());
    }
}
