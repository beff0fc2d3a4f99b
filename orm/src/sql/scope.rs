//! Parts of statements that are made from definitions: columns at the end of to-one paths, display names, orders.

use std::fmt::Write as _;

use super::allowed::push_seen;
use super::{Sql, column, quoted};
use crate::db::{Dialect, constraints};
use crate::def::{DisplayPart, Kind, Operation, Role};
use crate::error::{Code, Error, Result};
use crate::registry::{FieldId, Link, ModelInfo};
use crate::sequence;

/// How many times in a row an order, or a display name, may refer to that of a related model.
pub(super) const MAX_NESTING: usize = 6;
/// The most relations that the columns and the order of a statement may join: SQLite joins 64 tables.
const MOST_JOINS: usize = 60;

/// The SQL expression that reads a field with a column. For the next number of a sequence it is not the column alone:
/// PostgreSQL may count in a sequence of the database.
pub(crate) fn stored(dialect: Dialect, model: &ModelInfo, alias: &str, field: FieldId) -> String {
    let def = model.fields[field].def;
    match (def.name, model.def.role) {
        (sequence::NEXT, Some(Role::Sequence)) => dialect.next_number(&def.kind, model.def.table, alias),
        (name, _) => column(alias, name),
    }
}

/// One model's table in a `FROM`, with the to-one relations that are joined to it.
#[derive(Debug)]
pub(crate) struct Scope<'r> {
    pub(crate) model: &'r ModelInfo,
    pub(crate) alias: String,
    joins: Vec<Join<'r>>,
}

#[derive(Debug)]
struct Join<'r> {
    parent: String,
    field: &'static str,
    model: &'r ModelInfo,
    alias: String,
    /// Every record of the scope has a related record here, so that an inner join is possible.
    certain: bool,
    /// Records that the caller may not read are left out.
    ruled: bool,
}

impl<'r> Scope<'r> {
    pub(crate) fn new(sql: &mut Sql<'r>, model: &'r ModelInfo) -> Self {
        sql.table(model);
        Scope {
            model,
            alias: sql.alias(),
            joins: Vec::new(),
        }
    }

    /// Appends `table AS alias` with its joins.
    pub(crate) fn push_from(&self, sql: &mut Sql<'r>) -> Result<()> {
        let _ = write!(sql.text, "{} AS {}", quoted(self.model.def.table), self.alias);
        self.push_joins(sql)
    }

    /// Appends `LEFT JOIN` this table, with its own joins, on its id.
    pub(super) fn push_left_join(&self, sql: &mut Sql<'r>, id: &str) -> Result<()> {
        let [open, close] = if self.joins.is_empty() { ["", ""] } else { ["(", ")"] };
        sql.push(&format!(" LEFT JOIN {open}"));
        self.push_from(sql)?;
        sql.push(&format!("{close} ON {} = {id}", self.id()));
        Ok(())
    }

    /// Appends the joins. Where there is always a related record, it is an inner join, so that the database may start
    /// from that table: the first lines sorted by their orders are found without reading all lines.
    pub(crate) fn push_joins(&self, sql: &mut Sql<'r>) -> Result<()> {
        for join in &self.joins {
            let _ = write!(
                sql.text,
                " {}JOIN {} AS {} ON {}.id = {}",
                if join.certain { "" } else { "LEFT " },
                quoted(join.model.def.table),
                join.alias,
                join.alias,
                column(&join.parent, join.field)
            );
            if join.ruled {
                push_seen(sql, join.model, &join.alias)?;
            }
            if join.certain {
                sql.joined.push((column(&join.parent, join.field), join.alias.clone()));
            }
        }
        Ok(())
    }

    /// Refuses more joins than the databases allow.
    ///
    /// # Errors
    /// 400 with the limit.
    pub(crate) fn check(&self) -> Result<()> {
        match self.joins.len() {
            0..=MOST_JOINS => Ok(()),
            _ => Err(Error::new(
                Code::Malformed,
                format!(
                    "the fields and the order of a level lead to more than {MOST_JOINS} other records: ask for fewer"
                ),
            )),
        }
    }

    /// Whether every record of the scope has a record at `alias`.
    pub(super) fn is_certain(&self, alias: &str) -> bool {
        alias == self.alias || self.joins.iter().any(|join| join.alias == alias && join.certain)
    }

    /// The column of this model's id.
    pub(crate) fn id(&self) -> String {
        column(&self.alias, "id")
    }

    /// The alias and model of the target of a many2one of `model` at `alias`. The same target is joined only once.
    /// `asked`: by the caller, who then does not learn of records that he may not read.
    pub(super) fn join(
        &mut self,
        sql: &mut Sql<'r>,
        (alias, model, field): (&str, &'r ModelInfo, FieldId),
        asked: bool,
    ) -> (String, &'r ModelInfo) {
        let (alias, model, field) = self.owner(sql, alias, model, field);
        let (name, target) = (model.fields[field].def.name, sql.registry.target(model, field));
        let ruled = asked && sql.hides(target);
        if let Some(join) = self
            .joins
            .iter()
            .find(|join| join.parent == alias && join.field == name && join.ruled == ruled)
        {
            return (join.alias.clone(), join.model);
        }
        let joined = sql.alias();
        sql.table(target);
        self.joins.push(Join {
            certain: model.fields[field].def.required && self.is_certain(&alias) && !ruled,
            ruled,
            parent: alias,
            field: name,
            model: target,
            alias: joined.clone(),
        });
        (joined, target)
    }

    /// The alias, model and field where a field's column is: those of a joined table when the field is inherited or
    /// related.
    fn owner(
        &mut self,
        sql: &mut Sql<'r>,
        alias: &str,
        model: &'r ModelInfo,
        field: FieldId,
    ) -> (String, &'r ModelInfo, FieldId) {
        let Some(via) = &model.fields[field].via else {
            return (alias.to_owned(), model, field);
        };
        let (hops, field) = via.split();
        let (mut alias, mut model) = (alias.to_owned(), model);
        for hop in hops {
            (alias, model) = self.join(sql, (&alias, model, *hop), false);
        }
        self.owner(sql, &alias, model, field)
    }

    /// Joins the many2ones on the way to the last field of a path, and answers the alias and model that have it. `asked`:
    /// by the caller, who must be allowed to read their models.
    pub(super) fn follow(
        &mut self,
        sql: &mut Sql<'r>,
        (alias, model): (&str, &'r ModelInfo),
        hops: &[FieldId],
        asked: bool,
    ) -> Result<(String, &'r ModelInfo)> {
        let (mut alias, mut model) = (alias.to_owned(), model);
        for hop in hops {
            (alias, model) = self.join(sql, (&alias, model, *hop), asked);
            if asked && sql.ruled {
                sql.access.may(model, Operation::Read)?;
            }
        }
        Ok((alias, model))
    }

    /// As [`Scope::expression`], of a path that the caller names. A many2one to a record that he may not read is empty.
    ///
    /// # Errors
    /// 403 for a path through a model that he may not read.
    pub(super) fn asked(&mut self, sql: &mut Sql<'r>, path: &[FieldId]) -> Result<String> {
        let Some((last, hops)) = path.split_last() else {
            return Err(Error::internal("an empty path has no column"));
        };
        let (alias, model) = self.follow(sql, (&self.alias.clone(), self.model), hops, true)?;
        match model.fields[*last].is_many2one() && sql.hides(sql.registry.target(model, *last)) {
            true => {
                let (joined, _) = self.join(sql, (&alias, model, *last), true);
                Ok(column(&joined, "id"))
            }
            false => self.expression_at(sql, &alias, model, &[*last], 0),
        }
    }

    /// For a many2many at the end of a path that the caller names: the id of the record that has it, the table of pairs,
    /// and the related model.
    ///
    /// # Errors
    /// As [`Scope::asked`].
    pub(super) fn asked_pairs(&mut self, sql: &mut Sql<'r>, path: &[FieldId]) -> Result<(String, Link, &'r ModelInfo)> {
        let Some((last, hops)) = path.split_last() else {
            return Err(Error::internal("an empty path has no table"));
        };
        let (alias, model) = self.follow(sql, (&self.alias.clone(), self.model), hops, true)?;
        let (alias, model, field) = self.owner(sql, &alias, model, *last);
        let link = sql.registry.link(model, field)?;
        Ok((column(&alias, "id"), link, sql.registry.target(model, field)))
    }

    /// The SQL expression of the field at the end of a to-one path.
    ///
    /// # Errors
    /// When the field has no column: a relation to many, or a computed field that is not stored.
    pub(crate) fn expression(&mut self, sql: &mut Sql<'r>, path: &[FieldId]) -> Result<String> {
        let (alias, model) = (self.alias.clone(), self.model);
        self.expression_at(sql, &alias, model, path, 0)
    }

    pub(super) fn expression_at(
        &mut self,
        sql: &mut Sql<'r>,
        alias: &str,
        model: &'r ModelInfo,
        path: &[FieldId],
        nesting: usize,
    ) -> Result<String> {
        let Some((first, rest)) = path.split_first() else {
            return Err(Error::internal("an empty path has no column"));
        };
        if !rest.is_empty() {
            let (alias, model) = self.join(sql, (alias, model, *first), false);
            return self.expression_at(sql, &alias, model, rest, nesting);
        }
        let field = &model.fields[*first];
        if field.unstored || field.is_x2many() {
            return Err(Error::internal(format!(
                "{}.{} has no column",
                model.def.name, field.def.name
            )));
        }
        let (alias, owner, field) = self.owner(sql, alias, model, *first);
        if matches!(owner.fields[field].def.kind, Kind::DisplayName) {
            return self.display_name(sql, &alias, owner, nesting);
        }
        Ok(stored(sql.dialect, owner, &alias, field))
    }

    /// The display name as an SQL expression: its segments one after another; a segment with an empty path is left out.
    fn display_name(&mut self, sql: &mut Sql<'r>, alias: &str, model: &'r ModelInfo, nesting: usize) -> Result<String> {
        if nesting > MAX_NESTING {
            return Err(Error::internal(format!(
                "the display name of {} refers to itself",
                model.def.name
            )));
        }
        if model.def.display_name.is_empty() {
            return Ok(format!("('{},' || CAST({alias}.id AS TEXT))", model.def.name));
        }
        let mut segments = Vec::new();
        for segment in model.def.display_name {
            let mut parts = Vec::new();
            for part in segment.0 {
                parts.push(match part {
                    DisplayPart::Text(text) => constraints::literal(text, sql.dialect),
                    DisplayPart::Path(names) => {
                        let mut path = sql.registry.resolve_path(model, names).map_err(Error::internal)?;
                        let (at, field) = sql.registry.end_of(model, &path);
                        if at.fields[field].is_many2one() {
                            path.push(sql.registry.target(at, field).implicit("display_name"));
                        }
                        let (at, field) = sql.registry.end_of(model, &path);
                        let text = self.expression_at(sql, alias, model, &path, nesting + 1)?;
                        match at.fields[field].def.kind {
                            Kind::Text => format!("NULLIF({}, '')", sql.dialect.first_line(&text)),
                            Kind::Char { .. } | Kind::Html => format!("NULLIF({text}, '')"),
                            Kind::Selection { .. } | Kind::DisplayName => text,
                            _ => format!("CAST({text} AS TEXT)"),
                        }
                    }
                });
            }
            segments.push(format!("COALESCE({}, '')", parts.join(" || ")));
        }
        Ok(format!("({})", segments.join(" || ")))
    }
}
