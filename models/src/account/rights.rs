//! What the groups of accounting may do with the models of other areas.

use orm::prelude::*;

use super::group;
use crate::base::{ResCurrency, ResCurrencyRate};

/// Who sets accounting up changes currencies.
#[extend(ResCurrency)]
#[access(group::MANAGER: all)]
pub struct CurrencyRights {}

/// Who sets accounting up changes the rates of currencies.
#[extend(ResCurrencyRate)]
#[access(group::MANAGER: all)]
pub struct CurrencyRateRights {}
