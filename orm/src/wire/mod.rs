//! How values, records, bodies, commands and refusals are spelled. A version of the wire is one type ([`Wire`]); nothing above
//! knows which one a request speaks.

mod cell;
pub mod json;
mod v1;

pub use cell::Cell;
pub use v1::V1;

pub(crate) use cell::Column;
pub(crate) use v1::describe;

use std::fmt;

use serde_json::Value as Json;

use crate::def::Kind;
use crate::error::{Error, Issue, Result};
use crate::value::Value;

/// A version of the wire.
pub trait Wire: fmt::Debug + Sync {
    /// Its name: `v1`. Two versions have two names.
    fn version(&self) -> &'static str;

    /// Reads what is given for a field of this kind; `null` is empty.
    ///
    /// # Errors
    /// In words: what was given and what is right.
    fn read_value(&self, kind: &Kind, given: &Json) -> Result<Value, String>;

    /// Reads a number of any digits, exactly.
    ///
    /// # Errors
    /// As [`Wire::read_value`].
    fn read_number(&self, given: &Json) -> Result<Value, String>;

    /// The bodies of several records, where it is not that of one.
    fn read_list<'j>(&self, given: &'j Json) -> Option<Vec<Part<'j>>>;

    /// The fields that a body names, each with what it is given and its place below the body's: `/name`.
    ///
    /// # Errors
    /// In words, where it is no record.
    fn read_record<'j>(&self, given: &'j Json) -> Result<Vec<GivenField<'j>>, String>;

    /// The commands that a body gives for a relation to many; and what of it is none.
    fn read_commands<'j>(&self, given: &'j Json) -> (Vec<GivenCommand<'j>>, Vec<NoCommand>);

    /// Appends a value.
    ///
    /// # Errors
    /// When it is not of its kind: a defect.
    fn write_value(&self, out: &mut Vec<u8>, kind: &Kind, value: &dyn Cell) -> Result<()>;

    /// A value as a part of what a method answers.
    ///
    /// # Errors
    /// As [`Wire::write_value`].
    fn value(&self, kind: &Kind, value: &dyn Cell) -> Result<Json> {
        let mut out = Vec::new();
        self.write_value(&mut out, kind, value)?;
        serde_json::from_slice(&out).map_err(|error| Error::internal(error.to_string()))
    }

    /// What stands where a value of this kind is computed and there is none.
    fn empty(&self, kind: &Kind) -> &'static str;

    /// Appends a record by its id and name, as plain reads show what a many2one leads to.
    ///
    /// # Errors
    /// As [`Wire::write_value`].
    fn write_pair(&self, out: &mut Vec<u8>, id: i64, name: &str) -> Result<()>;

    /// What stands before a field's value in a record: `"name":`.
    fn key(&self, name: &str) -> String;

    /// What stands around and between the parts of records and lists.
    fn layout(&self) -> &'static Layout;

    /// The media type of refusals, and the text of one.
    fn refusal(&self, refusal: &Refusal<'_>) -> (&'static str, Vec<u8>);
}

/// What stands around and between the parts of records and lists.
#[derive(Debug)]
pub struct Layout {
    /// Before and behind a record.
    pub record: [&'static str; 2],
    /// Before and behind a list.
    pub list: [&'static str; 2],
    /// Between the fields of a record, and the items of a list. Of one byte at least.
    pub separator: &'static str,
    /// Where a plain read has no record behind a many2one. (Other reads leave the field out.)
    pub no_record: &'static str,
    /// Where a plain read has no records behind a relation to many.
    pub no_records: &'static str,
}

/// A field that a body names.
#[derive(Debug)]
pub struct GivenField<'j> {
    /// Its name.
    pub name: &'j str,
    /// What it is given.
    pub value: &'j Json,
    /// Its place, below that of the body: `/name`.
    pub place: String,
}

/// A command on a relation to many, as a body gives it. Places are below that of the list.
#[derive(Debug)]
pub struct GivenCommand<'j> {
    /// Of the command: `/0`.
    pub place: String,
    /// What it does.
    pub action: Action<'j>,
}

/// What stands where a command belongs and is none.
#[derive(Debug)]
pub struct NoCommand {
    /// Its place, below that of the list.
    pub place: String,
    /// What is wrong, and what would be right.
    pub why: String,
}

/// What a command does; each part with its place.
#[derive(Debug)]
pub enum Action<'j> {
    /// Create a record of these values.
    Create(Part<'j>),
    /// Update the record of this id with these values.
    Update(Part<'j>, Part<'j>),
    /// Delete the record of this id.
    Delete(Part<'j>),
    /// Take it out of the relation.
    Unlink(Part<'j>),
    /// Put it into the relation.
    Link(Part<'j>),
    /// Take all out.
    Clear,
    /// Exactly those of these ids.
    Set(Vec<Part<'j>>),
}

/// A part of a command, or of a list of bodies.
#[derive(Debug)]
pub struct Part<'j> {
    /// What is given.
    pub given: &'j Json,
    /// Its place, below that of the whole: `/0/2`.
    pub place: String,
}

/// A refusal on its way out.
#[derive(Debug)]
pub struct Refusal<'e> {
    /// The HTTP status.
    pub status: u16,
    /// The status in words.
    pub title: &'e str,
    /// The stable code.
    pub code: &'e str,
    /// What happened, for people.
    pub detail: &'e str,
    /// The id under which the log tells more.
    pub incident: Option<&'e str>,
    /// Every mistake with its place.
    pub issues: &'e [Issue],
}
