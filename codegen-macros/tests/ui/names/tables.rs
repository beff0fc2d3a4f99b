use orm::prelude::*;

/// Whose table would have no room for the names of its key and its ids.
#[model("x.a.model.whose.name.is.so.long.that.postgres.would.cut.it")]
pub struct Long {
    pub name: String,
    pub long_ids: Many2many<Long>,
    #[field(relation = "x_a_relation_table_that_is_so_long_that_postgres_would_cut_it")]
    pub other_ids: Many2many<Long>,
}
