//! Notes the last use of tokens that only read: beside the request, and once however many requests there are.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use super::{TokenHash, store};
use crate::state::{Database, Shared};

/// Tokens whose last use is being noted.
#[derive(Debug, Default)]
pub(crate) struct PendingUses(Mutex<HashSet<TokenHash>>);

impl PendingUses {
    /// True when nobody else is noting this token's use; end with [`PendingUses::end`].
    fn begin(&self, token: TokenHash) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(token)
    }

    fn end(&self, token: &TokenHash) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(token);
    }
}

/// Notes the token's use without letting the request wait for it.
pub(crate) fn note_use_later(app: &Shared, database: &Database, token: TokenHash) {
    if !app.uses.begin(token) {
        return;
    }
    let (app, pool) = (app.clone(), database.pool.clone());
    tokio::spawn(async move {
        if let Err(error) = pool
            .write(move |session| store::note_use(session, &token, crate::api::now()))
            .await
        {
            tracing::warn!(%error, "the last use of a token could not be noted");
        }
        app.uses.end(&token);
    });
}
