//! Work that waits for a connection. Each connection is in the hands of one task, which takes what waits: a transaction
//! begun there ends there, whether or not anybody waits for the answer any more.

use std::sync::Arc;

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::{Mutex, oneshot};

use super::connection::Connection;
use crate::error::{Error, Result};

/// What is asked, and where the answer goes.
#[derive(Debug)]
pub(super) struct Job<Q> {
    pub(super) question: Q,
    pub(super) reply: Reply,
}

/// Where an answer goes.
#[derive(Debug)]
pub(super) struct Reply(oneshot::Sender<Result<Vec<u8>>>);

/// The way to the tasks.
#[derive(Debug)]
pub(super) struct Queue<Q>(Sender<Job<Q>>);

/// The other end of it.
#[derive(Debug)]
pub(super) struct Jobs<Q>(Arc<Mutex<Receiver<Job<Q>>>>);

impl Reply {
    /// Answers. A client that has gone away does not wait any more.
    pub(super) fn send(self, answer: Result<Vec<u8>>) {
        drop(self.0.send(answer));
    }
}

impl<Q: Send + 'static> Queue<Q> {
    /// Opens so many connections, and starts a task for each.
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

    /// Waits for the answer.
    ///
    /// # Errors
    /// What the task answers.
    pub(super) async fn ask(&self, question: Q) -> Result<Vec<u8>> {
        let gone = || Error::Database("nobody works on this any more".to_owned());
        let (reply, answer) = oneshot::channel();
        let reply = Reply(reply);
        self.0.send(Job { question, reply }).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

impl<Q> Jobs<Q> {
    /// Waits for a job, and takes those that wait behind it, up to so many; `None` when there will be no more.
    pub(super) async fn next(&self, most: usize) -> Option<Vec<Job<Q>>> {
        let mut jobs = Vec::new();
        let count = self.0.lock().await.recv_many(&mut jobs, most).await;
        (count > 0).then_some(jobs)
    }
}
