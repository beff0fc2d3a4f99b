//! For whom a request is: its token, and the companies that its user wants to work with in it.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::{HeaderName, HeaderValue};
use axum::http::request::Parts;
use axum::response::Response;
use orm::env::Origin;
use orm::error::{Code, Error, Result};

use super::problem::Problem;
use crate::auth::{TokenHash, store};

/// The header that chooses among the companies of the user: their ids, with commas between. The first one is the company
/// of new documents. The answer has the same header, with the companies that applied.
pub(crate) const COMPANIES: HeaderName = HeaderName::from_static("company-ids");

/// The header of a request's id, in the request and in its answer.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The most companies that a request may choose.
const MOST: usize = 16;

/// For whom a request is.
#[derive(Debug, Clone)]
pub(crate) struct Credentials {
    /// The access token.
    pub(crate) token: TokenHash,
    /// The companies that the user wants to work with; none: all of his.
    chosen: [i64; MOST],
    count: usize,
    /// The id of the request, for the audit trail.
    request: Option<Arc<str>>,
}

/// The credentials in a request's headers; 401 without a token. Whether they are valid is checked in the request's
/// transaction.
pub(super) struct RequiredCredentials(pub(super) Credentials);

impl Credentials {
    /// The credentials in these headers.
    ///
    /// # Errors
    /// 401 without a token; 400 when the header of companies is not of its form.
    pub(crate) fn in_headers(headers: &HeaderMap) -> Result<Self> {
        let token = TokenHash::in_headers(headers)?.ok_or_else(store::unauthenticated)?;
        let mut credentials = Credentials::of(token);
        let id = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
        credentials.request = id.map(Arc::from);
        for id in headers
            .get_all(COMPANIES)
            .iter()
            .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        {
            let id = std::str::from_utf8(id)
                .ok()
                .and_then(|id| id.trim().parse::<i64>().ok());
            match id.filter(|_| credentials.count < MOST) {
                Some(id) => credentials.chosen[credentials.count] = id,
                None => return Err(malformed()),
            }
            credentials.count += 1;
        }
        Ok(credentials)
    }

    /// A token, with all companies of its user.
    pub(crate) fn of(token: TokenHash) -> Self {
        Credentials {
            token,
            chosen: [0; MOST],
            count: 0,
            request: None,
        }
    }

    /// Whether both requests are of the same token, with the same companies.
    pub(super) fn same_caller(&self, other: &Credentials) -> bool {
        self.token == other.token && self.chosen[..self.count] == other.chosen[..other.count]
    }

    /// What the audit trail tells of a change by this request of the user with this login.
    pub(super) fn origin(&self, login: Option<String>) -> Origin {
        Origin {
            login,
            token: Some(self.token.id()),
            request: self.request.as_deref().map(str::to_owned),
        }
    }

    /// The companies that the request chooses; none: all of its user's.
    pub(crate) fn chosen(&self) -> &[i64] {
        &self.chosen[..self.count]
    }

    /// The companies that apply, of those that the user works for, and which of them is that of new documents.
    ///
    /// # Errors
    /// 403 for a company that he does not work for.
    pub(super) fn companies(&self, own: Vec<i64>, company: Option<i64>) -> Result<(Vec<i64>, Option<i64>)> {
        let chosen = self.chosen();
        if let Some(other) = chosen.iter().find(|id| !own.contains(id)) {
            let what = format!("you do not work for the company {other} that the header `{COMPANIES}` names");
            return Err(Error::new(Code::AccessDenied, what));
        }
        match chosen {
            [] => Ok((own, company)),
            [first, ..] => Ok((chosen.to_vec(), Some(*first))),
        }
    }

    /// Notes in a successful answer which companies applied, where the request chose some.
    pub(super) fn note_in(&self, mut response: Response) -> Response {
        let chosen: Vec<String> = self.chosen().iter().map(i64::to_string).collect();
        if let (false, Ok(value)) = (chosen.is_empty(), HeaderValue::try_from(chosen.join(","))) {
            response.headers_mut().insert(COMPANIES, value);
        }
        response
    }
}

fn malformed() -> Error {
    let what = format!("the header `{COMPANIES}` is a list of at most {MOST} ids of companies: `1,3`");
    Error::new(Code::Malformed, what)
}

impl<S: Sync> FromRequestParts<S> for RequiredCredentials {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(RequiredCredentials(Credentials::in_headers(&parts.headers)?))
    }
}
