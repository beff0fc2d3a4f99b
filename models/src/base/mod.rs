//! What every area builds on: partners, users, companies, countries, currencies.

pub mod address;
pub mod api_access;
pub mod audit_entry;
pub mod contacts;
pub mod group;
pub mod ir_sequence;
pub mod login;
pub mod rates;
pub mod res_company;
pub mod res_country;
pub mod res_country_state;
pub mod res_currency;
pub mod res_currency_rate;
pub mod res_groups;
pub mod res_partner;
pub mod res_partner_category;
pub mod res_users;
pub mod timezone;

pub use api_access::*;
pub use audit_entry::*;
pub use ir_sequence::*;
pub use res_company::*;
pub use res_country::*;
pub use res_country_state::*;
pub use res_currency::*;
pub use res_currency_rate::*;
pub use res_groups::*;
pub use res_partner::*;
pub use res_partner_category::*;
pub use res_users::*;
