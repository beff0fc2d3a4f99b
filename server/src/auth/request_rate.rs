//! How many requests one access token may make in a minute. Each server counts for itself.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::TokenHash;
use crate::api::Problem;
use crate::state::Shared;

/// For how many tokens requests are counted at a time; those of further ones are not.
const MOST: usize = 65_536;
const MINUTE: Duration = Duration::from_secs(60);

/// Counts requests. Who has made none for a while may make as many at once as in a minute; each request is forgotten
/// after its share of the minute.
#[derive(Debug)]
pub(crate) struct RequestRate {
    /// A request's share of the minute. `None`: requests are not counted.
    share: Option<Duration>,
    /// When all requests of a token will be forgotten.
    forgotten: Mutex<HashMap<TokenHash, Instant>>,
}

impl RequestRate {
    /// So many requests in a minute; any number if it is 0.
    pub(crate) fn new(per_minute: u32) -> Self {
        RequestRate {
            share: (per_minute > 0).then(|| MINUTE / per_minute),
            forgotten: Mutex::default(),
        }
    }

    /// Whether requests are counted.
    pub(crate) fn is_limited(&self) -> bool {
        self.share.is_some()
    }

    /// Counts a request, or says for how many seconds the token has to wait.
    fn take(&self, token: TokenHash, now: Instant) -> Result<(), i64> {
        let Some(share) = self.share else {
            return Ok(());
        };
        let mut forgotten = self.forgotten.lock().unwrap_or_else(PoisonError::into_inner);
        let until = forgotten.get(&token).map_or(now, |until| *until.max(&now)) + share;
        let wait = until.saturating_duration_since(now + MINUTE);
        if !wait.is_zero() {
            return Err(i64::try_from(wait.as_secs() + 1).unwrap_or(i64::MAX));
        }
        if forgotten.len() >= MOST {
            forgotten.retain(|_, until| *until > now);
        }
        if forgotten.len() < MOST || forgotten.contains_key(&token) {
            forgotten.insert(token, until);
        }
        Ok(())
    }

    /// Forgets a token that is not valid: whoever makes up tokens takes no memory.
    fn forget(&self, token: &TokenHash) {
        self.forgotten
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(token);
    }
}

/// Middleware: answers 429 to a token that makes too many requests, before the request's body or the database is read.
pub(crate) async fn limited(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let rate = &app.request_rate;
    let Ok(Some(token)) = TokenHash::in_headers(request.headers()) else {
        return next.run(request).await; // without a token it is refused, and so are two
    };
    if let Err(seconds) = rate.take(token, Instant::now()) {
        let detail = "this access token has made too many requests; wait as long as `Retry-After` says";
        return Problem::too_many_requests(detail, seconds).into_response();
    }
    let response = next.run(request).await;
    if response.status() == StatusCode::UNAUTHORIZED {
        rate.forget(&token);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_s_requests_may_come_at_once_and_then_one_after_another() {
        let (rate, now) = (RequestRate::new(4), Instant::now());
        let [one, other] = [b"one", b"two"].map(|text| TokenHash::of(text));
        let taken: Vec<_> = (0..5).map(|_| rate.take(one, now)).collect();
        assert_eq!(taken, [Ok(()), Ok(()), Ok(()), Ok(()), Err(16)]);
        assert_eq!(rate.take(other, now), Ok(()));
        let later = now + Duration::from_secs(15);
        assert_eq!([rate.take(one, later), rate.take(one, later)], [Ok(()), Err(16)]);
        assert_eq!(RequestRate::new(0).take(one, now), Ok(()));
    }

    #[test]
    fn the_memory_is_bounded_and_forgotten_tokens_make_room() {
        let (rate, now) = (RequestRate::new(60), Instant::now());
        let token = |number: usize| TokenHash::of(&number.to_le_bytes());
        let counted = || rate.forgotten.lock().unwrap().len();
        for number in 0..=MOST {
            rate.take(token(number), now).unwrap();
        }
        assert_eq!(counted(), MOST);
        rate.take(token(MOST), now + MINUTE).unwrap();
        assert_eq!(counted(), 1);
        rate.forget(&token(MOST));
        assert_eq!(counted(), 0);
    }
}
