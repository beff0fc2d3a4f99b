//! Runs a plan: one statement for each relation and level, whatever the number of records, each related record rendered
//! once however often it occurs.

use std::ops::Range;

use rustc_hash::FxHashMap as HashMap;

use super::computed::{Values, related, scalars};
use super::json::{write_column, write_int, write_text};
use super::plan::{Content, Item, Level, Link, Root, Search, Shape, Style};
use super::statement::{Selection, statement};
use crate::db::Row;
use crate::domain::resolve;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::sql::ids_bind;

/// Rendered records, each found by a key: its id, or the id of the record that it belongs to.
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    bytes: Vec<u8>,
    records: Vec<Range<usize>>,
    /// Key and record, in the order of the result.
    rows: Vec<(i64, usize)>,
    /// First row of a key.
    by_key: HashMap<i64, usize>,
    /// Next row of the same key.
    next: Vec<Option<usize>>,
}

impl Rendered {
    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The first record of a key.
    pub(crate) fn first(&self, key: i64) -> Option<&[u8]> {
        self.by_key.get(&key).map(|row| self.record(*row))
    }

    /// The keys, in order.
    pub(crate) fn into_keys(self) -> Vec<i64> {
        self.rows.into_iter().map(|(key, _)| key).collect()
    }

    /// All records, in order, as a JSON array.
    pub(crate) fn into_array(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.bytes.len() + self.rows.len() + 2);
        self.push_list(&mut out, (0..self.rows.len()).map(|row| self.record(row)));
        out
    }

    fn record(&self, row: usize) -> &[u8] {
        &self.bytes[self.records[self.rows[row].1].clone()]
    }

    fn push_list<'a>(&self, out: &mut Vec<u8>, records: impl Iterator<Item = &'a [u8]>) {
        out.push(b'[');
        for (index, record) in records.enumerate() {
            if index > 0 {
                out.push(b',');
            }
            out.extend_from_slice(record);
        }
        out.push(b']');
    }

    /// Adds a record.
    pub(super) fn add(&mut self, key: i64, write: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<()> {
        let start = self.bytes.len();
        write(&mut self.bytes)?;
        self.rows.push((key, self.records.len()));
        self.records.push(start..self.bytes.len());
        Ok(())
    }

    /// The same, ready to be looked up.
    pub(super) fn indexed(mut self) -> Self {
        self.index();
        self
    }

    /// The same records for the keys that lead to them, in this order.
    fn found_by(mut self, links: &[(i64, i64)]) -> Self {
        let row = |(key, to): &(i64, i64)| Some((*key, self.rows[*self.by_key.get(to)?].1));
        self.rows = links.iter().filter_map(row).collect();
        self.indexed()
    }

    /// Appends what a relation shows for `key`; false when it has nothing.
    fn push_related(&self, out: &mut Vec<u8>, key: i64, many: bool) -> bool {
        let Some(first) = self.by_key.get(&key).copied() else {
            return false;
        };
        if many {
            let rows = std::iter::successors(Some(first), |row| self.next[*row]);
            self.push_list(out, rows.map(|row| self.record(row)));
        } else {
            out.extend_from_slice(self.record(first));
        }
        true
    }

    fn index(&mut self) {
        let mut last: HashMap<i64, usize> = HashMap::with_capacity_and_hasher(self.rows.len(), Default::default());
        self.by_key = HashMap::with_capacity_and_hasher(self.rows.len(), Default::default());
        self.next = vec![None; self.rows.len()];
        for (row, (key, _)) in self.rows.iter().enumerate() {
            match last.insert(*key, row) {
                Some(before) => self.next[before] = Some(row),
                None => {
                    self.by_key.insert(*key, row);
                }
            }
        }
    }
}

/// A record whose scalars are written, with the places where its relations belong.
#[derive(Debug, Default)]
struct Drafts {
    bytes: Vec<u8>,
    records: Vec<Range<usize>>,
    /// For each record and each relation, in the order of the items: the place, and the key to look up.
    slots: Vec<(usize, Option<i64>)>,
}

/// A to-one relation whose records come in their parents' rows.
struct Rider<'l> {
    child: usize,
    level: &'l Level,
    /// Its first column, which is its id.
    first: usize,
    rendered: Rendered,
}

/// Offsets from which on the records before a page are better passed over by an index alone.
const DEEP: usize = 1_000;

/// Reads and renders a level and everything below it.
pub(crate) fn fetch(env: &mut Env<'_>, level: &Level, root: Root<'_>) -> Result<Rendered> {
    let Root::Where(search) = root else {
        return fetch_level(env, level, Selection::Root(root));
    };
    let model = env.registry.model(level.model);
    let domain = &*resolve(env, model, search.domain)?;
    let root = Selection::Root(Root::Where(Search { domain, ..search }));
    let dialect = env.session.dialect();
    let in_two = search.offset >= DEEP || level.riders(dialect, search.limit).next().is_some();
    if !dialect.is_server() || !in_two || level.shape == Shape::Id {
        return fetch_level(env, level, root);
    }
    // Which records, then what they hold: that statement is planned once, and whatever a record names one of rides along.
    let ids = fetch_level(env, &Level::ids(model, Style::default()), root)?.into_keys();
    if ids.is_empty() {
        return Ok(Rendered::default());
    }
    let links: Vec<(i64, i64)> = ids.iter().map(|id| (*id, *id)).collect();
    Ok(fetch_level(env, level, Selection::Root(Root::Ids(&ids)))?.found_by(&links))
}

fn fetch_level(env: &mut Env<'_>, level: &Level, selection: Selection<'_>) -> Result<Rendered> {
    let mut riders = riders(env, level, selection);
    let (mut rendered, drafts) = read_rows(env, level, selection, &mut riders)?;
    let places = level.children.len();
    if places == 0 {
        (rendered.bytes, rendered.records) = (drafts.bytes, drafts.records);
        rendered.index();
        return Ok(rendered);
    }
    let mut below = Vec::with_capacity(places);
    let mut computed: Vec<Option<Values>> = level.groups.iter().map(|_| None).collect();
    for (number, child) in level.children.iter().enumerate() {
        let mut keys: Vec<i64> = drafts
            .slots
            .iter()
            .skip(number)
            .step_by(places)
            .filter_map(|(_, key)| *key)
            .collect();
        keys.sort_unstable();
        keys.dedup();
        if keys.is_empty() {
            below.push(Rendered::default());
            continue;
        }
        if let Some(rider) = riders.iter_mut().find(|rider| rider.child == number) {
            below.push(std::mem::take(&mut rider.rendered).indexed());
            continue;
        }
        below.push(match &child.content {
            Content::Related(link, level) => fetch_level(env, level, Selection::Related(*link, &keys))?,
            Content::Scalar(place, kind) => {
                let values = values(env, level, place.group, &mut computed, &keys)?;
                scalars(values, place.field, kind)?
            }
            Content::Computed(link, place, target) => {
                let (links, ids) = related(values(env, level, place.group, &mut computed, &keys)?, place.field);
                match ids.is_empty() {
                    true => Rendered::default(),
                    false => fetch_level(env, target, Selection::Related(*link, &ids))?.found_by(&links),
                }
            }
        });
    }
    assemble(level, &drafts, &below, &mut rendered);
    rendered.index();
    Ok(rendered)
}

/// What a group's fields are, computed once.
fn values<'v>(
    env: &mut Env<'_>,
    level: &Level,
    group: usize,
    computed: &'v mut [Option<Values>],
    ids: &[i64],
) -> Result<&'v Values> {
    Ok(match &mut computed[group] {
        Some(values) => values,
        place => place.insert(level.groups[group].compute(env, ids)?),
    })
}

/// The riders of a level's statement.
fn riders<'l>(env: &Env<'_>, level: &'l Level, selection: Selection<'_>) -> Vec<Rider<'l>> {
    let mut first = FIRST + level.columns.len();
    let rider = |(child, level): (usize, &'l Level)| {
        let rider = Rider {
            child,
            level,
            first,
            rendered: Rendered::default(),
        };
        first += level.columns.len();
        rider
    };
    let ids = selection.ids().map_or(usize::MAX, <[i64]>::len);
    level.riders(env.session.dialect(), ids).map(rider).collect()
}

/// Runs the level's statement and writes what its own columns hold, and those of its riders.
fn read_rows(
    env: &mut Env<'_>,
    level: &Level,
    selection: Selection<'_>,
    riders: &mut [Rider<'_>],
) -> Result<(Rendered, Drafts)> {
    let kept;
    let made;
    let (text, binds) = match selection {
        Selection::Root(Root::Where(_)) => {
            made = statement(env, level, selection)?;
            (made.text.as_str(), made.binds)
        }
        // All that differs from one time to the next is the list of ids.
        Selection::Root(Root::Ids(ids)) | Selection::Related(_, ids) => {
            kept = level.text(env.session.dialect(), ids.len());
            let text = match kept.get() {
                Some(text) => text,
                None => {
                    let text = statement(env, level, selection)?.text;
                    kept.get_or_init(|| text)
                }
            };
            (text.as_str(), vec![ids_bind(ids)])
        }
    };
    let by_pairs = matches!(selection, Selection::Related(Link::Pairs(..), _));
    let (mut rendered, mut drafts) = (Rendered::default(), Drafts::default());
    let mut seen: HashMap<i64, usize> = HashMap::default();
    env.query_text(text, &binds, |row| {
        let key = row.int(0)?.ok_or_else(|| Error::internal("a row without its key"))?;
        if by_pairs {
            let id = row.int(1)?.ok_or_else(|| Error::internal("a row without its id"))?;
            if let Some(record) = seen.get(&id) {
                rendered.rows.push((key, *record));
                return Ok(());
            }
            seen.insert(id, drafts.records.len());
        }
        rendered.rows.push((key, drafts.records.len()));
        let start = drafts.bytes.len();
        write_record(level, row, FIRST, &mut drafts.bytes, &mut drafts.slots)?;
        drafts.records.push(start..drafts.bytes.len());
        riders.iter_mut().try_for_each(|rider| rider.read(row))
    })?;
    Ok((rendered, drafts))
}

impl Rider<'_> {
    /// Writes its record, unless another row had the same one.
    fn read(&mut self, row: &Row<'_, '_, '_>) -> Result<()> {
        match row.int(self.first)? {
            Some(id) if !self.rendered.rows.iter().any(|(known, _)| *known == id) => (self.rendered).add(id, |out| {
                write_record(self.level, row, self.first, out, &mut Vec::new())
            }),
            _ => Ok(()),
        }
    }
}

/// The first column behind the key.
const FIRST: usize = 1;

/// Writes a record with a comma behind every value. Where no relations are to be put in, it is complete.
fn write_record(
    level: &Level,
    row: &Row<'_, '_, '_>,
    first: usize,
    out: &mut Vec<u8>,
    slots: &mut Vec<(usize, Option<i64>)>,
) -> Result<()> {
    match level.shape {
        Shape::Id => write_int(out, row.int(first)?.unwrap_or(0)),
        Shape::Pair => {
            out.push(b'[');
            write_int(out, row.int(first)?.unwrap_or(0));
            out.push(b',');
            write_text(out, &row.text(first + 1)?.unwrap_or_default())?;
            out.push(b']');
        }
        Shape::Object => {
            out.push(b'{');
            for item in &level.items {
                match item {
                    Item::Scalar { key, column, kind } => {
                        out.extend_from_slice(key.as_bytes());
                        write_column(out, row, first + column, kind)?;
                        out.push(b',');
                    }
                    Item::Place { child, .. } => {
                        slots.push((out.len(), row.int(first + level.children[*child].column)?));
                    }
                }
            }
            if level.children.is_empty() {
                close(out);
            }
        }
    }
    Ok(())
}

/// The comma behind the last value becomes the closing brace.
fn close(out: &mut [u8]) {
    if let Some(last) = out.last_mut() {
        *last = b'}';
    }
}

/// Puts the related records where they belong.
fn assemble(level: &Level, drafts: &Drafts, below: &[Rendered], rendered: &mut Rendered) {
    let keys: Vec<&str> = (level.items.iter())
        .filter_map(|item| match item {
            Item::Place { key, .. } => Some(key.as_str()),
            Item::Scalar { .. } => None,
        })
        .collect();
    let out = &mut rendered.bytes;
    out.reserve(2 * drafts.bytes.len());
    for (record, slots) in drafts.records.iter().zip(drafts.slots.chunks(level.children.len())) {
        let start = out.len();
        let mut done = record.start;
        for (number, (place, related)) in slots.iter().enumerate() {
            out.extend_from_slice(&drafts.bytes[done..*place]);
            done = *place;
            let child = &level.children[number];
            let before = out.len();
            out.extend_from_slice(keys[number].as_bytes());
            let found = related.is_some_and(|key| below[number].push_related(out, key, child.many));
            match (found, child.empty) {
                (true, _) => out.push(b','),
                (false, Some(empty)) => {
                    out.extend_from_slice(empty.as_bytes());
                    out.push(b',');
                }
                (false, None) => out.truncate(before),
            }
        }
        out.extend_from_slice(&drafts.bytes[done..record.end]);
        close(out);
        rendered.records.push(start..out.len());
    }
}
