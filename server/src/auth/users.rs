//! How the server asks for users: the statements over the model whose role is `user`, made once from its definition.

use orm::def::columns::has_column;
use orm::def::{Kind, ModelDef, Role};
use orm::registry::ModelInfo;
use orm::{Runtime, db::Dialect};

use crate::failure::Failure;

/// The statements.
#[derive(Debug)]
pub(crate) struct Users {
    /// Whom a token belongs to; binds: its hash. Columns: user, company, last use, end.
    pub(super) of_token: String,
    /// The same, and whether the user is an administrator; binds: the group's name where there is one, the hash.
    pub(super) of_token_to_write: String,
    /// The administrators' group.
    pub(super) administrators: Option<&'static str>,
    /// Id and password hash of an active user; binds: the login.
    pub(super) password: String,
    /// How many users there are, and the id of one; binds: the login.
    pub(super) count: String,
    /// Their table.
    table: &'static str,
}

impl Users {
    /// Reads the definitions.
    ///
    /// # Errors
    /// When no model has the role, or the one that has it lacks the login.
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

    /// The tables of passwords and tokens, where the application's migrations do not make them.
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

/// Refuses a model that lacks a text that the server needs of it.
fn needs(model: &ModelDef, name: &str) -> Result<(), Failure> {
    let field = model.position(name).map(|field| &model.fields[field]);
    match field.is_some_and(|field| has_column(field) && matches!(field.kind, Kind::Char { .. } | Kind::Text)) {
        true => Ok(()),
        false => Err(Failure::new(
            model.mistake(&format!("its role needs a field `{name}: String` with a column")),
        )),
    }
}

/// The condition that the user `u` is a member of the group with this full name.
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
