//! A small lending library: books with chapters, and members, which delegate to persons.

use orm::prelude::*;
use orm::typed::Filter;

orm::catalogue! { Users, Person, Member, Author, Book, Chapter, Tag }

/// User
#[model("res.users", role = user)]
pub struct Users {
    pub name: String,
}

/// Person
#[model("test.person")]
#[api]
pub struct Person {
    pub name: String,
    #[field(copy = false)]
    pub card: Option<String>,
}

/// Member
#[model("test.member")]
#[api]
pub struct Member {
    #[field(delegate, on_delete = cascade)]
    pub person_id: Many2one<Person>,
    #[field(default = 3)]
    pub limit_of_books: i32,
}

/// Author
#[model("test.author", order = "name")]
#[api]
#[name_search(name, pen_name)]
pub struct Author {
    pub name: String,
    pub pen_name: Option<String>,
    #[field(default = true)]
    pub active: bool,
    #[field(inverse = author_id)]
    pub book_ids: One2many<Book>,
}

/// Tag
#[model("test.tag", order = "name")]
#[api]
pub struct Tag {
    pub name: String,
    #[field(default = true)]
    pub active: bool,
}

/// How a book stands.
#[derive(Selection)]
pub enum BookState {
    /// On the shelf
    Shelf,
    /// Lent
    Lent,
}

/// Book
#[model("test.book", order = "name, id")]
#[api]
#[name_search(name, isbn, author_id.name)]
#[read(id, name, author_id(id, name), chapter_ids(id, name), tag_ids(id, name))]
#[unique(isbn)]
pub struct Book {
    pub name: String,
    #[field(copy = false)]
    pub isbn: Option<String>,
    #[field(default = BookState::Shelf, copy = false, readonly)]
    pub state: BookState,
    #[field(default = today, copy = false)]
    pub bought: Option<Date>,
    #[field(digits = (8, 2), default = 0.0)]
    pub price: Decimal,
    #[field(default = user)]
    pub keeper_id: Option<Many2one<Users>>,
    pub author_id: Option<Many2one<Author>>,
    #[field(inverse = book_id, copy = true)]
    pub chapter_ids: One2many<Chapter>,
    pub tag_ids: Many2many<Tag>,
    #[field(compute, store, depends(chapter_ids.pages))]
    pub pages: i64,
    #[field(default = true)]
    pub active: bool,
}

#[methods]
impl Book {
    fn pages(&self) -> i64 {
        self.chapter_ids.iter().map(|chapter| i64::from(chapter.pages)).sum()
    }

    /// Lend books.
    ///
    /// Those that are lent already are refused.
    #[action]
    fn lend(records: &Records<Self>, env: &mut Env<'_>, to: Records<Author>, note: Option<String>) -> Result<String> {
        for book in records.load(env, &["author_id", "chapter_ids"])? {
            if book.state == BookState::Lent {
                return Err(Error::refused(format!("{} is lent", book.name)));
            }
        }
        let lent = BookUpdate {
            state: Some(BookState::Lent),
            ..BookUpdate::default()
        };
        records.write(env, lent)?;
        let note = note.unwrap_or_default();
        Ok(format!("{} to {:?} {note}", records.len(), to.ids())
            .trim_end()
            .to_owned())
    }

    /// Every type of argument, told back.
    #[action(readonly)]
    #[expect(clippy::too_many_arguments, reason = "one of each")]
    fn echo(
        env: &mut Env<'_>,
        yes: bool,
        count: i32,
        share: f64,
        price: Decimal,
        day: Date,
        at: Option<DateTime>,
        state: Option<BookState>,
        rest: Option<Json>,
    ) -> Result<Json> {
        let _ = env;
        orm::method::Answer::into_json(
            vec![
                format!("{yes} {count} {share}"),
                format!("{price} {day} {at:?} {state:?} {rest:?}"),
            ],
            &orm::wire::V1,
        )
    }

    /// The total, exactly.
    #[action(readonly)]
    fn total(records: &Records<Self>, env: &mut Env<'_>, times: Option<Vec<i64>>) -> Result<Decimal> {
        let books = records.load(env, &[])?;
        let price: Decimal = books.iter().map(|book| book.price).sum();
        Ok(price * Decimal::from(times.unwrap_or_default().iter().sum::<i64>()))
    }

    /// Books of a price, the dearest first.
    #[action(readonly)]
    fn dear(env: &mut Env<'_>, price: Decimal) -> Result<Records<Self>> {
        let filter = BookFilter {
            price: Some(Filter::Ge(price)),
            ..BookFilter::default()
        };
        Records::select(env, filter, "price desc", None)
    }

    /// Write, then refuse: nothing stays.
    #[action]
    fn regret(env: &mut Env<'_>) -> Result<()> {
        let tag = TagCreate {
            name: "regret".to_owned(),
            ..TagCreate::default()
        };
        let tags = Records::<Tag>::create(env, vec![tag])?;
        assert_eq!(tags.exists(env)?, tags);
        tags.unlink(env)?;
        assert!(tags.exists(env)?.is_empty());
        Err(Error::refused("on second thought"))
    }

    /// Nothing to tell.
    #[action]
    fn done(records: &Records<Self>, env: &mut Env<'_>) -> Result<()> {
        records.one()?;
        let _ = env;
        Ok(())
    }
}

/// Chapter
#[model("test.chapter", order = "id")]
#[api]
pub struct Chapter {
    pub name: String,
    #[field(default = 1)]
    pub pages: i32,
    #[field(copy = false)]
    pub note: Option<Text>,
    #[field(on_delete = cascade)]
    pub book_id: Many2one<Book>,
    #[field(default = true)]
    pub active: bool,
}
