//! Limits the memory that a response may take while it is built. Bytes are reserved before text is written, so that a
//! response that would become too long is refused (413) early.

use crate::error::{Code, Error, Result};

/// Bytes that a record, and each of its relations, takes besides its text: its position and its lookup key.
const ENTRY: usize = 32;
/// Bytes that each value takes of a record that is loaded for a computation.
const VALUE: usize = 32;
/// The budget is the longest response times this: a text exists at most twice at a time, while it is copied into its
/// parent, and as much again is allowed for what records take besides their text.
const TIMES: usize = 3;

/// The bytes that a response may still take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    most: usize,
    left: usize,
}

impl Budget {
    /// No limit: for reads that are not part of a response.
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

    /// Reserves room for some text.
    ///
    /// # Errors
    /// 413 when the budget is used up.
    pub(crate) fn take(&mut self, bytes: usize) -> Result<()> {
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(too_long(self.most)),
        }
    }

    /// Appends a rendered record to `out`, whose whole text becomes part of the response. It can therefore be no longer
    /// than a response may be.
    ///
    /// # Errors
    /// 413 when it would be longer, before memory is taken.
    pub(crate) fn push(&mut self, out: &mut Vec<u8>, record: &[u8]) -> Result<()> {
        if out.len().saturating_add(record.len()) > self.most {
            return Err(too_long(self.most));
        }
        self.take(record.len() + 1)?;
        out.extend_from_slice(record);
        Ok(())
    }

    /// Reserves room for the text of records, and for `entries`: the number of these records and of their relations.
    ///
    /// # Errors
    /// As [`Budget::take`].
    pub(crate) fn take_records(&mut self, bytes: usize, entries: usize) -> Result<()> {
        self.take(bytes.saturating_add(ENTRY * entries))
    }

    /// Reserves room for loaded records with so many fields each.
    ///
    /// # Errors
    /// As [`Budget::take`].
    pub(crate) fn take_values(&mut self, records: usize, fields: usize) -> Result<()> {
        self.take(records.saturating_mul(fields * VALUE))
    }
}

/// The error (413) of a response that would be longer than `most` bytes.
pub fn too_long(most: usize) -> Error {
    let why =
        format!("the answer would be longer than {most} bytes: ask for fewer records (`limit`, `offset`) or fields");
    Error::new(Code::PayloadTooLarge, why)
}
