//! The one error of the runtime: a stable code, what happened, and where each mistake stands. Its HTTP form is the
//! server's matter; its meaning is fixed here.

use std::fmt;

/// The result of whatever may be refused.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of refusal: a stable code, and the HTTP status it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// 400 `invalid`: the URL, its parameters or the body's syntax.
    Malformed,
    /// 401: no token, or one that is unknown or expired.
    Unauthenticated,
    /// 403: not for this user.
    AccessDenied,
    /// 404: no such model, record or method.
    NotFound,
    /// 409: uniqueness, or a record that others still need.
    Conflict,
    /// 413: the body is too large.
    PayloadTooLarge,
    /// 422 `invalid`: values of a body, constraints.
    Invalid,
    /// 503: the database is busy, full or away.
    Unavailable,
    /// 500: a defect. The text is for the log only.
    Internal,
}

impl Code {
    /// The stable name, as in a problem's `code`.
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

/// The most mistakes that one refusal tells.
const MOST_ISSUES: usize = 100;

/// A refusal.
#[derive(Debug, Clone, PartialEq)]
pub struct Error(Box<Inner>);

#[derive(Debug, Clone, PartialEq)]
struct Inner {
    code: Code,
    detail: String,
    issues: Vec<Issue>,
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
    /// The name of a query parameter.
    Parameter(String),
}

impl Error {
    /// A refusal without places.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Error(Box::new(Inner {
            code,
            detail: detail.into(),
            issues: Vec::new(),
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

    /// Mistakes in a body's values: 422. Of very many the first are told.
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

    /// What a rule of the business refuses, as a method says it: 422.
    pub fn refused(detail: impl Into<String>) -> Self {
        Error::new(Code::Invalid, detail)
    }

    /// No such thing: 404.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Error::new(Code::NotFound, detail)
    }

    /// A defect: 500; `detail` goes to the log only.
    pub fn internal(detail: impl Into<String>) -> Self {
        Error::new(Code::Internal, detail)
    }

    /// The same refusal with its places.
    pub fn at(mut self, issues: Vec<Issue>) -> Self {
        self.0.issues = issues;
        self
    }

    /// The same refusal of a body that is part of a larger one, at `pointer`.
    pub fn below(mut self, pointer: &str) -> Self {
        for issue in &mut self.0.issues {
            if let Place::Pointer(place) = &mut issue.place {
                place.insert_str(0, pointer);
            }
        }
        self
    }

    /// The same refusal of what a body names, not the URL: parameters are its members, and it is the body's values that
    /// are refused.
    pub fn in_body(mut self) -> Self {
        if self.0.code == Code::Malformed {
            self.0.code = Code::Invalid;
        }
        for issue in &mut self.0.issues {
            if let Place::Parameter(name) = &issue.place {
                issue.place = Place::Pointer(format!("/{name}"));
            }
        }
        self
    }

    /// The kind of refusal.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What happened, for people.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// Every mistake with its place; empty where the whole request is meant.
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
                Place::Parameter(name) => write!(f, "\n  in parameter {name:?}: {}", issue.message)?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// `: did you mean …?` with the nearest of `names`, or the list of all when none is near and the list is short.
pub fn nearest<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let mut near: Vec<(f64, &str)> = names
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
