//! Sales teams, and the tags of orders.

pub mod crm_tag;
pub mod crm_team;
pub mod group;

pub use crm_tag::*;
pub use crm_team::*;
