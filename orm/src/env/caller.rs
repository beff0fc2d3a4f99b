//! Under whose access rights an environment works.

use super::Env;
use crate::access::{Access, Caller, CallerPath, Switches};
use crate::db::{Row, Session};
use crate::def::{Operation, Root};
use crate::error::{Error, Result};
use crate::registry::ModelInfo;
use crate::value::Value;

/// The name of the lock on who may do what.
const RIGHTS: &str = "access rights";

impl Env<'_> {
    /// Keeps the rights of all users as they are until the transaction ends: who changes users or groups waits. A write
    /// calls it before it reads the groups of its caller, so that it is done with the rights that he has.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub fn keep_rights(session: &mut Session) -> Result<()> {
        match session.locks() {
            true => session.share_name(RIGHTS),
            false => Ok(()),
        }
    }

    /// To be called before users, their groups or their companies change: waits for the writes that are under way with
    /// the rights as they were. Those that come later read them anew.
    pub(crate) fn change_rights(&mut self) -> Result<()> {
        self.hold_name(RIGHTS.to_owned())
    }

    /// The same environment under the access rights of its user, who is a member of the groups with these full names and
    /// works with the records of these companies; what `switches` switches off he may not do. Until it is called, an
    /// environment may do everything, as the program itself does.
    ///
    /// # Errors
    /// When a statement for what the user's rules compare with fails.
    pub fn under_rights<'n>(
        mut self,
        groups: impl IntoIterator<Item = &'n str>,
        companies: Vec<i64>,
        switches: Switches,
    ) -> Result<Self> {
        let rights = self.runtime.rights().clone();
        let mut caller = Caller::new(rights, self.user, self.company, companies, groups, self.administrator);
        for path in caller.paths() {
            let value = self.at_end(path)?;
            caller.knows(path, value);
        }
        self.access = self.runtime.callers().access(caller.with_switches(switches));
        Ok(self)
    }

    /// Refuses what the caller has no right to do with a model.
    ///
    /// # Errors
    /// 403 with the groups that have it.
    pub fn may(&self, model: &ModelInfo, operation: Operation) -> Result<()> {
        self.access.may(model, operation)
    }

    /// Refuses a method that an administrator has switched off.
    ///
    /// # Errors
    /// 403.
    pub fn may_call(&self, model: &ModelInfo, method: &str) -> Result<()> {
        self.access.not_switched_off(model, method)
    }

    /// Runs `job`, the code of a method: what administrators have switched off for the API is on in it.
    pub(crate) fn in_code<T>(&mut self, job: impl FnOnce(&mut Self) -> T) -> T {
        let of_code = self.access.of_code();
        self.with_access(of_code, job)
    }

    fn with_access<T>(&mut self, access: Access, job: impl FnOnce(&mut Self) -> T) -> T {
        let around = std::mem::replace(&mut self.access, access);
        let answer = job(self);
        self.access = around;
        answer
    }

    /// Runs `job` with access to everything: internal work, which the caller's rights do not restrict, such as a
    /// computation that reads what it declares. Who uses it sees to it that nothing comes out that the caller may not see.
    pub fn sudo<T>(&mut self, job: impl FnOnce(&mut Self) -> T) -> T {
        self.with_access(Access::EVERYTHING, job)
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
