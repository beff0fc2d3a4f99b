//! Shelves with books. They have a value of each kind that a wire may spell differently.

use orm::prelude::*;

/// User
#[model("x.user", role = user)]
pub(crate) struct User {
    pub name: String,
}

/// Shelf
#[model("x.shelf", order = "id")]
#[api]
#[read(id, name, book_ids(title, pages, price, lent, read_on, state, shelf_id(id, name)))]
pub(crate) struct Shelf {
    pub name: String,
    #[field(inverse = shelf_id)]
    pub book_ids: One2many<Book>,
}

/// State
#[derive(Selection)]
pub(crate) enum State {
    /// New
    New,
    /// Old
    Old,
}

/// Book
#[model("x.book", order = "id")]
#[api]
#[display_name("{title}")]
#[unique(title)]
#[check(pages > 0)]
pub(crate) struct Book {
    pub title: String,
    pub pages: i32,
    #[field(digits = (16, 2), default = 0)]
    pub price: Decimal,
    pub lent: bool,
    pub read_on: Option<Date>,
    #[field(default = State::New)]
    pub state: State,
    pub shelf_id: Option<Many2one<Shelf>>,
    pub friend_ids: Many2many<User>,
    /// Price of a page
    #[field(compute, depends(price, pages), digits = (16, 4))]
    pub page_price: Decimal,
}

#[methods]
impl Book {
    fn page_price(&self) -> Decimal {
        orm::field::round(self.price / Decimal::from(self.pages), 4)
    }

    /// The price after a discount.
    #[action(readonly)]
    fn discounted(records: &Records<Self>, env: &mut Env<'_>, percent: i32, state: State) -> Result<Decimal> {
        let books = records.load(env, &[])?;
        let price: Decimal = books
            .iter()
            .filter(|book| book.state == state)
            .map(|book| book.price)
            .sum();
        Ok(price * Decimal::from(100 - percent) / Decimal::from(100))
    }

    /// The states of the books of a shelf, or of those that are named.
    #[action(readonly)]
    fn states(
        env: &mut Env<'_>,
        books: Option<Records<Self>>,
        prices: Vec<Decimal>,
        lent: Option<bool>,
    ) -> Result<Vec<State>> {
        let books = match books {
            Some(books) => books,
            None => Records::search(env, BookFilter::default())?,
        };
        let books = books.load(env, &[])?;
        let books = books
            .iter()
            .filter(|book| prices.contains(&book.price) && lent.is_none_or(|lent| lent == book.lent));
        Ok(books.map(|book| book.state).collect())
    }
}

orm::catalogue! { User, Shelf, Book }
