//! Reads request bodies, within limits of media type, size and time.
//!
//! A body that is too long is still read to its end, up to a bound, and dropped: many clients read the answer only
//! after they have sent the whole body.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, EXPECT};
use axum::http::{HeaderMap, HeaderValue};
use http_body_util::BodyExt as _;
use mime::{CHARSET, Mime, UTF_8};
use orm::error::{Code, Error, Result};
use serde_json::Value;

use super::problem::Problem;
use super::{params, transact};
use crate::auth::{TokenHash, store};
use crate::memory_budget::{MemoryBudget, Reserved};
use crate::state::{App, Shared};

/// How long a client may take to send a body.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest body of a login. It is shorter than other bodies, since the client is not authenticated yet.
const LONGEST_LOGIN: usize = 16 * 1024;
/// How much of a body that is too long is still read, as a multiple of the maximum length of a body.
const DRAINED: usize = 64;

/// A JSON body, which is read only after the request's token was found; `None` when it is empty. A syntax error is kept
/// here and returned inside the transaction, which checks the token once more: an invalid token is reported first.
pub(crate) struct JsonBody(pub(crate) Result<Option<Reserved<Value>>>);

/// The fields of a login, sent as a JSON object whose values are strings, or as a form.
pub(crate) struct LoginBody(pub(crate) Vec<(String, String)>);

impl FromRequest<Shared> for JsonBody {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let token = TokenHash::in_headers(&parts.headers)?.ok_or_else(store::unauthenticated)?;
        transact::check_token(app, token).await?;
        let bytes = read(&parts.headers, body, app.limits.max_body, app).await?;
        if bytes.is_empty() {
            return Ok(JsonBody(Ok(None)));
        }
        if media_type(&parts.headers) != MediaType::Json {
            return Err(Problem::unsupported_media_type(
                "send the body as JSON, with `Content-Type: application/json`",
            ));
        }
        let json = orm::wire::json::parse(&bytes, app.limits.max_depth);
        Ok(JsonBody(json.map(|json| Some(bytes.map(|_| json)))))
    }
}

impl FromRequest<Shared> for LoginBody {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = read(&parts.headers, body, app.limits.max_body.min(LONGEST_LOGIN), app).await?;
        let fields = match media_type(&parts.headers) {
            MediaType::Json => texts(orm::wire::json::parse(&bytes, 1)?)?,
            MediaType::Form => params::parse(std::str::from_utf8(&bytes).map_err(|_| not_utf8())?)?,
            MediaType::Other => {
                let detail = "send login, password and db as `application/json` or `application/x-www-form-urlencoded`";
                return Err(Problem::unsupported_media_type(detail));
            }
        };
        Ok(LoginBody(fields))
    }
}

/// The media types of bodies that are accepted; with a charset other than UTF-8 they count as `Other`.
#[derive(Debug, PartialEq, Eq)]
enum MediaType {
    Json,
    Form,
    Other,
}

fn media_type(headers: &HeaderMap) -> MediaType {
    let given = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok()?.parse::<Mime>().ok());
    let utf8 = |given: &Mime| given.get_param(CHARSET).is_none_or(|charset| charset == UTF_8);
    match given.filter(utf8).as_ref().map(Mime::essence_str) {
        Some("application/json") => MediaType::Json,
        Some("application/x-www-form-urlencoded") => MediaType::Form,
        _ => MediaType::Other,
    }
}

/// The members of a JSON object whose values are all strings.
fn texts(value: Value) -> Result<Vec<(String, String)>> {
    let expected = || {
        Error::new(
            Code::Malformed,
            "send an object of texts: {\"login\": …, \"password\": …, \"db\": …}",
        )
    };
    let Value::Object(members) = value else {
        return Err(expected());
    };
    let member = |(name, value)| match value {
        Value::String(text) => Ok((name, text)),
        _ => Err(expected()),
    };
    members.into_iter().map(member).collect()
}

/// Reads the whole body. Its bytes count against the memory budget of bodies until the result is dropped.
async fn read(headers: &HeaderMap, mut body: Body, limit: usize, app: &App) -> Result<Reserved<Bytes>, Problem> {
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .any(|value| !is_identity(value))
    {
        return Err(Problem::unsupported_media_type(
            "send the body as it is, without `Content-Encoding`",
        ));
    }
    if announced.is_some_and(|length| length > limit as u64) && headers.contains_key(EXPECT) {
        return Err(too_long(limit)); // the client waits for `100 Continue` before it sends the body
    }
    let drained = app.limits.max_body.saturating_mul(DRAINED);
    let collected = collect(&mut body, limit, drained, &app.bodies);
    match tokio::time::timeout(PATIENCE, collected).await {
        Ok(result) => result,
        Err(_) => Err(Problem::timeout(format!(
            "the body did not come within {} seconds",
            PATIENCE.as_secs()
        ))),
    }
}

fn is_identity(encoding: &HeaderValue) -> bool {
    encoding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"identity")
}

/// Reads a body of at most `limit` bytes. A longer one is refused, but first read to its end or to `drained` bytes.
async fn collect(
    body: &mut Body,
    limit: usize,
    drained: usize,
    room: &MemoryBudget,
) -> Result<Reserved<Bytes>, Problem> {
    let mut held = room.take(0)?;
    let mut first = Bytes::new();
    let mut joined: Vec<u8> = Vec::new();
    let mut length = 0usize;
    while let Some(frame) = body.frame().await {
        let broken = |_| Problem::from(Error::new(Code::Malformed, "the body broke off"));
        let Ok(data) = frame.map_err(broken)?.into_data() else {
            continue;
        };
        length = length.saturating_add(data.len());
        if length > drained {
            break;
        }
        if length > limit {
            // What is left is only read: it takes no memory.
            (first, joined, held) = (Bytes::new(), Vec::new(), room.take(0)?);
            continue;
        }
        held = held.and(room.take(data.len())?);
        if joined.is_empty() && first.is_empty() {
            first = data; // usually the only frame: then nothing is copied
        } else {
            if joined.is_empty() {
                joined.extend_from_slice(&std::mem::take(&mut first));
            }
            joined.extend_from_slice(&data);
        }
    }
    if length > limit {
        return Err(too_long(limit));
    }
    let bytes = if joined.is_empty() { first } else { Bytes::from(joined) };
    Ok(held.map(|()| bytes))
}

fn too_long(limit: usize) -> Problem {
    Error::new(Code::PayloadTooLarge, format!("the body is longer than {limit} bytes")).into()
}

fn not_utf8() -> Error {
    Error::new(Code::Malformed, "the body is no UTF-8 text")
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use axum::body::HttpBody;
    use hyper::body::Frame;

    use super::*;

    fn kind(value: &'static str) -> MediaType {
        media_type(&HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(value))]))
    }

    #[test]
    fn media_types_may_name_their_charset() {
        assert_eq!(kind("application/json"), MediaType::Json);
        assert_eq!(kind("Application/JSON; charset=\"UTF-8\""), MediaType::Json);
        assert_eq!(kind("application/json; charset=latin1"), MediaType::Other);
        assert_eq!(kind("application/x-www-form-urlencoded"), MediaType::Form);
        assert_eq!(kind("text/plain"), MediaType::Other);
        assert_eq!(media_type(&HeaderMap::new()), MediaType::Other);
    }

    /// A body that arrives in several frames.
    struct Pieces(Vec<&'static str>);

    impl HttpBody for Pieces {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            let next = if self.0.is_empty() {
                None
            } else {
                Some(self.0.remove(0))
            };
            Poll::Ready(next.map(|piece| Ok(Frame::data(Bytes::from_static(piece.as_bytes())))))
        }
    }

    #[tokio::test]
    async fn bodies_are_joined_up_to_the_limit() {
        let room = MemoryBudget::new(7);
        let collected = async |pieces: &[&'static str]| {
            let collected = collect(&mut Body::new(Pieces(pieces.to_vec())), 6, 12, &room).await;
            collected.map(|bytes| bytes.to_vec()).ok()
        };
        assert_eq!(collected(&["ab", "", "cd", "ef"]).await.unwrap(), b"abcdef");
        assert_eq!(collected(&["abcdef"]).await.unwrap(), b"abcdef");
        assert_eq!(collected(&["abc", "defg"]).await, None);
        assert_eq!(collected(&[]).await.unwrap(), b"");
        let _held = room.take(2).unwrap();
        assert_eq!(collected(&["abc", "def"]).await, None);
        assert_eq!(collected(&["abcde"]).await.unwrap(), b"abcde");
    }
}
