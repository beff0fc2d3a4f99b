//! Updates the quantity of an order's line, or its customer's reference, in one transaction, which takes two round trips.

use std::time::SystemTime;

use tokio::try_join;
use tokio_postgres::types::ToSql;

use super::connection::Connection;
use super::orders::{add_lines, add_orders};
use super::queue::{Job, Jobs};
use crate::draft::{Change, Changed};
use crate::error::{Error, Result};
use crate::store::Caller;
use crate::tree::Tree;

/// An update, and the user who makes it.
pub(super) type Changing = (Change, Caller);

/// Runs updates, one at a time, as long as the queue exists.
pub(super) async fn serve(connection: Connection, jobs: Jobs<Changing>) {
    let mut tree = Tree::default();
    while let Some(next) = jobs.next(1).await {
        for Job { question, reply } in next {
            let answer = change(&connection, &mut tree, question).await;
            if answer.is_err() {
                drop(connection.control("ROLLBACK").await); // if the connection is lost, the next update fails
            }
            reply.send(answer);
        }
    }
}

async fn change(connection: &Connection, tree: &mut Tree, (change, caller): Changing) -> Result<Vec<u8>> {
    let Change { order, to } = change;
    let (user, now) = (caller.user, SystemTime::now());
    let (statements, orders) = (&connection.statements, vec![order]);
    let change = async {
        match &to {
            Changed::Reference(reference) => {
                let values: [&(dyn ToSql + Sync); 4] = [&order, reference, &user, &now];
                connection.query(&statements.change_reference, &values).await
            }
            Changed::Quantity { line, quantity } => {
                let values: [&(dyn ToSql + Sync); 5] = [&order, line, quantity, &user, &now];
                let (_, changed, _) = try_join!(
                    async { connection.query(&statements.hold_order, &[&order]).await },
                    async { connection.query(&statements.change_line, &values).await },
                    async { connection.query(&statements.change_order, &[&order, &user, &now]).await },
                )?;
                Ok(changed)
            }
        }
    };
    let ((), changed, orders, lines) = try_join!(
        connection.control("BEGIN"),
        change,
        async { connection.query(&statements.order_many, &[&orders]).await },
        async { connection.query(&statements.lines, &[&orders]).await },
    )?;
    if changed.is_empty() {
        return Err(Error::NotFound);
    }
    tree.clear();
    add_orders(tree, &orders)?;
    add_lines(connection, tree, &lines, "COMMIT").await?;
    tree.objects().pop().ok_or(Error::NotFound)
}
