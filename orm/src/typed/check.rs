//! Calls the methods that a model declares with `#[constrains]` and `#[ondelete]`. The module `write` decides when.

use super::Model;
use crate::env::Env;
use crate::error::Result;
use crate::record::Record;

/// The result of such a method for one record: `Ok`, or a message for the caller that says what is wrong.
pub type Check = std::result::Result<(), String>;

/// Calls a method that checks one record, for each record. Answers the indices of the wrong ones with the messages.
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

/// Calls a method that checks all records together and may run queries. It reports with an error, so the list is empty.
///
/// # Errors
/// The error that the method answers.
pub fn batch<M: Model>(
    env: &mut Env<'_>,
    records: &[Record],
    check: fn(&[M], &mut Env<'_>) -> Result<()>,
) -> Result<Vec<(usize, String)>> {
    let records: Vec<M> = records.iter().map(M::load).collect();
    check(&records, env).map(|()| Vec::new())
}
