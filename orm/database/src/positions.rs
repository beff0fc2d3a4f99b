//! How far a standby has come, and how far it must have come for each client: positions in the primary's write-ahead log
//! (WAL), in bytes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Session;
use super::session::Client;
use crate::error::{Code, Error, Result};

/// A standby that has not answered for this long gets no reads.
const SILENCE: Duration = Duration::from_secs(3);
/// The most clients whose positions are remembered.
const REMEMBERED: usize = 65_536;
/// Stands for the position of a commit that could not be asked for; no standby has ever replayed it.
const UNKNOWN: u64 = u64::MAX;

/// How far the standby has come, and how far it must have come for each client.
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

impl Positions {
    /// Those of a standby that has not been asked.
    pub(crate) fn new() -> Self {
        Positions {
            replayed: AtomicU64::new(0),
            seen: Mutex::new(Instant::now()),
            written: Mutex::default(),
        }
    }

    /// The position that the standby has replayed; 0 while it cannot be reached.
    pub(crate) fn reached(&self) -> u64 {
        self.replayed.load(Ordering::Acquire)
    }

    /// The position that this client's reads need.
    pub(crate) fn needed(&self, client: Client) -> u64 {
        lock(&self.written).of(client)
    }

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
            written.note(*client, position.unwrap_or(UNKNOWN), self.reached());
        }
    }

    /// Notes that the standby has replayed this position; 0 that it cannot be reached.
    pub(crate) fn note_reached(&self, position: u64) {
        self.replayed.store(position, Ordering::Release);
        *lock(&self.seen) = Instant::now();
    }

    /// Whether the standby has not answered for long.
    pub(crate) fn is_silent(&self) -> bool {
        lock(&self.seen).elapsed() > SILENCE
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

/// The position that a standby has replayed.
pub(crate) fn replayed(session: &mut Session) -> Result<u64> {
    let no_standby = || Error::new(Code::Unavailable, "the server that `replica` names is no standby");
    position(session, REPLAYED)?.ok_or_else(no_standby)
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
