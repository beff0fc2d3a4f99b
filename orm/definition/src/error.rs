//! The error type of the runtime: a stable code, a text, and each mistake with its place. The meaning of a code and its
//! HTTP status are fixed here; the server writes the response.

use std::fmt;

/// The result of an operation that may be refused.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The kind of a refusal: a stable code, and its HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// 400 `invalid`: the URL, its parameters or the body's syntax.
    Malformed,
    /// 401: no token, or one that is unknown or expired.
    Unauthenticated,
    /// 403: this user may not do it.
    AccessDenied,
    /// 404: no such model, record or method.
    NotFound,
    /// 409: a value that must be unique is taken, or a record cannot be deleted because others refer to it.
    Conflict,
    /// 413: the body is too large.
    PayloadTooLarge,
    /// 422 `invalid`: wrong values in a body, or a violated constraint.
    Invalid,
    /// 503: the database is busy, full or unreachable.
    Unavailable,
    /// 500: a defect. The text is for the log only.
    Internal,
}

impl Code {
    /// The stable name: the member `code` of an error response.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::Malformed | Code::Invalid => "invalid",
            Code::Unauthenticated => "unauthenticated",
            Code::AccessDenied => "access_denied",
            Code::NotFound => "not_found",
            Code::Conflict => "conflict",
            Code::PayloadTooLarge => "payload_too_large",
            Code::Unavailable => "unavailable",
            Code::Internal => "internal",
        }
    }

    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Code::Malformed => 400,
            Code::Unauthenticated => 401,
            Code::AccessDenied => 403,
            Code::NotFound => 404,
            Code::Conflict => 409,
            Code::PayloadTooLarge => 413,
            Code::Invalid => 422,
            Code::Unavailable => 503,
            Code::Internal => 500,
        }
    }
}

/// The most mistakes that one error lists.
pub const MOST_ISSUES: usize = 100;

/// The most bytes of a text for which [`nearest`] looks for a similar name: the comparison takes as much time as the text
/// is long, once for each name, and no name is longer.
const LONGEST_NAME: usize = 64;

/// A refusal: a code, a text, and the mistakes with their places.
#[derive(Debug, Clone, PartialEq)]
pub struct Error(Box<Inner>);

#[derive(Debug, Clone, PartialEq)]
struct Inner {
    code: Code,
    detail: String,
    issues: Vec<Issue>,
    violation: Option<Violation>,
}

/// The constraint of the database that a write violated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Violation {
    /// A constraint or index, by its name.
    Constraint(String),
    /// A unique constraint, by its columns, each as `table.column`: that is how SQLite names one.
    Columns(Vec<String>),
}

/// One mistake and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Where it stands.
    pub place: Place,
    /// What is wrong and what would be right.
    pub message: String,
}

/// Where a mistake stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A JSON pointer into the body: `/order_line/0/2/product_id`; empty for the whole body.
    Pointer(String),
    /// A field of a record that the body describes. Each version of the wire format has its own way to point at it.
    Field {
        /// The JSON pointer of the record in the body; empty for the whole body.
        record: String,
        /// The name of the field.
        name: String,
    },
    /// The name of a query parameter.
    Parameter(String),
}

impl Issue {
    /// A mistake in a field of the record that the whole body describes.
    pub fn field(name: &str, message: impl Into<String>) -> Self {
        Issue::field_of("", name, message)
    }

    /// A mistake in a field of the record at the JSON pointer `record`.
    pub fn field_of(record: &str, name: &str, message: impl Into<String>) -> Self {
        let (record, name) = (record.to_owned(), name.to_owned());
        Issue {
            place: Place::Field { record, name },
            message: message.into(),
        }
    }
}

impl Error {
    /// A refusal without places.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Error(Box::new(Inner {
            code,
            detail: detail.into(),
            issues: Vec::new(),
            violation: None,
        }))
    }

    /// A mistake in a query parameter: 400.
    pub fn parameter(name: impl Into<String>, message: impl Into<String>) -> Self {
        let message = message.into();
        Error::new(Code::Malformed, message.clone()).at(vec![Issue {
            place: Place::Parameter(name.into()),
            message,
        }])
    }

    /// Mistakes in a body's values: 422. Of more than 100, the first 100 are listed.
    pub fn invalid(mut issues: Vec<Issue>) -> Self {
        let detail = match issues.as_slice() {
            [issue] => issue.message.clone(),
            issues if issues.len() > MOST_ISSUES => format!(
                "{} values are refused: here are the first {MOST_ISSUES}, there are {} more",
                issues.len(),
                issues.len() - MOST_ISSUES
            ),
            issues => format!("{} values are refused", issues.len()),
        };
        issues.truncate(MOST_ISSUES);
        Error::new(Code::Invalid, detail).at(issues)
    }

    /// A refusal by a business rule, in the words of the method that checks it: 422.
    pub fn refused(detail: impl Into<String>) -> Self {
        Error::new(Code::Invalid, detail)
    }

    /// A model, record or method that does not exist: 404.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Error::new(Code::NotFound, detail)
    }

    /// A defect: 500; `detail` goes to the log only.
    pub fn internal(detail: impl Into<String>) -> Self {
        Error::new(Code::Internal, detail)
    }

    /// The same error with these mistakes, which replace earlier ones.
    pub fn at(mut self, issues: Vec<Issue>) -> Self {
        self.0.issues = issues;
        self
    }

    /// The same error for a body that is part of a larger one, at `pointer`: prefixes the pointers of the mistakes.
    pub fn below(mut self, pointer: &str) -> Self {
        for issue in &mut self.0.issues {
            if let Place::Pointer(place) | Place::Field { record: place, .. } = &mut issue.place {
                place.insert_str(0, pointer);
            }
        }
        self
    }

    /// The same error when the parameters were members of a body, not part of the URL: the parameter `limit` becomes the
    /// pointer `/limit`, and 400 becomes 422.
    pub fn in_body(mut self) -> Self {
        if self.0.code == Code::Malformed {
            self.0.code = Code::Invalid;
        }
        for issue in &mut self.0.issues {
            if let Place::Parameter(name) = &mut issue.place {
                let (record, name) = (String::new(), std::mem::take(name));
                issue.place = Place::Field { record, name };
            }
        }
        self
    }

    /// The same error, with the constraint of the database that was violated.
    pub fn violating(mut self, violation: Option<Violation>) -> Self {
        self.0.violation = violation;
        self
    }

    /// The constraint of the database that was violated, where the database says which.
    pub fn violation(&self) -> Option<&Violation> {
        self.0.violation.as_ref()
    }

    /// The kind of refusal.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What happened, for people.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// Every mistake with its place; empty when the error concerns the whole request.
    pub fn issues(&self) -> &[Issue] {
        &self.0.issues
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.detail())?;
        for issue in self.issues() {
            match &issue.place {
                Place::Pointer(pointer) => write!(f, "\n  at {pointer:?}: {}", issue.message)?,
                Place::Field { record, name } => write!(f, "\n  at {record:?}, {name:?}: {}", issue.message)?,
                Place::Parameter(name) => write!(f, "\n  in parameter {name:?}: {}", issue.message)?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// `; did you mean …?` with up to three similar names, or `; known: …` with all of at most 12 if none is similar.
pub fn nearest<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let compared = if given.len() <= LONGEST_NAME {
        names.as_slice()
    } else {
        &[]
    };
    let mut near: Vec<(f64, &str)> = compared
        .iter()
        .map(|name| (strsim::jaro_winkler(&given.to_lowercase(), &name.to_lowercase()), *name))
        .filter(|(score, _)| *score > 0.8)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    near.truncate(3);
    if !near.is_empty() {
        let near: Vec<String> = near.iter().map(|(_, name)| format!("`{name}`")).collect();
        return format!("; did you mean {}?", near.join(" or "));
    }
    match names.len() {
        1..=12 => format!("; known: {}", names.join(", ")),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_long_text_is_near_to_no_name() {
        let [long, longer] = [64, 65].map(|length| "n".repeat(length));
        let names = || vec![longer.as_str(); 13];
        assert!(nearest(&long, names()).starts_with("; did you mean"));
        assert_eq!(nearest(&longer, names()), "");
    }
}
