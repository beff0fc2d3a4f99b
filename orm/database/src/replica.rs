//! Reads on a standby (a replica of PostgreSQL that follows the primary): how far it has come, and which reads it may
//! answer.
//!
//! A client always sees its own writes: after each commit the position in the primary's write-ahead log (WAL) is noted
//! for the client, and the standby answers the client's reads only once it has replayed that position. A thread asks
//! the standby for its position, beside the requests. A read that the standby cannot answer, or answers with an error,
//! goes to the primary.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use super::positions::{Positions, replayed};
use super::postgres::PostgresUrl;
use super::readers::Readers;
use super::session::Client;
use super::threads::spawn;
use super::{Address, Session};
use crate::error::{Code, Error, Result};

/// How often the standby is asked for its position when no read waits for it.
const ASKED: Duration = Duration::from_secs(1);
/// The shortest time between two such questions.
const PAUSE: Duration = Duration::from_millis(10);

/// A standby.
#[derive(Debug, Clone)]
pub(crate) struct Replica {
    readers: Readers,
    positions: Arc<Positions>,
    /// Wakes the thread that asks the standby for its position.
    wanted: Sender<()>,
}

impl Replica {
    /// Starts to use a standby. It need not be reachable yet.
    ///
    /// # Errors
    /// 503 when a thread cannot be started.
    pub(crate) fn open(url: &PostgresUrl, readers: usize) -> Result<Self> {
        let positions = Arc::new(Positions::new());
        let address = Address::Postgres(Box::new(url.clone()));
        let connections = url.settings.pool_size.unwrap_or(readers);
        let known = positions.clone();
        // Asked on each new connection: after a restart, the standby may be behind the position that is known.
        let readers = Readers::of_server(url, connections, move |session| {
            replayed(session).map(|position| known.note_reached(position))
        })?;
        let (wanted, asked) = bounded(1);
        let watched = positions.clone();
        spawn("standby", move || watch(&watched, &address, &asked))?;
        Ok(Replica {
            readers,
            positions,
            wanted,
        })
    }

    /// Runs a client's read on the standby; `None` if it may not or cannot answer, so that the primary is to be asked.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        client: Client,
        job: Arc<impl Fn(&mut Session) -> Result<T> + Send + Sync + 'static>,
    ) -> Option<T> {
        let needed = self.serves(client)?;
        let positions = self.positions.clone();
        let mut read = std::pin::pin!(self.readers.ask_for(
            client,
            Arc::new(move |session: &mut Session| {
                // Checked again: opening the connection may have set an earlier position.
                if positions.reached() < needed {
                    return Err(away("the standby has not come so far"));
                }
                let answer = job(session)?;
                match session.errors().failed {
                    true => Err(away("the standby refused a statement")),
                    false => Ok(answer),
                }
            })
        ));
        loop {
            match tokio::time::timeout(ASKED, &mut read).await {
                Ok(answer) => {
                    return answer
                        .inspect_err(|error| tracing::debug!(%error, "on the standby"))
                        .ok();
                }
                Err(_) if self.positions.is_silent() => return None,
                Err(_) => {}
            }
        }
    }

    /// The position that this client's reads need; `None` if the standby has not come so far or cannot be reached.
    fn serves(&self, client: Client) -> Option<u64> {
        let replayed = self.positions.reached();
        if replayed == 0 || self.positions.is_silent() {
            return None;
        }
        let needed = self.positions.needed(client);
        if replayed >= needed {
            return Some(needed);
        }
        let _ = self.wanted.try_send(()); // full: it is being asked
        None
    }

    /// The standby's readers.
    pub(crate) fn readers(&self) -> &Readers {
        &self.readers
    }

    /// The positions, shared with the threads that write.
    pub(crate) fn positions(&self) -> &Arc<Positions> {
        &self.positions
    }
}

/// The thread that asks the standby for its position, until the [`Replica`] is dropped.
fn watch(positions: &Positions, address: &Address, asked: &Receiver<()>) {
    let (mut kept, mut away) = (None, false);
    loop {
        match ask(&mut kept, address) {
            Ok(position) => {
                positions.note_reached(position);
                if std::mem::replace(&mut away, false) {
                    tracing::info!("the standby answers reads again");
                }
            }
            Err(error) => {
                positions.note_reached(0);
                kept = None;
                if !std::mem::replace(&mut away, true) {
                    tracing::warn!(%error, "the standby answers no reads: the primary does");
                }
            }
        }
        std::thread::sleep(PAUSE);
        if asked.recv_timeout(ASKED) == Err(RecvTimeoutError::Disconnected) {
            return;
        }
    }
}

/// Asks the standby for its position, over a connection that is kept.
fn ask(kept: &mut Option<Session>, address: &Address) -> Result<u64> {
    match kept {
        Some(session) => replayed(session),
        None => replayed(kept.insert(address.session()?)),
    }
}

fn away(why: &str) -> Error {
    Error::new(Code::Unavailable, why)
}
