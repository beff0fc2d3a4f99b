//! Parts of a model that are declared outside of its struct: its extensions (`#[extend]`).
//!
//! A part's code numbers its own fields from 0. Where they begin among the model's fields is known only when the
//! catalogue is put together, so typed code names a field of a part by the part's key and the field's number in one
//! index ([`key`]); [`place`] finds the field's index in the definition.

use super::Source;

/// Where the fields of a part are in the definition of a model.
#[derive(Debug, Clone, Copy)]
pub struct PartDef {
    /// The part's key, from [`key`].
    pub key: usize,
    /// Index of its first field.
    pub start: usize,
    /// The number of its fields.
    pub len: usize,
    /// Where it is declared.
    pub source: Source,
}

/// What a relation's struct stands for: a model, or a model with one of its parts.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Name of the model.
    pub model: &'static str,
    /// Key and path of the part.
    pub part: Option<(usize, &'static str)>,
}

/// Indices from here on are those of parts.
const FIRST_KEY: usize = 1 << 48;
/// The bits for the number of a field in its part.
const FIELD_BITS: u32 = 16;

/// The key of the part with this path, such as `models::sale::partner::PartnerSales`: added to the number of one of
/// its fields, the index by which typed code names the field.
pub const fn key(path: &str) -> usize {
    // FNV-1a with 32 bits. That the parts of a model have different keys is checked at start-up.
    let bytes = path.as_bytes();
    let mut hash: u32 = 0x811c_9dc5;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    FIRST_KEY | (hash as usize) << FIELD_BITS
}

/// The index in the definition of the field that typed code names; `None` when it is one of a part that the model does
/// not have.
pub fn place(parts: &[PartDef], field: usize) -> Option<usize> {
    if field < FIRST_KEY {
        return Some(field);
    }
    let number = field & ((1 << FIELD_BITS) - 1);
    let part = parts.iter().find(|part| part.key == field - number)?;
    Some(part.start + number)
}

#[cfg(test)]
mod tests {
    use super::{PartDef, Source, key, place};

    #[test]
    fn a_field_of_a_part_is_found_behind_the_models_own() {
        let (sales, stock) = (key("shop::PartnerSales"), key("shop::PartnerStock"));
        let source = Source { file: "", line: 0 };
        let part = |key, start, len| PartDef {
            key,
            start,
            len,
            source,
        };
        let parts = [part(sales, 7, 2), part(stock, 9, 1)];
        assert_eq!(place(&parts, 3), Some(3));
        assert_eq!(place(&parts, sales + 1), Some(8));
        assert_eq!(place(&parts, stock), Some(9));
        assert_eq!(place(&parts, key("shop::Other")), None);
    }
}
