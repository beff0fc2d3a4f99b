//! The groups that the rights of this area are given to.

use orm::def::Group;

use crate::base::group::{PRIVATE_ADDRESSES, USER};

/// Who reads what accountants see.
pub const READONLY: Group = Group::new("Technical / Show Accounting Features - Readonly").implying(&[&USER]);
/// Who makes invoices.
pub const BILLING: Group = Group::new("Invoicing / Billing").implying(&[&USER]);
/// Accountants.
pub const ACCOUNTANT: Group = Group::new("Technical / Show Full Accounting Features").implying(&[&BILLING, &READONLY]);
/// Who sets taxes, terms and currencies up.
pub const MANAGER: Group = Group::new("Invoicing / Billing Administrator").implying(&[&BILLING, &PRIVATE_ADDRESSES]);
