//! Names in rights and rules: groups are constants, paths are checked behind relations.

use orm::prelude::*;

mod group {
    pub const USER: orm::def::Group = orm::def::Group::new("User");
}

/// User
#[model("x.user", role = user)]
pub struct User {
    /// Login
    pub login: String,
}

/// Team
#[model("x.team")]
pub struct Team {
    /// Leader
    pub leader_id: Many2one<User>,
}

/// Ticket
#[model("x.ticket")]
#[access(group::USR: read)]
#[rule(group::USER: team_id.leader_id == env.user)]
pub struct Ticket {
    /// Team
    pub team_id: Many2one<Team>,
    /// Notes
    #[field(groups(group::CHIEF))]
    pub notes: Option<String>,
}

fn main() {}
