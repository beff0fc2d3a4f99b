//! The rule that the texts of a field follow: `pattern`, `email`, `url`.

/// A rule for the texts of a field, which the runtime tests when a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextRule {
    /// What the text is.
    pub form: TextForm,
    /// A regular expression for the whole text, in the syntax of the crate `regex`.
    pub regex: &'static str,
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextForm {
    /// An e-mail address.
    Email,
    /// The address of a web page.
    Url,
    /// A text that as a whole matches this regular expression, which means the same in ECMA-262.
    Pattern(&'static str),
}

impl TextForm {
    /// What belongs into the field, for messages.
    pub fn expected(self) -> String {
        match self {
            TextForm::Email => "an e-mail address (name@example.com)".to_owned(),
            TextForm::Url => "the address of a web page (https://example.com)".to_owned(),
            TextForm::Pattern(pattern) => format!("a text of the form `{pattern}`"),
        }
    }
}
