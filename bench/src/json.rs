//! Writes JSON straight to bytes, with values spelled as in version 1 of the API (`orm/src/wire`).

/// A JSON array of records, which are written one by one.
#[derive(Debug)]
pub(crate) struct Array(Vec<u8>);

impl Array {
    /// An empty array, with memory for so many records (at most 1,000) of `bytes` bytes each.
    pub(crate) fn new(records: u32, bytes: usize) -> Self {
        let mut out = Vec::with_capacity(bytes * records.min(1_000) as usize + 2);
        out.push(b'[');
        Array(out)
    }

    /// Where to write the next record.
    pub(crate) fn item(&mut self) -> &mut Vec<u8> {
        if self.0.len() > 1 {
            self.0.push(b',');
        }
        &mut self.0
    }

    /// The whole array.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.0.push(b']');
        self.0
    }
}

/// Appends `text` as a JSON string.
pub(crate) fn string(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    let mut written = 0;
    for (at, &byte) in text.iter().enumerate() {
        let escape = ESCAPES[usize::from(byte)];
        if escape == 0 {
            continue;
        }
        out.extend_from_slice(&text[written..at]);
        written = at + 1;
        if escape == b'u' {
            out.extend_from_slice(b"\\u00");
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
        } else {
            out.extend_from_slice(&[b'\\', escape]);
        }
    }
    out.extend_from_slice(&text[written..]);
    out.push(b'"');
}

const HEX: [u8; 16] = *b"0123456789abcdef";

/// For each byte, the character that follows the backslash in its escape (`u` for `\u00XX`); 0 for no escape.
const ESCAPES: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 32 {
        table[byte] = b'u';
        byte += 1;
    }
    table[8] = b'b';
    table[9] = b't';
    table[10] = b'n';
    table[12] = b'f';
    table[13] = b'r';
    table[34] = b'"';
    table[92] = b'\\';
    table
};

/// Appends an integer.
pub(crate) fn integer(out: &mut Vec<u8>, number: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Appends a decimal, given as `units` of `10^-scale`, in the shortest exact form with at least one decimal: `200.0`.
pub(crate) fn scaled(out: &mut Vec<u8>, units: i64, scale: u32) {
    if units < 0 {
        out.push(b'-');
    }
    let one = 10u64.pow(scale);
    let units = units.unsigned_abs();
    out.extend_from_slice(itoa::Buffer::new().format(units / one).as_bytes());
    out.push(b'.');
    let (mut rest, mut digit) = (units % one, one / 10);
    loop {
        out.push(b'0' + u8::try_from(rest / digit.max(1)).unwrap_or(0));
        rest %= digit.max(1);
        if rest == 0 {
            break;
        }
        digit /= 10;
    }
}

/// Appends text, or `false` for NULL.
pub(crate) fn text_or_false(out: &mut Vec<u8>, text: Option<&[u8]>) {
    match text {
        Some(text) => string(out, text),
        None => out.extend_from_slice(b"false"),
    }
}

/// Appends a date-time, given with a space between date and time, in ISO 8601 form with a `T`; or `false` for NULL.
pub(crate) fn date_time_or_false(out: &mut Vec<u8>, text: Option<&[u8]>) {
    match text {
        Some(text) => {
            string(out, text);
            let space = out.len() - text.len() + 9; // the 11th character of the text; a quote closes it
            if text.len() > 10 {
                out[space] = b'T';
            }
        }
        None => out.extend_from_slice(b"false"),
    }
}

/// Replaces `out` by a JSON array of ids: the bind parameter of a statement that uses `json_each`.
pub(crate) fn ids(out: &mut String, ids: impl Iterator<Item = i64>) {
    out.clear();
    out.push('[');
    let mut buffer = itoa::Buffer::new();
    for id in ids {
        if out.len() > 1 {
            out.push(',');
        }
        out.push_str(buffer.format(id));
    }
    out.push(']');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = b"x".to_vec();
        write(&mut out);
        String::from_utf8(out).unwrap().split_off(1)
    }

    #[test]
    fn decimals_are_the_shortest_exact_form() {
        for (units, scale, text) in [
            (2_000_000, 4, "200.0"),
            (1999, 2, "19.99"),
            (-5, 2, "-0.05"),
            (0, 4, "0.0"),
            (1_050, 2, "10.5"),
            (123_456_789, 4, "12345.6789"),
            (7, 0, "7.0"),
        ] {
            assert_eq!(written(|out| scaled(out, units, scale)), text);
        }
    }

    #[test]
    fn strings_are_escaped() {
        let text = "a\"b\\c\nd\u{1}é".as_bytes();
        assert_eq!(written(|out| string(out, text)), r#""a\"b\\c\nd\u0001é""#);
    }

    #[test]
    fn date_times_have_a_t() {
        let text = Some(&b"2024-01-26 13:37:58.701565"[..]);
        assert_eq!(
            written(|out| date_time_or_false(out, text)),
            "\"2024-01-26T13:37:58.701565\""
        );
        assert_eq!(written(|out| date_time_or_false(out, None)), "false");
    }

    #[test]
    fn ids_are_an_array() {
        let mut out = String::new();
        ids(&mut out, [1, 20].into_iter());
        assert_eq!(out, "[1,20]");
        ids(&mut out, std::iter::empty());
        assert_eq!(out, "[]");
    }
}
