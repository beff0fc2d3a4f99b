//! The signals that stop the server: SIGTERM, and SIGINT (an interrupt from the keyboard).

use tokio::signal::unix::{SignalKind, signal};

use crate::failure::Failure;

/// A future that completes at the first SIGTERM or SIGINT. The signals are caught from now on.
///
/// # Errors
/// When the handlers cannot be installed.
pub(crate) fn signalled() -> Result<impl Future<Output = ()>, Failure> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
