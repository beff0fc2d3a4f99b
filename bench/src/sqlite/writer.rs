//! The thread that writes. Requests that wait at the same time are committed together.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use tokio::sync::oneshot;

use super::change::Changer;
use super::create::Creator;
use super::orders::Orders;
use super::reader;
use crate::draft::{Change, Draft};
use crate::error::{Error, Result};
use crate::store::Caller;

/// The most requests in one commit.
const GROUP: usize = 64;

/// A request that writes.
#[derive(Debug)]
pub(super) enum Write {
    /// A new order.
    Create(Draft),
    /// A change of an order.
    Change(Change),
}

/// A write in the queue.
struct Waiting {
    write: Write,
    caller: Caller,
    reply: oneshot::Sender<Result<Vec<u8>>>,
}

/// Sends writes to the writing thread.
#[derive(Debug, Clone)]
pub(super) struct Writer(Sender<Waiting>);

impl Writer {
    /// Opens the writing connection and starts the thread.
    ///
    /// # Errors
    /// When the database cannot be opened or has another schema.
    pub(super) fn start(path: &Path) -> Result<Self> {
        let (sender, receiver) = channel();
        let (opened, open) = channel();
        let path = path.to_owned();
        thread::spawn(move || match Work::open(&path) {
            Ok(mut work) => {
                drop(opened.send(Ok(())));
                while let Some(mut group) = next_group(&receiver) {
                    work.write(&mut group);
                }
            }
            Err(error) => drop(opened.send(Err(error))),
        });
        open.recv().map_err(|_| gone())??;
        Ok(Writer(sender))
    }

    /// Writes for `caller` and, once it is committed, returns the order with its nested records as JSON.
    ///
    /// # Errors
    /// When the request refers to a record that does not exist, or the database fails.
    pub(super) async fn write(&self, write: Write, caller: Caller) -> Result<Vec<u8>> {
        let (reply, answer) = oneshot::channel();
        self.0.send(Waiting { write, caller, reply }).map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

fn gone() -> Error {
    Error::Database("the writer is gone".to_owned())
}

/// Waits for a request and takes those that wait behind it, up to [`GROUP`]. `None` when there will be no more.
fn next_group(receiver: &Receiver<Waiting>) -> Option<Vec<Waiting>> {
    let mut group = vec![receiver.recv().ok()?];
    group.extend(receiver.try_iter().take(GROUP - 1));
    Some(group)
}

/// The writing connection's statements.
struct Work {
    creator: Creator,
    changer: Changer,
    orders: Orders,
}

impl Work {
    fn open(path: &Path) -> Result<Self> {
        let connection = reader::open(path)?;
        Ok(Work {
            creator: Creator::new(connection)?,
            changer: Changer::new(connection)?,
            orders: Orders::new(connection)?,
        })
    }

    fn write(&mut self, group: &mut Vec<Waiting>) {
        let requests: Vec<_> = group.iter().map(|waiting| (&waiting.write, waiting.caller)).collect();
        let answers = match self.transaction(&requests) {
            Ok(answers) => answers,
            // One of them failed in the database. Each runs by itself, so that the others do not fail with it.
            Err(_) if requests.len() > 1 => {
                let alone = |request| self.transaction(&[request]).and_then(|mut answers| answers.remove(0));
                requests.into_iter().map(alone).collect()
            }
            Err(error) => vec![Err(error)],
        };
        for (waiting, answer) in group.drain(..).zip(answers) {
            // Fails if the client has gone away.
            drop(waiting.reply.send(answer));
        }
    }

    fn transaction(&mut self, requests: &[(&Write, Caller)]) -> Result<Vec<Result<Vec<u8>>>> {
        self.creator.control("BEGIN IMMEDIATE")?;
        let answers = self.all(requests);
        match answers {
            Ok(_) => self.creator.control("COMMIT")?,
            Err(_) => self.creator.control("ROLLBACK")?,
        }
        answers
    }

    /// Writes all, then reads them back together: one statement for each relation.
    fn all(&mut self, requests: &[(&Write, Caller)]) -> Result<Vec<Result<Vec<u8>>>> {
        let mut ids = Vec::with_capacity(requests.len());
        let mut answers = Vec::with_capacity(requests.len());
        for (write, caller) in requests {
            let written = match write {
                Write::Create(draft) => self.creator.insert(draft, *caller),
                Write::Change(change) => self.changer.change(change, *caller),
            };
            match written {
                Ok(id) => {
                    ids.push(id);
                    answers.push(Ok(Vec::new()));
                }
                Err(error @ Error::Database(_)) => return Err(error),
                Err(error) => answers.push(Err(error)),
            }
        }
        if !ids.is_empty() {
            let mut read = self.orders.many(&ids)?.into_iter();
            for bytes in answers.iter_mut().flatten() {
                *bytes = read.next().ok_or(Error::NotFound)?;
            }
        }
        Ok(answers)
    }
}
