//! How orders move from state to state.

use orm::prelude::*;

use super::SaleOrderState::{Cancel, Done, Draft, Sale, Sent};
use super::{SaleOrder, SaleOrderState, SaleOrderUpdate};

/// Quotations are sent once.
pub(super) fn send(orders: &Records<SaleOrder>, env: &mut Env<'_>) -> Result<bool> {
    for order in orders.load(env, &[])? {
        if order.state != Draft {
            return Err(refused(
                &order,
                "only a quotation that has not been sent can be marked as sent",
            ));
        }
    }
    set(orders.ids(), env, Sent)
}

/// Quotations become orders, dated now; orders stay as they are.
pub(super) fn confirm(orders: &Records<SaleOrder>, env: &mut Env<'_>) -> Result<bool> {
    let mut quotations = Vec::new();
    for order in orders.load(env, &["order_line"])? {
        match order.state {
            Draft | Sent if order.order_line.is_empty() => {
                return Err(refused(&order, "an order without lines cannot be confirmed"));
            }
            Draft | Sent => quotations.push(order.id),
            Sale => {}
            Done => return Err(refused(&order, "it is locked")),
            Cancel => {
                return Err(refused(
                    &order,
                    "it is cancelled; make it a quotation first (action_draft)",
                ));
            }
        }
    }
    let values = SaleOrderUpdate {
        state: Some(Sale),
        date_order: Some(env.now),
        ..SaleOrderUpdate::default()
    };
    Records::<SaleOrder>::new(quotations).write(env, values)?;
    Ok(true)
}

/// Whatever is not locked is cancelled.
pub(super) fn cancel(orders: &Records<SaleOrder>, env: &mut Env<'_>) -> Result<bool> {
    for order in orders.load(env, &[])? {
        if order.state == Done {
            return Err(refused(&order, "it is locked; unlock it first (action_unlock)"));
        }
    }
    set(orders.ids(), env, Cancel)
}

/// Sent and cancelled ones become quotations, without the customer's signature.
pub(super) fn back_to_draft(orders: &Records<SaleOrder>, env: &mut Env<'_>) -> Result<bool> {
    let orders = orders.load(env, &[])?.into_iter();
    let back = orders.filter(|order| matches!(order.state, Sent | Cancel));
    let back: Vec<i64> = back.map(|order| order.id).collect();
    let values = SaleOrderUpdate {
        state: Some(Draft),
        signature: Some(None),
        signed_by: Some(None),
        signed_on: Some(None),
        ..SaleOrderUpdate::default()
    };
    Records::<SaleOrder>::new(back).write(env, values)?;
    Ok(true)
}

/// Confirmed orders are locked.
pub(super) fn lock(orders: &Records<SaleOrder>, env: &mut Env<'_>) -> Result<bool> {
    for order in orders.load(env, &[])? {
        if !matches!(order.state, Sale | Done) {
            return Err(refused(&order, "only a confirmed order can be locked"));
        }
    }
    set(orders.ids(), env, Done)
}

/// Locked orders can be changed again.
pub(super) fn unlock(orders: &Records<SaleOrder>, env: &mut Env<'_>) -> Result<bool> {
    for order in orders.load(env, &[])? {
        if !matches!(order.state, Sale | Done) {
            return Err(refused(&order, "only a locked order can be unlocked"));
        }
    }
    set(orders.ids(), env, Sale)
}

fn set(orders: &[i64], env: &mut Env<'_>, state: SaleOrderState) -> Result<bool> {
    let values = SaleOrderUpdate {
        state: Some(state),
        ..SaleOrderUpdate::default()
    };
    Records::<SaleOrder>::new(orders).write(env, values)?;
    Ok(true)
}

fn refused(order: &SaleOrder, why: &str) -> Error {
    Error::refused(format!("{}: {why}", order.name))
}
