//! Sequences, which number documents.

use orm::prelude::*;

use super::ResCompany;
use super::group;

/// Sequence
#[model("ir.sequence", role = sequence, order = "name")]
#[api]
#[access(group::USER: read; group::SETTINGS: all)]
#[rule(everyone: company_id.is_none() || env.companies.contains(company_id))]
#[audit]
pub struct IrSequence {
    /// Name
    pub name: String,
    /// Sequence Code
    ///
    /// The code by which the definition of a field refers to the sequence.
    pub code: Option<String>,
    /// Implementation
    #[field(default = IrSequenceImplementation::Standard)]
    pub implementation: IrSequenceImplementation,
    /// Active
    #[field(default = true)]
    pub active: bool,
    /// Prefix
    pub prefix: Option<String>,
    /// Suffix
    pub suffix: Option<String>,
    /// Next Number
    #[field(default = 1)]
    pub number_next: i32,
    /// Period
    ///
    /// For a sequence that starts again each year, month or day: the period of its last number, such as `2024-02`.
    #[field(readonly, copy = false)]
    pub period: Option<String>,
    /// Sequence Size
    ///
    /// Number of digits; shorter numbers are filled up with zeros in front.
    #[field(default = 0)]
    pub padding: i32,
    /// Company
    #[field(default = company)]
    pub company_id: Option<Many2one<ResCompany>>,
}

/// Whether a sequence may leave gaps between its numbers.
#[derive(Selection)]
pub enum IrSequenceImplementation {
    /// Standard
    Standard,
    /// No gap
    NoGap,
}
