//! The forms of texts as regular expressions. A `pattern` is written in the part of ECMA-262 that the crate `regex` knows
//! too: clients test it with the one, the runtime with the other, and both must come to the same answer.

use regex::Regex;
use regex_syntax::ast::{self, Ast, ClassSetItem, GroupKind, LiteralKind, Span};

/// An e-mail address, as HTML's `<input type="email">` has it.
const EMAIL: &str = "[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\
                     (?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*";

/// The address of a web page: `https` or `http`, a host, perhaps a port, a path, a query and a fragment (RFC 3986).
const URL: &str = "[hH][tT][tT][pP][sS]?://(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\
                   (?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*|\\[[0-9a-fA-F:.]+\\])(?::[0-9]{1,5})?\
                   (?:/(?:[a-zA-Z0-9._~!$&'()*+,;=:@/-]|%[0-9a-fA-F]{2})*)?\
                   (?:\\?(?:[a-zA-Z0-9._~!$&'()*+,;=:@/?-]|%[0-9a-fA-F]{2})*)?\
                   (?:#(?:[a-zA-Z0-9._~!$&'()*+,;=:@/?-]|%[0-9a-fA-F]{2})*)?";

/// What a text is.
#[derive(Debug, Clone)]
pub(crate) enum Form {
    Email,
    Url,
    Pattern(String),
}

impl Form {
    /// The regular expression for the whole text, for the crate `regex`; an error says what is wrong with the pattern.
    pub(crate) fn regex(&self) -> Result<String, String> {
        let body = match self {
            Form::Email => EMAIL.to_owned(),
            Form::Url => URL.to_owned(),
            Form::Pattern(pattern) => translated(pattern)?,
        };
        let regex = format!("^(?:{body})$");
        match Regex::new(&regex) {
            Ok(_) => Ok(regex),
            Err(regex::Error::CompiledTooBig(_)) => Err("the pattern repeats too much; write a smaller one".to_owned()),
            Err(_) => Err(malformed("a name that nothing has")),
        }
    }

    /// Whether a text has the form; a wrong pattern, which is reported, takes every text.
    pub(crate) fn takes(&self, text: &str) -> bool {
        let regex = self.regex().ok().and_then(|regex| Regex::new(&regex).ok());
        regex.is_none_or(|regex| regex.is_match(text))
    }
}

fn malformed(why: &str) -> String {
    format!("the pattern is no regular expression, because of {why}; write one like `[A-Z]{{2}}[0-9]+`")
}

/// The pattern with what means less in ECMA-262 spelled out: `\d`, `\w`, `\s` and `.`.
fn translated(pattern: &str) -> Result<String, String> {
    let parsed = ast::parse::Parser::new().parse(pattern);
    let parsed = parsed.map_err(|error| {
        let piece = &pattern[error.span().start.offset..error.span().end.offset];
        malformed(&match piece {
            "" => format!("its end: {}", error.kind()),
            piece => format!("`{piece}`: {}", error.kind()),
        })
    })?;
    let replaced = ast::visit(
        &parsed,
        Translation {
            pattern,
            replaced: Vec::new(),
        },
    )?;
    let mut text = pattern.to_owned();
    for (span, with) in replaced.iter().rev() {
        text.replace_range(span.start.offset..span.end.offset, with);
    }
    Ok(text)
}

/// Finds what must be replaced, and refuses what the two languages do not share.
struct Translation<'p> {
    pattern: &'p str,
    replaced: Vec<(Span, &'static str)>,
}

/// What `\s` stands for in ECMA-262, and what `.` does not.
const SPACES: &str =
    r"[\t\n\x0B\x0C\r \u{A0}\u{1680}\u{2000}-\u{200A}\u{2028}\u{2029}\u{202F}\u{205F}\u{3000}\u{FEFF}]";
const NO_SPACES: &str =
    r"[^\t\n\x0B\x0C\r \u{A0}\u{1680}\u{2000}-\u{200A}\u{2028}\u{2029}\u{202F}\u{205F}\u{3000}\u{FEFF}]";
const NO_LINE_ENDS: &str = r"[^\n\r\u{2028}\u{2029}]";

impl Translation<'_> {
    fn refuse(&self, span: &Span, instead: &str) -> String {
        let piece = &self.pattern[span.start.offset..span.end.offset];
        format!("clients do not know `{piece}`, which is not in ECMA-262; {instead}")
    }

    fn perl(&mut self, class: &ast::ClassPerl) {
        let with = match (&class.kind, class.negated) {
            (ast::ClassPerlKind::Digit, false) => "[0-9]",
            (ast::ClassPerlKind::Digit, true) => "[^0-9]",
            (ast::ClassPerlKind::Word, false) => "[A-Za-z0-9_]",
            (ast::ClassPerlKind::Word, true) => "[^A-Za-z0-9_]",
            (ast::ClassPerlKind::Space, false) => SPACES,
            (ast::ClassPerlKind::Space, true) => NO_SPACES,
        };
        self.replaced.push((class.span, with));
    }

    fn literal(&self, literal: &ast::Literal, in_class: bool) -> Result<(), String> {
        let known = match &literal.kind {
            LiteralKind::Verbatim => in_class || !matches!(literal.c, ']' | '}'),
            LiteralKind::Meta | LiteralKind::Superfluous => {
                "^$\\.*+?()[]{}|/".contains(literal.c) || in_class && literal.c == '-'
            }
            LiteralKind::Octal => false,
            LiteralKind::HexFixed(kind) => !matches!(kind, ast::HexLiteralKind::UnicodeLong),
            LiteralKind::HexBrace(kind) => matches!(kind, ast::HexLiteralKind::UnicodeShort),
            LiteralKind::Special(kind) => !matches!(kind, ast::SpecialLiteralKind::Bell),
        };
        let instead = match literal.kind {
            LiteralKind::Verbatim => format!("write `\\{}`", literal.c),
            LiteralKind::Meta | LiteralKind::Superfluous => format!("write `{}`", literal.c),
            _ => format!("write `\\u{{{:X}}}`", u32::from(literal.c)),
        };
        known.then_some(()).ok_or_else(|| self.refuse(&literal.span, &instead))
    }

    /// `\p{Lu}`: a category of characters by its short name; the languages write other properties differently.
    fn unicode(&self, class: &ast::ClassUnicode) -> Result<(), String> {
        let short =
            |name: &str| name.len() <= 2 && self.pattern[..class.span.end.offset].ends_with(&format!("{{{name}}}"));
        match &class.kind {
            ast::ClassUnicodeKind::Named(name) if short(name) => Ok(()),
            _ => Err(self.refuse(&class.span, "write a category by its short name, `\\p{L}` or `\\p{Lu}`")),
        }
    }
}

impl ast::Visitor for Translation<'_> {
    type Output = Vec<(Span, &'static str)>;
    type Err = String;

    fn finish(self) -> Result<Self::Output, String> {
        Ok(self.replaced)
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), String> {
        let group = "write the group as `(…)` or `(?:…)`";
        match ast {
            Ast::Flags(flags) => Err(self.refuse(&flags.span, "leave it out")),
            Ast::Literal(literal) => self.literal(literal, false),
            Ast::Dot(span) => {
                self.replaced.push((**span, NO_LINE_ENDS));
                Ok(())
            }
            Ast::Assertion(assertion) => match assertion.kind {
                ast::AssertionKind::StartLine | ast::AssertionKind::EndLine => Ok(()),
                _ => Err("the whole text is compared with the pattern; leave `\\b` and the like out".to_owned()),
            },
            Ast::ClassUnicode(class) => self.unicode(class),
            Ast::ClassPerl(class) => {
                self.perl(class);
                Ok(())
            }
            Ast::Repetition(repetition) => {
                let operator = &self.pattern[repetition.op.span.start.offset..repetition.op.span.end.offset];
                let once_more = matches!(*repetition.ast, Ast::Repetition(_) | Ast::Assertion(_));
                match (operator.starts_with("{,"), once_more) {
                    (true, _) => Err(self.refuse(&repetition.op.span, "write `{0,` with the number")),
                    (_, true) => Err(self.refuse(&repetition.span, group)),
                    _ => Ok(()),
                }
            }
            Ast::Group(found) => match &found.kind {
                GroupKind::CaptureName {
                    starts_with_p: true, ..
                } => Err(self.refuse(&found.span, group)),
                GroupKind::NonCapturing(flags) if !flags.items.is_empty() => Err(self.refuse(&found.span, group)),
                _ => Ok(()),
            },
            Ast::Empty(_) | Ast::ClassBracketed(_) | Ast::Alternation(_) | Ast::Concat(_) => Ok(()),
        }
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), String> {
        match item {
            ClassSetItem::Literal(literal) => self.literal(literal, true),
            ClassSetItem::Range(range) => {
                self.literal(&range.start, true)?;
                self.literal(&range.end, true)
            }
            ClassSetItem::Perl(class) => {
                self.perl(class);
                Ok(())
            }
            ClassSetItem::Unicode(class) => self.unicode(class),
            ClassSetItem::Ascii(class) => Err(self.refuse(&class.span, "write the range, as in `[a-z]`")),
            ClassSetItem::Bracketed(class) => Err(self.refuse(&class.span, "write `\\[` for the bracket itself")),
            ClassSetItem::Empty(_) | ClassSetItem::Union(_) => Ok(()),
        }
    }

    fn visit_class_set_binary_op_pre(&mut self, operation: &ast::ClassSetBinaryOp) -> Result<(), String> {
        Err(self.refuse(&operation.span, "write the characters in one class, `[a-z]`"))
    }
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn a_pattern_takes_what_clients_take() {
        for (pattern, text, expected) in [
            ("[A-Z]{2}", "AB", true),
            ("[A-Z]{2}", "xAB", false),
            ("[A-Z]{2}", "AB\n", false),
            ("a|b", "ab", false),
            ("\\d+", "٣", false),
            ("[\\d.-]+", "1-2.3", true),
            ("\\w", "ä", false),
            ("[^\\w]", "ä", true),
            (".", "\u{2028}", false),
            (".", "😀", true),
            ("\\s", "\u{FEFF}", true),
            ("\\p{Lu}\\p{L}*", "Äb", true),
            ("\\u0041\\x42\\/", "AB/", true),
            ("", "", true),
        ] {
            assert_eq!(
                Form::Pattern(pattern.to_owned()).takes(text),
                expected,
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn addresses() {
        for (form, text, expected) in [
            (Form::Email, "ann@example.com", true),
            (Form::Email, "ann+x@localhost", true),
            (Form::Email, "ann@", false),
            (Form::Email, "ann@ex ample.com", false),
            (Form::Email, "ann@example.com, bob@example.com", false),
            (Form::Email, "ann@-example.com", false),
            (Form::Url, "https://example.com", true),
            (Form::Url, "HTTP://example.com:8080/a/b?c=d%20e#f", true),
            (Form::Url, "https://[::1]/", true),
            (Form::Url, "example.com", false),
            (Form::Url, "javascript:alert(1)", false),
            (Form::Url, "https://example.com/a b", false),
            (Form::Url, "https://user@example.com", false),
        ] {
            assert_eq!(form.takes(text), expected, "{text}");
        }
    }
}
