//! Batches writes of single records. Creates of one caller and model that wait for a writing connection at the same time
//! run as one batch, whose statements insert all their records, and so do updates of different records from which nothing
//! follows. If the batch fails, each write runs by itself, in a savepoint of its own, so that one that fails does not affect
//! the others.

use std::collections::VecDeque;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use orm::Env;
use orm::db::{Claim, MOST_WAITING, Pool, Session};
use orm::env::Origin;
use orm::error::{Code, Error, Result};
use orm::registry::{ModelInfo, Registry};
use orm::write;
use serde_json::Value;
use tokio::sync::oneshot;

use super::WIRE;
use super::answer::Answer;
use super::credentials::Credentials;
use super::id_or_method::IdOrMethod;
use super::problem::Problem;
use super::transact::{checked, database_of, reserve_answer, write_in};
use crate::memory_budget::Reserved;
use crate::state::{App, Shared};

/// The maximum number of writes in a batch. It bounds how long the first of them waits for its answer.
const MOST: usize = 64;

/// The writes of single records that wait for a writer of one database. Whenever the queue is not empty, one job that
/// will take from it has been submitted to the writers.
#[derive(Default)]
pub(crate) struct WriteQueue(Mutex<VecDeque<QueuedWrite>>);

impl WriteQueue {
    /// How many writes wait; at most [`MOST_WAITING`] may.
    pub(crate) fn len(&self) -> usize {
        lock(&self.0).len()
    }
}

/// What is written.
pub(super) enum Target {
    /// A new record; several, if the body is a list.
    New,
    /// The record with this id.
    Record(IdOrMethod),
}

/// A request in the queue.
struct QueuedWrite {
    claim: Claim,
    caller: Credentials,
    model: String,
    target: Target,
    body: Result<Reserved<Value>>,
    /// Whether it may be in a batch.
    joins: bool,
    answer: oneshot::Sender<Result<Answer>>,
}

impl QueuedWrite {
    /// Whether both can be in one batch: each creates a record, or each updates another one, of the same model and for the
    /// same caller.
    fn joins(&self, other: &QueuedWrite) -> bool {
        let targets = match (self.id(), other.id()) {
            (None, None) => true,
            (Some(one), Some(another)) => one != another,
            _ => false,
        };
        let may = self.joins && other.joins;
        may && targets && self.model == other.model && self.caller.same_caller(&other.caller)
    }

    /// The id of the record that is updated.
    fn id(&self) -> Option<i64> {
        match &self.target {
            Target::New => None,
            Target::Record(id) => id.0.parse().ok(),
        }
    }

    /// Writes it alone.
    fn run(&self, env: &mut Env<'_>, model: &ModelInfo) -> Result<Vec<u8>> {
        match &self.target {
            Target::New => write::create(env, model, checked(&self.body)?),
            Target::Record(id) => {
                let id = id.id(model)?;
                write::update(env, model, id, checked(&self.body)?)
            }
        }
    }
}

/// Writes a record as the token's user, and waits for the answer.
///
/// # Errors
/// 401 when the token is not valid; 503 when too many requests wait; else as [`write::create`] and [`write::update`].
pub(super) async fn write(
    app: &Shared,
    caller: Credentials,
    model: String,
    target: Target,
    body: Result<Reserved<Value>>,
) -> Result<Answer, Problem> {
    let database = database_of(app, caller.token).await?;
    let (answer, answered) = oneshot::channel();
    let claim = Claim::default();
    let registry: &Registry = app.program;
    let joins = match (&target, &body) {
        (_, Err(_)) => false,
        (Target::New, Ok(body)) => WIRE.read_list(body).is_none(),
        (Target::Record(id), Ok(body)) => {
            let model = registry.exposed(&model);
            id.0.parse::<i64>().is_ok() && model.is_ok_and(|model| write::is_independent(registry, model, body))
        }
    };
    let waiting = QueuedWrite {
        joins,
        claim: claim.clone(),
        caller,
        model,
        target,
        body,
        answer,
    };
    let batcher = Batcher {
        app: app.clone(),
        pool: database.pool.clone(),
        writes: database.writes.clone(),
    };
    batcher.add(waiting)?;
    Ok(database.pool.wait(claim, answered).await?)
}

/// The queue of a database, with what is needed to submit a job for it.
#[derive(Clone)]
struct Batcher {
    app: Shared,
    pool: Pool,
    writes: Arc<WriteQueue>,
}

impl Batcher {
    /// Queues a write, and submits a job if the queue was empty. Otherwise a job is already submitted: it takes this
    /// write too, or submits a further job for it.
    ///
    /// # Errors
    /// 503 when too many writes or jobs are waiting.
    fn add(&self, waiting: QueuedWrite) -> Result<()> {
        let mut queue = lock(&self.writes.0);
        if queue.len() >= MOST_WAITING {
            return Err(Error::new(
                Code::Unavailable,
                "too many writes are waiting for the database",
            ));
        }
        if queue.is_empty() {
            self.send()?;
        }
        queue.push_back(waiting);
        Ok(())
    }

    /// Takes a batch out of the queue: the first write whose client still waits, and those that can be in a batch with
    /// it. If others are left, submits a further job for them.
    fn take(&self) -> Vec<QueuedWrite> {
        let mut queue = lock(&self.writes.0);
        let mut group: Vec<QueuedWrite> = Vec::new();
        for waiting in std::mem::take(&mut *queue) {
            let joins = group.len() < MOST && group.iter().all(|other| waiting.joins(other));
            match joins {
                // A client that has stopped waiting has taken the claim itself: its write is dropped.
                true if waiting.claim.take() => group.push(waiting),
                true => {}
                false => queue.push_back(waiting),
            }
        }
        // Other transactions that update the same records lock them in the same order.
        group.sort_by_key(QueuedWrite::id);
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
        let taken: Arc<Mutex<Option<Vec<QueuedWrite>>>> = Arc::default();
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

/// Sends each write of a group its answer.
fn answer(group: impl IntoIterator<Item = QueuedWrite>, answers: impl IntoIterator<Item = Result<Answer>>) {
    for (waiting, answer) in group.into_iter().zip(answers) {
        let _ = waiting.answer.send(answer); // fails if the client has gone: nothing to do
    }
}

/// Runs a group: as one batch or, if that fails, each write by itself. Returns one result for each.
///
/// # Errors
/// When the whole transaction has to be rolled back; after a conflict with another transaction the job then runs again.
fn run_group(session: &mut Session, app: &App, group: &[QueuedWrite]) -> Result<Vec<Result<Answer>>> {
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
                // A conflict with another transaction, not a mistake of this write: the whole group runs again.
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

fn run_single(session: &mut Session, app: &App, waiting: &QueuedWrite) -> Result<Answer> {
    let (json, cost) = write_in(session, app, &waiting.caller, Some(&waiting.model), |env| {
        let model = env.registry.exposed(&waiting.model)?;
        reserve_answer(app, waiting.run(env, model)?)
    })?;
    Ok(Answer {
        headers: Vec::new(),
        json,
        cost,
        caller: waiting.caller.clone(),
    })
}

fn run_batch(session: &mut Session, app: &App, group: &[QueuedWrite]) -> Result<Vec<Answer>> {
    let [first, ..] = group else {
        return Ok(Vec::new());
    };
    let (answers, cost) = write_in(session, app, &first.caller, Some(&first.model), |env| {
        let model = env.registry.exposed(&first.model)?;
        let bodies: Vec<&Value> = (group.iter())
            .map(|waiting| checked(&waiting.body).map(Deref::deref))
            .collect::<Result<_>>()?;
        let origin = |waiting: &QueuedWrite| waiting.caller.origin(env.origin.login.clone());
        let origins: Vec<Origin> = group.iter().map(origin).collect();
        let answers = match first.target {
            Target::New => write::create_batch(env, model, &bodies, &origins)?,
            Target::Record(_) => {
                let id = |waiting: &QueuedWrite| match &waiting.target {
                    Target::Record(id) => id.id(model),
                    Target::New => Err(Error::internal("a create among updates")),
                };
                let ids = group.iter().map(id).collect::<Result<Vec<i64>>>()?;
                write::update_batch(env, model, &ids.into_iter().zip(bodies).collect::<Vec<_>>(), &origins)?
            }
        };
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

impl fmt::Debug for WriteQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WriteQueue({} waiting)", self.len())
    }
}

/// Locks a mutex, also after a panic of another holder: no holder leaves the data half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
