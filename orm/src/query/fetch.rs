//! Runs a plan: one statement for each relation and level, whatever the number of records. A related record is rendered
//! once, however often it occurs.

use std::ops::Range;

use rustc_hash::FxHashMap as HashMap;

use super::PlanCache;
use super::computed::{Values, related, scalars};
use super::plan::{Content, Item, Level, Shape, Style};
use super::rendered::Rendered;
use crate::compute::resolve;
use crate::db::{Dialect, Row};
use crate::def::Kind;
use crate::domain::Domain;
use crate::env::Budget;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::registry::{ModelInfo, OrderTerm};
use crate::sql::{Among, LateralJoin, Root, Route, Search, Select, Selection, Statement, ids_bind};
use crate::wire::{Column, Layout};

/// Records with their scalars written, and the positions at which their relations and computed fields are to be
/// inserted.
#[derive(Debug, Default)]
struct Drafts {
    bytes: Vec<u8>,
    /// Where in `bytes` each record is.
    records: Vec<Range<usize>>,
    /// For each record and each child, in the order of the items: the position in `bytes`, and the key to look up.
    slots: Vec<(usize, Option<i64>)>,
}

/// What a statement returned of one level, and of the levels that are joined laterally in it.
struct Read<'l> {
    level: &'l Level,
    /// The index of its first column in the statement, which is the id.
    first: usize,
    rendered: Rendered,
    drafts: Drafts,
    /// The index of each record in `drafts`, by id; used where several rows may have the same record.
    seen: HashMap<i64, usize>,
    /// The laterally joined levels, each with the index of its child.
    lateral_joins: Vec<(usize, Read<'l>)>,
}

/// From this offset on, a list is read in two statements: one for the ids, which can skip the records before the page
/// in an index alone, and one for the records.
const DEEP_OFFSET: usize = 1_000;

/// Reads and renders a level and everything below it.
pub(crate) fn fetch(env: &mut Env<'_>, level: &Level, root: Root<'_>) -> Result<Rendered> {
    if !level.children.is_empty() {
        env.session.snapshot()?; // for more than one statement
    }
    let Root::Where(search) = root else {
        return fetch_level(env, level, Selection::Root(root));
    };
    let model = env.registry.model(level.model);
    see_search(env, model, search.domain, search.order)?;
    let domain = &*resolve(env, model, search.domain)?;
    let root = Selection::Root(Root::Where(Search { domain, ..search }));
    let dialect = env.session.dialect();
    let in_two = search.offset >= DEEP_OFFSET || level.lateral_joins(dialect, search.limit).next().is_some();
    if !in_two || level.shape == Shape::Id {
        return fetch_level(env, level, root);
    }
    env.session.snapshot()?;
    // First the ids, then the records by id: the database can keep the plan of the second statement, and many2one
    // targets are joined laterally in it.
    let ids = fetch_level(env, &Level::ids(level.wire, model, Style::default()), root)?.into_keys();
    if ids.is_empty() {
        return Ok(Rendered::default());
    }
    let links: Vec<(i64, i64)> = ids.iter().map(|id| (*id, *id)).collect();
    Ok(fetch_level(env, level, Selection::Root(Root::Ids(&ids)))?.found_by(&links))
}

/// Refuses a search that names a field which the caller does not see.
pub(super) fn see_search(env: &Env<'_>, model: &ModelInfo, domain: &Domain, order: &[OrderTerm]) -> Result<()> {
    env.access.see_domain(env.registry, model, domain)?;
    let mut order = order.iter();
    order.try_for_each(|term| env.access.see(env.registry, model, &term.path))
}

fn fetch_level(env: &mut Env<'_>, level: &Level, selection: Selection<'_>) -> Result<Rendered> {
    let before = env.budget;
    let rendered = read_rows(env, level, selection)?.complete(env)?;
    // The drafts and the levels below are freed by now: only the result counts.
    env.budget = before;
    env.budget.take_records(rendered.bytes.len(), rendered.len())?;
    Ok(rendered)
}

impl<'l> Read<'l> {
    /// An empty read of a level. `next` is the index of its first column, and is advanced past its columns and those of
    /// its lateral joins.
    fn new(level: &'l Level, dialect: Dialect, records: usize, next: &mut usize) -> Self {
        let first = *next;
        *next += level.columns.len();
        let lateral_joins = level.lateral_joins(dialect, records);
        Read {
            level,
            first,
            rendered: Rendered::default(),
            drafts: Drafts::default(),
            seen: HashMap::default(),
            lateral_joins: lateral_joins
                .map(|(child, level)| (child, Read::new(level, dialect, records, next)))
                .collect(),
        }
    }

    /// Adds the record of a row; no other row has the same record.
    fn add(&mut self, key: i64, row: &Row<'_, '_, '_>, budget: &mut Budget) -> Result<()> {
        let Drafts { bytes, records, slots } = &mut self.drafts;
        self.rendered.rows.push((key, records.len()));
        let start = bytes.len();
        write_record(self.level, row, self.first, bytes, slots)?;
        records.push(start..bytes.len());
        budget.take_records(bytes.len() - start, 1 + self.level.children.len())?;
        let mut lateral_joins = self.lateral_joins.iter_mut();
        lateral_joins.try_for_each(|(_, join)| join.add_joined(row, budget))
    }

    /// Adds the record of a row where several rows may have the same record (many2many): it is rendered once.
    fn add_shared(&mut self, key: i64, row: &Row<'_, '_, '_>, budget: &mut Budget) -> Result<()> {
        let id = row
            .int(self.first)?
            .ok_or_else(|| Error::internal("a row without its id"))?;
        match self.seen.get(&id) {
            Some(record) => {
                self.rendered.rows.push((key, *record));
                budget.take_records(0, 1)
            }
            None => {
                self.seen.insert(id, self.drafts.records.len());
                self.add(key, row, budget)
            }
        }
    }

    /// Adds the record that is joined laterally in a row, if there is one and no earlier row had it.
    fn add_joined(&mut self, row: &Row<'_, '_, '_>, budget: &mut Budget) -> Result<()> {
        match row.int(self.first)? {
            Some(id) if self.seen.insert(id, 0).is_none() => self.add(id, row, budget),
            _ => Ok(()),
        }
    }

    /// Reads the levels below and the computed fields, and inserts them into the records.
    fn complete(self, env: &mut Env<'_>) -> Result<Rendered> {
        let Read {
            level,
            mut rendered,
            drafts,
            mut lateral_joins,
            ..
        } = self;
        let places = level.children.len();
        if places == 0 {
            (rendered.bytes, rendered.records) = (drafts.bytes, drafts.records);
            return Ok(rendered.indexed());
        }
        let mut below = Vec::with_capacity(places);
        let mut computed: Vec<Option<Values>> = level.groups.iter().map(|_| None).collect();
        for (number, child) in level.children.iter().enumerate() {
            if let Some(join) = lateral_joins.iter().position(|(child, _)| *child == number) {
                below.push(lateral_joins.swap_remove(join).1.complete(env)?);
                continue;
            }
            let slots = drafts.slots.iter().skip(number).step_by(places);
            let mut keys: Vec<i64> = slots.filter_map(|(_, key)| *key).collect();
            keys.sort_unstable();
            keys.dedup();
            if keys.is_empty() {
                below.push(Rendered::default());
                continue;
            }
            below.push(match &child.content {
                Content::Related(link, level) => fetch_level(env, level, Selection::Related(*link, &keys))?,
                Content::Scalar(place, kind) => {
                    let values = values(env, level, place.group, &mut computed, &keys)?;
                    scalars(level.wire, values, place.field, kind, &mut env.budget)?
                }
                Content::Computed(link, place, target) => {
                    let (links, ids) = related(values(env, level, place.group, &mut computed, &keys)?, place.field);
                    env.budget.take_records(0, links.len())?;
                    match ids.is_empty() {
                        true => Rendered::default(),
                        false => fetch_level(env, target, Selection::Related(*link, &ids))?.found_by(&links),
                    }
                }
            });
        }
        assemble(level, &drafts, &below, &mut rendered, &mut env.budget)?;
        Ok(rendered.indexed())
    }
}

/// The values of a group's fields, computed on first use.
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

/// Runs the level's statement and writes the values of its own columns and of those of its lateral joins.
fn read_rows<'l>(env: &mut Env<'_>, level: &'l Level, selection: Selection<'_>) -> Result<Read<'l>> {
    let kept;
    let made;
    let shared;
    let (text, binds) = match selection {
        Selection::Root(Root::Where(_)) => {
            made = statement(env, level, selection)?;
            (&made.text, made.binds)
        }
        Selection::Related(..) if level.search.is_some() => {
            made = statement(env, level, selection)?;
            (&made.text, made.binds)
        }
        // The text is the same each time; only the list of ids differs. Where the caller's rules are in it, it is the
        // same for this caller only.
        Selection::Root(Root::Ids(ids)) | Selection::Related(_, ids) => {
            let dialect = env.session.dialect();
            let ruled = &env.runtime.kept::<PlanCache>()?.ruled;
            let key = level.texts.key(dialect, ids.len());
            kept = level.texts.open(dialect, ids.len());
            if let Some(text) = kept.get().filter(|text| env.access.is_open(&text.tables)) {
                (text, vec![ids_bind(ids)])
            } else if let Some(statement) = key.and_then(|key| ruled.get(key, &env.access)) {
                shared = statement;
                (&shared.text, shared.binds(ids))
            } else {
                made = statement(env, level, selection)?;
                match env.access.is_open(&made.text.tables) {
                    true => (kept.get_or_init(|| made.text), made.binds),
                    false => {
                        if let Some(key) = key {
                            ruled.keep(key, &made);
                        }
                        (&made.text, made.binds)
                    }
                }
            }
        }
    };
    let by_pairs = matches!(selection, Selection::Related(Route::Pairs(_), _));
    let mut budget = env.budget;
    let mut read = Read::new(level, env.session.dialect(), selection.records(), &mut { FIRST });
    env.stream(text, &binds, |row| {
        let key = row.int(0)?.ok_or_else(|| Error::internal("a row without its key"))?;
        match by_pairs {
            true => read.add_shared(key, row, &mut budget),
            false => read.add(key, row, &mut budget),
        }
    })?;
    env.budget = budget;
    Ok(read)
}

/// Builds the level's statement. Its columns: the key, then the level's columns, then those of its lateral joins.
fn statement(env: &mut Env<'_>, level: &Level, selection: Selection<'_>) -> Result<Statement> {
    let model = env.registry.model(level.model);
    let domain = level.search.as_ref().map(|search| resolve(env, model, &search.domain));
    let domain = domain.transpose()?;
    let among = level
        .search
        .as_ref()
        .zip(domain.as_deref())
        .map(|(search, domain)| Among {
            domain,
            order: &search.order,
            limit: search.limit,
            offset: search.offset,
        });
    let lateral_joins = level.lateral_joins(env.session.dialect(), selection.records());
    env.sql().select(&Select {
        model,
        columns: &level.columns,
        among,
        lateral_joins: lateral_joins
            .map(|(child, below)| LateralJoin {
                model: env.registry.model(below.model),
                columns: &below.columns,
                named_by: level.children[child].column,
            })
            .collect(),
        selection,
        archived: level.archived,
        above: (level.above.as_ref()).map(|(above, path)| (env.registry.model(*above), path.as_slice())),
    })
}

/// The index of the first column after the key.
const FIRST: usize = 1;

/// Writes the scalars of a record, with a separator after each value. A record of a level without children is complete
/// then.
fn write_record(
    level: &Level,
    row: &Row<'_, '_, '_>,
    first: usize,
    out: &mut Vec<u8>,
    slots: &mut Vec<(usize, Option<i64>)>,
) -> Result<()> {
    let (wire, layout) = (level.wire, level.wire.layout());
    match level.shape {
        Shape::Id => wire.write_value(out, &Kind::Id, &Column(row, first))?,
        Shape::Pair => {
            let (id, name) = (row.int(first)?.unwrap_or(0), row.text(first + 1)?);
            wire.write_pair(out, id, &name.unwrap_or_default())?;
        }
        Shape::Object => {
            out.extend_from_slice(layout.record[0].as_bytes());
            for item in &level.items {
                match item {
                    Item::Scalar { key, column, kind } => {
                        out.extend_from_slice(key.as_bytes());
                        wire.write_value(out, kind, &Column(row, first + column))?;
                        out.extend_from_slice(layout.separator.as_bytes());
                    }
                    Item::Child { child, .. } => {
                        slots.push((out.len(), row.int(first + level.children[*child].column)?));
                    }
                }
            }
            if level.children.is_empty() {
                close(out, layout);
            }
        }
    }
    Ok(())
}

/// Ends a record: replaces the separator after its last value by the closing text.
fn close(out: &mut Vec<u8>, layout: &Layout) {
    out.truncate(out.len().saturating_sub(layout.separator.len()));
    out.extend_from_slice(layout.record[1].as_bytes());
}

/// Completes the records: inserts the related records and computed values at the positions noted in the drafts.
fn assemble(
    level: &Level,
    drafts: &Drafts,
    below: &[Rendered],
    rendered: &mut Rendered,
    budget: &mut Budget,
) -> Result<()> {
    let keys: Vec<&str> = (level.items.iter())
        .filter_map(|item| match item {
            Item::Child { key, .. } => Some(key.as_str()),
            Item::Scalar { .. } => None,
        })
        .collect();
    let layout = level.wire.layout();
    let out = &mut rendered.bytes;
    budget.take(2 * drafts.bytes.len())?;
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
            let found = match related {
                Some(key) => below[number].push_related(out, layout, *key, child.many, budget)?,
                None => false,
            };
            match (found, child.empty) {
                (true, _) => out.extend_from_slice(layout.separator.as_bytes()),
                (false, Some(empty)) => {
                    out.extend_from_slice(empty.as_bytes());
                    out.extend_from_slice(layout.separator.as_bytes());
                }
                (false, None) => out.truncate(before),
            }
        }
        out.extend_from_slice(&drafts.bytes[done..record.end]);
        close(out, layout);
        rendered.records.push(start..out.len());
    }
    Ok(())
}
