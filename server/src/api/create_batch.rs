//! Creates that wait for the writer together are made together: one change, whose statements serve all of them. One that
//! fails does not hurt the others: then each is made by itself.

use std::collections::VecDeque;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use orm::db::{Claim, MOST_WAITING, Pool, Session};
use orm::error::{Code, Error, Result};
use orm::write;
use serde_json::Value;
use tokio::sync::oneshot;

use super::answer::Answer;
use super::problem::Problem;
use super::transact::{checked, database_of, held, write_in};
use crate::auth::TokenHash;
use crate::room::Held;
use crate::state::{App, Shared};

/// How many are made together at the most: bounds how long the first of them waits.
const MOST: usize = 64;

/// The creates that wait for a writer of one database. While there are any, one job is on its way to take some.
#[derive(Default)]
pub(crate) struct Creates(Mutex<VecDeque<Waiting>>);

/// A create that waits.
struct Waiting {
    claim: Claim,
    token: TokenHash,
    model: String,
    body: Result<Held<Value>>,
    answer: oneshot::Sender<Result<Answer>>,
}

impl Waiting {
    /// Whether both are one record of the same model for the same caller.
    fn joins(&self, other: &Waiting) -> bool {
        let one = |waiting: &Waiting| waiting.body.as_ref().is_ok_and(|body| body.is_object());
        self.token == other.token && self.model == other.model && one(self) && one(other)
    }
}

/// Creates records for the token's user; kept exactly when the answer says so.
///
/// # Errors
/// 401 for the token; else as [`write::create`].
pub(super) async fn create(
    app: &Shared,
    token: TokenHash,
    model: String,
    body: Result<Held<Value>>,
) -> Result<Answer, Problem> {
    let database = database_of(app, token).await?;
    let (answer, answered) = oneshot::channel();
    let claim = Claim::default();
    let waiting = Waiting {
        claim: claim.clone(),
        token,
        model,
        body,
        answer,
    };
    let place = Place {
        app: app.clone(),
        pool: database.pool.clone(),
        creates: database.creates.clone(),
    };
    place.add(waiting)?;
    Ok(database.pool.wait(claim, answered).await?)
}

/// Where creates wait, and who takes them.
#[derive(Clone)]
struct Place {
    app: Shared,
    pool: Pool,
    creates: Arc<Creates>,
}

impl Place {
    /// Adds one. A job that is on its way takes it too, or sends another one.
    ///
    /// # Errors
    /// 503 when too many wait.
    fn add(&self, waiting: Waiting) -> Result<()> {
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

    /// Takes the first that still waits and those that join it; sends a job for the others, if there are any.
    fn take(&self) -> Vec<Waiting> {
        let mut queue = lock(&self.creates.0);
        let mut group: Vec<Waiting> = Vec::new();
        for waiting in std::mem::take(&mut *queue) {
            let joins = group.len() < MOST && group.first().is_none_or(|first| waiting.joins(first));
            match joins {
                // Who waits no longer has taken the claim.
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

    /// Sends a job to the writers that makes a group.
    fn send(&self) -> Result<()> {
        // Taken when the job runs first: it may run again.
        let taken: Arc<Mutex<Option<Vec<Waiting>>>> = Arc::default();
        let (place, group) = (self.clone(), taken.clone());
        let job =
            move |session: &mut Session| make(session, &place.app, lock(&group).get_or_insert_with(|| place.take()));
        let place = self.clone();
        let done = move |made: Result<Vec<Result<Answer>>>| {
            let group = lock(&taken).take().unwrap_or_else(|| place.take());
            match made {
                Ok(answers) => answer(group, answers),
                Err(error) => answer(group, std::iter::repeat_with(|| Err(error.clone()))),
            }
        };
        self.pool.submit(job, done)
    }
}

/// Answers each of a group.
fn answer(group: impl IntoIterator<Item = Waiting>, answers: impl IntoIterator<Item = Result<Answer>>) {
    for (waiting, answer) in group.into_iter().zip(answers) {
        let _ = waiting.answer.send(answer); // nobody may wait any more
    }
}

/// Makes a group; answers each.
fn make(session: &mut Session, app: &App, group: &[Waiting]) -> Result<Vec<Result<Answer>>> {
    match group {
        [] => return Ok(Vec::new()),
        [only] => return Ok(vec![Ok(alone(session, app, only)?)]),
        _ => {}
    }
    let answers = match session.attempt(|session| together(session, app, group)) {
        Ok(answers) => answers.into_iter().map(Ok).collect(),
        Err(error) if session.gives_way() => return Err(error),
        Err(_) => {
            let mut answers = Vec::with_capacity(group.len());
            for waiting in group {
                let answer = session.attempt(|session| alone(session, app, waiting));
                // It was not this one that was wrong: all of them run again.
                if let (Err(error), true) = (&answer, session.gives_way()) {
                    return Err(error.clone());
                }
                answers.push(answer);
            }
            answers
        }
    };
    session.intact().map(|()| answers)
}

fn alone(session: &mut Session, app: &App, waiting: &Waiting) -> Result<Answer> {
    let (json, statements) = write_in(session, app, &waiting.token, |env| {
        let model = env.registry.exposed(&waiting.model)?;
        held(app, write::create(env, model, checked(&waiting.body)?)?)
    })?;
    Ok(Answer { json, statements })
}

fn together(session: &mut Session, app: &App, group: &[Waiting]) -> Result<Vec<Answer>> {
    let [first, ..] = group else {
        return Ok(Vec::new());
    };
    let (answers, statements) = write_in(session, app, &first.token, |env| {
        let model = env.registry.exposed(&first.model)?;
        let bodies: Vec<&Value> = (group.iter())
            .map(|waiting| checked(&waiting.body).map(Deref::deref))
            .collect::<Result<_>>()?;
        let answers = write::create_batch(env, model, &bodies)?;
        answers
            .into_iter()
            .map(|json| held(app, json))
            .collect::<Result<Vec<_>>>()
    })?;
    let answer = |json| Answer { json, statements };
    Ok(answers.into_iter().map(answer).collect())
}

impl fmt::Debug for Creates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Creates({} waiting)", lock(&self.0).len())
    }
}

/// A panic elsewhere leaves nothing half done in these.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
