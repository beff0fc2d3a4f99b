//! What a model's author demands of its records: conditions on one record's own columns, and methods that
//! look at records after a change or before a deletion. When they are asked is the write floor's matter.

mod condition;
mod unique;

pub use unique::unique_parts;

use crate::compute::Loaded;
use crate::env::Env;
use crate::error::Result;
use crate::model::Model;

/// What a rule's method says of a record: fine, or what is wrong with it, in words for the caller.
pub type Check = std::result::Result<(), String>;

/// A rule's method over loaded records: those that break it, by their index, with what is wrong.
pub type RuleFn = fn(&mut Env<'_>, &[Loaded]) -> Result<Vec<(usize, String)>>;

/// Asks a method that looks at one record.
///
/// # Errors
/// None of its own.
pub fn each<M: Model>(
    env: &Env<'_>,
    records: &[Loaded],
    check: impl Fn(&M, &Env<'_>) -> Check,
) -> Result<Vec<(usize, String)>> {
    let wrong = |(index, record)| Some((index, check(&M::load(record), env).err()?));
    Ok(records.iter().enumerate().filter_map(wrong).collect())
}

/// Asks a method that looks at all records together, and may query.
///
/// # Errors
/// What the method answers.
pub fn batch<M: Model>(
    env: &mut Env<'_>,
    records: &[Loaded],
    check: fn(&[M], &mut Env<'_>) -> Result<()>,
) -> Result<Vec<(usize, String)>> {
    let records: Vec<M> = records.iter().map(M::load).collect();
    check(&records, env).map(|()| Vec::new())
}
