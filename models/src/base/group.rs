//! The groups that the rights of this area are given to. Their records are those of `res.groups` with these full names.

use orm::def::Group;

/// Everybody who works for the company.
pub const USER: Group = Group::new("User types / Internal User");
/// Customers and suppliers with access to their own documents.
pub const PORTAL: Group = Group::new("User types / Portal");
/// Visitors of a public page.
pub const PUBLIC: Group = Group::new("User types / Public");
/// Who changes users, groups and companies.
pub const ACCESS_RIGHTS: Group = Group::new("Administration / Access Rights").implying(&[&USER]);
/// Administrators, who may do everything.
pub const SETTINGS: Group = Group::new(super::ADMINISTRATORS).implying(&[&ACCESS_RIGHTS]);
/// Who changes contacts.
pub const CONTACTS: Group = Group::new("Extra Rights / Contact Creation");
/// Who sees private addresses.
pub const PRIVATE_ADDRESSES: Group = Group::new("Technical / Access to Private Addresses");
