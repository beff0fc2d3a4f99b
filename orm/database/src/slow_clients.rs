//! Clients whose reads took long lately. Each has its further reads tried one after another, and all such clients
//! together have a part of the threads: however many reads one client sends at once, those of others find a free thread.
//! For example, of a hundred slow reads of one client, one is tried at a time, and the first read of another client is
//! answered meanwhile.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap as HashMap;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::queue::{MOST_WAITING, no_connection, too_many};
use super::session::Client;
use crate::error::Result;

/// For how long a client counts as slow after a read that took long.
const REMEMBERED: Duration = Duration::from_secs(10);
/// How many slow clients are remembered. Further ones count as quick.
const MOST: usize = 4_096;

/// The clients whose reads took long lately. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct SlowClients(Arc<State>);

#[derive(Debug)]
struct State {
    clients: Mutex<HashMap<Client, Slow>>,
    /// As `clients.len()`: most servers have none, and need not lock.
    count: AtomicUsize,
    /// How many reads of slow clients may be tried at a time.
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
}

#[derive(Debug)]
struct Slow {
    until: Instant,
    /// One permit: the turn of one of the client's reads.
    turn: Arc<Semaphore>,
}

/// The turn of a slow client's read, until this is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    _own: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
}

impl SlowClients {
    /// None so far; `places` of their reads may be tried at a time.
    pub(crate) fn new(places: usize) -> Self {
        SlowClients(Arc::new(State {
            clients: Mutex::default(),
            count: AtomicUsize::new(0),
            places: Arc::new(Semaphore::new(places)),
            waiting: AtomicUsize::new(0),
        }))
    }

    /// Notes that a read of the client took long.
    pub(crate) fn note(&self, client: Client) {
        let (now, mut clients) = (Instant::now(), self.clients());
        if clients.len() >= MOST {
            clients.retain(|_, slow| slow.until > now);
        }
        if clients.len() < MOST || clients.contains_key(&client) {
            let slow = clients.entry(client).or_insert_with(|| Slow {
                until: now,
                turn: Arc::new(Semaphore::new(1)),
            });
            slow.until = now + REMEMBERED;
        }
        self.0.count.store(clients.len(), Ordering::Relaxed);
    }

    /// Whether a read of the client took long lately.
    pub(crate) fn contains(&self, client: Client) -> bool {
        self.turn_of(client).is_some()
    }

    /// What the client's reads take turns by, if it is slow.
    fn turn_of(&self, client: Client) -> Option<Arc<Semaphore>> {
        if self.0.count.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let mut clients = self.clients();
        let until = clients.get(&client)?.until;
        if until > Instant::now() {
            return clients.get(&client).map(|slow| slow.turn.clone());
        }
        clients.remove(&client);
        self.0.count.store(clients.len(), Ordering::Relaxed);
        None
    }

    /// Waits for the turn of a read; `None` if the client is not slow.
    ///
    /// # Errors
    /// 503 when too many reads wait, or the turn does not come within `patience`.
    pub(crate) async fn turn(&self, client: Client, patience: Option<Duration>) -> Result<Option<Turn>> {
        let Some(own) = self.turn_of(client) else {
            return Ok(None);
        };
        let _waiting = Waiting::new(&self.0.waiting)?;
        let turn = async {
            let own = own.acquire_owned().await.ok()?;
            let place = self.0.places.clone().acquire_owned().await.ok()?;
            Some(Turn {
                _own: own,
                _place: place,
            })
        };
        match patience {
            None => Ok(turn.await),
            Some(patience) => {
                let turn = tokio::time::timeout(patience, turn).await;
                turn.map_err(|_| no_connection(patience))
            }
        }
    }

    /// How many reads wait for their turn.
    pub(crate) fn waiting(&self) -> usize {
        self.0.waiting.load(Ordering::Relaxed)
    }

    fn clients(&self) -> MutexGuard<'_, HashMap<Client, Slow>> {
        self.0.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A read that waits, until this is dropped.
struct Waiting<'w>(&'w AtomicUsize);

impl<'w> Waiting<'w> {
    fn new(waiting: &'w AtomicUsize) -> Result<Self> {
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        let waits = Waiting(waiting);
        if before < MOST_WAITING {
            Ok(waits)
        } else {
            Err(too_many())
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_reads_of_a_slow_client_take_turns() {
        let (slow, [one, other, quick]) = (SlowClients::new(2), [1, 2, 3].map(Client));
        assert!(slow.turn(one, None).await.unwrap().is_none());
        slow.note(one);
        slow.note(other);
        let first = slow.turn(one, None).await.unwrap();
        let patience = Some(Duration::from_millis(10));
        assert!(first.is_some() && slow.turn(one, patience).await.is_err());
        let second = slow.turn(other, patience).await.unwrap();
        assert!(second.is_some() && slow.turn(quick, patience).await.unwrap().is_none());
        drop(first);
        assert!(slow.turn(one, patience).await.unwrap().is_some());
        assert_eq!(slow.waiting(), 0);
    }

    #[test]
    fn a_client_is_forgotten_after_a_while_and_the_memory_is_bounded() {
        let slow = SlowClients::new(1);
        for number in 0..=MOST as u64 {
            slow.note(Client(number));
        }
        assert!(slow.contains(Client(0)) && !slow.contains(Client(MOST as u64)));
        for forgotten in slow.clients().values_mut() {
            forgotten.until = Instant::now();
        }
        slow.note(Client(MOST as u64));
        assert!(!slow.contains(Client(0)) && slow.contains(Client(MOST as u64)));
        assert_eq!(slow.clients().len(), 1);
    }
}
