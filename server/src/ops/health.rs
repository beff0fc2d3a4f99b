//! `/livez`: the process answers. `/readyz`: its databases do too.

use axum::extract::State;
use orm::db::Statement;

use crate::api::Problem;
use crate::state::Shared;

/// `GET /livez`
pub(crate) async fn livez() -> &'static str {
    "ok"
}

/// `GET /readyz`: 503 unless every database answers.
pub(crate) async fn readyz(State(app): State<Shared>) -> Result<&'static str, Problem> {
    for database in app.databases.all() {
        let statement = Statement {
            text: "SELECT 1".to_owned(),
            binds: Vec::new(),
        };
        database
            .pool
            .read(move |session| session.query(&statement, |_| Ok(())))
            .await?;
    }
    Ok("ok")
}
