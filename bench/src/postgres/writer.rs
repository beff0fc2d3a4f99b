//! Creates orders. Requests that wait at the same time share one transaction and its statements.

use tokio::try_join;

use super::connection::Connection;
use super::create::{Created, New, propose};
use super::orders::{add_lines, add_orders};
use super::queue::{Jobs, Reply};
use crate::error::{Error, Result};
use crate::tree::Tree;

/// The most requests in one transaction.
const GROUP: usize = 64;

/// Creates orders as long as the queue exists.
pub(super) async fn serve(connection: Connection, jobs: Jobs<New>) {
    let mut tree = Tree::default();
    while let Some(next) = jobs.next(GROUP).await {
        let (drafts, replies): (Vec<New>, Vec<Reply>) = next.into_iter().map(|job| (job.question, job.reply)).unzip();
        let answers = match transaction(&connection, &mut tree, &drafts).await {
            Ok(answers) => answers,
            // One of them failed in the database. Each runs by itself, so that the others do not fail with it.
            Err(_) if drafts.len() > 1 => {
                let mut answers = Vec::new();
                for draft in drafts.chunks(1) {
                    let answer = transaction(&connection, &mut tree, draft).await;
                    answers.push(answer.and_then(|mut answers| answers.remove(0)));
                }
                answers
            }
            Err(error) => vec![Err(error)],
        };
        for (reply, answer) in replies.into_iter().zip(answers) {
            reply.send(answer);
        }
    }
}

async fn transaction(connection: &Connection, tree: &mut Tree, drafts: &[New]) -> Result<Vec<Result<Vec<u8>>>> {
    let answers = create(connection, tree, drafts).await;
    if answers.is_err() {
        drop(connection.control("ROLLBACK").await); // if the connection is lost, the next create fails
    }
    answers
}

/// Inserts all orders, then reads them back together.
async fn create(connection: &Connection, tree: &mut Tree, drafts: &[New]) -> Result<Vec<Result<Vec<u8>>>> {
    let (proposed, ids) = propose(connection, drafts).await?;
    let created = Created::new(drafts, &proposed, &ids);
    let statements = &connection.statements;
    let ((), orders, lines) = try_join!(
        created.insert(connection),
        async { connection.query(&statements.order_many, &[&created.ids()]).await },
        async { connection.query(&statements.lines, &[&created.ids()]).await },
    )?;
    tree.clear();
    add_orders(tree, &orders)?;
    add_lines(connection, tree, &lines, "COMMIT").await?;
    let mut read = tree.objects().into_iter();
    let answer = |proposed: Result<_>| {
        proposed?;
        read.next().ok_or(Error::NotFound)
    };
    Ok(proposed.into_iter().map(answer).collect())
}
