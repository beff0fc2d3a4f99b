//! Calls the methods that a model declares with `#[constrains]` and `#[ondelete]`. When they are called is decided in `write`.

use super::Model;
use crate::env::Env;
use crate::error::Result;
use crate::record::Record;

/// What a rule's method says of a record: fine, or what is wrong with it, in words for the caller.
pub type Check = std::result::Result<(), String>;

/// Asks a method that looks at one record.
///
/// # Errors
/// None of its own.
pub fn each<M: Model>(
    env: &Env<'_>,
    records: &[Record],
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
    records: &[Record],
    check: fn(&[M], &mut Env<'_>) -> Result<()>,
) -> Result<Vec<(usize, String)>> {
    let records: Vec<M> = records.iter().map(M::load).collect();
    check(&records, env).map(|()| Vec::new())
}
