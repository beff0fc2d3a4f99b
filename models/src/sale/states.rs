//! How orders move from state to state.

use chrono::Timelike as _;
use orm::prelude::*;

use super::SaleOrderState::{Cancel, Done, Draft, Sale, Sent};
use super::{SaleOrder, SaleOrderState, SaleOrderUpdate};

/// Marks quotations as sent. Refused for orders in any other state.
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

/// Confirms quotations: they become orders with the current time as their date. Confirmed orders stay as they are;
/// orders without lines, and locked or cancelled ones, are refused.
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
        date_order: Some(env.now.with_nanosecond(0).unwrap_or(env.now)),
        ..SaleOrderUpdate::default()
    };
    Records::<SaleOrder>::new(quotations).write(env, values)?;
    Ok(true)
}

/// Cancels quotations and orders; locked ones are refused.
pub(super) fn cancel(orders: &Records<SaleOrder>, env: &mut Env<'_>) -> Result<bool> {
    for order in orders.load(env, &[])? {
        if order.state == Done {
            return Err(refused(&order, "it is locked; unlock it first (action_unlock)"));
        }
    }
    set(orders.ids(), env, Cancel)
}

/// Turns sent quotations and cancelled orders back into quotations, and deletes the customer's signature. Others stay
/// as they are.
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

/// Locks confirmed orders; quotations and cancelled orders are refused.
pub(super) fn lock(orders: &Records<SaleOrder>, env: &mut Env<'_>) -> Result<bool> {
    for order in orders.load(env, &[])? {
        if !matches!(order.state, Sale | Done) {
            return Err(refused(&order, "only a confirmed order can be locked"));
        }
    }
    set(orders.ids(), env, Done)
}

/// Unlocks locked orders, so that they can be changed again; quotations and cancelled orders are refused.
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
