//! The memory that an answer may take while it is made. Room is taken before text is written: an answer that would be
//! too long is refused (413) while it is still short.

use crate::error::{Code, Error, Result};

/// What a record costs besides its text, and so does each of its relations: where it stands, and what it is found by.
const ENTRY: usize = 32;
/// What a value costs of a record that something is computed of.
const VALUE: usize = 32;
/// A text is there twice at the most, while it is put where it belongs; as much again is for what records cost besides.
const TIMES: usize = 3;

/// What is left of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    most: usize,
    left: usize,
}

impl Budget {
    /// As much as there is memory: for what is no answer.
    pub(crate) const UNLIMITED: Budget = Budget {
        most: usize::MAX,
        left: usize::MAX,
    };

    /// For an answer of at most `most` bytes.
    pub(crate) fn of(most: usize) -> Self {
        Budget {
            most,
            left: most.saturating_mul(TIMES),
        }
    }

    /// Takes room for some text.
    ///
    /// # Errors
    /// 413 when it is not there.
    pub(crate) fn take(&mut self, bytes: usize) -> Result<()> {
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(too_long(self.most)),
        }
    }

    /// Appends a record to the text of a level. All of it will be in the answer, and can be no longer than that.
    ///
    /// # Errors
    /// 413 when it would be, before memory is taken.
    pub(crate) fn push(&mut self, out: &mut Vec<u8>, record: &[u8]) -> Result<()> {
        if out.len().saturating_add(record.len()) > self.most {
            return Err(too_long(self.most));
        }
        self.take(record.len() + 1)?;
        out.extend_from_slice(record);
        Ok(())
    }

    /// Takes room for the text of records, and for so many records and relations of theirs.
    ///
    /// # Errors
    /// As [`Budget::take`].
    pub(crate) fn take_records(&mut self, bytes: usize, entries: usize) -> Result<()> {
        self.take(bytes.saturating_add(ENTRY * entries))
    }

    /// Takes room for so many loaded records.
    ///
    /// # Errors
    /// As [`Budget::take`].
    pub(crate) fn take_values(&mut self, records: usize, fields: usize) -> Result<()> {
        self.take(records.saturating_mul(fields * VALUE))
    }
}

/// The refusal of an answer that would be too long.
pub fn too_long(most: usize) -> Error {
    let why =
        format!("the answer would be longer than {most} bytes: ask for fewer records (`limit`, `offset`) or fields");
    Error::new(Code::PayloadTooLarge, why)
}
