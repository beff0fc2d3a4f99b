//! A lending library: members, authors, books, loans.

use orm::prelude::*;

/// Member
#[model("library.member", role = user, order = "name")]
#[api]
pub struct Member {
    /// Name
    pub name: String,
    /// Login
    pub login: String,
    /// Active
    #[field(default = true)]
    pub active: bool,
    /// Loans
    #[field(inverse = member_id)]
    pub loan_ids: One2many<Loan>,
}

/// Author
#[model("library.author", order = "name", ignore_accents)]
#[api]
#[unique(name, message = "There is an author of this name already.")]
pub struct Author {
    /// Name
    #[field(index = "trigram")]
    pub name: String,
    /// Books
    #[field(inverse = author_id)]
    pub book_ids: One2many<Book>,
}

/// Book
#[model("library.book", order = "title")]
#[api]
#[display_name("{title}")]
#[read(id, title, pages, author_id(id, name), loan_ids(id, member_id(id, name), due))]
#[check(pages > 0)]
pub struct Book {
    /// Title
    pub title: String,
    /// Pages
    pub pages: i32,
    /// Author
    #[field(on_delete = restrict)]
    pub author_id: Many2one<Author>,
    /// Loans
    #[field(inverse = book_id)]
    pub loan_ids: One2many<Loan>,
    /// Times Lent
    #[field(compute, store, depends(loan_ids.due))]
    pub times_lent: i32,
}

/// Loan
#[model("library.loan", order = "due, id")]
#[api]
#[display_name("{book_id.title}", " to {member_id.name}")]
pub struct Loan {
    /// Book
    #[field(on_delete = cascade)]
    pub book_id: Many2one<Book>,
    /// Member
    #[field(on_delete = restrict, default = user)]
    pub member_id: Many2one<Member>,
    /// Due
    pub due: Date,
}

#[methods]
impl Book {
    fn times_lent(&self) -> i32 {
        self.loan_ids.len().try_into().unwrap_or(i32::MAX)
    }
}

#[methods]
impl Loan {
    /// Keep the book a week longer.
    #[action]
    fn prolong(records: &Records<Self>, env: &mut Env<'_>) -> Result<Date> {
        let loans = records.load(env, &[])?;
        let due = loans.iter().map(|loan| loan.due).max();
        let due = due.ok_or_else(|| Error::refused("there is nothing to prolong"))? + chrono::Days::new(7);
        let later = LoanUpdate {
            due: Some(due),
            ..LoanUpdate::default()
        };
        records.write(env, later)?;
        Ok(due)
    }
}

orm::catalogue! { Member, Author, Book, Loan }
