//! Requests that wait for a connection. Each connection is owned by a task that takes requests from a queue. A
//! transaction is therefore always ended, even if the client goes away and the future that waits for the answer is
//! dropped.

use std::sync::Arc;

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::{Mutex, oneshot};

use super::connection::Connection;
use crate::error::{Error, Result};

/// A request, and the channel for its answer.
#[derive(Debug)]
pub(super) struct Job<Q> {
    pub(super) question: Q,
    pub(super) reply: Reply,
}

/// The channel for an answer.
#[derive(Debug)]
pub(super) struct Reply(oneshot::Sender<Result<Vec<u8>>>);

/// The sending end of the queue.
#[derive(Debug)]
pub(super) struct Queue<Q>(Sender<Job<Q>>);

/// The receiving end of the queue, shared by its tasks.
#[derive(Debug)]
pub(super) struct Jobs<Q>(Arc<Mutex<Receiver<Job<Q>>>>);

impl Reply {
    /// Sends the answer. Does nothing if the client has gone away.
    pub(super) fn send(self, answer: Result<Vec<u8>>) {
        drop(self.0.send(answer));
    }
}

impl<Q: Send + 'static> Queue<Q> {
    /// Opens `count` connections and starts a task for each.
    ///
    /// # Errors
    /// As [`Connection::open`].
    pub(super) async fn start<F>(url: &str, count: usize, task: impl Fn(Connection, Jobs<Q>) -> F) -> Result<Self>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (sender, receiver) = channel(4_096);
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..count {
            let connection = Connection::open(url).await?;
            tokio::spawn(task(connection, Jobs(receiver.clone())));
        }
        Ok(Queue(sender))
    }

    /// Puts a request into the queue and waits for its answer.
    ///
    /// # Errors
    /// The error that the task answers, or that no task runs any more.
    pub(super) async fn ask(&self, question: Q) -> Result<Vec<u8>> {
        let gone = || Error::Database("nobody works on this any more".to_owned());
        let (reply, answer) = oneshot::channel();
        let reply = Reply(reply);
        self.0.send(Job { question, reply }).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

impl<Q> Jobs<Q> {
    /// Waits for a job and takes those that wait behind it, up to `most` together. `None` when there will be no more.
    pub(super) async fn next(&self, most: usize) -> Option<Vec<Job<Q>>> {
        let mut jobs = Vec::new();
        let count = self.0.lock().await.recv_many(&mut jobs, most).await;
        (count > 0).then_some(jobs)
    }
}
