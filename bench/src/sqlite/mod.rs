//! The baseline over an SQLite file. A read runs on the thread that received the request, with that thread's own
//! connection. One thread writes.

mod change;
mod create;
mod orders;
mod propose;
mod reader;
mod row;
mod sql;
mod writer;

use std::cell::RefCell;
use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::store::{Question, Store};
use reader::Reader;
use writer::{Write, Writer};

thread_local! {
    static READER: RefCell<Option<Reader>> = const { RefCell::new(None) };
}

/// An SQLite file.
#[derive(Debug)]
pub(crate) struct Sqlite {
    path: PathBuf,
    writer: Writer,
}

impl Sqlite {
    /// Opens an existing file.
    ///
    /// # Errors
    /// When it cannot be opened or has another schema.
    pub(crate) fn open(path: PathBuf) -> Result<Self> {
        Reader::open(&path)?; // fails now rather than at the first request
        let writer = Writer::start(&path)?;
        Ok(Sqlite { path, writer })
    }

    /// Checks the token and then reads, both in one snapshot.
    fn read(&self, token: &[u8], read: impl FnOnce(&mut Reader) -> Result<Vec<u8>>) -> Result<Vec<u8>> {
        self.with_reader(|reader| {
            reader.snapshot(|reader| {
                reader.caller(token)?;
                read(reader)
            })
        })
    }

    async fn write(&self, token: &[u8], write: Write) -> Result<Vec<u8>> {
        let caller = self.with_reader(|reader| reader.caller(token))?;
        self.writer.write(write, caller).await
    }

    fn with_reader<T>(&self, read: impl FnOnce(&mut Reader) -> Result<T>) -> Result<T> {
        READER.with_borrow_mut(|slot| match slot {
            Some(reader) => read(reader),
            None => read(slot.insert(Reader::open(&self.path)?)),
        })
    }
}

impl Store for Sqlite {
    async fn answer(&self, token: &[u8], question: Question) -> Result<Vec<u8>> {
        match question {
            Question::Orders(page) => self.read(token, |reader| reader.orders.page(page)),
            Question::Order(id) => self.read(token, |reader| reader.orders.one(id)?.ok_or(Error::NotFound)),
            Question::OrdersOf(country) => self.read(token, |reader| reader.orders_of(&country)),
            Question::Months(currency) => self.read(token, |reader| reader.months(currency)),
            Question::Partners(page) => self.read(token, |reader| reader.partners(page)),
            Question::Partner(id) => self.read(token, |reader| reader.partner(id)?.ok_or(Error::NotFound)),
            Question::Create(draft) => self.write(token, Write::Create(draft)).await,
            Question::Change(change) => self.write(token, Write::Change(change)).await,
        }
    }
}
