//! The wire format: how values, records, request bodies, commands and error responses are written and read. A version
//! of it is a type that implements [`Wire`]; no layer above depends on the version that a request uses.

mod cell;
pub mod json;
mod v1;

pub use cell::Cell;
pub use v1::V1;

pub(crate) use cell::Column;
pub(crate) use v1::describe;

use std::fmt;

use serde_json::Value as Json;

use crate::def::{Kind, Type};
use crate::error::{Error, Issue, Result};
use crate::value::Value;

/// The wire format of what belongs to no request: data files, and records that the program reads for itself.
pub const DEFAULT: &dyn Wire = &V1;

/// A version of the wire format.
///
/// Some forms are the same in every version: a domain is a list in prefix notation (`["|", term, term]`), and the body of
/// a method call is an object of named arguments. Only the values in them have the version's form. Places in them are
/// JSON pointers.
pub trait Wire: fmt::Debug + Sync {
    /// The name of the version, such as `v1`. It must be unique: read plans are cached by it.
    fn version(&self) -> &'static str;

    /// Reads the value given for a field of this kind; `null` is empty. An amount of money keeps its digits
    /// ([`as_given`](crate::field::as_given)).
    ///
    /// # Errors
    /// A message that says what was given and what would be right.
    fn read_value(&self, kind: &Kind, given: &Json) -> Result<Value, String>;

    /// Reads a number exactly, with any number of digits.
    ///
    /// # Errors
    /// As [`Wire::read_value`].
    fn read_number(&self, given: &Json) -> Result<Value, String>;

    /// Whether the value given for an optional argument of this type means that there is none.
    fn is_empty(&self, ty: &Type, given: &Json) -> bool;

    /// The text that means *empty* as the value of a query parameter, for fields of every kind but a boolean.
    fn empty_parameter(&self) -> &'static str;

    /// Splits a body that describes a list of records into the bodies of these; `None` where it describes one record.
    fn read_list<'j>(&self, given: &'j Json) -> Option<Vec<Part<'j>>>;

    /// The fields that the body of one record names, with their values.
    ///
    /// # Errors
    /// A message, where the body does not describe a record.
    fn read_record<'j>(&self, given: &'j Json) -> Result<Vec<GivenField<'j>>, String>;

    /// The commands that a body gives for a relation to many, and the mistakes: its parts that are not commands.
    fn read_commands<'j>(&self, given: &'j Json) -> (Vec<GivenCommand<'j>>, Vec<InvalidCommand>);

    /// The commands that a record which is being created may be given, for messages: `commands 0, 4 or 6`.
    fn new_commands(&self) -> &'static str;

    /// The JSON pointer of a field, relative to the record that has it: `/name`.
    fn field_place(&self, name: &str) -> String;

    /// Appends the value of a field of this kind.
    ///
    /// # Errors
    /// When the value is of another type than the kind says: a defect.
    fn write_value(&self, out: &mut Vec<u8>, kind: &Kind, value: &dyn Cell) -> Result<()>;

    /// A value as JSON, for the result of a method.
    ///
    /// # Errors
    /// As [`Wire::write_value`].
    fn value(&self, kind: &Kind, value: &dyn Cell) -> Result<Json> {
        let mut out = Vec::new();
        self.write_value(&mut out, kind, value)?;
        serde_json::from_slice(&out).map_err(|error| Error::internal(error.to_string()))
    }

    /// The text for a computed field of this kind where there is no record to compute it for.
    fn empty(&self, kind: &Kind) -> &'static str;

    /// Appends a record as its id and display name: in plain reads, the value of a many2one.
    ///
    /// # Errors
    /// As [`Wire::write_value`].
    fn write_pair(&self, out: &mut Vec<u8>, id: i64, name: &str) -> Result<()>;

    /// The text before a field's value in a record: `"name":`.
    fn key(&self, name: &str) -> String;

    /// The text around and between the parts of records and lists.
    fn layout(&self) -> &'static Layout;

    /// The media type of answers.
    fn media_type(&self) -> &'static str;

    /// The answer to the deletion of a record.
    fn deleted(&self, id: i64) -> Vec<u8>;

    /// The media type and the body of an error response.
    fn refusal(&self, refusal: &Refusal<'_>) -> (&'static str, Vec<u8>);
}

/// The text around and between the parts of records and lists.
#[derive(Debug)]
pub struct Layout {
    /// The text before and after a record.
    pub record: [&'static str; 2],
    /// The text before and after a list.
    pub list: [&'static str; 2],
    /// The text between the fields of a record, and between the items of a list: at least one byte.
    pub separator: &'static str,
    /// In a plain read, the value of an empty many2one. (Other reads leave the field out.)
    pub no_record: &'static str,
    /// In a plain read, the value of an empty relation to many.
    pub no_records: &'static str,
}

/// A field that a body names.
#[derive(Debug)]
pub struct GivenField<'j> {
    /// The name of the field.
    pub name: &'j str,
    /// The value that it is given.
    pub value: &'j Json,
}

/// A command on a relation to many, as a body gives it. Places are JSON pointers relative to the list of commands.
#[derive(Debug)]
pub struct GivenCommand<'j> {
    /// The place of the command: `/0`.
    pub place: String,
    /// The action, with the places of its parts.
    pub action: GivenAction<'j>,
}

/// A mistake: something else stands where a command belongs.
#[derive(Debug)]
pub struct InvalidCommand {
    /// Its place as a JSON pointer relative to the list of commands.
    pub place: String,
    /// A message that says what is wrong, and what would be right.
    pub why: String,
}

/// The action of a command.
#[derive(Debug)]
pub enum GivenAction<'j> {
    /// Create a record with these values.
    Create(Part<'j>),
    /// Update the record with this id with these values.
    Update(Part<'j>, Part<'j>),
    /// Delete the record with this id.
    Delete(Part<'j>),
    /// Take the record with this id out of the relation.
    Unlink(Part<'j>),
    /// Put the record with this id into the relation.
    Link(Part<'j>),
    /// Take all records out of the relation.
    Clear,
    /// Make the relation have exactly the records with these ids.
    Set(Vec<Part<'j>>),
}

impl<'j> GivenAction<'j> {
    /// The id of the record that the command names, if it names exactly one.
    pub fn id(&self) -> Option<&Part<'j>> {
        match self {
            GivenAction::Update(id, _) | GivenAction::Delete(id) | GivenAction::Unlink(id) | GivenAction::Link(id) => {
                Some(id)
            }
            GivenAction::Create(_) | GivenAction::Clear | GivenAction::Set(_) => None,
        }
    }
}

/// A part of a command, or of a list of bodies.
#[derive(Debug)]
pub struct Part<'j> {
    /// The JSON of this part.
    pub given: &'j Json,
    /// Its place as a JSON pointer relative to the list: `/0/2`.
    pub place: String,
}

/// The content of an error response.
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
    /// The id under which the log has the cause.
    pub incident: Option<&'e str>,
    /// Every mistake with its place.
    pub issues: &'e [Issue],
}
