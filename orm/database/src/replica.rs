//! Reads on a standby (a replica of PostgreSQL that follows the primary): how far it has come, and which reads it may
//! answer.
//!
//! A client always sees its own writes: after each commit the position in the primary's write-ahead log (WAL) is noted
//! for the client, and the standby answers the client's reads only once it has replayed that position. A thread asks
//! the standby for its position, beside the requests. A read that the standby cannot answer, or answers with an error,
//! goes to the primary.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

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
/// A standby that has not answered for this long gets no reads.
const SILENCE: Duration = Duration::from_secs(3);
/// The most clients whose positions are remembered.
const REMEMBERED: usize = 65_536;
/// Stands for the position of a commit that could not be asked for; no standby has ever replayed it.
const UNKNOWN: u64 = u64::MAX;

/// A standby.
#[derive(Debug, Clone)]
pub(crate) struct Replica {
    readers: Readers,
    positions: Arc<Positions>,
    /// Wakes the thread that asks the standby for its position.
    wanted: Sender<()>,
}

/// How far the standby has come, and how far it must have come for each client. Positions are bytes of the primary's
/// WAL.
#[derive(Debug)]
pub(crate) struct Positions {
    /// The position that the standby has replayed; 0 while it cannot be reached.
    replayed: AtomicU64,
    /// When `replayed` was asked for last.
    seen: Mutex<Instant>,
    written: Mutex<Written>,
}

/// The position of each client's last write.
#[derive(Debug, Default)]
struct Written {
    clients: HashMap<Client, u64>,
    /// The latest position at which a client that is not remembered may have written.
    others: u64,
    /// How many commits had no known position so far.
    unknown: u64,
}

impl Replica {
    /// Starts to use a standby. It need not be reachable yet.
    ///
    /// # Errors
    /// 503 when a thread cannot be started.
    pub(crate) fn open(url: &PostgresUrl, readers: usize) -> Result<Self> {
        let positions = Arc::new(Positions {
            replayed: AtomicU64::new(0),
            seen: Mutex::new(Instant::now()),
            written: Mutex::default(),
        });
        let address = Address::Postgres(Box::new(url.clone()));
        let connections = url.settings.pool_size.unwrap_or(readers);
        let known = positions.clone();
        // Asked on each new connection: after a restart, the standby may be behind the position that is known.
        let readers = Readers::of_server(url, connections, move |session| {
            replayed(session).map(|position| known.replayed(position))
        })?;
        let (wanted, asked) = bounded(1);
        let watched = positions.clone();
        spawn("standby", move || watched.watch(&address, &asked))?;
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
        let mut read = std::pin::pin!(self.readers.ask(move |session| {
            // Checked again: opening the connection may have set an earlier position.
            if positions.replayed.load(Ordering::Acquire) < needed {
                return Err(away("the standby has not come so far"));
            }
            let answer = job(session)?;
            match session.errors().failed {
                true => Err(away("the standby refused a statement")),
                false => Ok(answer),
            }
        }));
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
        let replayed = self.positions.replayed.load(Ordering::Acquire);
        if replayed == 0 || self.positions.is_silent() {
            return None;
        }
        let needed = lock(&self.positions.written).of(client);
        if replayed >= needed {
            return Some(needed);
        }
        let _ = self.wanted.try_send(()); // full: it is being asked
        None
    }

    /// The positions, shared with the threads that write.
    pub(crate) fn positions(&self) -> &Arc<Positions> {
        &self.positions
    }
}

impl Positions {
    /// To be called after a commit on the primary: notes its position in the WAL for the clients that it was for.
    pub(crate) fn wrote(&self, session: &mut Session) {
        if session.clients().is_empty() {
            return;
        }
        let before = lock(&self.written).unknown;
        let position = position(session, WRITTEN).ok().flatten();
        let mut written = lock(&self.written);
        match position {
            Some(position) if written.unknown == before => written.settle(position),
            Some(_) => {}
            None => written.unknown += 1,
        }
        for client in session.clients() {
            written.note(
                *client,
                position.unwrap_or(UNKNOWN),
                self.replayed.load(Ordering::Acquire),
            );
        }
    }

    fn replayed(&self, position: u64) {
        self.replayed.store(position, Ordering::Release);
        *lock(&self.seen) = Instant::now();
    }

    fn is_silent(&self) -> bool {
        lock(&self.seen).elapsed() > SILENCE
    }

    /// The thread that asks the standby for its position, until the [`Replica`] is dropped.
    fn watch(&self, address: &Address, asked: &Receiver<()>) {
        let (mut kept, mut away) = (None, false);
        loop {
            match ask(&mut kept, address) {
                Ok(position) => {
                    self.replayed(position);
                    if std::mem::replace(&mut away, false) {
                        tracing::info!("the standby answers reads again");
                    }
                }
                Err(error) => {
                    self.replayed(0);
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
}

/// Asks the standby for its position, over a connection that is kept.
fn ask(kept: &mut Option<Session>, address: &Address) -> Result<u64> {
    match kept {
        Some(session) => replayed(session),
        None => replayed(kept.insert(address.session()?)),
    }
}

/// Ignores poisoning: a panic elsewhere never leaves these values half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Written {
    fn of(&self, client: Client) -> u64 {
        self.clients.get(&client).copied().unwrap_or(self.others)
    }

    /// Notes the position of a client's write, unless a later one is noted. When there are too many clients, those
    /// whose position the standby has passed are forgotten; if that is not enough, all are, and `others` stands for
    /// them.
    fn note(&mut self, client: Client, position: u64, replayed: u64) {
        if self.clients.len() >= REMEMBERED {
            self.clients.retain(|_, position| *position > replayed);
        }
        if self.clients.len() >= REMEMBERED {
            self.others = self
                .clients
                .values()
                .copied()
                .max()
                .unwrap_or_default()
                .max(self.others);
            self.clients.clear();
        }
        let position = position.max(self.of(client));
        self.clients.insert(client, position);
    }

    /// Replaces unknown positions: those commits came before `position`, which was asked for later.
    fn settle(&mut self, position: u64) {
        let places = self.clients.values_mut().chain([&mut self.others]);
        for place in places.filter(|place| **place == UNKNOWN) {
            *place = position;
        }
    }
}

/// The primary's position in its WAL.
const WRITTEN: &str = "SELECT (pg_current_wal_insert_lsn() - '0/0')::int8";
/// The position that a standby has replayed; no row if the server is not a standby.
const REPLAYED: &str = "SELECT (pg_last_wal_replay_lsn() - '0/0')::int8 WHERE pg_is_in_recovery()";

fn position(session: &mut Session, text: &str) -> Result<Option<u64>> {
    let mut position = None;
    session.query_text(text, &[], |row| {
        position = row.int(0)?.and_then(|position| u64::try_from(position).ok());
        Ok(())
    })?;
    Ok(position)
}

fn replayed(session: &mut Session) -> Result<u64> {
    position(session, REPLAYED)?.ok_or_else(|| away("the server that `replica` names is no standby"))
}

fn away(why: &str) -> Error {
    Error::new(Code::Unavailable, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_forgotten_may_have_written_last() {
        let mut written = Written::default();
        for client in 0..REMEMBERED as u64 {
            written.note(Client(client), 10 + client, 0);
        }
        assert_eq!((written.of(Client(3)), written.of(Client(u64::MAX))), (13, 0));
        // The standby has passed all but one of them.
        written.note(Client(u64::MAX), 7, 10 + REMEMBERED as u64 - 2);
        assert_eq!(written.clients.len(), 2);
        assert_eq!((written.of(Client(3)), written.of(Client(u64::MAX))), (0, 7));
        for client in 0..REMEMBERED as u64 {
            written.note(Client(client), 100 + client, 0);
        }
        assert!(written.clients.len() < REMEMBERED);
        assert!(written.of(Client(u64::MAX)) >= 7 && written.of(Client(u64::MAX - 1)) >= 7);
    }

    #[test]
    fn a_position_that_nobody_knows_is_before_the_next_one() {
        let mut written = Written::default();
        written.note(Client(1), UNKNOWN, 0);
        assert_eq!(written.of(Client(1)), UNKNOWN);
        written.settle(5);
        assert_eq!(written.of(Client(1)), 5);
        // Of two commits the later one may be noted first.
        written.note(Client(1), 4, 0);
        assert_eq!(written.of(Client(1)), 5);
    }
}
