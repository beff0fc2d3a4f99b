//! A result of any size, in pieces: all of it in one snapshot, and never more of it in memory than a piece.
//!
//! The ids of the records are read ahead, by the place of the last one in the order, as pages by cursor are; the records
//! are read and rendered some at a time.

use super::fetch::{fetch, see_search};
use super::page::keyed;
use super::table::Table;
use super::{Level, Request, once, plan, see};
use crate::env::{Budget, Env};
use crate::error::{Code, Error, Result};
use crate::registry::ModelInfo;
use crate::sql::{Place, Root, Search};
use crate::wire::Layout;

/// The form of a result that is answered in pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A list, as a result that is answered at once.
    List,
    /// Each record on a line of its own.
    Lines,
    /// A table: CSV with a line of column names.
    Table {
        /// For spreadsheet programs: it begins with a byte order mark, so that they know its encoding, and in front of a
        /// text that they would take for a formula stands an apostrophe.
        spreadsheet: bool,
    },
}

/// How many ids are read ahead: few at first, so that the answer begins soon, and [`TIMES`] as many each time, up to
/// [`MOST_AHEAD`]. Where no index has the order, the database sorts all records each time.
const FIRST_AHEAD: usize = 500;
const TIMES: usize = 8;
const MOST_AHEAD: usize = 65_536;
/// How many records are read at a time: so many that their text is about as long as a piece should be.
const FIRST_RECORDS: usize = 50;
const MOST_RECORDS: usize = 2_000;
/// How long a piece should be, in bytes.
const PIECE: usize = 512 * 1024;

/// Calls `send` with each piece of the result: at least one, which comes when the first records have been read. What a
/// request may take (bytes, statements, time) it may take again for each piece.
///
/// # Errors
/// 403 for fields that the caller may not see; 413 when a single record is longer than an answer may be; the error of
/// `send`.
pub fn stream(
    env: &mut Env<'_>,
    model: &ModelInfo,
    request: &Request,
    form: Form,
    send: &mut dyn FnMut(Vec<u8>) -> Result<()>,
) -> Result<()> {
    see(env, model, request)?;
    see_search(env, model, &request.domain, &request.order)?;
    env.session.snapshot()?;
    let level = plan(env, model, &request.nodes, request.style(), &request.nested)?;
    let mut writer = Writer::new(env, &level, form);
    let mut ahead = Ahead {
        left: request.limit,
        offset: request.offset,
        place: None,
        most: FIRST_AHEAD,
    };
    let (budget, mut records) = (env.budget, FIRST_RECORDS);
    let mut piece = writer.begin()?;
    loop {
        let ids = ahead.next(env, model, request)?;
        let mut rest = ids.as_slice();
        if rest.is_empty() {
            break;
        }
        while !rest.is_empty() {
            let (some, behind) = rest.split_at(records.min(rest.len()));
            let start = piece.len();
            env.budget = budget;
            match write(env, &level, some, &mut writer, &mut piece) {
                Err(error) if error.code() == Code::PayloadTooLarge && some.len() > 1 => {
                    piece.truncate(start);
                    records = some.len().div_ceil(16);
                    env.session.next_part();
                    continue;
                }
                written => written?,
            }
            rest = behind;
            let length = (piece.len() - start).max(1);
            records = (some.len() * PIECE / length).clamp(1, MOST_RECORDS);
            send(std::mem::take(&mut piece))?;
            env.session.next_part();
        }
    }
    piece.extend_from_slice(writer.end().as_bytes());
    send(piece)
}

/// Reads these records and writes them to the piece.
fn write(env: &mut Env<'_>, level: &Level, ids: &[i64], writer: &mut Writer, piece: &mut Vec<u8>) -> Result<()> {
    let links: Vec<(i64, i64)> = ids.iter().map(|id| (*id, *id)).collect();
    let found = fetch(env, level, Root::Ids(&once(ids)))?.found_by(&links);
    env.budget.take(found.bytes.len())?;
    let budget = &mut env.budget;
    found
        .in_order()
        .try_for_each(|record| writer.record(piece, record, budget))
}

/// The ids that are still to be read.
struct Ahead {
    left: usize,
    offset: usize,
    /// The place of the last id that was read.
    place: Option<Place>,
    /// How many are read the next time.
    most: usize,
}

impl Ahead {
    fn next(&mut self, env: &mut Env<'_>, model: &ModelInfo, request: &Request) -> Result<Vec<i64>> {
        let limit = self.most.min(self.left);
        if limit == 0 {
            return Ok(Vec::new());
        }
        let search = Search {
            limit,
            offset: self.offset,
            ..request.search()
        };
        let (mut ids, mut last) = (Vec::new(), Vec::new());
        let place = self.place.take();
        keyed(
            env,
            model,
            &search,
            |_| Ok(place),
            |id, values| {
                ids.push(id);
                last = values;
                Ok(())
            },
        )?;
        self.left = match ids.len() < limit {
            true => 0,
            false => self.left - limit,
        };
        self.offset = 0;
        self.most = (self.most * TIMES).min(MOST_AHEAD);
        self.place = Some(Place {
            values: last,
            backward: false,
            inclusive: false,
        });
        Ok(ids)
    }
}

/// Writes records in a form.
enum Writer {
    List { layout: &'static Layout, begun: bool },
    Lines,
    Table(Table),
}

impl Writer {
    fn new(env: &Env<'_>, level: &Level, form: Form) -> Self {
        match form {
            Form::List => Writer::List {
                layout: env.wire.layout(),
                begun: false,
            },
            Form::Lines => Writer::Lines,
            Form::Table { spreadsheet } => Writer::Table(Table::new(env.registry, level, spreadsheet)),
        }
    }

    /// What comes before the first record.
    fn begin(&self) -> Result<Vec<u8>> {
        match self {
            Writer::List { layout, .. } => Ok(layout.list[0].into()),
            Writer::Lines => Ok(Vec::new()),
            Writer::Table(table) => table.begin(),
        }
    }

    fn record(&mut self, out: &mut Vec<u8>, record: &[u8], budget: &mut Budget) -> Result<()> {
        match self {
            Writer::List { layout, begun } => {
                if std::mem::replace(begun, true) {
                    out.extend_from_slice(layout.separator.as_bytes());
                }
                out.extend_from_slice(record);
            }
            Writer::Lines => {
                out.extend_from_slice(record);
                out.push(b'\n');
            }
            Writer::Table(table) => {
                let record = serde_json::from_slice(record);
                let record = record.map_err(|error| Error::internal(format!("a record: {error}")))?;
                table.record(out, &record, budget)?;
            }
        }
        Ok(())
    }

    /// What comes behind the last record.
    fn end(&self) -> &'static str {
        match self {
            Writer::List { layout, .. } => layout.list[1],
            Writer::Lines | Writer::Table(_) => "",
        }
    }
}
