//! Sales teams.

use orm::prelude::*;

use super::group;
use crate::base::{ResCompany, ResUsers};

/// Sales Team
#[model("crm.team", order = "sequence, create_date desc, id desc")]
#[api]
#[access(crate::base::group::USER: read; group::MANAGER: all)]
#[rule(everyone: company_id.is_none() || env.companies.contains(company_id))]
pub struct CrmTeam {
    /// Sales Team
    pub name: String,
    /// Sequence
    #[field(default = 10)]
    pub sequence: i32,
    /// Active
    #[field(default = true)]
    pub active: bool,
    /// Company
    ///
    /// The only company that the team sells for; empty for all companies.
    #[field(index)]
    pub company_id: Option<Many2one<ResCompany>>,
    /// Team Leader
    pub user_id: Option<Many2one<ResUsers>>,
    /// Salespersons
    #[field(inverse = sale_team_id)]
    pub member_ids: One2many<ResUsers>,
    /// Color Index
    #[field(default = 0)]
    pub color: i32,
}
