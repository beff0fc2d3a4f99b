//! The statements that read the model with `role = user`, built once from its definition.

use orm::def::Role;
use orm::{Runtime, db::Dialect};

use super::membership::{self, needs, own_column};
use crate::failure::Failure;

/// SQL texts over the table of users and the tables of passwords and tokens.
#[derive(Debug)]
pub(crate) struct Users {
    /// The active user of a token. Bind parameter: the token's hash. Columns: user, company, last use, expiry, whether
    /// it is an API key, scope, the full names of his groups, the ids of his companies, the switches, login.
    pub(super) of_token: String,
    /// The user with a login, archived or not. Bind parameter: the login. Columns: user, company, the full names of his
    /// groups, the ids of his companies, the switches.
    pub(super) of_login: String,
    /// The full name of the administrators' group; without one, everybody is an administrator.
    pub(super) administrators: Option<&'static str>,
    /// Id and password hash of an active user `u`. Bind parameter: the login.
    pub(super) password: String,
    /// The user with a login, and whether he is active, of users `u`. Bind parameter: the login.
    pub(super) active: String,
    /// The number of users, and the id of the one with a login. Bind parameter: the login.
    pub(super) count: String,
    /// The table of users.
    pub(super) table: &'static str,
}

impl Users {
    /// Builds the statements from the definitions. `administrators` is the full name of the administrators' group.
    ///
    /// # Errors
    /// When no model has the role of users, or that model has no column `login`; with `administrators`, when no model has
    /// the role of groups; where one has it, when it has no column `full_name`, or users have no stored many2many to it.
    pub(crate) fn new(runtime: &Runtime, administrators: Option<&'static str>) -> Result<Self, Failure> {
        let users = runtime.needed(Role::User)?;
        needs(users.def, "login")?;
        let table = users.def.table;
        let active = match users.active.filter(|field| own_column(users, *field)) {
            Some(field) => format!(" AND u.\"{}\"", users.fields[field].def.name),
            None => String::new(),
        };
        let is_active = active.strip_prefix(" AND ").unwrap_or("TRUE");
        let company = users.field("company_id").filter(|field| {
            let company = users.fields[*field].target.map(|target| runtime.model(target).def.role);
            own_column(users, *field) && company == Some(Some(Role::Company))
        });
        let company = company.map_or("CAST(NULL AS BIGINT)", |_| "u.\"company_id\"");
        if administrators.is_some() {
            runtime.needed(Role::Group)?;
        }
        let (groups, companies, switches) = (
            membership::groups(runtime, users)?,
            membership::companies(runtime, users)?,
            membership::switches(runtime),
        );
        let columns = format!(
            "t.user_id, {company}, t.last_used, t.expires, t.api_key, t.scope, {groups}, {companies}, {switches}, u.\"login\""
        );
        let from = format!("FROM auth_token t JOIN \"{table}\" u ON u.id = t.user_id WHERE t.hash = ?{active}");
        Ok(Users {
            of_token: format!("SELECT {columns} {from}"),
            of_login: format!(
                "SELECT u.id, {company}, {groups}, {companies}, {switches} FROM \"{table}\" u WHERE u.\"login\" = ?"
            ),
            administrators,
            password: format!(
                "SELECT p.user_id, p.hash FROM auth_password p JOIN \"{table}\" u ON u.id = p.user_id \
                 WHERE u.\"login\" = ?{active}"
            ),
            active: format!("SELECT u.id, {is_active} FROM \"{table}\" u WHERE u.\"login\" = ?"),
            count: format!("SELECT count(*), min(CASE WHEN \"login\" = ? THEN id END) FROM \"{table}\""),
            table,
        })
    }

    /// Statements that create the tables of passwords and tokens if the application's migrations have not created them.
    pub(crate) fn tables(&self, dialect: Dialect) -> String {
        let text = match dialect {
            Dialect::Sqlite => include_str!("tables/sqlite.sql"),
            Dialect::Postgres => include_str!("tables/postgres.sql"),
        };
        text.replace("{users}", self.table)
    }

    /// Statements that bring those tables to what this version needs, for a database that does not have it yet. The
    /// program `declarest` has the same statements as a migration.
    pub(crate) fn identity_tables(&self, dialect: Dialect) -> String {
        let text = match dialect {
            Dialect::Sqlite => include_str!("tables/identity_sqlite.sql"),
            Dialect::Postgres => include_str!("tables/identity_postgres.sql"),
        };
        text.replace("{users}", self.table)
    }
}
