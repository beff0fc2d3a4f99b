//! Batches create requests. Single creates of one caller and model that wait for a writing connection at the same time
//! run as one batch, whose statements insert all their records. If the batch fails, each create runs by itself, in a
//! savepoint of its own, so that one that fails does not affect the others.

use std::collections::VecDeque;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use orm::db::{Claim, MOST_WAITING, Pool, Session};
use orm::env::Origin;
use orm::error::{Code, Error, Result};
use orm::write;
use serde_json::Value;
use tokio::sync::oneshot;

use super::WIRE;
use super::answer::Answer;
use super::credentials::Credentials;
use super::problem::Problem;
use super::transact::{checked, database_of, reserve_answer, write_in};
use crate::memory_budget::Reserved;
use crate::state::{App, Shared};

/// The maximum number of creates in a batch. It bounds how long the first of them waits for its answer.
const MOST: usize = 64;

/// The create requests that wait for a writer of one database. Whenever the queue is not empty, one job that will take
/// from it has been submitted to the writers.
#[derive(Default)]
pub(crate) struct CreateQueue(Mutex<VecDeque<QueuedCreate>>);

impl CreateQueue {
    /// How many creates wait; at most [`MOST_WAITING`] may.
    pub(crate) fn len(&self) -> usize {
        lock(&self.0).len()
    }
}

/// A create request in the queue.
struct QueuedCreate {
    claim: Claim,
    caller: Credentials,
    model: String,
    body: Result<Reserved<Value>>,
    answer: oneshot::Sender<Result<Answer>>,
}

impl QueuedCreate {
    /// Whether both can be in one batch: each creates a single record, of the same model and for the same caller.
    fn joins(&self, other: &QueuedCreate) -> bool {
        let one = |waiting: &QueuedCreate| waiting.body.as_ref().is_ok_and(|body| WIRE.read_list(body).is_none());
        self.caller.same_caller(&other.caller) && self.model == other.model && one(self) && one(other)
    }
}

/// Creates records as the token's user, and waits for the answer.
///
/// # Errors
/// 401 when the token is not valid; 503 when too many requests wait; else as [`write::create`].
pub(super) async fn create(
    app: &Shared,
    caller: Credentials,
    model: String,
    body: Result<Reserved<Value>>,
) -> Result<Answer, Problem> {
    let database = database_of(app, caller.token).await?;
    let (answer, answered) = oneshot::channel();
    let claim = Claim::default();
    let waiting = QueuedCreate {
        claim: claim.clone(),
        caller,
        model,
        body,
        answer,
    };
    let batcher = Batcher {
        app: app.clone(),
        pool: database.pool.clone(),
        creates: database.creates.clone(),
    };
    batcher.add(waiting)?;
    Ok(database.pool.wait(claim, answered).await?)
}

/// The queue of a database, with what is needed to submit a job for it.
#[derive(Clone)]
struct Batcher {
    app: Shared,
    pool: Pool,
    creates: Arc<CreateQueue>,
}

impl Batcher {
    /// Queues a create, and submits a job if the queue was empty. Otherwise a job is already submitted: it takes this
    /// create too, or submits a further job for it.
    ///
    /// # Errors
    /// 503 when too many creates or jobs are waiting.
    fn add(&self, waiting: QueuedCreate) -> Result<()> {
        let mut queue = lock(&self.creates.0);
        if queue.len() >= MOST_WAITING {
            return Err(Error::new(
                Code::Unavailable,
                "too many creates are waiting for the database",
            ));
        }
        if queue.is_empty() {
            self.send()?;
        }
        queue.push_back(waiting);
        Ok(())
    }

    /// Takes a batch out of the queue: the first create whose client still waits, and those that can be in a batch with
    /// it. If others are left, submits a further job for them.
    fn take(&self) -> Vec<QueuedCreate> {
        let mut queue = lock(&self.creates.0);
        let mut group: Vec<QueuedCreate> = Vec::new();
        for waiting in std::mem::take(&mut *queue) {
            let joins = group.len() < MOST && group.first().is_none_or(|first| waiting.joins(first));
            match joins {
                // A client that has stopped waiting has taken the claim itself: its create is dropped.
                true if waiting.claim.take() => group.push(waiting),
                true => {}
                false => queue.push_back(waiting),
            }
        }
        if !queue.is_empty()
            && let Err(error) = self.send()
        {
            answer(
                std::mem::take(&mut *queue),
                std::iter::repeat_with(|| Err(error.clone())),
            );
        }
        group
    }

    /// Submits a job to the writers, which takes a batch out of the queue, runs it and answers its requests.
    fn send(&self) -> Result<()> {
        // The batch is taken when the job first runs. If the job has to run again, it is for the same batch.
        let taken: Arc<Mutex<Option<Vec<QueuedCreate>>>> = Arc::default();
        let (batcher, group) = (self.clone(), taken.clone());
        let job = move |session: &mut Session| {
            run_group(
                session,
                &batcher.app,
                lock(&group).get_or_insert_with(|| batcher.take()),
            )
        };
        let batcher = self.clone();
        let done = move |made: Result<Vec<Result<Answer>>>| {
            let group = lock(&taken).take().unwrap_or_else(|| batcher.take());
            match made {
                Ok(answers) => answer(group, answers),
                Err(error) => answer(group, std::iter::repeat_with(|| Err(error.clone()))),
            }
        };
        self.pool.submit(job, done)
    }
}

/// Sends each create of a group its answer.
fn answer(group: impl IntoIterator<Item = QueuedCreate>, answers: impl IntoIterator<Item = Result<Answer>>) {
    for (waiting, answer) in group.into_iter().zip(answers) {
        let _ = waiting.answer.send(answer); // fails if the client has gone: nothing to do
    }
}

/// Runs a group: as one batch or, if that fails, each create by itself. Returns one result for each create.
///
/// # Errors
/// When the whole transaction has to be rolled back; after a conflict with another transaction the job then runs again.
fn run_group(session: &mut Session, app: &App, group: &[QueuedCreate]) -> Result<Vec<Result<Answer>>> {
    match group {
        [] => return Ok(Vec::new()),
        [only] => return Ok(vec![Ok(run_single(session, app, only)?)]),
        _ => {}
    }
    let answers = match session.attempt(|session| run_batch(session, app, group)) {
        Ok(answers) => answers.into_iter().map(Ok).collect(),
        Err(error) if session.gives_way() => return Err(error),
        Err(_) => {
            let mut answers = Vec::with_capacity(group.len());
            for waiting in group {
                let answer = session.attempt(|session| run_single(session, app, waiting));
                // A conflict with another transaction, not a mistake of this create: the whole group runs again.
                if let (Err(error), true) = (&answer, session.gives_way()) {
                    return Err(error.clone());
                }
                answers.push(answer);
            }
            answers
        }
    };
    session.ensure_usable().map(|()| answers)
}

fn run_single(session: &mut Session, app: &App, waiting: &QueuedCreate) -> Result<Answer> {
    let (json, cost) = write_in(session, app, &waiting.caller, Some(&waiting.model), |env| {
        let model = env.registry.exposed(&waiting.model)?;
        reserve_answer(app, write::create(env, model, checked(&waiting.body)?)?)
    })?;
    Ok(Answer {
        headers: Vec::new(),
        json,
        cost,
        caller: waiting.caller.clone(),
    })
}

fn run_batch(session: &mut Session, app: &App, group: &[QueuedCreate]) -> Result<Vec<Answer>> {
    let [first, ..] = group else {
        return Ok(Vec::new());
    };
    let (answers, cost) = write_in(session, app, &first.caller, Some(&first.model), |env| {
        let model = env.registry.exposed(&first.model)?;
        let bodies: Vec<&Value> = (group.iter())
            .map(|waiting| checked(&waiting.body).map(Deref::deref))
            .collect::<Result<_>>()?;
        let origin = |waiting: &QueuedCreate| waiting.caller.origin(env.origin.login.clone());
        let origins: Vec<Origin> = group.iter().map(origin).collect();
        let answers = write::create_batch(env, model, &bodies, &origins)?;
        answers
            .into_iter()
            .map(|json| reserve_answer(app, json))
            .collect::<Result<Vec<_>>>()
    })?;
    let answer = |json| Answer {
        headers: Vec::new(),
        json,
        cost,
        caller: first.caller.clone(),
    };
    Ok(answers.into_iter().map(answer).collect())
}

impl fmt::Debug for CreateQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CreateQueue({} waiting)", self.len())
    }
}

/// Locks a mutex, also after a panic of another holder: no holder leaves the data half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
