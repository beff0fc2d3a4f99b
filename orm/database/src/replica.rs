//! A standby that reads may go to: how far it has come, and which reads it may answer.
//!
//! Whoever wrote reads what it wrote: after each commit the position in the primary's log is noted for its client, and
//! the standby answers a client once it has replayed that position. How far it is a thread asks, beside the requests;
//! what the standby cannot answer, or not well, the primary is asked.

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

/// How often the standby is asked how far it is when nobody waits for it.
const ASKED: Duration = Duration::from_secs(1);
/// The shortest time between two such questions.
const PAUSE: Duration = Duration::from_millis(10);
/// A standby that answers nothing for so long is away.
const SILENCE: Duration = Duration::from_secs(3);
/// How many clients' positions are remembered.
const REMEMBERED: usize = 65_536;
/// The position of a commit that could not be asked for: no standby has come so far.
const UNKNOWN: u64 = u64::MAX;

/// A standby.
#[derive(Debug, Clone)]
pub(crate) struct Replica {
    readers: Readers,
    positions: Arc<Positions>,
    /// Wakes the thread that asks the standby.
    wanted: Sender<()>,
}

/// How far the standby has come, and how far it must have come for whom. Positions are bytes of the primary's log.
#[derive(Debug)]
pub(crate) struct Positions {
    /// What the standby has replayed; 0 while it is away.
    replayed: AtomicU64,
    /// When it said so.
    seen: Mutex<Instant>,
    written: Mutex<Written>,
}

/// What clients wrote last.
#[derive(Debug, Default)]
struct Written {
    clients: HashMap<Client, u64>,
    /// Where whoever is not remembered may have written last.
    others: u64,
    /// How many commits had no known position so far.
    unknown: u64,
}

impl Replica {
    /// A standby that is looked for from now on; it may be away.
    ///
    /// # Errors
    /// When there is no thread for it.
    pub(crate) fn open(url: &PostgresUrl, readers: usize) -> Result<Self> {
        let positions = Arc::new(Positions {
            replayed: AtomicU64::new(0),
            seen: Mutex::new(Instant::now()),
            written: Mutex::default(),
        });
        let address = Address::Postgres(Box::new(url.clone()));
        let connections = url.settings.pool_size.unwrap_or(readers);
        let known = positions.clone();
        // One that has been restarted may be behind the one that was asked last.
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

    /// Reads for a client, where the standby may and can; `None` where the primary is to be asked.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        client: Client,
        job: Arc<impl Fn(&mut Session) -> Result<T> + Send + Sync + 'static>,
    ) -> Option<T> {
        let needed = self.serves(client)?;
        let positions = self.positions.clone();
        let mut read = std::pin::pin!(self.readers.ask(move |session| {
            // The connection may have been opened just now.
            if positions.replayed.load(Ordering::Acquire) < needed {
                return Err(away("the standby has not come so far"));
            }
            let answer = job(session)?;
            match session.trouble().failed {
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

    /// The position that this client's reads need, where the standby has come so far.
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

    /// What is known of it.
    pub(crate) fn positions(&self) -> &Arc<Positions> {
        &self.positions
    }
}

impl Positions {
    /// Notes where a transaction that was committed just now has been written, for those whom it was for.
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

    /// Asks the standby how far it is, again and again, as long as anybody may want to know.
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

/// Where the standby has come to.
fn ask(kept: &mut Option<Session>, address: &Address) -> Result<u64> {
    match kept {
        Some(session) => replayed(session),
        None => replayed(kept.insert(address.session()?)),
    }
}

/// A panic elsewhere leaves nothing half done in these.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Written {
    fn of(&self, client: Client) -> u64 {
        self.clients.get(&client).copied().unwrap_or(self.others)
    }

    /// Notes a position, unless a later one is noted. Those that the standby has passed are of no more use.
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

    /// What was committed without a known position has been written before `position`, which was asked for later.
    fn settle(&mut self, position: u64) {
        let places = self.clients.values_mut().chain([&mut self.others]);
        for place in places.filter(|place| **place == UNKNOWN) {
            *place = position;
        }
    }
}

/// Where the primary writes.
const WRITTEN: &str = "SELECT (pg_current_wal_insert_lsn() - '0/0')::int8";
/// Where a standby has come to; empty where the server is none.
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
