//! The caller's rules in searches and reads: which records a statement may find.

use super::condition::push_condition;
use super::{Sql, Statement, column};
use crate::def::Operation;
use crate::domain::Domain;
use crate::error::Result;
use crate::registry::{FieldId, ModelInfo};

/// Appends `AND` the condition that the caller may read the record, where a rule restricts him.
///
/// # Errors
/// 403 when he has no right to read the model.
pub(super) fn push_allowed<'r>(sql: &mut Sql<'r>, model: &'r ModelInfo, alias: &str) -> Result<()> {
    if !sql.ruled {
        return Ok(());
    }
    let condition = sql.access.records(sql.registry, model, Operation::Read)?;
    push_rules(sql, model, alias, condition)
}

/// As [`push_allowed`]; of a model that the caller has no right to read, he sees no record.
pub(super) fn push_seen<'r>(sql: &mut Sql<'r>, model: &'r ModelInfo, alias: &str) -> Result<()> {
    match sql.ruled && sql.access.may(model, Operation::Read).is_err() {
        true => sql.push(" AND 1 = 0"),
        false => push_allowed(sql, model, alias)?,
    }
    Ok(())
}

/// As [`push_seen`], of records that belong by `inverse` to records which `above` leads to from records that the caller
/// may read: what his rules ask of those is not asked again.
pub(super) fn push_seen_below<'r>(
    sql: &mut Sql<'r>,
    model: &'r ModelInfo,
    alias: &str,
    inverse: FieldId,
    above: (&ModelInfo, &[FieldId]),
) -> Result<()> {
    if !sql.ruled || sql.access.may(model, Operation::Read).is_err() {
        return push_seen(sql, model, alias);
    }
    let condition = (sql.access).records_below(sql.registry, model, inverse, above)?;
    push_rules(sql, model, alias, condition)
}

fn push_rules<'r>(sql: &mut Sql<'r>, model: &'r ModelInfo, alias: &str, condition: Option<Domain>) -> Result<()> {
    match condition {
        Some(condition) => {
            sql.push(" AND ");
            sql.without_rules(|sql| push_condition(sql, model, alias, &condition))
        }
        None => Ok(()),
    }
}

impl<'r> Sql<'r> {
    /// Whether there may be records of a model that the statement must not tell of, because the caller may not read them.
    pub(super) fn hides(&self, model: &ModelInfo) -> bool {
        let reads = Operation::Read;
        self.ruled && (self.access.may(model, reads).is_err() || self.access.is_ruled(model, reads))
    }

    /// The alias at which a many2one's target is joined for every record, where a rule may use it. A search does not:
    /// the database may begin at the related records.
    pub(super) fn joined_for_rule(&self, alias: &str, many2one: &str) -> Option<String> {
        let place = column(alias, many2one);
        let joined = self.joined.iter().find(|(at, _)| self.in_rule && *at == place);
        joined.map(|(_, alias)| alias.clone())
    }

    /// Appends what is no search of the caller's, such as a rule itself: it follows relations to whatever is there.
    pub(super) fn without_rules<T>(&mut self, append: impl FnOnce(&mut Self) -> T) -> T {
        let around = (self.ruled, self.in_rule, self.hide_archived);
        (self.ruled, self.in_rule, self.hide_archived) = (false, true, false);
        let answer = append(self);
        (self.ruled, self.in_rule, self.hide_archived) = around;
        answer
    }

    /// Those of `ids` that the caller may do this with by the rules of the model.
    ///
    /// # Errors
    /// 403 when he has no right to it.
    pub(crate) fn allowed(self, model: &ModelInfo, ids: &[i64], operation: Operation) -> Result<Statement> {
        let access = self.access.clone();
        let condition = access.records(self.registry, model, operation)?;
        self.fulfilling(model, ids, condition.as_ref())
    }

    /// Those of `ids` that fulfil a condition, which is no search of the caller's: it follows relations to whatever is
    /// there.
    pub(crate) fn fulfilling(
        mut self,
        model: &ModelInfo,
        ids: &[i64],
        condition: Option<&Domain>,
    ) -> Result<Statement> {
        let model = self.registry.model(model.id);
        let (table, alias) = (self.table(model), self.alias());
        self.push(&format!("SELECT {alias}.id FROM {table} AS {alias} WHERE "));
        self.push_one_of(&column(&alias, "id"), ids);
        if let Some(condition) = condition {
            self.push(" AND ");
            push_condition(&mut self, model, &alias, condition)?;
        }
        self.finish()
    }
}
