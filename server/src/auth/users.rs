//! The statements that read the model with `role = user`, built once from its definition.

use orm::def::columns::has_column;
use orm::def::{Kind, ModelDef, Role};
use orm::registry::ModelInfo;
use orm::{Runtime, db::Dialect};

use crate::failure::Failure;

/// SQL texts over the table of users and the tables of passwords and tokens.
#[derive(Debug)]
pub(crate) struct Users {
    /// The active user of a token. Bind parameter: the token's hash. Columns: user, company, last use, expiry.
    pub(super) of_token: String,
    /// Like `of_token`, with a fifth column: whether the user is an administrator. Bind parameters: the full name of
    /// the administrators' group if there is one, then the token's hash.
    pub(super) of_token_to_write: String,
    /// The full name of the administrators' group.
    pub(super) administrators: Option<&'static str>,
    /// Id and password hash of an active user. Bind parameter: the login.
    pub(super) password: String,
    /// The number of users, and the id of the one with a login. Bind parameter: the login.
    pub(super) count: String,
    /// The table of users.
    table: &'static str,
}

impl Users {
    /// Builds the statements from the definitions. `administrators` is the full name of the administrators' group.
    ///
    /// # Errors
    /// When no model has the role of users, or that model has no column `login`; with `administrators`, when no model
    /// has the role of groups, that model has no column `full_name`, or users have no stored many2many to it.
    pub(crate) fn new(runtime: &Runtime, administrators: Option<&'static str>) -> Result<Self, Failure> {
        let users = runtime.needed(Role::User)?;
        needs(users.def, "login")?;
        let table = users.def.table;
        let active = match users.active.filter(|field| own_column(users, *field)) {
            Some(field) => format!(" AND u.\"{}\"", users.fields[field].def.name),
            None => String::new(),
        };
        let company = users.field("company_id").filter(|field| {
            let company = users.fields[*field].target.map(|target| runtime.model(target).def.role);
            own_column(users, *field) && company == Some(Some(Role::Company))
        });
        let company = company.map_or("CAST(NULL AS BIGINT)", |_| "u.\"company_id\"");
        let columns = format!("t.user_id, {company}, t.last_used, t.expires");
        let from = format!("FROM auth_token t JOIN \"{table}\" u ON u.id = t.user_id WHERE t.hash = ?{active}");
        let member = match administrators {
            Some(_) => member(runtime, users)?,
            None => "1 = 0".to_owned(),
        };
        Ok(Users {
            of_token: format!("SELECT {columns} {from}"),
            of_token_to_write: format!("SELECT {columns}, ({member}) {from}"),
            administrators,
            password: format!(
                "SELECT p.user_id, p.hash FROM auth_password p JOIN \"{table}\" u ON u.id = p.user_id \
                 WHERE u.\"login\" = ?{active}"
            ),
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
}

fn own_column(model: &ModelInfo, field: usize) -> bool {
    let info = &model.fields[field];
    info.via.is_none() && has_column(info.def)
}

/// Refuses a model without a text field `name` that has a column.
fn needs(model: &ModelDef, name: &str) -> Result<(), Failure> {
    let field = model.position(name).map(|field| &model.fields[field]);
    match field.is_some_and(|field| has_column(field) && matches!(field.kind, Kind::Char { .. } | Kind::Text)) {
        true => Ok(()),
        false => Err(Failure::new(
            model.mistake(&format!("its role needs a field `{name}: String` with a column")),
        )),
    }
}

/// The SQL condition that the user `u` is a member of the group whose `full_name` is the bind parameter.
fn member(runtime: &Runtime, users: &ModelInfo) -> Result<String, Failure> {
    let groups = runtime.needed(Role::Group)?;
    needs(groups.def, "full_name")?;
    let is_membership = |info: &orm::registry::FieldInfo| {
        matches!(info.def.kind, Kind::Many2many { .. }) && info.def.stored && info.target == Some(groups.id)
    };
    let membership = users.fields.iter().position(is_membership);
    let membership = membership.ok_or_else(|| {
        Failure::new(
            users
                .def
                .mistake(&format!("it needs a many2many to {}", groups.def.name)),
        )
    })?;
    let link = runtime.link(users, membership)?;
    Ok(format!(
        "EXISTS (SELECT 1 FROM \"{}\" r JOIN \"{}\" g ON g.id = r.\"{}\" WHERE r.\"{}\" = u.id AND g.\"full_name\" = ?)",
        link.table, groups.def.table, link.other, link.own
    ))
}
