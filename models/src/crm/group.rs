//! The groups of sales people, from one to the next with more rights.

use orm::def::Group;

use crate::base::group::USER;

/// Sales people who see their own orders, and those of nobody.
pub const SALESMAN: Group = Group::new("Sales / User: Own Documents Only").implying(&[&USER]);
/// Sales people who see all orders.
pub const ALL_DOCUMENTS: Group = Group::new("Sales / User: All Documents").implying(&[&SALESMAN]);
/// Who sets sales up.
pub const MANAGER: Group = Group::new("Sales / Administrator").implying(&[&ALL_DOCUMENTS]);
