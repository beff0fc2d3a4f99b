//! Health checks. `/livez`: the process answers. `/readyz`: its databases work, too.

use std::time::{Duration, Instant};

use axum::extract::State;
use orm::error::Error;

use crate::api::Problem;
use crate::state::Shared;

/// `GET /livez`
pub(crate) async fn livez() -> &'static str {
    "ok"
}

/// How long the checks of all databases together may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// `GET /readyz`: 503 unless every database can be read and written. A standby is not checked: without it, the primary
/// answers the reads.
pub(crate) async fn readyz(State(app): State<Shared>) -> Result<&'static str, Problem> {
    let begun = Instant::now();
    for database in app.databases.all() {
        let checked = database.pool.check(PATIENCE.saturating_sub(begun.elapsed())).await;
        checked.map_err(|error| Error::new(error.code(), format!("{}: {error}", database.name)))?;
    }
    Ok("ok")
}
