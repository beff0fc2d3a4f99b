//! Under whose access rights an environment works.

use super::Env;
use crate::access::{Access, Caller, CallerPath};
use crate::db::Row;
use crate::def::{Operation, Root};
use crate::error::{Error, Result};
use crate::registry::ModelInfo;
use crate::value::Value;

impl Env<'_> {
    /// The same environment under the access rights of its user, who is a member of the groups with these full names and
    /// works with the records of these companies. Until it is called, an environment may do everything, as the program
    /// itself does.
    ///
    /// # Errors
    /// When a statement for what the user's rules compare with fails.
    pub fn under_rights<'n>(mut self, groups: impl IntoIterator<Item = &'n str>, companies: Vec<i64>) -> Result<Self> {
        let rights = self.runtime.rights().clone();
        let mut caller = Caller::new(rights, self.user, self.company, companies, groups, self.administrator);
        for path in caller.paths() {
            let value = self.at_end(path)?;
            caller.knows(path, value);
        }
        self.access = Access::of(caller);
        Ok(self)
    }

    /// Refuses what the caller has no right to do with a model.
    ///
    /// # Errors
    /// 403 with the groups that have it.
    pub fn may(&self, model: &ModelInfo, operation: Operation) -> Result<()> {
        self.access.may(model, operation)
    }

    /// Runs `job` with access to everything: internal work, which the caller's rights do not restrict, such as a
    /// computation that reads what it declares. Who uses it sees to it that nothing comes out that the caller may not see.
    pub fn sudo<T>(&mut self, job: impl FnOnce(&mut Self) -> T) -> T {
        let around = std::mem::take(&mut self.access);
        let answer = job(self);
        self.access = around;
        answer
    }

    /// The record at the end of a path from the caller or his company.
    fn at_end(&mut self, (root, names): CallerPath) -> Result<Value> {
        let model = self.registry.needed(root.role())?;
        let start = match root {
            Root::User => Some(self.user),
            Root::Company => self.company,
        };
        let Some(start) = start else { return Ok(Value::Null) };
        let path = self.registry.resolve_path(model, names).map_err(Error::internal)?;
        let statement = self.sql().ends(model, &[start], &path)?;
        let mut value = Value::Null;
        self.query(statement, |row: &Row<'_, '_, '_>| {
            value = row.int(1)?.map_or(Value::Null, Value::Int);
            Ok(())
        })?;
        Ok(value)
    }
}
