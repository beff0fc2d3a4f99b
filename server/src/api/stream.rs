//! Lists of any size, sent while they are read: CSV, one JSON document on each line, or one list (`limit=all`).
//!
//! A thread of the database makes pieces (`orm::query::stream`), which the answer's body hands on. The channel between
//! them has room for one: what a client has not taken yet is not read. The head of the answer is sent when the first
//! piece is there, so that all mistakes in the request are answered as usual. If something fails behind that, the answer
//! breaks off: without its end, its client cannot take it for complete.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{self, Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use axum::http::{HeaderMap, HeaderName, Version};
use axum::response::Response;
use hyper::body::Frame;
use mime::Mime;
use orm::db::Session;
use orm::error::{Code, Error, Result};
use orm::query::{self, ALL, Form, Request};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use super::credentials::Credentials;
use super::list::TOTAL;
use super::problem::Problem;
use super::transact::{authenticate, checked, database_of, permitted};
use crate::auth::{TokenHash, note_use_later};
use crate::state::Shared;

/// How long a client may leave a piece untaken.
const STALLED: Duration = Duration::from_secs(30);
/// What a stream takes from the memory budget of answers: what it holds of an ordinary result at a time.
const ROOM: usize = 4 * 1024 * 1024;

/// The form that a list is asked for in, where it is to be sent while it is read. Of the media types in `Accept` the one
/// counts that the client likes best, and of equals the first one.
pub(super) fn asked(headers: &HeaderMap, params: &Result<Vec<(String, String)>>) -> Option<Form> {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut best = (0.0, None);
    for range in accepted.flat_map(|value| value.split(',')) {
        let Ok(range) = range.trim().parse::<Mime>() else {
            continue;
        };
        let quality = range.get_param("q").map_or(Ok(1.0), |quality| quality.as_str().parse());
        match quality {
            Ok(quality) if quality > best.0 => best = (quality, form(&range)),
            _ => {}
        }
    }
    let all = || params.as_ref().is_ok_and(|params| params.iter().any(is_all));
    best.1.or_else(|| all().then_some(Form::List))
}

fn is_all((name, value): &(String, String)) -> bool {
    name == "limit" && value == ALL
}

fn form(range: &Mime) -> Option<Form> {
    match range.essence_str() {
        "text/csv" => Some(Form::Table {
            spreadsheet: range.get_param("spreadsheet").is_none_or(|value| value != "off"),
        }),
        "application/x-ndjson" | "application/ndjson" => Some(Form::Lines),
        _ => None,
    }
}

/// After how many seconds a token that has as many streams as it may should ask again.
const RETRY_SECONDS: i64 = 5;

/// The streams of each token.
#[derive(Debug, Clone)]
pub(crate) struct Streams {
    running: Arc<Mutex<HashMap<TokenHash, usize>>>,
    /// How many one token may have at a time.
    most: usize,
}

/// A running stream.
#[derive(Debug)]
struct Running {
    streams: Streams,
    token: TokenHash,
}

impl Streams {
    /// Where `most` streams run at a time, of which one token may have half.
    pub(crate) fn new(most: usize) -> Self {
        Streams {
            running: Arc::default(),
            most: most.div_ceil(2),
        }
    }

    fn begin(&self, token: TokenHash) -> Result<Running, Problem> {
        let mut running = self.running();
        let count = running.entry(token).or_default();
        if *count >= self.most {
            let why =
                format!("this access token takes {count} lists of any size already, and may have no more at a time");
            return Err(Problem::too_many_requests(why, RETRY_SECONDS));
        }
        *count += 1;
        let streams = self.clone();
        Ok(Running { streams, token })
    }

    /// Ignores poisoning: a panic elsewhere never leaves the map half changed.
    fn running(&self) -> MutexGuard<'_, HashMap<TokenHash, usize>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut running = self.streams.running();
        if let Some(count) = running.get_mut(&self.token) {
            *count -= 1;
            if *count == 0 {
                running.remove(&self.token);
            }
        }
    }
}

/// What is known when the first piece is there.
struct Head {
    /// The number of all matching records, if it was asked for.
    total: Option<i64>,
    use_outdated: bool,
}

/// Answers a list in this form.
///
/// # Errors
/// As [`read_model`](super::transact::read_model); 400 over HTTP/1.0; 429 when this token takes as many lists as it may
/// at a time; 503 when as many are sent as may be.
pub(super) async fn stream(
    app: &Shared,
    caller: Credentials,
    model: String,
    params: Result<Vec<(String, String)>>,
    form: Form,
    version: Version,
) -> Result<Response, Problem> {
    if version < Version::HTTP_11 {
        let why = "a list of any size needs HTTP/1.1: in HTTP/1.0 one that breaks off looks complete";
        return Err(Error::new(Code::Malformed, why).into());
    }
    let database = database_of(app, caller.token).await?;
    let (told, mut head) = oneshot::channel();
    let (pieces, taken) = mpsc::channel(1);
    let output = Output {
        told: Mutex::new(Some(told)),
        pieces,
        runtime: Handle::current(),
        until: Instant::now().checked_add(app.limits.max_stream),
        running: app.streams.begin(caller.token)?,
    };
    let (pool, shared, client, name) = (database.pool.clone(), app.clone(), caller.clone(), model.clone());
    let job = move |session: &mut Session| {
        let _room = shared.answers.take(ROOM)?;
        let (mut env, user) = authenticate(session, &shared, &client, permitted(Some(&name), false), false)?;
        let model = env.registry.exposed(&name)?;
        let params = checked(&params)?;
        if query::asks_for_groups(params) {
            let why = "groups are answered at once, as JSON: ask for `Accept: application/json`, without `limit=all`";
            return Err(Error::parameter("group_by", why));
        }
        let request = Request::parse_stream(env.registry, model, params, &super::limits(&shared), env.wire)?;
        env.session.snapshot()?;
        let head = Head {
            total: query::total(&mut env, model, &request)?,
            use_outdated: user.use_outdated,
        };
        let mut head = Some(head);
        query::stream(&mut env, model, &request, form, &mut |piece| {
            output.send(head.take(), piece)
        })
    };
    let mut ended: Ended = Box::pin(async move { pool.stream(job).await });
    let (head, ended) = tokio::select! {
        biased;
        Ok(head) = &mut head => (head, Some(ended)),
        all = &mut ended => {
            all?;
            let head = head.try_recv().map_err(|_| Problem::internal("a list ends before it begins"))?;
            (head, None)
        }
    };
    if head.use_outdated {
        note_use_later(app, database, caller.token);
    }
    let mut response = Response::new(Body::new(Pieces { taken, ended }));
    let headers = response.headers_mut();
    headers.extend(described(form, &model));
    if let Some(total) = head.total {
        headers.insert(TOTAL, HeaderValue::from(total));
    }
    Ok(caller.note_in(response))
}

/// The headers that describe the body.
fn described(form: Form, model: &str) -> Vec<(HeaderName, HeaderValue)> {
    let media_type = match form {
        Form::List => super::WIRE.media_type(),
        Form::Lines => "application/x-ndjson",
        Form::Table { .. } => "text/csv; charset=utf-8; header=present",
    };
    let mut headers = vec![(CONTENT_TYPE, HeaderValue::from_static(media_type))];
    // Names of models are always valid header values.
    let file = HeaderValue::try_from(format!("attachment; filename=\"{model}.csv\""));
    if let (Form::Table { .. }, Ok(file)) = (form, file) {
        headers.push((CONTENT_DISPOSITION, file));
    }
    headers
}

/// Where the thread sends what it has read.
struct Output {
    told: Mutex<Option<oneshot::Sender<Head>>>,
    pieces: mpsc::Sender<Bytes>,
    runtime: Handle,
    /// When it must have ended.
    until: Option<Instant>,
    /// The token's place is taken until the thread has ended, not only until the client is gone.
    #[expect(dead_code, reason = "dropped with the job")]
    running: Running,
}

impl Output {
    /// Sends a piece, and in front of the first one the head.
    ///
    /// # Errors
    /// When nobody waits for it any more, or it is too late.
    fn send(&self, head: Option<Head>, piece: Vec<u8>) -> Result<()> {
        if let Some(head) = head {
            let told = self.told.lock().unwrap_or_else(PoisonError::into_inner).take();
            // The connection to the database was lost behind the first piece, and all begins anew.
            let told = told.ok_or_else(|| over("the connection to the database was lost"))?;
            told.send(head).map_err(|_| over(GONE))?;
        }
        if piece.is_empty() {
            return Ok(());
        }
        if self.until.is_some_and(|until| Instant::now() > until) {
            return Err(over("it takes longer than DECLAREST_MAX_STREAM_SECONDS"));
        }
        let sent = self.pieces.send(Bytes::from(piece));
        match self
            .runtime
            .block_on(async { tokio::time::timeout(STALLED, sent).await })
        {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(over(GONE)),
            Err(_) => Err(over("its client does not take it")),
        }
    }
}

const GONE: &str = "its client is gone";

fn over(why: &str) -> Error {
    Error::new(Code::Unavailable, why)
}

/// How a stream ended.
type Ended = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// The body of an answer that is sent while it is read. When it is dropped, the reading ends.
struct Pieces {
    taken: mpsc::Receiver<Bytes>,
    /// `None`: it has ended.
    ended: Option<Ended>,
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>>>> {
        if let Some(piece) = task::ready!(self.taken.poll_recv(context)) {
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        let Some(ended) = &mut self.ended else {
            return Poll::Ready(None);
        };
        let result = task::ready!(ended.as_mut().poll(context));
        self.ended = None;
        Poll::Ready(result.err().map(|error| {
            tracing::warn!(%error, "a list that was being sent breaks off");
            Err(error)
        }))
    }
}
