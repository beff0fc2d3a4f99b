//! The people and programs that log in. A user's name and address are those of its partner.
//!
//! There is no field for the password: the server keeps password hashes and tokens in two tables of its own.

use orm::db::{Bind, Statement};
use orm::env::UserChange;
use orm::error::Issue;
use orm::prelude::*;

use super::group;
use super::res_groups::{administers, an_administrator_is_left};
use super::{ResCompany, ResGroups, ResPartner, login};
use crate::crm::CrmTeam;

/// User
#[model("res.users", role = user, order = "name, login")]
#[api]
#[access(everyone: read; group::USER: write; group::PORTAL: write; group::ACCESS_RIGHTS: all)]
#[rule(everyone: !share || env.companies.contains(company_ids))]
#[rule(group::USER, write: id == env.user)]
#[rule(group::PORTAL, write: id == env.user)]
#[rule(group::ACCESS_RIGHTS, write: true)]
#[audit]
#[display_name("{name}")]
#[unique(login, message = "There is a user with this login already.")]
pub struct ResUsers {
    /// Related Partner
    ///
    /// The user's name, address and contact data.
    #[field(delegate, on_delete = restrict)]
    pub partner_id: Many2one<ResPartner>,
    /// Login
    ///
    /// In lower case, and unique.
    pub login: String,
    /// Active
    ///
    /// Archived users cannot log in.
    #[field(default = true)]
    pub active: bool,
    /// Email Signature
    pub signature: Option<Html>,
    /// Share User
    ///
    /// An external user, such as a customer; not an internal user.
    #[field(copy = false)]
    pub share: bool,
    /// Company
    ///
    /// The company that the user's new documents belong to.
    #[field(on_delete = restrict, default = company)]
    pub company_id: Option<Many2one<ResCompany>>,
    /// Companies
    ///
    /// The companies that the user works for: he sees no records of others.
    #[field(relation = "res_company_users_rel", column = "user_id", target_column = "cid")]
    pub company_ids: Many2many<ResCompany>,
    /// Groups
    #[field(relation = "res_groups_users_rel", column = "uid", target_column = "gid")]
    pub groups_id: Many2many<ResGroups>,
    /// Latest authentication
    #[field(readonly, copy = false)]
    pub login_date: Option<DateTime>,
    /// User Sales Team
    #[field(copy = false)]
    pub sale_team_id: Option<Many2one<CrmTeam>>,
}

/// The records that every new database begins with: the user that stands for the program itself. What the program does
/// without a caller is done as this user; nobody can log in as it.
pub const FIRST_RECORDS: &str = r#"{
    "res.partner": {"fields": ["id", "name", "active", "partner_share"], "rows": [[1, "System", false, false]]},
    "res.users": {"fields": ["id", "partner_id", "login", "active"], "rows": [[1, 1, "__system__", false]]}
}"#;

/// Id of the user that stands for the program itself.
const SYSTEM: i64 = 1;

#[methods]
impl ResUsers {
    #[constrains(login)]
    fn has_a_login(&self) -> Check {
        login::check(&self.login)
    }

    /// By what a user logs in, he does not choose himself: the refusal of a login that is taken would tell him of others.
    /// That is why it is asked before the login is compared with those of others.
    #[before(write)]
    fn is_named_by_administrators(_: &[Self], draft: &mut Draft<Self>, env: &mut Env<'_>) -> Result<()> {
        match draft.get(Self::FIELDS.login) {
            Some(_) => administers(env),
            None => Ok(()),
        }
    }

    /// Whose records a user works with, and what kind of user he is, he does not choose himself.
    #[constrains(active, partner_id, share, company_id, company_ids, sale_team_id, only = update)]
    fn is_placed_by_administrators(_: &[Self], env: &mut Env<'_>) -> Result<()> {
        administers(env)
    }

    #[constrains(groups_id)]
    fn is_made_and_given_groups_by_administrators(_: &[Self], env: &mut Env<'_>) -> Result<()> {
        administers(env)
    }

    #[constrains(groups_id, only = update)]
    fn an_administrator_is_left(_: &[Self], env: &mut Env<'_>) -> Result<()> {
        an_administrator_is_left(env)
    }

    #[constrains(active, only = update)]
    fn an_administrator_stays_active(_: &[Self], env: &mut Env<'_>) -> Result<()> {
        an_administrator_is_left(env).map_err(|error| Error::invalid(vec![Issue::field("active", error.detail())]))
    }

    #[ondelete]
    fn is_deleted_by_administrators(_: &[Self], env: &mut Env<'_>) -> Result<()> {
        administers(env)
    }

    /// Archived users are logged out: their tokens are deleted, so that old ones do not work again when a user is
    /// unarchived.
    #[constrains(active, only = update)]
    fn is_logged_out(records: &[Self], env: &mut Env<'_>) -> Result<()> {
        for user in records.iter().filter(|user| !user.active) {
            env.session.execute(&Statement {
                text: "DELETE FROM auth_token WHERE user_id = ?".to_owned(),
                binds: vec![Bind::Int(Some(user.id))],
            })?;
            env.note_user(UserChange::Archived(user.id));
        }
        Ok(())
    }

    #[constrains(active, only = update)]
    fn stays_active(&self, env: &Env<'_>) -> Check {
        match self.active {
            true => Ok(()),
            false => self.is_needed(env),
        }
    }

    #[ondelete]
    fn is_needed(&self, env: &Env<'_>) -> Check {
        match self.id {
            SYSTEM => Err("the system itself works as this user".to_owned()),
            id if id == env.user => Err("users do not lock themselves out: ask another one".to_owned()),
            _ => Ok(()),
        }
    }
}
