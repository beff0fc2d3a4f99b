//! Refuses requests that a proxy in front of this server could understand differently (request smuggling): which host
//! they are for, and where their body ends.

use axum::http::header::{HOST, TRANSFER_ENCODING};
use axum::http::uri::Authority;
use axum::http::{Request, Version};
use orm::error::{Code, Error};

use crate::api::Problem;

/// Refuses an ambiguous head.
///
/// # Errors
/// 400 unless there is exactly one valid `Host` (HTTP/1.0 may omit it), and for any `Transfer-Encoding` but `chunked`.
pub(super) fn validate<B>(request: &Request<B>) -> Result<(), Problem> {
    let refuse = |why| Err(Error::new(Code::Malformed, why).into());
    let mut hosts = request.headers().get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) if is_host(host.as_bytes()) => {}
        (Some(_), None) => return refuse("the header Host is no HOST or HOST:PORT"),
        (None, _) if request.version() < Version::HTTP_11 => {}
        (None, _) => return refuse("the header Host is missing"),
        (Some(_), Some(_)) => return refuse("the header Host is given twice"),
    }
    let mut encodings = request.headers().get_all(TRANSFER_ENCODING).iter();
    match (encodings.next(), encodings.next()) {
        (None, _) => Ok(()),
        (Some(one), None) if one.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked") => Ok(()),
        _ => refuse("send the body as it is, or with `Transfer-Encoding: chunked` alone"),
    }
}

fn is_host(text: &[u8]) -> bool {
    !text.contains(&b'@') && Authority::try_from(text).is_ok()
}
