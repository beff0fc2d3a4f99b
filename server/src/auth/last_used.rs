//! Records when a token was last used by a request that only reads: in the background, and once for all requests of the
//! token at that moment. Requests that write do it in their own transaction.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use super::{TokenHash, token_store};
use crate::state::{Database, Shared};

/// The tokens whose last use is being recorded.
#[derive(Debug, Default)]
pub(crate) struct PendingUses(Mutex<HashSet<TokenHash>>);

impl PendingUses {
    /// Adds the token. False when its use is being recorded already. [`PendingUses::end`] removes the token.
    fn begin(&self, token: TokenHash) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(token)
    }

    fn end(&self, token: &TokenHash) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(token);
    }
}

/// Records the token's use in the background; the request does not wait for it. A failure is only logged.
pub(crate) fn note_use_later(app: &Shared, database: &Database, token: TokenHash) {
    if !app.uses.begin(token) {
        return;
    }
    let (app, pool) = (app.clone(), database.pool.clone());
    tokio::spawn(async move {
        if let Err(error) = pool
            .write(move |session| token_store::note_use(session, &token, crate::api::now()))
            .await
        {
            tracing::warn!(%error, "the last use of a token could not be noted");
        }
        app.uses.end(&token);
    });
}
