//! What can go wrong in a request to the baseline.

use axum::http::StatusCode;

/// Why a request is answered with an error.
#[derive(Debug, Clone)]
pub enum Error {
    /// No valid token: 401.
    Unauthenticated,
    /// No such record: 404.
    NotFound,
    /// A malformed URL or body: 400.
    Malformed(String),
    /// An invalid value: 422.
    Invalid(String),
    /// The database failed: 500.
    Database(String),
}

/// The result of a request.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Status code and text of the answer.
    pub fn answer(&self) -> (StatusCode, &str) {
        match self {
            Error::Unauthenticated => (StatusCode::UNAUTHORIZED, "a valid access-token is needed"),
            Error::NotFound => (StatusCode::NOT_FOUND, "there is no such record"),
            Error::Malformed(why) => (StatusCode::BAD_REQUEST, why),
            Error::Invalid(why) => (StatusCode::UNPROCESSABLE_ENTITY, why),
            Error::Database(why) => (StatusCode::INTERNAL_SERVER_ERROR, why),
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Error::Database(error.to_string())
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        // `tokio_postgres::Error` itself displays only "db error".
        Error::Database(
            error
                .as_db_error()
                .map_or_else(|| error.to_string(), ToString::to_string),
        )
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.answer().1)
    }
}

impl std::error::Error for Error {}
